/** What stands in a message's body. Source: RFC 3261 §8.2.3, RFC 5621. */
import { acceptedBodies } from './answers.ts';
import { Cursor, readParameters } from './grammar.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { SipRefusal } from './refusal.ts';

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string | null>;
}

function readMediaType(text: string): MediaType {
  const cursor = new Cursor(text, 'Content-Type');
  cursor.skipSpace();
  const type = cursor.token();
  cursor.expect('/');
  return { type: `${type}/${cursor.token()}`.toLowerCase(), parameters: readParameters(cursor) };
}

/** The media type of the body, lower case, without parameters; "" when there is no Content-Type. Refuses 400. */
export function contentTypeOf(message: SipRequest | SipResponse): string {
  const value = message.headers.get('content-type');
  return value === null ? '' : readMediaType(value).type;
}

const unsupported = (): SipRefusal =>
  new SipRefusal(415, 'Unsupported Media Type', { Accept: acceptedBodies });

/** The first application/sdp part of a multipart body (carriers put it beside ISUP or location); null when none. */
function partOf(body: string, boundary: string): string | null {
  const mark = `--${boundary}`;
  for (let at = body.indexOf(mark); at >= 0; ) {
    const next = body.indexOf(mark, at + mark.length);
    const part = body.slice(at + mark.length, next < 0 ? body.length : next);
    const gap = part.indexOf('\r\n\r\n');
    if (gap >= 0 && /^(content-type|c)[ \t]*:[ \t]*application\/sdp[ \t]*(;|$)/im.test(part.slice(0, gap))) {
      return part.slice(gap + 4);
    }
    at = next;
  }
  return null;
}

/** The SDP of a message as text; null when it has no body. Refuses 415 any other body that must be understood. */
export function sdpOf(message: SipRequest | SipResponse): string | null {
  if (message.body.length === 0) return null;
  const encoding = message.headers.get('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw new SipRefusal(415, 'Unsupported Content Encoding', { 'Accept-Encoding': 'identity' });
  }
  const value = message.headers.get('content-type');
  if (value === null) throw unsupported();
  const { type, parameters } = readMediaType(value);
  if (type === 'application/sdp') return message.body.toString('utf8');
  if (type.startsWith('multipart/')) {
    const part = partOf(message.body.toString('utf8'), parameters.get('boundary') ?? '');
    if (part !== null) return part;
  }
  const disposition = message.headers.get('content-disposition') ?? '';
  if (/;[ \t]*handling[ \t]*=[ \t]*optional/i.test(disposition)) return null;
  throw unsupported();
}
