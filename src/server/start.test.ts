/** The whole server, put together in this process on a database of its own: real HTTP, SIP, media and PostgreSQL. */
import { createHash, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeTestDatabase } from '../../test/database/database.ts';
import { CallRefused } from '../../test/phone/line.ts';
import { createPhone } from '../../test/phone/phone.ts';
import { banner } from './banner.ts';
import { type Config, readConfig } from './config.ts';
import { type Running, start } from './start.ts';
import { StartError } from './start-error.ts';

const conversation = '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f';
const folders: string[] = [];
const log = () => {};

function configFor(databaseUrl: string, changed: Partial<Config> = {}): Config {
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-start-'));
  folders.push(folder);
  const environment = {
    WIRECHIEF_RTP_PORTS: '45000-45099',
    WIRECHIEF_DATA: 'data',
    DATABASE_URL: databaseUrl,
  };
  return { ...readConfig(environment, folder), port: 0, sipPort: 0, ...changed };
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function tokenOf(origin: string, fields: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${origin}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'wirechief-dev',
      client_secret: 'wirechief-dev',
      scope: `${origin}/.default`,
      ...fields,
    }),
  });
  const { access_token: token = '' } = (await response.json()) as { access_token?: string };
  return token;
}

/** The code flow with PKCE, as the page does it. */
async function signIn(origin: string, name: string): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = `${origin}/`;
  const query = new URLSearchParams({
    client_id: 'wirechief-web',
    response_type: 'code',
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: name,
  });
  const response = await fetch(`${origin}/oauth2/v2.0/authorize?${query}`, { redirect: 'manual' });
  const code = new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
  return tokenOf(origin, {
    grant_type: 'authorization_code',
    client_id: 'wirechief-web',
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
  });
}

describe('a server', () => {
  let database: Awaited<ReturnType<typeof makeTestDatabase>>;
  let config: Config;
  let running: Running;
  let origin: string;
  let headers: { authorization: string };
  beforeAll(async () => {
    database = await makeTestDatabase();
    config = configFor(database.url);
    running = await start(config, log);
    origin = `http://127.0.0.1:${running.port}`;
    headers = { authorization: `Bearer ${await tokenOf(origin)}` };
  });
  afterAll(async () => {
    await running.close();
    await database.drop();
  });

  const read = async (path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${origin}/api/data/v9.2/${path}`, { headers });
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  };

  test('is healthy', async () => {
    const response = await fetch(`${origin}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok', world: 'front-desk', legs: 0 });
  });

  test('is not healthy while its media process does not answer (product.md: API, SIP and engine all serve)', async () => {
    const status = async () => (await fetch(`${origin}/healthz`)).status;
    const media = running.mediaProcess();
    if (media === undefined) throw new Error('no media process');
    process.kill(media, 'SIGSTOP');
    expect(await status()).toBe(503);
    process.kill(media, 'SIGCONT');
    await expect.poll(status).toBe(200);
  });

  test('shows the call of 21 December over the Web API (mission.md, reference trace)', async () => {
    expect(await read(`msdyn_ocliveworkitems(${conversation.toUpperCase()})`)).toMatchObject({
      subject: 'Kim Berg: Front-desk workstream',
      createdon: '2025-12-21T11:46:00Z',
      msdyn_channel: '192440000',
      _msdyn_liveworkstreamid_value: 'f493fbef-53ab-f011-bbd3-7c1e525fd853',
    });
    expect(await read('msdyn_sessionparticipants(54e26f97-3b59-4309-a1b3-9eeb26331e3e)')).toMatchObject({
      msdyn_talktime: 59,
      msdyn_lefton: null,
    });
    const set = await read(`msdyn_liveworkstreams?$filter=msdyn_name eq 'FRONT-DESK workstream'`);
    expect(set.value).toHaveLength(1);
  });

  test('signs people in on the page, and forgets one who is disabled at once', async () => {
    const people = (await (await fetch(`${origin}/sign-in/people`)).json()) as { signInName: string }[];
    expect(people.map(({ signInName }) => signInName)).toEqual(['admin', 'agent', 'agent2', 'supervisor']);
    const token = await signIn(origin, 'supervisor');
    const whoAmI = () =>
      fetch(`${origin}/api/data/v9.2/WhoAmI`, { headers: { authorization: `Bearer ${token}` } });
    const { UserId: userId } = (await (await whoAmI()).json()) as { UserId?: string };
    const disable = await fetch(`${origin}/api/data/v9.2/systemusers(${userId})`, {
      method: 'PATCH',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"isdisabled":true}',
    });
    expect(disable.status).toBe(204);
    await expect.poll(async () => (await whoAmI()).status).toBe(403);
  });

  test('pushes what the Web API writes', async () => {
    const leave = new AbortController();
    const stream = await fetch(`${origin}/events`, { headers, signal: leave.signal });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? '';
    const written = await fetch(`${origin}/api/data/v9.2/contacts`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"lastname":"Hart"}',
    });
    expect(written.status).toBe(204);
    while (!text.includes('row.created')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain('"cause":"POST contacts"');
    leave.abort();
  });

  test('survives bad input', async () => {
    const post = (body: string) =>
      fetch(`${origin}/api/data/v9.2/contacts`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      });
    expect((await post('{"lastname":')).status).toBe(400);
    expect((await post('{"nosuch":1}')).status).toBe(400);
    for (const path of ['contacts(not-a-guid)', 'nosuchset', 'contacts?$filter=(', '%zz']) {
      const { status } = await fetch(`${origin}/api/data/v9.2/${path}`, { headers });
      expect([400, 404]).toContain(status);
    }
  });

  test('says where everything is', async () => {
    const text = await banner(config, running, 1234);
    expect(text).toContain(`http://localhost:${running.port}/`);
    expect(text).toContain(`sip:+4570000001@127.0.0.1:${running.sipPort}`);
    expect(text).toContain('wirechief-dev, secret wirechief-dev');
    expect(text).toContain('admin, agent, agent2');
    const open = await banner({ ...config, signIn: { kind: 'off' } }, running, 1);
    expect(open).toContain('Nobody can sign in here: WIRECHIEF_DEV_SIGNIN is off');
    expect(open).not.toContain('secret');
  });

  test('keeps its key in the database that servers share, not in the data folder', async () => {
    expect(existsSync(join(config.dataFolder, 'signing-key.json'))).toBe(false);
    const second = await start(configFor(database.url, { rtpPorts: [45_100, 45_199] }), log);
    try {
      const response = await fetch(`http://127.0.0.1:${second.port}/api/data/v9.2/WhoAmI`, { headers });
      expect(response.status).toBe(200);
      expect(second.world.isNew).toBe(false);
    } finally {
      await second.close();
    }
  });
});

