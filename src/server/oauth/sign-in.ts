/** How people and programs come in: the settings, and what to tell who comes to the wrong door. */

/** An issuer of one's own (OpenID Connect). `issuer`: as in its discovery document and in the `iss` of its tokens.
 *  `audiences`: what `aud` of an access token may be. `pages`: as whom the pages sign people in; null: programs only. */
export interface ExternalSettings {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly pages: PageClient | null;
}

/** The pages as a public client at the issuer. `scope`: what they ask for. */
export interface PageClient {
  readonly clientId: string;
  readonly scope: string;
}

/** The scope when none is set: a sign-in, a name, and a refresh token. */
export const usualScope = 'openid profile offline_access';

/** Which issuer counts: the built-in one (development), somebody else's, or none. */
export type SignIn =
  | { readonly kind: 'development' }
  | { readonly kind: 'external'; readonly external: ExternalSettings }
  | { readonly kind: 'off' };

/** Why the built-in issuer gives nothing, and what to do; null when it is on. */
export function whyBuiltInIsOff(signIn: SignIn): string | null {
  switch (signIn.kind) {
    case 'development':
      return null;
    case 'external':
      return `The built-in issuer is off: sign in at ${signIn.external.issuer} (WIRECHIEF_OIDC_ISSUER).`;
    case 'off':
      return 'Nobody can sign in here: WIRECHIEF_DEV_SIGNIN is off and WIRECHIEF_OIDC_ISSUER names no issuer. Set one of them.';
  }
}
