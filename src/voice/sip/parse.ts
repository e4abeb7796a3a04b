/** Bytes → messages. One pass over the head, no backtracking; refusals carry the status to answer.
 *  Source: RFC 3261 §7 and §25, RFC 4475, voice.md §1. */
import { type NameAddress, parseCseq, parseNameAddress, parseVia } from './fields.ts';
import { isToken, isTokenCode } from './grammar.ts';
import { Headers } from './headers.ts';
import { maxHeaders, maxLineBytes, maxMessageBytes } from './limits.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { SipRefusal } from './refusal.ts';
import { parseUri } from './uri.ts';

/** What came out of some bytes.
 *  `malformed`: a request that must be refused; `method` and `headers` are what could be read of it.
 *  `garbage`: nothing that can be answered. `keepAlive`: line ends only. */
export type Parsed =
  | SipRequest
  | SipResponse
  | {
      readonly kind: 'malformed';
      readonly method: string;
      readonly headers: Headers;
      readonly refusal: SipRefusal;
    }
  | { readonly kind: 'garbage'; readonly reason: string }
  | { readonly kind: 'keepAlive' };

/** A head cut into its lines. `bodyAt` is the index after the empty line; `problem` the first thing wrong. */
export interface Head {
  readonly startLine: string;
  readonly headers: Headers;
  readonly bodyAt: number;
  readonly problem: SipRefusal | null;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Reads start line and headers up to the empty line. Never throws: what is wrong is in `problem`, and the headers
 *  that could be read are there so that the refusal can be addressed. */
export function readHead(bytes: Buffer): Head {
  const headers = new Headers();
  let problem: SipRefusal | null = null;
  const wrong = (reason: string): void => {
    problem ??= new SipRefusal(400, reason);
  };
  let startLine: string | null = null;
  let pending: string | null = null;
  let at = 0;
  let ended = false;
  const flush = (): void => {
    if (pending !== null) addHeader(headers, pending, wrong);
    pending = null;
  };
  while (at < bytes.length && !ended) {
    const feed = bytes.indexOf(lineFeed, at);
    const stop = feed < 0 ? bytes.length : feed;
    const hasReturn = feed > at && bytes[feed - 1] === carriageReturn;
    if (!hasReturn) wrong('Bad Line End');
    const line = bytes.toString('latin1', at, hasReturn ? stop - 1 : stop);
    at = stop + 1;
    if (line === '') ended = startLine !== null;
    else if (startLine === null) {
      startLine = line;
      if (line.includes('\r')) wrong('Bad Line End');
    } else if (line[0] === ' ' || line[0] === '\t') {
      if (pending === null) wrong('Bad Header');
      else if (pending.length + line.length > maxLineBytes) wrong('Line Too Long');
      else pending += ` ${line.trim()}`;
    } else {
      flush();
      pending = line;
    }
    if (line.length > maxLineBytes) wrong('Line Too Long');
  }
  flush();
  if (!ended) wrong('Head Without End');
  return { startLine: startLine ?? '', headers, bodyAt: Math.min(at, bytes.length), problem };
}

function addHeader(headers: Headers, line: string, wrong: (reason: string) => void): void {
  const colon = line.indexOf(':');
  let end = Math.max(colon, 0);
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  const name = line.slice(0, end);
  if (colon < 0 || !isToken(name)) wrong('Bad Header');
  else if (headers.size >= maxHeaders) wrong('Too Many Headers');
  else if (line.includes('\r')) wrong('Bad Line End');
  else if (line.includes('\0')) addEscapedNull(headers, name, line, wrong);
  else headers.add(name, line.slice(colon + 1).trim());
}

/** A NUL may stand only behind a backslash inside quotes (RFC 4475 §3.1.1.2); nobody needs it, so it is dropped. */
function addEscapedNull(headers: Headers, name: string, line: string, wrong: (reason: string) => void): void {
  const kept = line.replaceAll('\\\0', '');
  if (kept.includes('\0')) wrong('Bad Header');
  else headers.add(name, kept.slice(kept.indexOf(':') + 1).trim());
}

/** The value of Content-Length, or null when absent. Refuses 400 what is no number, or stands twice. */
export function contentLength(headers: Headers): number | null {
  const values = headers.all('content-length');
  const [value] = values;
  if (value === undefined) return null;
  if (values.length > 1 || !/^\d{1,9}$/.test(value)) throw new SipRefusal(400, 'Bad Content-Length');
  return Number(value);
}

/** One datagram, or one frame of a stream, → a message. Never throws on any bytes. */
export function parseMessage(datagram: Buffer): Parsed {
  let start = 0;
  while (start < datagram.length && (datagram[start] === lineFeed || datagram[start] === carriageReturn))
    start += 1;
  if (start === datagram.length) return { kind: 'keepAlive' };
  if (datagram.length > maxMessageBytes) return { kind: 'garbage', reason: 'message too large' };
  const bytes = datagram.subarray(start);
  const head = readHead(bytes);
  if (/^SIP\//i.test(head.startLine)) return readResponse(head, bytes);
  return readRequest(head, bytes);
}

function bodyOf(head: Head, bytes: Buffer): Buffer {
  const declared = contentLength(head.headers);
  const body = bytes.subarray(head.bodyAt);
  if (declared === null) return body;
  if (declared > body.length) throw new SipRefusal(400, 'Content-Length Beyond Message');
  return body.subarray(0, declared);
}

const once = ['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-type'] as const;

type Common = Pick<SipRequest, 'headers' | 'body' | 'via' | 'from' | 'to' | 'callId' | 'cseq'>;

/** What every message must have. Refuses 400 naming the header. */
function readCommon(head: Head, bytes: Buffer): Common {
  const { headers } = head;
  for (const name of once) if (headers.all(name).length > 1) throw new SipRefusal(400, `Repeated ${name}`);
  const required = (name: string): string => {
    const value = headers.get(name);
    if (value === null) throw new SipRefusal(400, `Missing ${name}`);
    return value;
  };
  required('via');
  const [topVia = ''] = headers.list('via');
  const via = parseVia(topVia);
  const from = one(required('from'), 'From');
  const to = one(required('to'), 'To');
  const callId = required('call-id');
  if (!/^[\x21-\x7e]{1,512}$/.test(callId)) throw new SipRefusal(400, 'Bad Call-ID');
  const cseq = parseCseq(required('cseq'));
  const maxForwards = headers.get('max-forwards');
  if (maxForwards !== null && !(/^\d{1,6}$/.test(maxForwards) && Number(maxForwards) < 256)) {
    throw new SipRefusal(400, 'Bad Max-Forwards');
  }
  return { headers, body: bodyOf(head, bytes), via, from, to, callId, cseq };
}

function one(value: string, what: string): NameAddress {
  const address = parseNameAddress(value, what);
  const tag = address.parameters.get('tag');
  if (tag === null || tag === '') throw new SipRefusal(400, `Bad ${what}`);
  return address;
}

function checkAddresses(headers: Headers): void {
  for (const name of ['contact', 'route', 'record-route']) {
    if (headers.get(name) === null) continue;
    for (const part of headers.list(name)) if (part !== '*') parseNameAddress(part, name);
  }
}

function readRequest(head: Head, bytes: Buffer): Parsed {
  const { headers } = head;
  const parts = head.startLine.split(' ');
  const method = parts[0] ?? '';
  const version = parts.at(-1) ?? '';
  if (!isToken(method) || parts.length < 2 || !/ SIP\/\d{1,9}\.\d{1,9} *$/i.test(head.startLine)) {
    return { kind: 'garbage', reason: 'no SIP start line' };
  }
  const malformed = (refusal: SipRefusal): Parsed => ({ kind: 'malformed', method, headers, refusal });
  if (head.problem !== null) return malformed(head.problem);
  const uri = parts[1] ?? '';
  if (parts.length !== 3) return malformed(new SipRefusal(400, 'Bad Request Line'));
  if (version.toUpperCase() !== 'SIP/2.0') return malformed(new SipRefusal(505, 'Version Not Supported'));
  try {
    const parsedUri = parseUri(uri);
    const common = readCommon(head, bytes);
    checkAddresses(headers);
    if (common.cseq.method !== method) throw new SipRefusal(400, 'CSeq Names Another Method');
    if (parsedUri.headers !== null) throw new SipRefusal(400, 'Headers In The Request URI');
    return { kind: 'request', method, uri, ...common };
  } catch (error) {
    if (error instanceof SipRefusal) return malformed(error);
    throw error;
  }
}

function readResponse(head: Head, bytes: Buffer): Parsed {
  const match = /^SIP\/2\.0 ([1-6]\d\d) (.*)$/i.exec(head.startLine);
  if (match === null || head.problem !== null) {
    return { kind: 'garbage', reason: head.problem?.message ?? 'no SIP status line' };
  }
  try {
    const common = readCommon(head, bytes);
    checkAddresses(head.headers);
    if (!isTokenCode(common.cseq.method.charCodeAt(0))) return { kind: 'garbage', reason: 'Bad CSeq' };
    return { kind: 'response', status: Number(match[1]), reason: match[2] ?? '', ...common };
  } catch (error) {
    if (error instanceof SipRefusal) return { kind: 'garbage', reason: error.message };
    throw error;
  }
}
