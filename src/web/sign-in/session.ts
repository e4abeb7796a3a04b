/** The signed-in person's tokens: kept in sessionStorage, so per tab and gone with it; renewed a minute before they
 *  end. Source: webapi.md §17. */
import { isRecord, number, text } from '../kit/record.ts';
import { createStore, type Store } from '../kit/store.ts';
import { signInSettings } from './settings.ts';
import { signInProblem } from './sign-in-problem.ts';

/** `expiresAt`: milliseconds since 1970 by this browser's clock. `refreshToken`: null when the issuer gave none, or the
 *  session is borrowed. `idToken`: what an issuer needs to know whom to sign out. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
  readonly expiresAt: number;
}

const key = 'wirechief.session';
const renewBeforeMs = 60_000;

/** Who is signed in in this tab, or null. */
export const sessionStore: Store<Session | null> = createStore(load());

function load(): Session | null {
  const saved = sessionStorage.getItem(key);
  if (saved === null) return null;
  const value: unknown = JSON.parse(saved);
  return isRecord(value) ? parse(value) : null;
}

function parse(value: { readonly [name: string]: unknown }): Session | null {
  const accessToken = text(value, 'accessToken');
  const expiresAt = number(value, 'expiresAt');
  if (accessToken === null || expiresAt === null) return null;
  const [refreshToken, idToken] = [text(value, 'refreshToken'), text(value, 'idToken')];
  return { accessToken, expiresAt, refreshToken, idToken };
}

/** Keeps a session of this tab's own. */
export function keepSession(session: Session): void {
  sessionStorage.setItem(key, JSON.stringify(session));
  sessionStore.set(session);
}

/** Uses a session of another tab. It is not written down: it stays that tab's. */
export function takeBorrowed({ accessToken, expiresAt }: Pick<Session, 'accessToken' | 'expiresAt'>): void {
  sessionStore.set({ accessToken, expiresAt, refreshToken: null, idToken: null });
}

/** Forgets the tokens; the sign-in page shows, with the reason when there is one. */
export function signOut(reason: string | null = null): void {
  signInProblem.set(reason);
  sessionStorage.removeItem(key);
  sessionStore.set(null);
}

/** A token that is good for at least a few seconds. Throws SignedOut when there is none. */
export async function accessToken(): Promise<string> {
  const session = sessionStore.get();
  if (session === null) throw new SignedOut();
  if (session.refreshToken === null || session.expiresAt - Date.now() > renewBeforeMs)
    return session.accessToken;
  return refreshNow();
}

/** Nobody is signed in, or the sign-in has ended. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut';
  constructor() {
    super('You are signed out.');
  }
}

let renewal: Promise<string> | null = null;

/** Renews the access token now; callers at the same time share one request. A refused renewal signs out. */
export function refreshNow(): Promise<string> {
  renewal ??= renew().finally(() => {
    renewal = null;
  });
  return renewal;
}

async function renew(): Promise<string> {
  const before = sessionStore.get();
  const refreshToken = before?.refreshToken ?? null;
  if (before === null || refreshToken === null) {
    signOut('Your sign-in has ended, or this server does not accept it. Please sign in again.');
    throw new SignedOut();
  }
  try {
    const session = await requestToken({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const renewed = {
      ...session,
      refreshToken: session.refreshToken ?? refreshToken,
      idToken: session.idToken ?? before.idToken,
    };
    // Whoever signed out meanwhile stays signed out.
    if (sessionStore.get() === null) throw new SignedOut();
    keepSession(renewed);
    return renewed.accessToken;
  } catch (error) {
    if (error instanceof TokenRefused) signOut(`Your sign-in has ended: ${error.message}`);
    throw error;
  }
}

/** The token endpoint said no; the message is its error_description. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** The token endpoint cannot be reached or is in trouble: it may say yes later. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';
}

/** Asks the token endpoint. Throws TokenRefused when it says no, TokenUnavailable when it says nothing. */
export async function requestToken(fields: { readonly [name: string]: string }): Promise<Session> {
  const { clientId, tokenEndpoint } = await signInSettings();
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, ...fields }),
    credentials: 'omit',
  }).catch((error: unknown) => {
    const message = `The sign-in service at ${new URL(tokenEndpoint).origin} could not be reached from this page.`;
    throw new TokenUnavailable(message, { cause: error });
  });
  const body: unknown = await response.json().catch(() => null);
  const answer = isRecord(body) ? body : {};
  if (response.status >= 500 || response.status === 429) {
    throw new TokenUnavailable(`The sign-in service answered ${response.status}. Try again.`);
  }
  const token = text(answer, 'access_token');
  if (!response.ok || token === null) {
    const reason = text(answer, 'error_description') ?? text(answer, 'error');
    throw new TokenRefused(reason ?? `Sign-in was refused (${response.status}).`);
  }
  const lifetimeSeconds = number(answer, 'expires_in') ?? 3599;
  return {
    accessToken: token,
    refreshToken: text(answer, 'refresh_token'),
    idToken: text(answer, 'id_token'),
    expiresAt: Date.now() + lifetimeSeconds * 1000,
  };
}
