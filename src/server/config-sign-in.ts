/** The settings of sign-in: which issuer counts, and by which address the server is known. */
import type { Setting } from './config.ts';
import { isLoopback } from './loopback.ts';
import { isSafeAddress } from './oauth/external-issuer.ts';
import { type ExternalSettings, type PageClient, type SignIn, usualScope } from './oauth/sign-in.ts';
import { exitCodes, StartError, wrong } from './start-error.ts';

/** Who issues tokens. On loopback the built-in issuer does unless told otherwise; beyond it only on demand, for with it
 *  anyone who reaches the server can be anybody. Refuses: StartError naming setting and remedy. */
export function parseSignIn(value: (name: Setting) => string, host: string): SignIn {
  const development = parseSwitch('WIRECHIEF_DEV_SIGNIN', value('WIRECHIEF_DEV_SIGNIN'));
  const issuer = value('WIRECHIEF_OIDC_ISSUER');
  if (issuer !== '') {
    if (development === true) {
      throw configurationError(
        'WIRECHIEF_DEV_SIGNIN=on and WIRECHIEF_OIDC_ISSUER exclude each other: with an issuer of your own the built-in one is off. Unset one of them.',
      );
    }
    return { kind: 'external', external: parseExternal(value, issuer) };
  }
  for (const name of [
    'WIRECHIEF_OIDC_AUDIENCE',
    'WIRECHIEF_OIDC_CLIENT_ID',
    'WIRECHIEF_OIDC_SCOPE',
  ] as const) {
    if (value(name) === '') continue;
    throw configurationError(
      `${name} is set and WIRECHIEF_OIDC_ISSUER is not: set the issuer it belongs to.`,
    );
  }
  if (development === null && !isLoopback(host)) {
    throw configurationError(
      `WIRECHIEF_HOST is "${host}", which others can reach, and the built-in sign-in lets anyone be anybody. Set WIRECHIEF_OIDC_ISSUER to your OpenID Connect issuer, WIRECHIEF_DEV_SIGNIN=on to let everyone in, or WIRECHIEF_DEV_SIGNIN=off to let nobody in.`,
    );
  }
  return { kind: (development ?? true) ? 'development' : 'off' };
}

function parseExternal(value: (name: Setting) => string, issuer: string): ExternalSettings {
  if (!isSafeAddress(issuer) || /[?#]/.test(issuer)) {
    throw wrong('WIRECHIEF_OIDC_ISSUER', issuer, 'the https address that "iss" of its tokens holds');
  }
  const audiences = value('WIRECHIEF_OIDC_AUDIENCE')
    .split(',')
    .map((audience) => audience.trim())
    .filter((audience) => audience !== '');
  if (audiences.length === 0) {
    throw configurationError(
      'WIRECHIEF_OIDC_AUDIENCE is missing: set it to what "aud" of the access tokens for Wirechief holds (several with commas). Without it, tokens meant for other services would be taken.',
    );
  }
  return { issuer, audiences, pages: parsePages(value) };
}

function parsePages(value: (name: Setting) => string): PageClient | null {
  const clientId = value('WIRECHIEF_OIDC_CLIENT_ID');
  const scope = value('WIRECHIEF_OIDC_SCOPE');
  if (clientId === '') {
    if (scope === '') return null;
    throw configurationError(
      'WIRECHIEF_OIDC_SCOPE is set and WIRECHIEF_OIDC_CLIENT_ID is not: set the client that asks for it.',
    );
  }
  // RFC 6749 §3.3: what a scope may be made of.
  if (scope !== '' && !scope.split(' ').every((part) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(part))) {
    throw wrong('WIRECHIEF_OIDC_SCOPE', scope, `scopes with single spaces, as in "${usualScope}"`);
  }
  return { clientId, scope: scope === '' ? usualScope : scope };
}

/** An origin without path, as https://desk.example. */
export function parseOrigin(text: string): string | null {
  if (text === '') return null;
  const bare = text.replace(/\/$/, '').toLowerCase();
  if (!URL.canParse(bare) || !/^https?:$/.test(new URL(bare).protocol) || new URL(bare).origin !== bare) {
    throw wrong('WIRECHIEF_ORIGIN', text, 'scheme, host and port alone, as in https://desk.example');
  }
  return bare;
}

function parseSwitch(name: Setting, text: string): boolean | null {
  if (text === '') return null;
  if (text === 'on' || text === 'off') return text === 'on';
  throw wrong(name, text, 'on or off');
}

function configurationError(message: string): StartError {
  return new StartError(message, exitCodes.configuration);
}
