/** The screens with an issuer of one's own (README, settings; webapi.md §17): a real one on loopback, a real browser. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestDatabase } from '../database/database.ts';
import { freePort, rtpBlock, startServer, type TestServer, waitFor } from '../server/server.ts';
import { chromiumPath, openBrowser, type Person } from './browser.ts';
import { type PeopleIssuer, startPeopleIssuer } from './people-issuer.ts';

const agent = '5d1f0c62-8a37-4b91-9e20-7c4ad3b6e101';
const accounts = [
  { name: 'robin', oid: '7b0d3c1e-4f5a-4c6b-9d8e-000000000001' },
  { name: 'stranger', oid: '7b0d3c1e-4f5a-4c6b-9d8e-000000000002' },
];
const audience = 'api://wirechief';
/** The development client's user: an administrator. */
const application = '00000000-0000-4000-8000-000000000005';
const busy = 'efdeb843-c07a-e811-8162-000d3aa11f50';

/** The front desk, with Robin's object id at the issuer. */
function makeWorld(folder: string): string {
  cpSync(join(import.meta.dirname, '../../src/server/worlds/front-desk'), folder, { recursive: true });
  const file = join(folder, 'world.yaml');
  const text = readFileSync(file, 'utf8');
  const id = `azureactivedirectoryobjectid: ${agent}\n`;
  expect(text).toContain(id);
  writeFileSync(file, text.replace(id, `azureactivedirectoryobjectid: ${accounts[0]?.oid}\n`));
  return folder;
}

describe.skipIf(chromiumPath === undefined)('sign-in at an issuer of one’s own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-world-'));
  let database: Awaited<ReturnType<typeof makeTestDatabase>>;
  let issuer: PeopleIssuer;
  let server: TestServer;
  let person: Person;

  beforeAll(async () => {
    const http = await freePort();
    const origin = `http://127.0.0.1:${http}`;
    [database, issuer] = await Promise.all([
      makeTestDatabase('empty'),
      // Shorter than the minute before its end in which a page renews a token: each use renews it.
      startPeopleIssuer({ accounts, client: 'desk-pages', origin, audience, lifetimeSeconds: 20 }),
    ]);
    server = await startServer({
      ports: { http, sip: await freePort(), rtp: rtpBlock() },
      env: {
        DATABASE_URL: database.url,
        WIRECHIEF_WORLD: makeWorld(join(folder, 'world')),
        WIRECHIEF_OIDC_ISSUER: issuer.issuer,
        WIRECHIEF_OIDC_AUDIENCE: audience,
        WIRECHIEF_OIDC_CLIENT_ID: 'desk-pages',
      },
    });
    person = await openBrowser(440);
  }, 120_000);

  afterAll(async () => {
    await person?.close();
    await server?.stop();
    await issuer?.close();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const button = (name: string | RegExp) => person.page.getByRole('button', { name });
  const alert = (text: string) => person.page.getByRole('alert').filter({ hasText: text });

  async function signIn(name: string): Promise<void> {
    await button('Sign in').click();
    await person.page.getByRole('link', { name, exact: true }).click();
    await person.page.waitForURL(`${server.origin}/**`);
  }

  it('lets the pages ask the token endpoint and nothing else of the issuer', async () => {
    const { headers } = await fetch(server.origin, { headers: { accept: 'text/html' } });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toContain(`connect-src 'self' ${issuer.issuer}/token`);
    expect(policy.split(issuer.issuer)).toHaveLength(2);
  });

  it('tells a person whom the issuer refused, and one whom nobody knows here', async () => {
    const { page } = person;
    await page.goto(`${server.origin}/explorer`);
    await page.getByText(`You sign in at ${new URL(issuer.issuer).host}.`).waitFor();
    expect(await page.getByRole('link', { name: 'open the caller’s page' }).count()).toBe(0);
    await signIn('Cancel');
    await alert('The person said no.').waitFor();
    await signIn('stranger');
    await page.getByRole('heading', { name: 'You cannot come in yet' }).waitFor();
    await alert('You are signed in as stranger@example.test').waitFor();
    await alert('The user is not a member of the organization.').waitFor();
    await page.getByText(accounts[1]?.oid ?? '').waitFor();
    await button('Sign out').click();
    await waitFor('the sign-out at the issuer', () => issuer.signedOut.length === 1);
    expect(issuer.signedOut).toEqual(['stranger']);
  });

  it('brings a known person in: rows, the phone’s socket and the stream take the token', async () => {
    const { page } = person;
    await page.goto(server.origin);
    await signIn('robin');
    await button('Allow microphone').click();
    await button('Continue').click();
    await button('Presence: Available').waitFor();
    await page.getByRole('status', { name: 'Phone' }).filter({ hasText: 'Headset ready' }).waitFor();
    const response = await fetch(`${server.origin}/api/data/v9.2/CCaaS_ModifyAgentPresence`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await issuer.applicationToken(application)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ApiVersion: '1.0', AgentId: agent, PresenceId: busy }),
    });
    expect([response.status, await response.text()]).toEqual([204, '']);
    // By the stream: what is polled comes after half a minute.
    await button('Presence: Busy').waitFor({ timeout: 10_000 });
  });

  it('renews the token, also past the end of the first one and after a reload', async () => {
    const { page } = person;
    expect(issuer.renewals()).toBeGreaterThan(0);
    const expiry = () =>
      page.evaluate(() => {
        const session = JSON.parse(sessionStorage.getItem('wirechief.session') ?? '{}');
        return Number(session.expiresAt);
      });
    const first = await expiry();
    // The stream ends with its token, and begins again with a new one.
    await waitFor('a later token', async () => (await expiry()) > first + 21_000, 60_000, 500);
    await page.reload();
    await button('Presence: Busy').waitFor();
    expect(await button('Sign in').count()).toBe(0);
  }, 120_000);

  it('signs out there too', async () => {
    const { page } = person;
    await button('Presence: Busy').click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await waitFor('the sign-out at the issuer', () => issuer.signedOut.length === 2);
    expect(issuer.signedOut).toEqual(['stranger', 'robin']);
    await button('Sign in').waitFor();
    expect(await page.evaluate(() => sessionStorage.getItem('wirechief.session'))).toBeNull();
  });

  it('says that the token is not for this server instead of asking for ever', async () => {
    issuer.audience = 'api://other';
    await signIn('robin');
    await alert('This server does not accept the sign-in').waitFor();
    await button('Sign in').waitFor();
  });
});
