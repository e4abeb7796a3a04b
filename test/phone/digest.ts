/** The phone's own digest, apart from the server's. Source: RFC 7616, RFC 2617. */
import { createHash } from 'node:crypto';
import type { SipResponse } from '../../src/voice/sip/message.ts';

/** An account. `algorithm`: which of the offered challenges to answer. */
export interface Account {
  readonly user: string;
  readonly password: string;
  readonly algorithm?: 'MD5' | 'SHA-256';
}

/** The header line that answers a 401 or 407, or null when nothing can be answered. */
export function authorization(
  response: SipResponse,
  account: Account,
  method: string,
  uri: string,
): readonly [name: string, value: string] | null {
  const proxy = response.status === 407;
  const challenges = response.headers.all(proxy ? 'proxy-authenticate' : 'www-authenticate');
  const algorithm = account.algorithm ?? 'SHA-256';
  const challenge =
    challenges.find((one) => new RegExp(`algorithm="?${algorithm}"?(,|$)`, 'i').test(one)) ??
    challenges.find((one) => !/algorithm=/i.test(one));
  if (challenge === undefined) return null;
  const read = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const hash = (text: string): string =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const [realm, nonce] = [read('realm'), read('nonce')];
  const [cnonce, nc] = ['0a4f113b', '00000001'];
  const secret = hash(`${account.user}:${realm}:${account.password}`);
  const result = hash(`${secret}:${nonce}:${nc}:${cnonce}:auth:${hash(`${method}:${uri}`)}`);
  return [
    proxy ? 'Proxy-Authorization' : 'Authorization',
    `Digest username="${account.user}", realm="${realm}", nonce="${nonce}", uri="${uri}", qop=auth, nc=${nc}, ` +
      `cnonce="${cnonce}", response="${result}", algorithm=${algorithm}`,
  ];
}
