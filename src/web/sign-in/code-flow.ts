/** Authorization code with PKCE, as a full-page redirect, and the way out. Source: webapi.md §17, RFC 7636, OpenID Connect
 *  RP-Initiated Logout 1.0. */
import { keepSession, requestToken, sessionStore, signOut } from './session.ts';
import { type SignInSettings, signInSettings } from './settings.ts';

const pendingKey = 'wirechief.sign-in';

interface Pending {
  readonly state: string;
  readonly verifier: string;
  readonly returnTo: string;
}

/** Base64url without padding of bytes. */
export function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** The S256 challenge of a verifier (RFC 7636 §4.2). */
export async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return base64Url(new Uint8Array(digest));
}

function randomText(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/** Leaves for the authorization endpoint; `signInName` picks the person in development. */
export async function beginSignIn(signInName?: string): Promise<void> {
  const settings = await signInSettings();
  const here = location.pathname + location.search;
  const pending: Pending = { state: randomText(), verifier: randomText(), returnTo: here };
  sessionStorage.setItem(pendingKey, JSON.stringify(pending));
  goTo(settings.authorizationEndpoint, {
    client_id: settings.clientId,
    response_type: 'code',
    redirect_uri: `${location.origin}/`,
    scope: settings.scope,
    state: pending.state,
    code_challenge: await challengeOf(pending.verifier),
    code_challenge_method: 'S256',
    ...(signInName === undefined ? {} : { login_hint: signInName }),
  });
}

/** Leaves for an address of the issuer, which may have a query of its own. */
function goTo(address: string, parameters: { readonly [name: string]: string }): void {
  const target = new URL(address);
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
  location.assign(target.href);
}

/** Signs out here and, where the issuer has a way to, there: else the next person at this desk would come in as this
 *  one. */
export async function endSignIn(): Promise<void> {
  const idToken = sessionStore.get()?.idToken ?? null;
  signOut();
  const settings = await signInSettings();
  if (settings.endSessionEndpoint === null) return;
  goTo(settings.endSessionEndpoint, {
    client_id: settings.clientId,
    post_logout_redirect_uri: `${location.origin}/`,
    ...(idToken === null ? {} : { id_token_hint: idToken }),
  });
}

/** Finishes a sign-in if this page load is the way back from the authorization endpoint, and puts the address the
 *  person came from in place. Returns what went wrong in words, or null. */
export async function completeSignIn(): Promise<string | null> {
  const query = new URLSearchParams(location.search);
  const [code, state, error] = ['code', 'state', 'error'].map((name) => query.get(name));
  if (!state || (!code && !error)) return null;
  const saved = sessionStorage.getItem(pendingKey);
  sessionStorage.removeItem(pendingKey);
  const pending: Partial<Pending> = saved === null ? {} : JSON.parse(saved);
  history.replaceState(null, '', pending.returnTo ?? '/');
  if (error) return query.get('error_description') ?? `Sign-in was refused (${error}).`;
  if (!code || pending.state !== state || pending.verifier === undefined) {
    return 'That sign-in was started elsewhere or is too old. Please sign in again.';
  }
  try {
    if (!isFrom(query.get('iss'), await signInSettings()))
      return 'That answer is not of our sign-in service.';
    keepSession(
      await requestToken({
        grant_type: 'authorization_code',
        code,
        redirect_uri: `${location.origin}/`,
        code_verifier: pending.verifier,
      }),
    );
    return null;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

/** RFC 9207: an answer that names its issuer must name ours. */
function isFrom(issuer: string | null, settings: SignInSettings): boolean {
  return issuer === null || settings.issuer === null || issuer === settings.issuer;
}