describe('phones without the development sign-in (README, settings)', () => {
  test('are let in by address or password only', async () => {
    const database = await makeTestDatabase();
    const closed = configFor(database.url, {
      signIn: { kind: 'off' },
      sipCredentials: { desk: 'pa55' },
      rtpPorts: [45_200, 45_299],
    });
    const outcome = async (config: Config, account?: { user: string; password: string }): Promise<string> => {
      const running = await start(config, log);
      const phone = await createPhone(account === undefined ? {} : { account });
      try {
        await phone.dial(`sip:+4570000100@127.0.0.1:${running.sipPort}`, { from: '+4520000001' });
        return 'answered';
      } catch (error) {
        return error instanceof CallRefused ? 'refused' : String(error);
      } finally {
        await phone.close();
        await running.close();
      }
    };
    try {
      expect(await outcome(closed)).toBe('refused');
      expect(await outcome(closed, { user: 'desk', password: 'pa55' })).toBe('answered');
      expect(await outcome({ ...closed, trunks: ['127.0.0.0/8'] })).toBe('answered');
      expect(await outcome({ ...closed, signIn: { kind: 'development' } })).toBe('answered');
    } finally {
      await database.drop();
    }
  }, 30_000);
});

describe('a server that cannot start says why in one line, and leaves nothing running', () => {
  let database: Awaited<ReturnType<typeof makeTestDatabase>> | undefined;
  afterEach(() => database?.drop());

  const refusal = async (config: Config): Promise<string> => {
    try {
      await (await start(config, log)).close();
    } catch (error) {
      // The store's own StartError is told apart by its name: it is another class of the same meaning.
      if (error instanceof StartError || (error instanceof Error && error.name === 'StartError'))
        return error.message;
      throw error;
    }
    return 'started';
  };

  test('a database that cannot be reached', async () => {
    const message = await refusal(configFor('postgres://nobody:hunter2@127.0.0.1:1/none'));
    expect(message).not.toContain('\n');
    expect(message).toContain('127.0.0.1:1');
    expect(message).not.toContain('hunter2');
  });

  test('a taken SIP port', async () => {
    database = await makeTestDatabase();
    const other = createSocket('udp4');
    await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve));
    const { port } = other.address();
    const config = configFor(database.url, { sipPort: port });
    expect(await refusal(config)).toBe(
      `SIP port ${port} on 127.0.0.1 is taken. Stop the other program, or set WIRECHIEF_SIP_PORT to a free port.`,
    );
    other.close();
  });

  test('a world that is broken, before anything is written', async () => {
    database = await makeTestDatabase();
    const config = configFor(database.url);
    writeFileSync(join(config.dataFolder, '../world.yaml'), 'rows:\n  queue:\n    - nmae: Legal\n');
    const message = await refusal({ ...config, world: join(config.dataFolder, '..') });
    expect(message).toMatch(/world\.yaml:3: there is no column queue\.nmae\. Nothing was written\.$/);
    expect(await refusal(config)).toBe('started');
  });

  test('a data folder that cannot be made', async () => {
    const config = configFor('postgres://nobody@127.0.0.1:1/none');
    writeFileSync(join(config.dataFolder, '..', 'file'), '');
    expect(await refusal({ ...config, dataFolder: join(config.dataFolder, '../file/data') })).toContain(
      'WIRECHIEF_DATA',
    );
  });

  test('a taken port, of which the port is free again afterwards for others', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const config = configFor('postgres://nobody@127.0.0.1:1/none', { port });
    expect(await refusal(config)).toContain('WIRECHIEF_PORT');
    server.close();
    expect(await refusal(config)).not.toContain('WIRECHIEF_PORT');
  });
});
