/** How the pages sign people in: one shape for the built-in issuer and one of one's own, told by the server, so that a page
 *  need not ask an issuer for its discovery document (webapi.md §17; OpenID Connect Discovery 1.0). */
import { type Answer, errorAnswer, jsonAnswer } from '../answer.ts';
import { webClient } from './clients.ts';
import type { Endpoints, ExternalIssuer } from './external-issuer.ts';
import { type SignIn, usualScope, whyBuiltInIsOff } from './sign-in.ts';

/** What a page is told. Addresses are absolute, or paths of this server. `issuer`: null for the built-in one. */
export type PagesSignIn =
  | {
      readonly kind: 'on';
      readonly issuer: string | null;
      readonly clientId: string;
      readonly scope: string;
      readonly authorizationEndpoint: string;
      readonly tokenEndpoint: string;
      readonly endSessionEndpoint: string | null;
    }
  | { readonly kind: 'off'; readonly reason: string };

const noStore = { 'cache-control': 'no-store' };

/** GET /sign-in/settings. 503 while the issuer cannot be asked for its document. */
export async function pagesSignIn(
  signIn: SignIn,
  external: ExternalIssuer | null,
  origin: string,
): Promise<Answer> {
  if (external === null) return jsonAnswer(200, builtIn(signIn, origin), noStore);
  try {
    return jsonAnswer(200, byIssuer(external, await external.discover()), noStore);
  } catch {
    // Why is in the server's log; a page is no place for what the issuer answered.
    const message = `The sign-in service ${external.settings.issuer} cannot be reached now. Try again in half a minute.`;
    return errorAnswer(503, message, { ...noStore, 'retry-after': '30' });
  }
}

function builtIn(signIn: SignIn, origin: string): PagesSignIn {
  const isOff = whyBuiltInIsOff(signIn);
  if (isOff !== null) return { kind: 'off', reason: isOff };
  return {
    kind: 'on',
    issuer: null,
    clientId: webClient.id,
    scope: `${origin}/.default offline_access`,
    authorizationEndpoint: '/oauth2/v2.0/authorize',
    tokenEndpoint: '/oauth2/v2.0/token',
    endSessionEndpoint: null,
  };
}

function byIssuer(
  { settings }: ExternalIssuer,
  { authorization, token, endSession }: Endpoints,
): PagesSignIn {
  const { issuer, pages } = settings;
  if (pages === null) {
    const reason = `The pages are no client of ${issuer} yet: set WIRECHIEF_OIDC_CLIENT_ID, and WIRECHIEF_OIDC_SCOPE where "${usualScope}" is not enough. Programs can sign in.`;
    return { kind: 'off', reason };
  }
  if (token === null)
    return { kind: 'off', reason: `${issuer} names no token_endpoint, so no page can sign in.` };
  return {
    kind: 'on',
    issuer,
    ...pages,
    authorizationEndpoint: authorization,
    tokenEndpoint: token,
    endSessionEndpoint: endSession,
  };
}

/** The token endpoint as a source of the pages' Content-Security-Policy: that very address and nothing else of the issuer.
 *  Null when there is none or the issuer cannot be asked. */
export async function tokenSource(external: ExternalIssuer | null): Promise<string | null> {
  if (external === null || external.settings.pages === null) return null;
  const endpoints = await external.discover().catch(() => null);
  if (endpoints?.token == null) return null;
  const { origin, pathname } = new URL(endpoints.token);
  // Both end a source (CSP 3 §2.3.1); the rest is encoded by URL already.
  return `${origin}${pathname.replaceAll(';', '%3B').replaceAll(',', '%2C')}`;
}
