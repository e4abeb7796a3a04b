/** A reader of text/event-stream, fed with pieces of text cut anywhere. Source: HTML Living Standard §9.2.6. */

/** One dispatched message. `id` is the last event id so far, by which the stream can be resumed behind it. */
export interface SseMessage {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** A reader. */
export interface SseReader {
  /** Takes the next piece and gives the messages completed by it. */
  readonly read: (piece: string) => SseMessage[];
  /** The id behind which to resume: moved by a complete block only, even one without data. */
  readonly lastId: () => string;
}

/** Makes a reader for one connection. */
export function createSseReader(): SseReader {
  let rest = '';
  let isFirst = true;
  let lastId = '';
  let nextId = '';
  let event = '';
  let data: string[] = [];

  const takeLine = (line: string, out: SseMessage[]): void => {
    if (line === '') {
      lastId = nextId;
      if (data.length > 0) out.push({ id: lastId, event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const raw = colon === -1 ? '' : line.slice(colon + 1);
    const value = raw.startsWith(' ') ? raw.slice(1) : raw;
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) nextId = value;
  };

  const read = (piece: string): SseMessage[] => {
    const out: SseMessage[] = [];
    rest += piece;
    if (isFirst && rest !== '') {
      isFirst = false;
      if (rest.startsWith('\uFEFF')) rest = rest.slice(1);
    }
    for (;;) {
      const end = rest.search(/[\r\n]/);
      // A carriage return at the very end may be half of a CRLF: its other half is in the next piece.
      if (end === -1 || (rest[end] === '\r' && end === rest.length - 1)) return out;
      takeLine(rest.slice(0, end), out);
      rest = rest.slice(rest[end] === '\r' && rest[end + 1] === '\n' ? end + 2 : end + 1);
    }
  };
  return { read, lastId: () => lastId };
}
