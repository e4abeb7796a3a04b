/** Access tokens of an issuer of one's own: its discovery document and keys are fetched, kept, and fetched again when a
 *  token names a key that is not among them, at most every half minute (OpenID Connect Discovery 1.0; RFC 8414, 7517,
 *  7519, 9068; webapi.md §17). */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { isLoopback } from '../loopback.ts';
import { type Identity, usersOf } from './identity.ts';
import type { ExternalSettings } from './sign-in.ts';

/** Signatures that are taken: made with a private key. Neither `none` nor a shared secret (HS256) is among them. */
export const allowedAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** How far the issuer's clock may be from ours. */
export const clockToleranceSeconds = 60;

/** How long an answer of the issuer is waited for, how soon it is asked again after one that failed or did not hold the
 *  key, and how long its keys are kept. */
export const issuerPatience = { timeoutMs: 5_000, askAgainMs: 30_000, keepKeysMs: 600_000 } as const;

/** The three as numbers, for tests that lower them. */
export type Patience = { readonly [K in keyof typeof issuerPatience]: number };

/** An issuer as the server uses it. */
export interface ExternalIssuer {
  readonly settings: ExternalSettings;
  /** Who a token stands for; null when it is not valid. Rejects when the issuer cannot be asked for its keys. */
  verify(token: string): Promise<Identity | null>;
  /** The address for the challenge: the authorization endpoint, the issuer itself until that is known. */
  authority(): string;
  /** Asks the issuer for its document if that is not known yet. Rejects with IssuerUnavailable when it cannot be asked. */
  discover(): Promise<Endpoints>;
}

/** Where the issuer signs people in and out; null where its document names none. */
export interface Endpoints {
  readonly authorization: string;
  readonly token: string | null;
  readonly endSession: string | null;
}

/** The issuer cannot be asked, or answers what is no discovery document or key set of its own. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

interface Discovered extends Endpoints {
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
}

/** An external issuer. Nothing is fetched before the first token or question. `now`: milliseconds since 1970. */
export function createExternalIssuer(
  settings: ExternalSettings,
  patience: Patience = issuerPatience,
  now: () => number = Date.now,
): ExternalIssuer {
  let found: Discovered | null = null;
  let asking: Promise<Discovered> | null = null;
  let failed: { readonly error: unknown; readonly at: number } | null = null;
  const discovered = (): Promise<Discovered> => {
    if (found !== null) return Promise.resolve(found);
    if (failed !== null && now() - failed.at < patience.askAgainMs) return Promise.reject(failed.error);
    asking ??= discover(settings.issuer, patience)
      .then(
        (document) => {
          found = document;
          return document;
        },
        (error: unknown) => {
          failed = { error, at: now() };
          throw error;
        },
      )
      .finally(() => {
        asking = null;
      });
    return asking;
  };
  return {
    settings,
    authority: () => found?.authorization ?? settings.issuer,
    discover: discovered,
    verify: async (token) => {
      const claims = await claimsOf(token, settings, (await discovered()).keys, now());
      if (claims?.exp === undefined || claims.iss === undefined) return null;
      return { users: usersOf(claims), expiresAt: claims.exp * 1000, issuer: claims.iss };
    },
  };
}

async function claimsOf(
  token: string,
  { issuer, audiences }: ExternalSettings,
  keys: Discovered['keys'],
  now: number,
): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [...allowedAlgorithms],
      issuer,
      audience: [...audiences],
      requiredClaims: ['exp', 'sub'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(now),
    });
    return payload;
  } catch (error) {
    if (isOfToken(error)) return null;
    throw new IssuerUnavailable(`the keys of ${issuer} cannot be read`, { cause: error });
  }
}

/** Is the token to blame, and not the issuer that could not be asked? */
function isOfToken(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  return !['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(error.code);
}

async function discover(issuer: string, patience: Patience): Promise<Discovered> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const fail = (reason: string, cause?: unknown): never => {
    throw new IssuerUnavailable(`${address}: ${reason}`, { cause });
  };
  const document = await readDocument(address, patience, fail);
  const entry = (name: string): string => {
    const value = document[name];
    return typeof value === 'string' ? value : fail(`names no ${name}`);
  };
  const addressIn = (name: string): string => {
    const text = entry(name);
    return isSafeAddress(text) ? text : fail(`names a ${name} that is neither https nor of this machine`);
  };
  const mayName = (name: string): string | null => (name in document ? addressIn(name) : null);
  // OpenID Connect Discovery 1.0 §4.3: a document that speaks for another issuer counts for nothing.
  if (entry('issuer') !== issuer) fail(`is the document of ${entry('issuer')}, not of ${issuer}`);
  const keys = createRemoteJWKSet(new URL(addressIn('jwks_uri')), {
    timeoutDuration: patience.timeoutMs,
    cooldownDuration: patience.askAgainMs,
    cacheMaxAge: patience.keepKeysMs,
  });
  return {
    authorization: addressIn('authorization_endpoint'),
    token: mayName('token_endpoint'),
    endSession: mayName('end_session_endpoint'),
    keys,
  };
}

/** Fetches a JSON object; `fail` throws. */
async function readDocument(
  address: string,
  { timeoutMs }: Patience,
  fail: (reason: string, cause?: unknown) => never,
): Promise<Readonly<Record<string, unknown>>> {
  const document: unknown = await fetch(address, {
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: 'application/json' },
  })
    .then((response) => (response.ok ? response.json() : fail(`answered ${response.status}`)))
    .catch((error: unknown) =>
      error instanceof IssuerUnavailable ? Promise.reject(error) : fail('cannot be read', error),
    );
  return typeof document === 'object' && document !== null ? { ...document } : {};
}

/** Keys and tokens travel by https; in the clear on this machine alone. */
export function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
