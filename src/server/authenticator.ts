/** From the header of a request to who asks. A token is checked once and remembered, for on the hot path checking a
 *  signature would cost more than the rest of the request; it is checked again when its time is over, when any user
 *  changes, and after ten minutes, so that a key its issuer withdrew ends with it. */
import type { Store } from '../store/index.ts';
import { organizationId, Refusal } from '../tables/index.ts';
import type { Caller } from '../webapi/index.ts';
import type { Directory } from './directory.ts';
import { areSameOrigin } from './http/origin.ts';
import type { Identity } from './oauth/identity.ts';
import type { Tokens } from './oauth/tokens.ts';

/** A checked token. `expiresAt`: milliseconds since 1970. */
export interface Authenticated {
  readonly caller: Caller;
  readonly expiresAt: number;
}

/** Reads a token; null when it is not valid. */
export type Verify = (token: string) => Promise<Identity | null>;

/** Who a token stands for. `origin`: where the request came in; a token of our own must have been issued there. Null:
 *  at any of our origins. */
export interface Authenticator {
  /** A token checked before; undefined when it has to be checked. At once, without a promise. */
  known(token: string, origin: string | null): Authenticated | undefined;
  /** Checks a token; null when it is not valid (401), a Refusal when its user may not come in (403). */
  check(token: string, origin: string | null): Promise<Authenticated | Refusal | null>;
  close(): void;
}

/** How many tokens are remembered, and for how long. */
export const remembering = { tokens: 2000, forMs: 600_000 } as const;

/** Tokens of the built-in issuer (RFC 9068 §4): of an origin of ours, for that very origin. */
export function verifyOwn(tokens: Pick<Tokens, 'verify'>): Verify {
  return async (token) => {
    const claims = await tokens.verify('access', token);
    if (claims?.sub === undefined || claims.exp === undefined || claims.iss === undefined) return null;
    if (claims.aud !== `${claims.iss}/` || claims.tid !== organizationId) return null;
    return { users: [{ by: 'userId', id: claims.sub }], expiresAt: claims.exp * 1000, issuer: claims.iss };
  };
}

/** What an authenticator is made of. `isOwnIssuer`: tokens name the origin that issued them. */
export interface AuthenticatorParts {
  readonly verify: Verify;
  readonly isOwnIssuer: boolean;
  readonly directory: Pick<Directory, 'member'>;
  readonly store: Pick<Store, 'subscribe'>;
  readonly now?: () => number;
}

interface Remembered extends Authenticated {
  readonly issuer: string;
  readonly until: number;
}

/** The authenticator. `now`: milliseconds since 1970. */
export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { verify, isOwnIssuer, directory, store, now = Date.now } = parts;
  const remembered = new Map<string, Remembered>();
  let generation = 0;
  const unsubscribe = store.subscribe((changes) => {
    if (!changes.some(({ table, operation }) => table === 'systemuser' && operation !== 'create')) return;
    generation += 1;
    remembered.clear();
  });
  const isFor = (issuer: string, origin: string | null): boolean =>
    !isOwnIssuer || origin === null || areSameOrigin(issuer, origin);
  const known = (token: string, origin: string | null): Authenticated | undefined => {
    const found = remembered.get(token);
    return found !== undefined && found.until > now() && isFor(found.issuer, origin) ? found : undefined;
  };
  return {
    known,
    check: async (token, origin) => {
      const before = known(token, origin);
      if (before !== undefined) return before;
      const started = generation;
      const identity = await verify(token);
      if (identity === null || !isFor(identity.issuer, origin)) return null;
      const caller = await callerOf(identity, directory);
      if (caller instanceof Refusal) return caller;
      const { expiresAt, issuer } = identity;
      const found = { caller, expiresAt, issuer, until: Math.min(expiresAt, now() + remembering.forMs) };
      if (started === generation) {
        if (remembered.size >= remembering.tokens) remembered.clear();
        remembered.set(token, found);
      }
      return found;
    },
    close: () => {
      unsubscribe();
      remembered.clear();
    },
  };
}

/** The user of a valid token. In the words of the product where there is none or it is disabled. */
async function callerOf(
  { users }: Identity,
  directory: Pick<Directory, 'member'>,
): Promise<Caller | Refusal> {
  for (const key of users) {
    const member = await directory.member(key);
    if (member?.kind === 'disabled') return new Refusal('userDisabled', member.userId);
    if (member !== null) return member.caller;
  }
  return new Refusal('userNotMember');
}

/** The token of an Authorization header; null when it carries none. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1] ?? null;
}
