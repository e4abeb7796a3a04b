/** The whole server with an issuer of one's own (webapi.md §17; README, settings). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTestDatabase } from '../../test/database/database.ts';
import { audience, startIssuer, type TestIssuer } from '../../test/server/issuer.ts';
import { developmentUserId } from '../tables/index.ts';
import { readConfig } from './config.ts';
import { type Running, start } from './start.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirechief-sign-in-'));
let database: Awaited<ReturnType<typeof makeTestDatabase>>;
let source: TestIssuer;
let running: Running;
let origin: string;
beforeAll(async () => {
  [database, source] = await Promise.all([makeTestDatabase(), startIssuer()]);
  const config = readConfig(
    {
      WIRECHIEF_RTP_PORTS: '45300-45399',
      DATABASE_URL: database.url,
      WIRECHIEF_OIDC_ISSUER: source.issuer,
      WIRECHIEF_OIDC_AUDIENCE: audience,
    },
    folder,
  );
  running = await start({ ...config, port: 0, sipPort: 0 }, () => {});
  origin = `http://127.0.0.1:${running.port}`;
});
afterAll(async () => {
  await running.close();
  await source.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

const whoAmI = (token?: string) =>
  fetch(`${origin}/api/data/v9.2/WhoAmI`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

test('the challenge names the authority outside', async () => {
  const { status, headers } = await whoAmI();
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toBe(
    `Bearer authorization_uri=${source.issuer}/authorize, resource_id=${origin}/`,
  );
});

test('its tokens come in as the application user they name, and as nobody else', async () => {
  const application = { azp: '00000000-0000-4000-8000-000000000005', idtyp: 'app' };
  const response = await whoAmI(await source.token({ claims: application }));
  expect([response.status, await response.json()]).toMatchObject([200, { UserId: developmentUserId }]);
  const stranger = await whoAmI(await source.token({ claims: { ...application, idtyp: 'user' } }));
  expect([stranger.status, await stranger.json()]).toEqual([
    403,
    { error: { code: '0x80072560', message: 'The user is not a member of the organization.' } },
  ]);
  expect((await whoAmI(await source.token({ claims: { ...application, aud: 'other' } }))).status).toBe(401);
});

test('the pages are told that they need a client there, and may connect nowhere else', async () => {
  const response = await fetch(`${origin}/sign-in/settings`);
  expect([response.status, await response.json()]).toEqual([
    200,
    { kind: 'off', reason: expect.stringContaining('WIRECHIEF_OIDC_CLIENT_ID') },
  ]);
  const { headers } = await fetch(origin, { headers: { accept: 'text/html' } });
  expect(headers.get('content-security-policy') ?? "connect-src 'self';").toContain("connect-src 'self';");
});

test('the built-in issuer is off and says who issues tokens', async () => {
  const form = {
    grant_type: 'client_credentials',
    client_id: 'wirechief-dev',
    client_secret: 'wirechief-dev',
    scope: `${origin}/.default`,
  };
  const token = await fetch(`${origin}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  expect([token.status, await token.json()]).toMatchObject([
    400,
    { error: 'unauthorized_client', error_description: expect.stringContaining(source.issuer) },
  ]);
  const statuses = async (...paths: string[]) =>
    Promise.all(paths.map(async (path) => (await fetch(`${origin}${path}`)).status));
  expect(
    await statuses(
      '/oauth2/v2.0/authorize',
      '/.well-known/openid-configuration',
      '/discovery/v2.0/keys',
      '/sign-in/people',
    ),
  ).toEqual([403, 404, 404, 404]);
});
