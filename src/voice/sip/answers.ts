/** Responses to requests. Source: RFC 3261 §8.2.6, §18.2.1; RFC 3581. */
import { formatVia, parseNameAddress, parseVia } from './fields.ts';
import { isToken } from './grammar.ts';
import { Headers } from './headers.ts';
import type { Hop } from './hop.ts';
import { formatMessage } from './message.ts';
import { SipRefusal } from './refusal.ts';

/** Methods this stack serves; the value of Allow. */
export const allowedMethods = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE';

/** Methods SIP knows but this stack does not serve: 405 and not 501. */
export const otherKnownMethods: ReadonlySet<string> = new Set([
  'REGISTER',
  'SUBSCRIBE',
  'NOTIFY',
  'PUBLISH',
  'MESSAGE',
  'REFER',
  'PRACK',
]);

/** Bodies this stack reads; the value of Accept. */
export const acceptedBodies = 'application/sdp';

/** What a response carries besides what it copies. `toTag` is added when To has none. */
export interface AnswerParts {
  readonly toTag?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contact?: string;
  readonly sdp?: string;
  /** WWW-Authenticate values. */
  readonly challenges?: readonly string[];
}

/** The Via elements for the response: the topmost says where the request really came from. Always both parameters,
 *  asked for or not, because the response goes back there in any case (voice.md §1). */
function viaLines(headers: Headers, hop: Hop): string[] {
  try {
    const [top = '', ...rest] = headers.list('via');
    const via = parseVia(top);
    const parameters = new Map(via.parameters);
    parameters.set('received', hop.address).set('rport', String(hop.port));
    return [formatVia({ ...via, parameters }), ...rest];
  } catch (error) {
    if (error instanceof SipRefusal) return headers.all('via');
    throw error;
  }
}

function toLine(headers: Headers, toTag: string | undefined): string | null {
  const to = headers.get('to');
  if (to === null || toTag === undefined) return to;
  try {
    return parseNameAddress(to, 'To').parameters.has('tag') ? to : `${to};tag=${toTag}`;
  } catch (error) {
    if (error instanceof SipRefusal) return to;
    throw error;
  }
}

/** A reason phrase cannot hold line breaks or control characters. */
const phrase = (reason: string): string => reason.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200);

/** Builds the response to a request, also to one that could be read only in part. */
export function formatAnswer(
  headers: Headers,
  hop: Hop,
  status: number,
  reason: string,
  parts: AnswerParts = {},
): Buffer {
  const out = new Headers();
  for (const via of viaLines(headers, hop)) out.add('via', via);
  if (status < 300) for (const route of headers.all('record-route')) out.add('record-route', route);
  const from = headers.get('from');
  if (from !== null) out.add('from', from);
  const to = toLine(headers, status === 100 ? undefined : parts.toTag);
  if (to !== null) out.add('to', to);
  for (const name of ['call-id', 'cseq']) {
    const value = headers.get(name);
    if (value !== null) out.add(name, value);
  }
  if (parts.contact !== undefined) out.add('contact', parts.contact);
  for (const challenge of parts.challenges ?? []) out.add('www-authenticate', challenge);
  for (const [name, value] of Object.entries(parts.headers ?? {})) {
    if (!isToken(name)) throw new RangeError(`${name} is no header name`);
    out.add(name, phrase(value));
  }
  const body = parts.sdp === undefined ? undefined : Buffer.from(parts.sdp, 'utf8');
  if (body !== undefined) out.add('content-type', 'application/sdp');
  return formatMessage(`SIP/2.0 ${status} ${phrase(reason)}`, out, body);
}
