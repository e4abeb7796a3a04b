/** POST /oauth2/v2.0/token and its older forms (webapi.md §17; RFC 6749, RFC 7636). */
import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { type Guid, organizationId } from '../../tables/index.ts';
import { type Answer, jsonAnswer } from '../answer.ts';
import { type Issuer, signInIsOff } from './authorize.ts';
import { type Client, findClient, isSecretOf } from './clients.ts';
import { lifetimeSeconds } from './tokens.ts';

/** A token request. `authorization`: the header, for HTTP Basic. */
export interface TokenRequest {
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
  readonly origin: string;
}

/** The token endpoint. One object a server, for it remembers which codes were spent. */
export interface TokenEndpoint {
  /** Answers every request: tokens, or an error in the form of OAuth. */
  token(request: TokenRequest): Promise<Answer>;
}

type ErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type';

/** An OAuth "no", thrown within this file and answered at its edge. */
class OAuthError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** Makes the token endpoint. `now`: milliseconds since 1970. */
export function createTokenEndpoint(issuer: Issuer, now: () => number = Date.now): TokenEndpoint {
  const spentCodes = new Map<string, number>();
  const spend = (code: string): boolean => {
    for (const [id, until] of spentCodes) if (until < now()) spentCodes.delete(id);
    if (spentCodes.has(code)) return false;
    spentCodes.set(code, now() + 2 * lifetimeSeconds.code * 1000);
    return true;
  };
  return {
    token: async (request) => {
      try {
        return await grant(issuer, request, spend);
      } catch (error) {
        if (!(error instanceof OAuthError)) throw error;
        const challenge =
          error.code === 'invalid_client' && request.authorization !== undefined
            ? { 'www-authenticate': 'Basic realm="wirechief"' }
            : {};
        return jsonAnswer(
          error.code === 'invalid_client' ? 401 : 400,
          { error: error.code, error_description: error.message },
          { ...noStore, ...challenge },
        );
      }
    },
  };
}

async function grant(
  issuer: Issuer,
  request: TokenRequest,
  spend: (code: string) => boolean,
): Promise<Answer> {
  const { form } = request;
  for (const name of new Set(form.keys())) {
    if (form.getAll(name).length > 1) throw new OAuthError('invalid_request', `${name} is given twice.`);
  }
  const grantType = form.get('grant_type');
  if (grantType === null) throw new OAuthError('invalid_request', 'grant_type is missing.');
  const client = clientOf(request);
  if (!issuer.developmentSignIn) throw new OAuthError('unauthorized_client', signInIsOff);
  switch (grantType) {
    case 'client_credentials':
      return asClient(issuer, request, client);
    case 'authorization_code':
      return byCode(issuer, request, client, spend);
    case 'refresh_token':
      return byRefresh(issuer, request, client);
    default:
      throw new OAuthError(
        'unsupported_grant_type',
        `grant_type "${grantType}" is not known; use client_credentials, authorization_code or refresh_token.`,
      );
  }
}

/** Who the client is, by body or HTTP Basic; a confidential one must show its secret. */
function clientOf({ form, authorization }: TokenRequest): Client {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  const [basicId, ...basicSecret] =
    basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':');
  if (basicId !== undefined && form.has('client_secret')) {
    throw new OAuthError('invalid_request', 'Send the secret in the body or by HTTP Basic, not both.');
  }
  const id = basicId === undefined ? form.get('client_id') : formDecode(basicId);
  const secret = basicId === undefined ? form.get('client_secret') : formDecode(basicSecret.join(':'));
  if (id === null || id === '') throw new OAuthError('invalid_request', 'client_id is missing.');
  const client = findClient(id);
  if (client === null) throw new OAuthError('invalid_client', `There is no client "${id}".`);
  if (client.kind === 'confidential' && !isSecretOf(client, secret ?? '')) {
    throw new OAuthError('invalid_client', 'The client secret is missing or wrong.');
  }
  return client;
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are put together. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

