/** Signed tokens of three kinds, told apart by the `typ` of their header so that none passes for another:
 *  access tokens (RFC 9068), refresh tokens, and authorization codes. They survive a restart and are known by every server that shares
 *  the key. */
import { randomUUID } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { SigningKey } from './signing-key.ts';

/** Lifetimes. The access token's is the product's (webapi.md §17). */
export const lifetimeSeconds = { access: 3599, refresh: 24 * 3600, code: 60, id: 3599 } as const;

/** The kinds of token. */
export type TokenKind = keyof typeof lifetimeSeconds;

const types = { access: 'at+jwt', refresh: 'rt+jwt', code: 'code+jwt', id: 'JWT' } as const;

/** Issues and checks tokens. */
export interface Tokens {
  readonly key: SigningKey;
  /** `jti` is made unless the claims have one. */
  issue(kind: TokenKind, claims: JWTPayload): Promise<string>;
  /** The claims of a token of this kind; null when it is not ours, of another kind, changed or past its time. */
  verify(kind: TokenKind, token: string): Promise<JWTPayload | null>;
}

/** Tokens signed with `key`. `now`: milliseconds since 1970. */
export function createTokens(key: SigningKey, now: () => number = Date.now): Tokens {
  return {
    key,
    issue: (kind, claims) => {
      const seconds = Math.floor(now() / 1000);
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: types[kind], kid: key.id })
        .setIssuedAt(seconds)
        .setNotBefore(seconds)
        .setExpirationTime(seconds + lifetimeSeconds[kind])
        .setJti(claims.jti ?? randomUUID())
        .sign(key.privateKey);
    },
    verify: async (kind, token) => {
      try {
        const options = { algorithms: ['ES256'], typ: types[kind], currentDate: new Date(now()) };
        return (await jwtVerify(token, key.publicKey, options)).payload;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
