/** Authorization code with PKCE, as a full-page redirect. Source: webapi.md §17, RFC 7636. */
import { clientId, keepSession, requestToken, scope } from './session.ts';

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
  const here = location.pathname + location.search;
  const pending: Pending = { state: randomText(), verifier: randomText(), returnTo: here };
  sessionStorage.setItem(pendingKey, JSON.stringify(pending));
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: `${location.origin}/`,
    scope: scope(),
    state: pending.state,
    code_challenge: await challengeOf(pending.verifier),
    code_challenge_method: 'S256',
    ...(signInName === undefined ? {} : { login_hint: signInName }),
  });
  location.assign(`/oauth2/v2.0/authorize?${query}`);
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
  if (error) return query.get('error_description') ?? error;
  if (!code || pending.state !== state || pending.verifier === undefined) {
    return 'That sign-in was started elsewhere or is too old. Please sign in again.';
  }
  try {
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
