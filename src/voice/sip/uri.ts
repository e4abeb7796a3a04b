import { isIPv4, isIPv6 } from 'node:net';
import { SipRefusal } from './refusal.ts';

/** A parsed URI. For `sip` and `sips`: user (escapes kept; null when absent), host (IPv6 without brackets), port or
 *  null, parameters by lower-case name, `headers` the text after "?" or null. For `tel` the number is `user`. For any
 *  other scheme only `scheme` says something.
 *  Source: RFC 3261 §19.1, RFC 3966. */
export interface SipUri {
  readonly scheme: string;
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
  readonly parameters: ReadonlyMap<string, string>;
  readonly headers: string | null;
}

const none: ReadonlyMap<string, string> = new Map();
const bad = (): never => {
  throw new SipRefusal(400, 'Bad URI');
};

const hostName = /^[A-Za-z0-9._-]{1,255}$/;
const userText = /^[A-Za-z0-9_.!~*'()%&=+$,;?/#:-]*$/;
const restText = /^[\x21\x23-\x3b\x3d\x3f-\x7e]*$/;

/** Is every "%" followed by two hexadecimal digits? */
const escapesHold = (text: string): boolean => !/%(?![0-9A-Fa-f]{2})/.test(text);

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text)) return bad();
  const port = Number(text);
  return port > 0 && port < 65_536 ? port : bad();
}

/** `host [":" port]`, IPv6 in brackets. Refuses 400. */
export function readHostPort(text: string): { readonly host: string; readonly port: number | null } {
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    const host = text.slice(1, close);
    if (close < 0 || !isIPv6(host)) return bad();
    const rest = text.slice(close + 1);
    if (rest === '') return { host, port: null };
    return rest.startsWith(':') ? { host, port: readPort(rest.slice(1)) } : bad();
  }
  const colon = text.indexOf(':');
  const host = colon < 0 ? text : text.slice(0, colon);
  if (!hostName.test(host)) return bad();
  if (/^[0-9.]+$/.test(host) && !isIPv4(host)) return bad();
  return { host, port: colon < 0 ? null : readPort(text.slice(colon + 1)) };
}

function readSip(scheme: string, rest: string): SipUri {
  const at = rest.indexOf('@');
  const user = at < 0 ? null : rest.slice(0, at);
  if (user !== null && (user === '' || !userText.test(user) || !escapesHold(user))) bad();
  let tail = rest.slice(at + 1);
  if (tail.includes('@') || !restText.test(tail) || !escapesHold(tail)) bad();
  const question = tail.indexOf('?');
  const headers = question < 0 ? null : tail.slice(question + 1);
  if (question >= 0) tail = tail.slice(0, question);
  const [hostPort = '', ...rawParameters] = tail.split(';');
  const parameters = new Map<string, string>();
  for (const raw of rawParameters) {
    const equals = raw.indexOf('=');
    const name = (equals < 0 ? raw : raw.slice(0, equals)).toLowerCase();
    if (name === '') bad();
    parameters.set(name, equals < 0 ? '' : raw.slice(equals + 1));
  }
  // A password in a URI is deprecated and a secret: it is dropped here so that nothing can log it.
  const colon = user?.indexOf(':') ?? -1;
  return {
    scheme,
    user: user !== null && colon >= 0 ? user.slice(0, colon) : user,
    ...readHostPort(hostPort),
    parameters,
    headers,
  };
}

/** Text → URI. Refuses what is no URI with 400; an unknown scheme is no fault here (its reader answers 416). */
export function parseUri(text: string): SipUri {
  const match = /^([A-Za-z][A-Za-z0-9+.-]{0,63}):/.exec(text);
  if (match === null) return bad();
  const scheme = (match[1] ?? '').toLowerCase();
  const rest = text.slice(match[0].length);
  if (scheme === 'sip' || scheme === 'sips') return readSip(scheme, rest);
  if (rest === '' || !restText.test(rest)) return bad();
  if (scheme !== 'tel') return { scheme, user: null, host: '', port: null, parameters: none, headers: null };
  return { scheme, user: rest, host: '', port: null, parameters: none, headers: null };
}

/** The user part as a person would write it: escapes undone, parameters of a telephone number cut off; null when
 *  absent or when the escapes hide control characters. */
export function userOf(uri: SipUri): string | null {
  if (uri.user === null) return null;
  const raw = uri.user.split(';', 1)[0] ?? '';
  const text = Buffer.from(
    raw.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are looked for
  return text === '' || /[\x00-\x1f\x7f]/.test(text) ? null : text;
}

/** Host as written in a URI or Via: IPv6 gets its brackets. */
export const hostText = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

/** Text → user part: everything outside the unreserved set is escaped, so no user name can change the URI. */
export const escapeUser = (user: string): string =>
  Array.from(Buffer.from(user, 'utf8'), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9_.!~*'()+-]/.test(char) ? char : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }).join('');
