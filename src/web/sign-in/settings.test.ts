import { expect, test } from 'vitest';
import { nameIn } from './id-token.ts';
import { parseSettings } from './settings.ts';

const builtIn = {
  kind: 'on',
  issuer: null,
  clientId: 'wirechief-web',
  scope: 'x',
  authorizationEndpoint: '/oauth2/v2.0/authorize',
  tokenEndpoint: '/oauth2/v2.0/token',
  endSessionEndpoint: null,
};

test('paths of the server become addresses, those of an issuer stay', () => {
  const external = { ...builtIn, issuer: 'https://login.example', tokenEndpoint: 'https://login.example/t' };
  expect(parseSettings(200, builtIn).tokenEndpoint).toBe(`${location.origin}/oauth2/v2.0/token`);
  expect(parseSettings(200, external)).toMatchObject({
    issuer: 'https://login.example',
    tokenEndpoint: 'https://login.example/t',
    endSessionEndpoint: null,
  });
});

test.each([
  [200, { kind: 'off', reason: 'Set WIRECHIEF_OIDC_CLIENT_ID.' }, 'Set WIRECHIEF_OIDC_CLIENT_ID.'],
  [503, { error: { code: '', message: 'Try again.' } }, 'Try again.'],
  [502, null, 'The server answered 502.'],
  [200, [], 'does not say where'],
])('%d %o says why nobody can sign in', (status, body, message) => {
  expect(() => parseSettings(status, body)).toThrow(message);
});

test('an ID token names its person; what is none names nobody', () => {
  const part = btoa('{"preferred_username":"j\\u00f8rn@example.test","oid":"7b0d"}').replaceAll('=', '');
  expect(nameIn(`e30.${part}.x`)).toEqual({ name: 'jørn@example.test', objectId: '7b0d' });
  for (const text of [null, '', 'a.b', 'e30.%.x'])
    expect(nameIn(text)).toEqual({ name: null, objectId: null });
});
