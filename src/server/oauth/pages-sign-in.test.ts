/** What the pages are told of sign-in (webapi.md §17), with a real issuer on loopback. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { audience, startIssuer, type TestIssuer } from '../../../test/server/issuer.ts';
import { createExternalIssuer } from './external-issuer.ts';
import { pagesSignIn, tokenSource } from './pages-sign-in.ts';
import type { SignIn } from './sign-in.ts';

const pages = { clientId: 'desk-pages', scope: 'openid' };
const here = 'http://localhost:8080';

let source: TestIssuer;
beforeEach(async () => {
  source = await startIssuer();
});
afterEach(() => source.close());

function opened(client: typeof pages | null = pages) {
  const external = { issuer: source.issuer, audiences: [audience], pages: client };
  const signIn: SignIn = { kind: 'external', external };
  return { signIn, issuer: createExternalIssuer(external) };
}

const told = async ({ signIn, issuer }: ReturnType<typeof opened>) => {
  const { status, body } = await pagesSignIn(signIn, issuer, here);
  return [status, JSON.parse(String(body))];
};

test('where the issuer signs people in, and as which client', async () => {
  const { issuer } = source;
  expect(await told(opened())).toEqual([
    200,
    {
      kind: 'on',
      issuer,
      ...pages,
      authorizationEndpoint: `${issuer}/authorize`,
      tokenEndpoint: `${issuer}/token`,
      endSessionEndpoint: null,
    },
  ]);
});

test('that it is not the pages’ turn yet, without a client', async () => {
  expect(await told(opened(null))).toEqual([
    200,
    { kind: 'off', reason: expect.stringContaining('WIRECHIEF_OIDC_CLIENT_ID') },
  ]);
});

test('to come back later, while the issuer is away', async () => {
  source.breakDown(true);
  const one = opened();
  expect(await told(one)).toEqual([
    503,
    { error: { code: '', message: expect.stringContaining(source.issuer) } },
  ]);
  expect(await tokenSource(one.issuer)).toBeNull();
});

test('the built-in issuer, or that nobody can sign in', async () => {
  const of = async (signIn: SignIn) => JSON.parse(String((await pagesSignIn(signIn, null, here)).body));
  expect(await of({ kind: 'development' })).toMatchObject({
    kind: 'on',
    issuer: null,
    tokenEndpoint: '/oauth2/v2.0/token',
  });
  expect(await of({ kind: 'off' })).toEqual({
    kind: 'off',
    reason: expect.stringContaining('WIRECHIEF_DEV_SIGNIN'),
  });
});

test('the policy names the token endpoint alone, and nothing that could end its directive', async () => {
  expect(await tokenSource(opened().issuer)).toBe(`${source.issuer}/token`);
  expect(await tokenSource(opened(null).issuer)).toBeNull();
  expect(await tokenSource(null)).toBeNull();
  const endpoints = { authorization: 'https://x/', endSession: null };
  const odd = { ...endpoints, token: "https://login.example/a;script-src 'none',b?c=d;e" };
  expect(await tokenSource({ ...opened().issuer, discover: async () => odd })).toBe(
    "https://login.example/a%3Bscript-src%20'none'%2Cb",
  );
});
