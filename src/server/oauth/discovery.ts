/** The discovery document of the issuer (OpenID Connect Discovery 1.0) and its key set (RFC 7517). */
import { type Answer, jsonAnswer } from '../answer.ts';
import type { SigningKey } from './signing-key.ts';

const headers = { 'cache-control': 'no-cache', 'access-control-allow-origin': '*' };

/** GET /.well-known/openid-configuration. */
export function discovery(origin: string): Answer {
  return jsonAnswer(
    200,
    {
      issuer: origin,
      authorization_endpoint: `${origin}/oauth2/v2.0/authorize`,
      token_endpoint: `${origin}/oauth2/v2.0/token`,
      jwks_uri: `${origin}/discovery/v2.0/keys`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'none'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      scopes_supported: ['openid', 'profile', 'offline_access'],
    },
    headers,
  );
}

/** GET /discovery/v2.0/keys. */
export function keySet({ publicJwk }: SigningKey): Answer {
  return jsonAnswer(200, { keys: [publicJwk] }, headers);
}
