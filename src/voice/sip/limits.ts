/** The largest message in bytes, head and body. Source: voice.md §1. */
export const maxMessageBytes = 65_536;

/** The most header lines of one message. Source: voice.md §1. */
export const maxHeaders = 256;

/** The longest header, unfolded, and the longest start line, in bytes. Source: voice.md §1. */
export const maxLineBytes = 8_192;
