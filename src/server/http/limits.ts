/** What a request may cost before it is heard. */
export const limits = {
  /** All header lines together: the longest URL (32,768 characters, webapi.md §1), a token, and room for the rest. */
  maxHeaderBytes: 65_536,
  /** The largest body. A note's file travels as base64 text, so this takes a file of 12 MB. */
  maxBodyBytes: 16_777_216,
  /** How long the header lines, and the whole request, may take to arrive. */
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 60_000,
  /** How often connections are looked at for those two. */
  checkEveryMs: 5_000,
  keepAliveTimeoutMs: 72_000,
  /** How long a connection may be silent in the middle: a client that does not take its answer is hung up on. */
  silenceTimeoutMs: 120_000,
  /** Connections at once; more are hung up on. */
  maxConnections: 10_000,
} as const;

/** The limits as numbers, for tests that lower them. */
export type Limits = { readonly [K in keyof typeof limits]: number };
