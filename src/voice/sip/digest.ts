/** Digest authentication, the arithmetic and the header forms. Knows no state.
 *  Source: RFC 7616, RFC 2617, RFC 8760. */
import { createHash } from 'node:crypto';
import { Cursor, quoted } from './grammar.ts';
import { SipRefusal } from './refusal.ts';

/** The algorithms served, best first. */
export const algorithms = ['SHA-256', 'MD5'] as const;
/** One of `algorithms`. */
export type Algorithm = (typeof algorithms)[number];

/** The parameters of a challenge or of credentials, by lower-case name, unquoted. */
export type DigestParameters = ReadonlyMap<string, string>;

/** Name and password of one account. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const hash = (algorithm: Algorithm, text: string): string =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text, 'utf8')
    .digest('hex');

/** The algorithm that a challenge or an answer names; none means MD5; null when not served. */
export function algorithmOf(parameters: DigestParameters): Algorithm | null {
  const named = parameters.get('algorithm')?.toUpperCase() ?? 'MD5';
  return algorithms.find((algorithm) => algorithm === named) ?? null;
}

/** `Digest name=value, …` → parameters; null when it is another scheme. Refuses 400 when it cannot be read. */
export function parseDigest(text: string, what: string): DigestParameters | null {
  const cursor = new Cursor(text, what);
  cursor.skipSpace();
  if (cursor.token().toLowerCase() !== 'digest') return null;
  cursor.skipSpace();
  const parameters = new Map<string, string>();
  do {
    cursor.skipSpace();
    const name = cursor.token().toLowerCase();
    cursor.expect('=');
    const value =
      cursor.peek() === 0x22 ? cursor.quotedString() : cursor.run((code) => code > 0x20 && code !== 0x2c);
    if (parameters.has(name)) throw new SipRefusal(400, `Bad ${what}`);
    parameters.set(name, value);
  } while (cursor.take(','));
  cursor.skipSpace();
  if (!cursor.done) cursor.fail();
  return parameters;
}

/** What the digest is computed over. Without `qop` the older form without counters is meant. */
export interface DigestInput {
  readonly algorithm: Algorithm;
  readonly realm: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
  readonly qop: { readonly cnonce: string; readonly nc: string } | null;
}

/** The `response` parameter: hexadecimal, lower case. */
export function digestResponse({ user, password }: Credentials, input: DigestInput): string {
  const { algorithm, realm, nonce, method, uri, qop } = input;
  const a1 = hash(algorithm, `${user}:${realm}:${password}`);
  const a2 = hash(algorithm, `${method}:${uri}`);
  const middle = qop === null ? nonce : `${nonce}:${qop.nc}:${qop.cnonce}:auth`;
  return hash(algorithm, `${a1}:${middle}:${a2}`);
}

/** The best challenge of a 401 or 407 that can be answered, or null. `values`: the header's values, unsplit. */
export function chooseChallenge(values: readonly string[]): DigestParameters | null {
  const challenges = values.flatMap((value) => {
    const parameters = parseDigest(value, 'Challenge');
    return parameters === null ? [] : [parameters];
  });
  const answerable = challenges.filter((challenge) => {
    const qop = challenge.get('qop');
    return qop === undefined || qop.split(',').some((option) => option.trim().toLowerCase() === 'auth');
  });
  for (const algorithm of algorithms) {
    const found = answerable.find((challenge) => algorithmOf(challenge) === algorithm);
    if (found !== undefined) return found;
  }
  return null;
}

/** The Authorization value that answers a challenge. `cnonce` is random; `count` how often this nonce was used, from 1. */
export function formatCredentials(
  credentials: Credentials,
  challenge: DigestParameters,
  request: { readonly method: string; readonly uri: string },
  cnonce: string,
  count = 1,
): string {
  const algorithm = algorithmOf(challenge) ?? 'MD5';
  const realm = challenge.get('realm') ?? '';
  const nonce = challenge.get('nonce') ?? '';
  const nc = count.toString(16).padStart(8, '0');
  const qop = challenge.has('qop') ? { cnonce, nc } : null;
  const response = digestResponse(credentials, { algorithm, realm, nonce, qop, ...request });
  const opaque = challenge.get('opaque');
  return [
    `Digest username=${quoted(credentials.user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(request.uri)}`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(qop === null ? [] : [`qop=auth, nc=${nc}, cnonce="${cnonce}"`]),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ].join(', ');
}
