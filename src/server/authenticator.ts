/** From the header of a request to who asks. A token is checked once and remembered until its time is over or any user
 *  changes, for on the hot path checking a signature would cost more than the rest of the request. */
import type { Store } from '../store/index.ts';
import { organizationId } from '../tables/index.ts';
import type { Caller } from '../webapi/index.ts';
import type { Directory } from './directory.ts';
import type { Tokens } from './oauth/tokens.ts';

/** A checked token. `expiresAt`: milliseconds since 1970. */
export interface Authenticated {
  readonly caller: Caller;
  readonly expiresAt: number;
}

/** Who a token stands for. */
export interface Authenticator {
  /** A token checked before; undefined when it has to be checked. At once, without a promise. */
  known(token: string): Authenticated | undefined;
  /** Checks a token; null when it is not valid or its user is gone. */
  check(token: string): Promise<Authenticated | null>;
  close(): void;
}

const maxRemembered = 2000;

/** The authenticator. `now`: milliseconds since 1970. */
export function createAuthenticator(
  tokens: Tokens,
  directory: Directory,
  store: Pick<Store, 'subscribe'>,
  now: () => number = Date.now,
): Authenticator {
  const remembered = new Map<string, Authenticated>();
  let generation = 0;
  const unsubscribe = store.subscribe((changes) => {
    if (!changes.some(({ table, operation }) => table === 'systemuser' && operation !== 'create')) return;
    generation += 1;
    remembered.clear();
  });
  const known = (token: string): Authenticated | undefined => {
    const found = remembered.get(token);
    return found !== undefined && found.expiresAt > now() ? found : undefined;
  };
  return {
    known,
    check: async (token) => {
      const before = known(token);
      if (before !== undefined) return before;
      const started = generation;
      const claims = await tokens.verify('access', token);
      if (claims?.sub === undefined || claims.exp === undefined) return null;
      // RFC 9068 §4. Servers that share a key take each other's tokens, so the issuer is any of its origins.
      if (claims.iss === undefined || claims.aud !== `${claims.iss}/` || claims.tid !== organizationId)
        return null;
      const found = await directory.caller(claims.sub);
      if (found === null) return null;
      const { displayName: _, ...caller } = found;
      const authenticated = { caller, expiresAt: claims.exp * 1000 };
      if (started === generation) {
        if (remembered.size >= maxRemembered) remembered.clear();
        remembered.set(token, authenticated);
      }
      return authenticated;
    },
    close: () => {
      unsubscribe();
      remembered.clear();
    },
  };
}

/** The token of an Authorization header; null when it carries none. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1] ?? null;
}
