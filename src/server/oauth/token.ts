/** POST /oauth2/v2.0/token and its older forms (webapi.md §17; RFC 6749, RFC 7636). */
import { createHash, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { type Guid, organizationId } from '../../tables/index.ts';
import { type Answer, jsonAnswer } from '../answer.ts';
import { areSameOrigin } from '../http/origin.ts';
import type { Issuer } from './authorize.ts';
import { type Client, findClient, isSecretOf } from './clients.ts';
import type { Families } from './families.ts';
import { whyBuiltInIsOff } from './sign-in.ts';
import { lifetimeSeconds } from './tokens.ts';

/** A token request. `authorization`: the header, for HTTP Basic. */
export interface TokenRequest {
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
  readonly origin: string;
}

/** The token endpoint. */
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

/** What the token endpoint works with. */
export type TokenIssuer = Issuer & { readonly families: Families };

/** Makes the token endpoint. */
export function createTokenEndpoint(issuer: TokenIssuer): TokenEndpoint {
  return {
    token: async (request) => {
      try {
        return await grant(issuer, request);
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

async function grant(issuer: TokenIssuer, request: TokenRequest): Promise<Answer> {
  const { form } = request;
  for (const name of new Set(form.keys())) {
    if (form.getAll(name).length > 1) throw new OAuthError('invalid_request', `${name} is given twice.`);
  }
  const grantType = form.get('grant_type');
  if (grantType === null) throw new OAuthError('invalid_request', 'grant_type is missing.');
  const isOff = whyBuiltInIsOff(issuer.signIn);
  if (isOff !== null) throw new OAuthError('unauthorized_client', isOff);
  const client = clientOf(request);
  checkResource(request);
  switch (grantType) {
    case 'client_credentials':
      return asClient(issuer, request, client);
    case 'authorization_code':
      return byCode(issuer, request, client);
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

/** Tokens are for this server: what a v2 client asks as a scope and a v1 client as `resource` must lead here. */
function checkResource({ form, origin }: TokenRequest): void {
  const scopes = (form.get('scope') ?? '').split(' ');
  const wanted = scopes
    .filter((part) => part.endsWith('/.default'))
    .map((part) => part.slice(0, -'/.default'.length));
  const resource = form.get('resource');
  if (resource !== null) wanted.push(resource);
  for (const one of wanted) {
    // A resource may end with its slash, which makes two of them before ".default".
    if (!areSameOrigin(one.replace(/\/$/, ''), origin)) {
      throw new OAuthError('invalid_scope', `"${one}" is not this server: ask for ${origin}/.default`);
    }
  }
}

async function asClient(
  issuer: TokenIssuer,
  { form, origin }: TokenRequest,
  client: Client,
): Promise<Answer> {
  if (client.kind !== 'confidential') {
    throw new OAuthError('unauthorized_client', `${client.id} has no secret: it signs people in, by code.`);
  }
  const scope = form.get('scope')?.trim();
  if (
    scope !== undefined &&
    (scope === '' || scope.split(/ +/).some((part) => !part.endsWith('/.default')))
  ) {
    throw new OAuthError('invalid_scope', `scope must be ${origin}/.default`);
  }
  return tokensFor(issuer, { origin, client, userId: client.userId, scope: '', refresh: null });
}

async function byCode(issuer: TokenIssuer, { form, origin }: TokenRequest, client: Client): Promise<Answer> {
  const claims = await issuer.tokens.verify('code', form.get('code') ?? '');
  if (claims?.jti === undefined)
    throw new OAuthError('invalid_grant', 'The code is not valid or is past its time.');
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
  const refresh = { family: claims.jti, token: randomUUID() };
  if (!(await issuer.families.begin(refresh.family, refresh.token))) {
    throw new OAuthError('invalid_grant', 'The code was used already. Whatever it gave is ended.');
  }
  return tokensFor(issuer, { ...personOf(claims), origin, client, refresh });
}

async function byRefresh(
  issuer: TokenIssuer,
  { form, origin }: TokenRequest,
  client: Client,
): Promise<Answer> {
  const claims = await issuer.tokens.verify('refresh', form.get('refresh_token') ?? '');
  if (claims?.jti === undefined || typeof claims.family !== 'string')
    throw new OAuthError('invalid_grant', 'The refresh token is not valid or is past its time.');
  if (claims.client_id !== client.id) {
    throw new OAuthError('invalid_grant', 'The refresh token is of another client.');
  }
  if (claims.iss === undefined || !areSameOrigin(claims.iss, origin)) {
    throw new OAuthError('invalid_grant', `The refresh token is of ${claims.iss}, not of ${origin}.`);
  }
  const refresh = { family: claims.family, token: randomUUID() };
  if (!(await issuer.families.advance(refresh.family, claims.jti, refresh.token))) {
    throw new OAuthError(
      'invalid_grant',
      'The refresh token was used before, or its sign-in has ended. Sign in again.',
    );
  }
  return tokensFor(issuer, { ...personOf(claims), origin, client, refresh });
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
  /** The family of refresh tokens this goes on with, and the id of the next one; null for a program's own token. */
  readonly refresh: { readonly family: string; readonly token: string } | null;
}

async function tokensFor({ tokens, directory }: TokenIssuer, granted: Granted): Promise<Answer> {
  const { origin, client, userId, scope, nonce, refresh } = granted;
  const member = await directory.member({ by: 'userId', id: userId });
  if (member?.kind !== 'enabled') throw new OAuthError('invalid_grant', 'The user is unknown or disabled.');
  const subject = { iss: origin, sub: userId, oid: userId, tid: organizationId, name: member.displayName };
  const access = await tokens.issue('access', {
    ...subject,
    aud: `${origin}/`,
    appid: client.id,
    scp: 'user_impersonation',
  });
  const answer: Record<string, unknown> = {
    access_token: access,
    token_type: 'Bearer',
    expires_in: lifetimeSeconds.access,
  };
  if (refresh !== null) {
    answer.refresh_token = await tokens.issue('refresh', {
      iss: origin,
      sub: userId,
      client_id: client.id,
      scope,
      family: refresh.family,
      jti: refresh.token,
    });
    if (scope.split(' ').includes('openid')) {
      const identity = { ...subject, aud: client.id, ...(nonce === undefined ? {} : { nonce }) };
      answer.id_token = await tokens.issue('id', identity);
    }
  }
  if (scope !== '') answer.scope = scope;
  return jsonAnswer(200, answer, noStore);
}
