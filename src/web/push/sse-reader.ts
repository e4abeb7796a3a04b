/** A reader of text/event-stream, fed with pieces of text cut anywhere. Source: HTML Living Standard §9.2.6. */

/** One dispatched message. `id` is the last event id seen so far. */
export interface SseMessage {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Makes a reader: each call takes the next piece and gives the messages completed by it. */
export function createSseReader(): (piece: string) => SseMessage[] {
  let rest = '';
  let isFirst = true;
  let lastId = '';
  let event = '';
  let data: string[] = [];

  const takeLine = (line: string, out: SseMessage[]): void => {
    if (line === '') {
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
    else if (field === 'id' && !value.includes('\0')) lastId = value;
  };

  return (piece) => {
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
}
