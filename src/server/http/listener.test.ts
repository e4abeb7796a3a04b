/** The listener on a real socket: what reaches the Web API, what is turned away, and how. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pretended, talkTo } from '../../../test/server/listener.ts';
import type { ApiRequest } from '../../webapi/index.ts';
import { readWebFiles } from '../web-files.ts';
import type { Services } from './context.ts';
import type { Limits } from './limits.ts';
import { type Listener, listen } from './listener.ts';

let folder: string;
let listener: Listener;
let origin: string;
let heard: ApiRequest[];
let logged: string[];
let upgrades: string[];
let services: Services;

async function open(limits: Partial<Limits> = {}, host = '127.0.0.1') {
  await listener?.close(0);
  listener = await listen({
    config: { host, port: 0 },
    web: readWebFiles(join(folder, 'web')),
    log: (line) => logged.push(line),
    limits,
  });
  listener.serve(services);
  origin = `http://127.0.0.1:${listener.port}`;
}

const get = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${origin}${path}`, {
    redirect: 'manual',
    ...init,
    headers: { authorization: 'Bearer known', ...headers },
  });

const talk = (...parts: (string | Buffer)[]) => talkTo(listener.port, ...parts);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wirechief-http-'));
  mkdirSync(join(folder, 'web/assets'), { recursive: true });
  writeFileSync(join(folder, 'web/index.html'), '<!doctype html>the page');
  writeFileSync(join(folder, 'web/assets/app-1.js'), 'let x;');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  logged = [];
  ({ services, heard, upgrades } = pretended());
  await open();
});
afterEach(async () => {
  await listener.close(0);
  rmSync(folder, { recursive: true });
});

describe('the Web API', () => {
  test.each(['v9.0', 'v9.1', 'v9.2'])('answers at %s, with the URL as it was sent', async (version) => {
    const path = `/api/data/${version}/contacts?$filter=lastname%20eq%20%27%C3%85%27`;
    const response = await get(path, { prefer: 'odata.maxpagesize=5' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ value: [] });
    expect(heard[0]).toMatchObject({ method: 'GET', url: path, origin, body: null });
    expect(heard[0]?.headers.prefer).toBe('odata.maxpagesize=5');
  });

  test('gets the body as bytes, whatever its type', async () => {
    await get(
      '/api/data/v9.2/contacts',
      { 'content-type': 'application/json;type=entry' },
      { method: 'POST', body: '{"a":' },
    );
    await get(
      '/api/data/v9.2/$batch',
      { 'content-type': 'multipart/mixed;boundary=b' },
      { method: 'POST', body: '--b--' },
    );
    expect(heard.map(({ body }) => String(body))).toEqual(['{"a":', '--b--']);
    await get('/api/data/v9.2/contacts(x)', {}, { method: 'DELETE' });
    expect(heard[2]?.body).toBeNull();
  });

  test('a body without a type still arrives; a broken type is refused', async () => {
    const head =
      'POST /api/data/v9.2/contacts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer known\r\nConnection: close\r\nContent-Length: 2\r\n';
    expect(await talk(`${head}\r\n{}`)).toContain('200 OK');
    expect(heard.map(({ body }) => String(body))).toEqual(['{}']);
    expect(await talk(`${head}Content-Type: ;;;\r\n\r\n{}`)).toContain('415');
  });

  test('an answer without a body has none', async () => {
    const response = await get('/api/data/v9.2/empty');
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  test('takes a URL of 32 kB (webapi.md §1)', async () => {
    const path = `/api/data/v9.2/contacts?$filter=${'a'.repeat(32_700)}`;
    expect((await get(path)).status).toBe(200);
    expect(heard[0]?.url).toBe(path);
  });

  test('without, or with a bad, token is challenged before the body is read', async () => {
    expect((await get('/api/data/v9.2/$metadata', { authorization: '' })).status).toBe(401);
    const bad = await get(
      '/api/data/v9.2/contacts',
      { authorization: 'Bearer bad' },
      { method: 'POST', body: '{}' },
    );
    expect([bad.status, bad.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await get('/api/data/v9.2/contacts', { authorization: 'Bearer good' })).status).toBe(200);
    expect(heard).toHaveLength(1);
  });

  test.each([
    ['fault', 'our bug'],
    ['torn', 'Invalid character in header content ["location"]'],
  ])('a fault is logged with its cause and answers 500 without it: %s', async (path, reason) => {
    const response = await get(`/api/data/v9.2/${path}`);
    expect([response.status, response.headers.get('etag')]).toEqual([500, null]);
    expect(await response.text()).not.toContain(reason);
    expect(logged.join('\n')).toContain(reason);
  });

  test('other versions are not there', async () => {
    const response = await get('/api/data/v8.2/contacts');
    expect([response.status, heard.length]).toEqual([404, 0]);
  });

  test('a malformed escape reaches it, to be refused in its own form', async () => {
    expect(
      await talk('GET /api/data/v9.2/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
    ).toMatch(/^HTTP\/1\.1 (400|401) /);
  });
});

describe('host names (DNS rebinding)', () => {
  const asked = async (host: string) =>
    Number((await talk(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).split(' ')[1]);

  test('other than this machine’s are turned away on loopback', async () => {
    expect(await asked('localhost:8080')).toBe(200);
    expect(await asked('[::1]:8080')).toBe(200);
    expect(await asked('evil.example:8080')).toBe(421);
    expect(await asked('localhost.evil.example')).toBe(421);
  });

  test('are welcome where the server listens beyond this machine', async () => {
    await open({}, '0.0.0.0');
    expect(await asked('desk.example:8080')).toBe(200);
  });
});

describe('sign-in', () => {
  test('the token endpoint has its four addresses and takes forms only', async () => {
    const post = (path: string, type: string) =>
      get(path, { 'content-type': type }, { method: 'POST', body: 'grant_type=x' });
    const form = 'application/x-www-form-urlencoded; charset=utf-8';
    const paths = [
      '/oauth2/v2.0/token',
      '/oauth2/token',
      '/tenant/oauth2/v2.0/token',
      '/tenant/oauth2/token',
    ];
    for (const path of paths) expect(await (await post(path, form)).text()).toBe('x');
    const json = await post('/oauth2/v2.0/token', 'application/json');
    expect([json.status, ((await json.json()) as { error?: string }).error]).toEqual([
      400,
      'invalid_request',
    ]);
  });

  test('discovery names this very address', async () => {
    const document = (await (await get('/.well-known/openid-configuration')).json()) as {
      token_endpoint?: string;
    };
    expect(document.token_endpoint).toBe(`${origin}/oauth2/v2.0/token`);
    expect((await get('/organizations/v2.0/.well-known/openid-configuration')).status).toBe(200);
    expect((await get('/discovery/v2.0/keys')).status).toBe(200);
  });

  test('the page may ask who there is', async () => {
    expect(await (await get('/sign-in/people')).json()).toEqual([]);
  });
});

describe('the push stream', () => {
  test('needs a token, known topics and a sensible position', async () => {
    expect(await (await get('/events?topics=me')).text()).toBe('stream');
    expect((await get('/events', { authorization: '' })).status).toBe(401);
    expect((await get('/events?topics=weather')).status).toBe(400);
    expect((await get('/events?topics=ops')).status).toBe(501);
    expect((await get('/events', { 'last-event-id': 'x' })).status).toBe(400);
  });
});

describe('the softphone', () => {
  const upgrade = (path: string, more = '') =>
    talk(
      `GET ${path} HTTP/1.1\r\nHost: localhost:1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n${more}\r\n`,
    );

  test('is handed to the voice layer, for pages of this server and for programs', async () => {
    expect(await upgrade('/softphone')).toContain('101');
    expect(await upgrade('/softphone', 'Origin: http://localhost:1\r\n')).toContain('101');
    expect(upgrades).toEqual(['/softphone', '/softphone']);
  });

  test('is closed to other pages, other paths, and before the server is up', async () => {
    expect(await upgrade('/softphone', 'Origin: http://evil.example\r\n')).toContain('403');
    expect(await upgrade('/events')).toContain('400');
    listener.serve(null);
    expect(await upgrade('/softphone')).toContain('503');
    expect(upgrades).toEqual([]);
  });
});

describe('pages', () => {
  test('every screen gets the page, with a policy; files get their type and are kept', async () => {
    for (const path of ['/', '/demo', '/explorer', '/explorer/0a3b', '/workspace/home']) {
      const response = await get(path);
      expect([response.status, await response.text()]).toEqual([200, '<!doctype html>the page']);
      expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(response.headers.get('cache-control')).toBe('no-cache');
    }
    const file = await get('/assets/app-1.js');
    expect(file.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(file.headers.get('cache-control')).toContain('immutable');
    const again = await get('/assets/app-1.js', { 'if-none-match': file.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });

  test('everything else is 404 in JSON, and nothing leads out of the folder', async () => {
    const response = await get('/nonsense');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/json; charset=utf-8',
    ]);
    for (const path of [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/%2e%2e/secret.txt',
    ]) {
      const answer = await talk(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
      expect(answer).not.toContain('\r\n\r\nsecret');
    }
    expect((await get('/demo', {}, { method: 'POST' })).status).toBe(404);
    expect((await get('/admin', { accept: 'text/html' })).status).toBe(404);
  });

  test('say how to build them when they are not', async () => {
    rmSync(join(folder, 'web'), { recursive: true });
    await open();
    expect(await (await get('/')).text()).toContain('npm run build');
  });
});

test('/coverage.json says what there is, to anyone', async () => {
  const response = await get('/coverage.json', { authorization: '' });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    messages: expect.arrayContaining([{ name: 'WhoAmI', status: 'same' }]),
    gaps: expect.arrayContaining([expect.stringContaining('not implemented')]),
  });
});

describe('/healthz', () => {
  test('is 200 when everything serves and 503 before', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok', legs: 0 });
    listener.serve(null);
    const before = await get('/healthz');
    expect([before.status, await before.json()]).toEqual([503, { status: 'starting' }]);
    expect((await get('/api/data/v9.2/contacts')).status).toBe(503);
    expect((await get('/oauth2/v2.0/token', {}, { method: 'POST' })).status).toBe(503);
  });

  test('is 503 when the database does not answer', async () => {
    listener.serve({ ...services, health: () => Promise.reject(new Error('gone')) });
    expect((await get('/healthz')).status).toBe(503);
  });
});

test('a taken port is one line that says what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const attempt = listen({
    config: { host: '127.0.0.1', port },
    web: readWebFiles(folder),
    log: () => {},
  });
  const message = expect.stringContaining(`Port ${port} on 127.0.0.1 is taken.`);
  await expect(attempt).rejects.toMatchObject({ name: 'StartError', message });
  other.close();
});
