/** Tokens of an issuer of one's own (webapi.md §17), against a real one on loopback. */
import { generateKeyPair, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { audience, startIssuer, type TestIssuer } from '../../../test/server/issuer.ts';
import { createExternalIssuer, type ExternalIssuer, issuerPatience } from './external-issuer.ts';
import { usersOf } from './identity.ts';

const oid = '5d1f0c62-8a37-4b91-9e20-7c4ad3b6e101';
const appid = '5d1f0c62-8a37-4b91-9e20-7c4ad3b6e106';

let source: TestIssuer;
let external: ExternalIssuer;
const settingsOf = ({ issuer }: Pick<TestIssuer, 'issuer'>) => ({
  issuer,
  audiences: [audience, 'https://desk.example/'],
  pages: null,
});
beforeEach(async () => {
  source = await startIssuer();
  external = createExternalIssuer(settingsOf(source));
});
afterEach(() => source.close());

const now = () => Math.floor(Date.now() / 1000);

test('a token of the issuer names its user and its end', async () => {
  const exp = now() + 600;
  const identity = await external.verify(
    await source.token({ claims: { oid, scp: 'user_impersonation', exp } }),
  );
  expect(identity).toEqual({
    users: [{ by: 'objectId', id: oid }],
    expiresAt: exp * 1000,
    issuer: source.issuer,
  });
  expect(source.fetched).toEqual({ discovery: 1, keys: 1 });
});

test('any of the audiences will do', async () => {
  const aud = ['other', 'https://desk.example/'];
  expect(await external.verify(await source.token({ claims: { oid, aud } }))).not.toBeNull();
});

describe('is refused', () => {
  test.each([
    ['for another audience', { aud: 'api://other' }],
    ['of another issuer', { iss: 'https://login.example/' }],
    ['past its time', { exp: now() - 120 }],
    ['before its time', { nbf: now() + 120 }],
  ])('%s', async (_what, claims) => {
    expect(await external.verify(await source.token({ claims }))).toBeNull();
  });

  test.each(['exp', 'sub', 'aud', 'iss'])('without %s', async (claim) => {
    expect(await external.verify(await source.token({ claims: { [claim]: undefined } }))).toBeNull();
  });

  test('without a signature (alg none)', async () => {
    const token = new UnsecuredJWT({ oid, sub: 'x' })
      .setIssuer(source.issuer)
      .setAudience(audience)
      .setExpirationTime('1h')
      .encode();
    expect(await external.verify(token)).toBeNull();
  });

  test('signed with the public key as a shared secret (HS256)', async () => {
    const secret = new TextEncoder().encode(await source.publicKeyText());
    expect(await external.verify(await source.token({ header: { alg: 'HS256' }, key: secret }))).toBeNull();
  });

  test('signed by somebody else under the issuer’s key id', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect(await external.verify(await source.token({ key: privateKey }))).toBeNull();
  });

  test('when it is no token at all', async () => {
    for (const text of ['', 'a', 'a.b.c', 'e30.e30.']) expect(await external.verify(text)).toBeNull();
  });
});

describe('keys', () => {
  test('that rotate are fetched when a token names a new one', async () => {
    external = createExternalIssuer(settingsOf(source), { ...issuerPatience, askAgainMs: 0 });
    const old = await source.token({ claims: { oid } });
    expect(await external.verify(old)).not.toBeNull();
    await source.rotate();
    expect(await external.verify(await source.token({ claims: { oid } }))).not.toBeNull();
    expect(source.fetched.keys).toBe(2);
    expect(await external.verify(old)).toBeNull();
  });

  test('that nobody has are asked for once, however many tokens name them', async () => {
    expect(await external.verify(await source.token())).not.toBeNull();
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, index) => source.token({ header: { kid: `made-up-${index}` } })),
    );
    for (const token of tokens) expect(await external.verify(token)).toBeNull();
    // Within the half minute after the first fetch none is made.
    expect(source.fetched).toEqual({ discovery: 1, keys: 1 });
  });
});

describe('an issuer that is away', () => {
  test('makes checking fail, not the token, and is asked again after a pause only', async () => {
    let clock = Date.now();
    external = createExternalIssuer(settingsOf(source), issuerPatience, () => clock);
    const token = await source.token({ claims: { oid } });
    source.breakDown(true);
    await expect(external.verify(token)).rejects.toThrow('answered 503');
    source.breakDown(false);
    await expect(external.verify(token)).rejects.toThrow('answered 503');
    expect(external.authority()).toBe(source.issuer);
    clock += issuerPatience.askAgainMs;
    expect(await external.verify(token)).not.toBeNull();
    expect(external.authority()).toBe(`${source.issuer}/authorize`);
  });

  test('with its keys only, too', async () => {
    await external.discover();
    source.breakDown(true);
    await expect(external.verify(await source.token())).rejects.toThrow('keys of');
  });

  test('or speaks for another one is not believed', async () => {
    const impostor = await startIssuer('https://login.example');
    external = createExternalIssuer(settingsOf(impostor));
    await expect(external.verify(await impostor.token())).rejects.toThrow(
      'is the document of https://login.example',
    );
    await impostor.close();
  });
});

describe('whose token it is', () => {
  const person = { by: 'objectId', id: oid };
  const application = { by: 'applicationId', id: appid };
  test.each([
    ['a person’s', { oid, scp: 'user_impersonation', appid, sub: 'x' }, [person]],
    ['an application’s own', { oid, appid, sub: oid }, [application, person]],
    [
      'an application’s own, said by idtyp',
      { oid, azp: appid, sub: 'x', idtyp: 'app' },
      [application, person],
    ],
    ['an application’s own by RFC 9068', { client_id: appid, sub: appid }, [application]],
    ['a person’s without an object id, which must not act as the application', { azp: appid, sub: 'x' }, []],
    ['a person’s, whatever its subject', { azp: appid, sub: appid, scp: 'x' }, []],
    ['nobody’s', { sub: 'x', oid: 'not a guid' }, []],
  ])('%s', (_what, claims, users) => {
    expect(usersOf(claims)).toEqual(users);
  });
});