async function asClient(issuer: Issuer, { form, origin }: TokenRequest, client: Client): Promise<Answer> {
  if (client.kind !== 'confidential') {
    throw new OAuthError('unauthorized_client', `${client.id} has no secret: it signs people in, by code.`);
  }
  const scope = form.get('scope');
  if (scope !== null && !scope.split(' ').every((part) => part.endsWith('/.default'))) {
    throw new OAuthError('invalid_scope', `scope must be ${origin}/.default`);
  }
  return tokensFor(issuer, { origin, client, userId: client.userId, scope: '', withRefresh: false });
}

async function byCode(
  issuer: Issuer,
  { form, origin }: TokenRequest,
  client: Client,
  spend: (code: string) => boolean,
): Promise<Answer> {
  const claims = await issuer.tokens.verify('code', form.get('code') ?? '');
  if (claims === null) throw new OAuthError('invalid_grant', 'The code is not valid or is past its time.');
  if (claims.client_id !== client.id) throw new OAuthError('invalid_grant', 'The code is of another client.');
  if (claims.redirect_uri !== form.get('redirect_uri')) {
    throw new OAuthError('invalid_grant', 'redirect_uri is not the one the code was sent to.');
  }
  const verifier = form.get('code_verifier') ?? '';
  if (
    !/^[\w.~-]{43,128}$/.test(verifier) ||
    createHash('sha256').update(verifier).digest('base64url') !== claims.code_challenge
  ) {
    throw new OAuthError('invalid_grant', 'code_verifier does not fit the code_challenge.');
  }
  if (!spend(claims.jti ?? '')) throw new OAuthError('invalid_grant', 'The code was used already.');
  return tokensFor(issuer, { ...personOf(claims), origin, client, withRefresh: true });
}

async function byRefresh(issuer: Issuer, { form, origin }: TokenRequest, client: Client): Promise<Answer> {
  const claims = await issuer.tokens.verify('refresh', form.get('refresh_token') ?? '');
  if (claims === null)
    throw new OAuthError('invalid_grant', 'The refresh token is not valid or is past its time.');
  if (claims.client_id !== client.id) {
    throw new OAuthError('invalid_grant', 'The refresh token is of another client.');
  }
  return tokensFor(issuer, { ...personOf(claims), origin, client, withRefresh: true });
}

function personOf(claims: JWTPayload): { userId: Guid<'systemuser'>; scope: string; nonce?: string } {
  const { sub = '', scope, nonce } = claims;
  return {
    userId: sub,
    scope: typeof scope === 'string' ? scope : '',
    ...(typeof nonce === 'string' ? { nonce } : {}),
  };
}

interface Granted {
  readonly origin: string;
  readonly client: Client;
  readonly userId: Guid<'systemuser'>;
  readonly scope: string;
  readonly nonce?: string;
  readonly withRefresh: boolean;
}

async function tokensFor({ tokens, directory }: Issuer, granted: Granted): Promise<Answer> {
  const { origin, client, userId, scope, nonce, withRefresh } = granted;
  const caller = await directory.caller(userId);
  if (caller === null) throw new OAuthError('invalid_grant', 'The user is unknown or disabled.');
  const subject = { iss: origin, sub: userId, oid: userId, tid: organizationId, name: caller.displayName };
  const access = await tokens.issue('access', {
    ...subject,
    aud: `${origin}/`,
    appid: client.id,
    scp: 'user_impersonation',
  });
  const wantsId = withRefresh && scope.split(' ').includes('openid');
  return jsonAnswer(
    200,
    {
      access_token: access,
      token_type: 'Bearer',
      expires_in: lifetimeSeconds.access,
      ...(withRefresh
        ? {
            refresh_token: await tokens.issue('refresh', {
              iss: origin,
              sub: userId,
              client_id: client.id,
              scope,
            }),
          }
        : {}),
      ...(wantsId
        ? {
            id_token: await tokens.issue('id', {
              ...subject,
              aud: client.id,
              ...(nonce === undefined ? {} : { nonce }),
            }),
          }
        : {}),
      ...(scope === '' ? {} : { scope }),
    },
    noStore,
  );
}
