/** The built-in issuer: every grant and every refusal of webapi.md §17. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../../../test/database/database.ts';
import { developmentUserId, organizationId, rootBusinessUnitId } from '../../tables/index.ts';
import type { Directory, Person } from '../directory.ts';
import { authorize } from './authorize.ts';
import { isRedirectAllowed } from './clients.ts';
import { discovery, keySet } from './discovery.ts';
import { createFamilies } from './families.ts';
import { keyFromFile } from './signing-key.ts';
import { createTokenEndpoint, type TokenIssuer } from './token.ts';
import { createTokens, lifetimeSeconds } from './tokens.ts';

const origin = 'http://localhost:8080';
const redirectUri = `${origin}/`;
const agent: Person = {
  userId: '5d1f0c62-8a37-4b91-9e20-7c4ad3b6e101',
  signInName: 'agent',
  displayName: 'Robin <Dahl>',
};
const disabled = new Set<string>();
const directory: Directory = {
  people: async () => [agent],
  person: async (name) => (name.toLowerCase() === 'agent' ? agent : null),
  member: async ({ id }) => {
    if (![agent.userId, developmentUserId].includes(id)) return null;
    if (disabled.has(id)) return { kind: 'disabled', userId: id };
    const caller = { userId: id, businessUnitId: rootBusinessUnitId, organizationId };
    return { kind: 'enabled', caller, displayName: 'Robin Dahl' };
  },
};

let folder: string;
let now = Date.now();
let database: TestStore;
let issuer: TokenIssuer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wirechief-key-'));
  const tokens = createTokens(await keyFromFile(join(folder, 'deep/key.json')), () => now);
  database = await openTestStore();
  const families = createFamilies(database.store, lifetimeSeconds.refresh, () => now);
  issuer = { tokens, directory, signIn: { kind: 'development' }, families };
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

async function ask(fields: Record<string, string> | URLSearchParams, authorization?: string, by = issuer) {
  const form = new URLSearchParams(fields);
  return answerOf(await createTokenEndpoint(by).token({ form, authorization, origin }));
}

function answerOf(answer: { status: number; headers: Record<string, string>; body: string | Buffer | null }) {
  const body: Record<string, string> = JSON.parse(String(answer.body));
  return { ...answer, body };
}

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');
const authorizeQuery = (changed: Record<string, string> = {}) =>
  new URLSearchParams({
    client_id: 'wirechief-web',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 'xyz',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    login_hint: 'agent',
    ...changed,
  });

async function redirectOf(query: URLSearchParams): Promise<URL> {
  const { status, headers } = await authorize(issuer, query, origin, '/oauth2/v2.0/authorize');
  expect(status).toBe(302);
  return new URL(headers.location ?? '');
}

async function code(changed: Record<string, string> = {}): Promise<string> {
  return (await redirectOf(authorizeQuery(changed))).searchParams.get('code') ?? '';
}

const exchange = async (changed: Record<string, string> = {}) =>
  ask({
    grant_type: 'authorization_code',
    client_id: 'wirechief-web',
    redirect_uri: redirectUri,
    code_verifier: verifier,
    code: await code(),
    ...changed,
  });

describe('client credentials', () => {
  const wanted = {
    grant_type: 'client_credentials',
    client_id: 'wirechief-dev',
    client_secret: 'wirechief-dev',
  };

  test('give the development client a token as its application user', async () => {
    const { status, headers, body } = await ask({ ...wanted, scope: `${origin}/.default` });
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    expect(body.refresh_token).toBeUndefined();
    const claims = await issuer.tokens.verify('access', body.access_token ?? '');
    expect(claims).toMatchObject({
      sub: developmentUserId,
      appid: 'wirechief-dev',
      iss: origin,
      aud: `${origin}/`,
    });
  });

  test('may come by HTTP Basic, by the application id, and from v1 clients with resource', async () => {
    const basic = `Basic ${Buffer.from('wirechief-dev:wirechief-dev').toString('base64')}`;
    expect((await ask({ grant_type: 'client_credentials' }, basic)).status).toBe(200);
    const byId = { ...wanted, client_id: '00000000-0000-4000-8000-000000000005' };
    expect((await ask({ ...byId, resource: `${origin}/` })).status).toBe(200);
  });

  test.each([
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_secret: '' }, 401, 'invalid_client'],
    [{ client_id: 'nobody' }, 401, 'invalid_client'],
    [{ client_id: '' }, 400, 'invalid_request'],
    [{ scope: 'everything' }, 400, 'invalid_scope'],
    [{ scope: '' }, 400, 'invalid_scope'],
    [{ scope: 'https://org.example/.default' }, 400, 'invalid_scope'],
    [{ resource: 'https://org.example/' }, 400, 'invalid_scope'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ client_id: 'wirechief-web' }, 400, 'unauthorized_client'],
  ])('with %o are refused %i %s', async (changed, status, error) => {
    const answer = await ask({ ...wanted, ...changed });
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(answer.body.error_description).not.toBe('');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('refused by HTTP Basic name the scheme (RFC 6749 §5.2)', async () => {
    const basic = `Basic ${Buffer.from('wirechief-dev:wrong').toString('base64')}`;
    const { status, headers } = await ask({ grant_type: 'client_credentials' }, basic);
    expect([status, headers['www-authenticate']]).toEqual([401, 'Basic realm="wirechief"']);
  });

  test('given twice are refused', async () => {
    const form = new URLSearchParams([...Object.entries(wanted), ['client_id', 'wirechief-web']]);
    expect((await ask(form)).body.error).toBe('invalid_request');
    const basic = `Basic ${Buffer.from('wirechief-dev:wirechief-dev').toString('base64')}`;
    expect((await ask(wanted, basic)).body.error).toBe('invalid_request');
  });

  test('are refused where the development sign-in is off', async () => {
    const answer = await ask(wanted, undefined, { ...issuer, signIn: { kind: 'off' } });
    expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client']);
    expect(answer.body.error_description).toContain('WIRECHIEF_OIDC_ISSUER');
  });
});

describe('authorization', () => {
  const page = async (query: URLSearchParams, by = issuer) =>
    authorize(by, query, origin, '/oauth2/v2.0/authorize');

  test('shows the people when nobody is named, names escaped', async () => {
    const query = authorizeQuery();
    query.delete('login_hint');
    const { status, headers, body } = await page(query);
    expect(status).toBe(200);
    expect(body).toContain('Robin &lt;Dahl&gt;');
    expect(body).toContain('login_hint=agent');
    expect(body).not.toContain('<script');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  test('sends a code and the state back, and never the token', async () => {
    const target = await redirectOf(authorizeQuery());
    expect(target.href.startsWith(redirectUri)).toBe(true);
    expect([...target.searchParams.keys()].sort()).toEqual(['code', 'state']);
    expect(target.searchParams.get('state')).toBe('xyz');
  });

  test.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ code_challenge: '' }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
  ])('with %o tells the client %s', async (changed, error) => {
    const target = await redirectOf(authorizeQuery(changed));
    expect([target.searchParams.get('error'), target.searchParams.get('state')]).toEqual([error, 'xyz']);
  });

  test.each([
    [{ client_id: 'nobody' }],
    [{ client_id: 'wirechief-dev' }],
    [{ redirect_uri: 'https://example.com/' }],
  ])('with %o is told to the person, never to that address', async (changed) => {
    const { status, headers } = await page(authorizeQuery(changed));
    expect([status, headers.location]).toEqual([400, undefined]);
  });

  test('is off where the development sign-in is off', async () => {
    expect((await page(authorizeQuery(), { ...issuer, signIn: { kind: 'off' } })).status).toBe(403);
  });

  test.each([
    ['http://localhost:8080/', true],
    ['http://localhost:5173/signed-in', true],
    ['http://127.0.0.1:1234/', true],
    ['http://[::1]:1234/', true],
    ['http://example.com/', false],
    ['http://localhost.example.com/', false],
    ['http://localhost@example.com/', false],
    ['javascript:alert(1)', false],
    ['/relative', false],
    ['http://localhost:8080/#fragment', false],
  ])('a code may be sent to %s: %s', (uri, allowed) => {
    expect(isRedirectAllowed(uri, origin)).toBe(allowed);
  });
});

describe('a code', () => {
  test('becomes access, refresh and identity token of the person', async () => {
    const { status, body } = await exchange();
    expect(status).toBe(200);
    expect(await issuer.tokens.verify('access', body.access_token ?? '')).toMatchObject({
      sub: agent.userId,
    });
    expect(await issuer.tokens.verify('id', body.id_token ?? '')).toMatchObject({ aud: 'wirechief-web' });
    expect(body.refresh_token).toBeDefined();
  });

  test('is spent once', async () => {
    const endpoint = createTokenEndpoint(issuer);
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'wirechief-web',
      redirect_uri: redirectUri,
      code_verifier: verifier,
      code: await code(),
    });
    const request = { form, authorization: undefined, origin };
    const first = answerOf(await endpoint.token(request));
    expect(first.status).toBe(200);
    expect(answerOf(await endpoint.token(request)).body.error).toBe('invalid_grant');
    // RFC 6749 §4.1.2: what the code gave is ended, for one of the two who showed it had stolen it.
    const refresh = await ask({
      grant_type: 'refresh_token',
      client_id: 'wirechief-web',
      refresh_token: first.body.refresh_token ?? '',
    });
    expect(refresh.body.error).toBe('invalid_grant');
  });

  test('lives for a minute', async () => {
    const old = await code();
    now += (lifetimeSeconds.code + 1) * 1000;
    expect((await exchange({ code: old })).body.error).toBe('invalid_grant');
  });

  test.each([
    [{ code_verifier: randomBytes(32).toString('base64url') }],
    [{ code_verifier: '' }],
    [{ redirect_uri: 'http://localhost:1234/' }],
    [{ code: 'guess' }],
    [{ client_id: 'wirechief-dev', client_secret: 'wirechief-dev' }],
  ])('with %o is refused', async (changed) => {
    const answer = await exchange(changed);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
  });
});

describe('a refresh token', () => {
  const refresh = (token: string, changed: Record<string, string> = {}) =>
    ask({ grant_type: 'refresh_token', client_id: 'wirechief-web', refresh_token: token, ...changed });

  test('gives new tokens until its time is over', async () => {
    const { body } = await exchange();
    const again = await refresh(body.refresh_token ?? '');
    expect(again.status).toBe(200);
    now += (lifetimeSeconds.refresh + 1) * 1000;
    expect((await refresh(again.body.refresh_token ?? '')).body.error).toBe('invalid_grant');
  });

  test('is used once: the next one takes its place, and a copy that comes late ends the sign-in (RFC 9700 §4.14)', async () => {
    const first = (await exchange()).body.refresh_token ?? '';
    const second = (await refresh(first)).body.refresh_token ?? '';
    const third = await refresh(second);
    expect([third.status, third.body.refresh_token === second]).toEqual([200, false]);
    expect((await refresh(first)).body.error).toBe('invalid_grant');
    expect((await refresh(third.body.refresh_token ?? '')).body.error).toBe('invalid_grant');
  });

  test('shown twice at the same moment is honoured once', async () => {
    const token = (await exchange()).body.refresh_token ?? '';
    const statuses = await Promise.all([refresh(token), refresh(token), refresh(token)]);
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  });

  test('is refused at another origin', async () => {
    const token = (await exchange()).body.refresh_token ?? '';
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'wirechief-web',
      refresh_token: token,
    });
    const request = { form, authorization: undefined, origin: 'https://desk.example' };
    expect(answerOf(await createTokenEndpoint(issuer).token(request)).body.error).toBe('invalid_grant');
  });

  test('is refused for another client, for another kind of token, and for a user who is disabled', async () => {
    const { body } = await exchange();
    const token = body.refresh_token ?? '';
    const other = { client_id: 'wirechief-dev', client_secret: 'wirechief-dev' };
    expect((await refresh(token, other)).body.error).toBe('invalid_grant');
    expect((await refresh(body.access_token ?? '')).body.error).toBe('invalid_grant');
    disabled.add(agent.userId);
    expect((await refresh(token)).body.error).toBe('invalid_grant');
    disabled.clear();
  });
});

describe('tokens', () => {
  test('of one kind do not pass for another, nor changed ones, nor those of another key', async () => {
    const { body } = await exchange();
    const token = body.access_token ?? '';
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(await issuer.tokens.verify('access', body.id_token ?? '')).toBeNull();
    expect(await issuer.tokens.verify('access', body.refresh_token ?? '')).toBeNull();
    expect(await issuer.tokens.verify('access', `${token.slice(0, -4)}AAAA`)).toBeNull();
    const otherKey = createTokens(await keyFromFile(join(folder, 'other.json')), () => now);
    expect(await otherKey.verify('access', token)).toBeNull();
  });

  test('end after 3599 seconds', async () => {
    const { body } = await exchange();
    now += 3600 * 1000;
    expect(await issuer.tokens.verify('access', body.access_token ?? '')).toBeNull();
  });
});

describe('the key', () => {
  test('is made once, for its owner alone', async () => {
    const path = join(folder, 'once.json');
    const first = await keyFromFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await keyFromFile(path)).id).toBe(first.id);
    expect(JSON.parse(readFileSync(path, 'utf8')).d).toBeDefined();
  });

  test('that cannot be read is not replaced', async () => {
    const path = join(folder, 'broken.json');
    writeFileSync(path, 'not a key');
    await expect(keyFromFile(path)).rejects.toThrow();
    expect(readFileSync(path, 'utf8')).toBe('not a key');
  });

  test('is shown without its private part, and verifies tokens elsewhere', async () => {
    const { body } = answerOf(keySet(issuer.tokens.key));
    expect(JSON.stringify(body)).not.toContain('"d"');
    const document = answerOf(discovery(origin)).body;
    expect(document).toMatchObject({ issuer: origin, jwks_uri: `${origin}/discovery/v2.0/keys` });
    const keys = createRemoteJWKSet(
      new URL(`data:application/json,${encodeURIComponent(JSON.stringify(body))}`),
    );
    const { body: tokens } = await exchange();
    const options = { currentDate: new Date(now), issuer: origin, audience: 'wirechief-web' };
    expect((await jwtVerify(tokens.id_token ?? '', keys, options)).payload.sub).toBe(agent.userId);
  });
});
