/** A small OpenID Connect issuer on loopback that people sign in at with a browser: authorization code with PKCE for one
 *  public client, refresh tokens that are used once, sign-out. It keeps to the letter (RFC 6749, RFC 7636, OpenID Connect
 *  Core, RP-Initiated Logout), so that a page that does not is refused. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose';

/** Somebody with an account there. */
export interface Account {
  readonly name: string;
  readonly oid: string;
}

/** The issuer. */
export interface PeopleIssuer {
  readonly issuer: string;
  readonly origin: string;
  /** How often tokens were renewed, and who was signed out. */
  readonly renewals: () => number;
  readonly signedOut: string[];
  /** What `aud` of access tokens is from now on. */
  audience: string;
  /** An access token of an application's own. */
  applicationToken(applicationId: string): Promise<string>;
  close(): Promise<void>;
}

interface Grant {
  readonly account: Account;
  readonly challenge: string;
  readonly redirectUri: string;
}

const keyId = 'people';

/** Starts the issuer. `client`: id of the pages; `origin`: where they are; `lifetimeSeconds`: of access tokens. */
export async function startPeopleIssuer(settings: {
  readonly accounts: readonly Account[];
  readonly client: string;
  readonly origin: string;
  readonly audience: string;
  readonly lifetimeSeconds: number;
}): Promise<PeopleIssuer> {
  const { accounts, client, origin, lifetimeSeconds } = settings;
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: keyId, alg: 'RS256', use: 'sig' };
  const codes = new Map<string, Grant>();
  const refreshTokens = new Map<string, Account>();
  const signedOut: string[] = [];
  let renewals = 0;
  const state = { audience: settings.audience };

  const sign = (claims: JWTPayload, audience: string) =>
    new SignJWT({ iss: issuer, aud: audience, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keyId })
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .sign(privateKey);

  const tokensFor = async ({ name, oid }: Account) => {
    const refreshToken = randomUUID();
    refreshTokens.set(refreshToken, { name, oid });
    return {
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
      access_token: await sign({ sub: name, oid, scp: 'desk', azp: client }, state.audience),
      id_token: await sign({ sub: name, oid, preferred_username: `${name}@example.test` }, client),
      refresh_token: refreshToken,
    };
  };

  const byCode = (form: URLSearchParams): Account | null => {
    const grant = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant?.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri')) return null;
    return grant.account;
  };

  const byRefresh = (form: URLSearchParams): Account | null => {
    const token = form.get('refresh_token') ?? '';
    const account = refreshTokens.get(token) ?? null;
    refreshTokens.delete(token);
    if (account !== null) renewals += 1;
    return account;
  };

  const token = async (request: IncomingMessage, response: ServerResponse) => {
    // A public client of the web: its origin may read the answer, nobody else's (CORS).
    if (request.headers.origin !== origin) return void response.writeHead(403).end();
    const form = new URLSearchParams(await textOf(request));
    const isRefresh = form.get('grant_type') === 'refresh_token';
    const account = form.get('client_id') === client ? (isRefresh ? byRefresh : byCode)(form) : null;
    response.writeHead(account === null ? 400 : 200, {
      'content-type': 'application/json',
      'access-control-allow-origin': origin,
      'cache-control': 'no-store',
    });
    const refusal = { error: 'invalid_grant', error_description: 'The grant is not valid.' };
    response.end(JSON.stringify(account === null ? refusal : await tokensFor(account)));
  };

  /** Shows who there is to choose from; the choice comes back as `account`. */
  const authorize = (query: URLSearchParams, response: ServerResponse) => {
    const redirectUri = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== client || redirectUri !== `${origin}/`) {
      return void response.writeHead(400).end('Unknown client or redirect address.');
    }
    const target = new URL(redirectUri);
    target.searchParams.set('state', query.get('state') ?? '');
    target.searchParams.set('iss', issuer);
    const choice = query.get('account');
    if (choice === null) return void showAccounts(query, accounts, response);
    const account = accounts.find(({ name }) => name === choice);
    const isRight =
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256' &&
      query.get('scope')?.split(' ').includes('openid') === true;
    if (account === undefined || !isRight) {
      target.searchParams.set('error', 'access_denied');
      target.searchParams.set('error_description', 'The person said no.');
    } else {
      const code = randomUUID();
      codes.set(code, { account, challenge: query.get('code_challenge') ?? '', redirectUri });
      target.searchParams.set('code', code);
    }
    response.writeHead(302, { location: target.href }).end();
  };

  const signOut = async (query: URLSearchParams, response: ServerResponse) => {
    const hint = query.get('id_token_hint') ?? '';
    const { payload } = await jwtVerify(hint, publicKey, { audience: client });
    if (payload.sub !== undefined) signedOut.push(payload.sub);
    const back = query.get('post_logout_redirect_uri') ?? '';
    if (back !== `${origin}/`) return void response.writeHead(400).end('Unknown address.');
    response.writeHead(302, { location: back }).end();
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer);
    const json = (body: object) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    const serve = async () => {
      if (pathname === '/.well-known/openid-configuration') return void json(discovery(issuer));
      if (pathname === '/keys') return void json({ keys: [jwk] });
      if (pathname === '/authorize') return authorize(searchParams, response);
      if (pathname === '/token' && request.method === 'POST') return token(request, response);
      if (pathname === '/sign-out') return signOut(searchParams, response);
      response.writeHead(404).end();
    };
    serve().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return Object.assign(state, {
    issuer,
    origin: issuer,
    renewals: () => renewals,
    signedOut,
    applicationToken: (applicationId: string) =>
      sign({ sub: applicationId, azp: applicationId, idtyp: 'app' }, settings.audience),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

const discovery = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  end_session_endpoint: `${issuer}/sign-out`,
  jwks_uri: `${issuer}/keys`,
});

function showAccounts(query: URLSearchParams, accounts: readonly Account[], response: ServerResponse): void {
  const links = [...accounts.map(({ name }) => name), 'Cancel'].map((name) => {
    const next = new URLSearchParams(query);
    next.set('account', name);
    return `<a href="/authorize?${String(next).replaceAll('&', '&amp;')}">${name}</a> `;
  });
  response.setHeader('content-type', 'text/html').end(`<h1>Who are you?</h1>${links.join('')}`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}
