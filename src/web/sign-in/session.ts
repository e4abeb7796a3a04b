/** The signed-in person's tokens: kept in sessionStorage, so per tab and gone with it; renewed a minute before they
 *  end. Source: webapi.md §17. */
import { isRecord, number, text } from '../kit/record.ts';
import { createStore, type Store } from '../kit/store.ts';

/** `expiresAt`: milliseconds since 1970 by this browser's clock. A borrowed session has no refresh token. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresAt: number;
}

const key = 'wirechief.session';
const renewBeforeMs = 60_000;

/** Who is signed in in this tab, or null. */
export const sessionStore: Store<Session | null> = createStore(load());

/** The client id of the screens at the token endpoint. */
export const clientId = 'wirechief-web';

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
  return { accessToken, expiresAt, refreshToken: text(value, 'refreshToken') };
}

/** Keeps a session. One borrowed from another tab is not written down: it stays that tab's. */
export function keepSession(session: Session): void {
  if (session.refreshToken !== null) sessionStorage.setItem(key, JSON.stringify(session));
  sessionStore.set(session);
}

/** Forgets the tokens; the sign-in page shows. */
export function signOut(): void {
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
  const refreshToken = sessionStore.get()?.refreshToken ?? null;
  if (refreshToken === null) {
    signOut();
    throw new SignedOut();
  }
  try {
    const session = await requestToken({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const renewed = { ...session, refreshToken: session.refreshToken ?? refreshToken };
    keepSession(renewed);
    return renewed.accessToken;
  } catch (error) {
    if (error instanceof TokenRefused) signOut();
    throw error;
  }
}

/** The token endpoint said no; the message is its error_description. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** Asks the token endpoint. Throws TokenRefused when it says no. */
export async function requestToken(fields: { readonly [name: string]: string }): Promise<Session> {
  const response = await fetch('/oauth2/v2.0/token', {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, scope: scope(), ...fields }),
  });
  const body: unknown = await response.json().catch(() => null);
  const answer = isRecord(body) ? body : {};
  const token = text(answer, 'access_token');
  if (!response.ok || token === null) {
    throw new TokenRefused(text(answer, 'error_description') ?? `Sign-in was refused (${response.status}).`);
  }
  const lifetimeSeconds = number(answer, 'expires_in') ?? 3599;
  return {
    accessToken: token,
    refreshToken: text(answer, 'refresh_token'),
    expiresAt: Date.now() + lifetimeSeconds * 1000,
  };
}

/** The scope of every token: all that the person may do here, and a refresh token. */
export function scope(): string {
  return `${location.origin}/.default offline_access`;
}
