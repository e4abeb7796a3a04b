/** GET /oauth2/v2.0/authorize: the person's half of the code flow with PKCE (RFC 6749 §4.1, RFC 7636). */
import type { Answer } from '../answer.ts';
import type { Directory, Person } from '../directory.ts';
import { findClient, isRedirectAllowed } from './clients.ts';
import { type SignIn, whyBuiltInIsOff } from './sign-in.ts';
import { choosePersonPage, refusalPage } from './sign-in-page.ts';
import type { Tokens } from './tokens.ts';

/** What the endpoints of the issuer work with. */
export interface Issuer {
  readonly tokens: Tokens;
  readonly directory: Directory;
  readonly signIn: SignIn;
}

/** Answers an authorization request: the sign-in page; with `login_hint` naming a person, a redirect with a code.
 *  Shape: query, own origin, path of the request → Answer. A wrong client or redirect address is told to the person
 *  (the address cannot be trusted), everything else to the client by redirect. */
export async function authorize(
  issuer: Issuer,
  query: URLSearchParams,
  origin: string,
  path: string,
): Promise<Answer> {
  const isOff = whyBuiltInIsOff(issuer.signIn);
  if (isOff !== null) return refusalPage(403, isOff);
  const clientId = query.get('client_id') ?? '';
  const redirectUri = query.get('redirect_uri') ?? '';
  if (findClient(clientId)?.kind !== 'public') {
    return refusalPage(
      400,
      `There is no client "${clientId}" that signs people in; the page's is wirechief-web.`,
    );
  }
  if (!isRedirectAllowed(redirectUri, origin)) {
    return refusalPage(
      400,
      `The redirect_uri must be an address of this server (${origin}) or of this machine (http://localhost).`,
    );
  }
  const refusal = refusalOf(query);
  if (refusal !== null) return redirect(redirectUri, query, refusal);
  const hint = query.get('login_hint');
  const person = hint === null ? null : await issuer.directory.person(hint);
  if (person === null) {
    return choosePersonPage(await issuer.directory.people(), (choice) => linkFor(path, query, choice));
  }
  const code = await issuer.tokens.issue('code', {
    sub: person.userId,
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: query.get('code_challenge') ?? '',
    scope: query.get('scope') ?? '',
    ...(query.has('nonce') ? { nonce: query.get('nonce') } : {}),
  });
  return redirect(redirectUri, query, { code });
}

function refusalOf(query: URLSearchParams): { error: string; error_description: string } | null {
  const challenge = query.get('code_challenge') ?? '';
  if (query.get('response_type') !== 'code') {
    return { error: 'unsupported_response_type', error_description: 'response_type must be code.' };
  }
  if (query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(challenge)) {
    return {
      error: 'invalid_request',
      error_description: 'PKCE is required: code_challenge (43 characters) with code_challenge_method=S256.',
    };
  }
  if (query.get('prompt') === 'none' && !query.has('login_hint')) {
    return { error: 'login_required', error_description: 'Nobody is signed in; leave prompt=none out.' };
  }
  return null;
}

function redirect(redirectUri: string, query: URLSearchParams, answer: Record<string, string>): Answer {
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
  const state = query.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return {
    status: 302,
    headers: { location: target.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    body: null,
  };
}

function linkFor(path: string, query: URLSearchParams, person: Person): string {
  const next = new URLSearchParams(query);
  next.set('login_hint', person.signInName);
  return `${path}?${next}`;
}
