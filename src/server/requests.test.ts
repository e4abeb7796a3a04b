/** GET /requests on a whole server: what a request cost and changed, and the same request again by curl and as a test
 *  (mission.md B5). */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTestDatabase } from '../../test/database/database.ts';
import { developmentUserId } from '../tables/index.ts';
import { readConfig } from './config.ts';
import { type Running, start } from './start.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirechief-requests-'));
let database: Awaited<ReturnType<typeof makeTestDatabase>>;
let running: Running;
let origin: string;
let token: string;
beforeAll(async () => {
  database = await makeTestDatabase();
  const config = readConfig({ WIRECHIEF_RTP_PORTS: '45400-45499', DATABASE_URL: database.url }, folder);
  running = await start({ ...config, port: 0, sipPort: 0 }, () => {});
  origin = `http://127.0.0.1:${running.port}`;
  token = await tokenOf({
    grant_type: 'client_credentials',
    client_id: 'wirechief-dev',
    client_secret: 'wirechief-dev',
  });
});
afterAll(async () => {
  await running.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function tokenOf(fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams(fields);
  const response = await fetch(`${origin}/oauth2/v2.0/token`, { method: 'POST', body });
  return ((await response.json()) as { access_token?: string }).access_token ?? '';
}

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${origin}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });

interface Shown {
  readonly value: readonly Record<string, unknown>[];
  readonly next: string | null;
}

const list = async (query = ''): Promise<Shown> => (await ask(`/requests${query}`)).json() as Promise<Shown>;

async function make(body: object): Promise<{ readonly id: string; readonly contact: string }> {
  const response = await ask('/api/data/v9.2/contacts', { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(204);
  const contact = /\(([^)]+)\)$/.exec(response.headers.get('odata-entityid') ?? '')?.[1] ?? '';
  return { id: response.headers.get('x-ms-service-request-id') ?? '', contact };
}

test('a write is told with its caller, its cost and the rows it changed', async () => {
  const { id, contact } = await make({ lastname: 'Hart' });
  // The change log is read after the commit, and the answer waits for it.
  const detail = (await (await ask(`/requests/${id}`)).json()) as Record<string, unknown>;
  expect(detail.rowsChanged).toBeGreaterThan(0);
  expect((await list()).value[0]).toMatchObject({
    id,
    caller: developmentUserId,
    method: 'POST',
    url: '/api/data/v9.2/contacts',
    status: 204,
    rowsChanged: detail.rowsChanged,
    stagesMs: { parse: expect.any(Number) },
  });
  expect(detail).toMatchObject({
    request: { body: '{"lastname":"Hart"}', headers: { authorization: '***' } },
    stagesMs: { parse: expect.any(Number), respond: expect.any(Number) },
  });
  expect(detail.statements).toBe(1);
  expect(detail.changes).toContainEqual(
    expect.objectContaining({ table: 'contact', id: contact, operation: 'create' }),
  );
  expect(JSON.stringify(detail)).not.toContain(token);
});

test('a read is one statement for its rows', async () => {
  await ask('/api/data/v9.2/contacts?$select=lastname');
  const response = await ask('/api/data/v9.2/contacts?$select=lastname');
  const id = response.headers.get('x-ms-service-request-id');
  const detail = (await (await ask(`/requests/${id}`)).json()) as Record<string, unknown>;
  expect(detail).toMatchObject({ statements: 1, rowsChanged: 0, changes: [] });
});

test('a batch is one entry that lists its requests and their answers (webapi.md §10)', async () => {
  const http = (method: string, path: string, body?: string) =>
    [
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      ...(body === undefined ? [] : ['Content-ID: 1']),
      '',
      `${method} /api/data/v9.2/${path} HTTP/1.1`,
      ...(body === undefined ? ['', ''] : ['Content-Type: application/json', '', body]),
    ].join('\r\n');
  // The name of the inner boundary begins with that of the outer one.
  const changeSet = (...parts: string[]) =>
    [
      'Content-Type: multipart/mixed; boundary="b set"',
      '',
      ...parts.flatMap((part, index) => [
        '--b set',
        part.replace('Content-ID: 1', `Content-ID: ${index + 1}`),
      ]),
      '--b set--',
    ].join('\r\n');
  const parts = [
    http('GET', 'contacts?$select=lastname&$top=1'),
    changeSet(
      http('POST', 'contacts', '{"lastname":"Batch one"}'),
      http('POST', 'contacts', '{"lastname":"HTTP/1.1 200 OK"}'),
    ),
    changeSet(
      http('POST', 'contacts', '{"lastname":"Never"}'),
      http('POST', 'contacts', '{"nosuchcolumn":1}'),
    ),
    http('GET', 'nosuchset'),
  ];
  const response = await fetch(`${origin}/api/data/v9.2/$batch`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'multipart/mixed; boundary=b',
      prefer: 'odata.continue-on-error',
    },
    body: `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`,
  });
  expect(response.status).toBe(200);
  const id = response.headers.get('x-ms-service-request-id');
  const detail = (await (await ask(`/requests/${id}`)).json()) as Record<string, unknown>;
  const post = { method: 'POST', url: '/api/data/v9.2/contacts' };
  expect(detail.parts).toEqual([
    { method: 'GET', url: '/api/data/v9.2/contacts?$select=lastname&$top=1', status: 200, changeSet: null },
    { ...post, status: 204, changeSet: 1 },
    { ...post, status: 204, changeSet: 1 },
    { ...post, status: 400, changeSet: 2 },
    { ...post, status: 400, changeSet: 2 },
    { method: 'GET', url: '/api/data/v9.2/nosuchset', status: 404, changeSet: null },
  ]);
  const created = (detail.changes as readonly Record<string, unknown>[]).filter(
    ({ table, operation }) => table === 'contact' && operation === 'create',
  );
  expect(created).toHaveLength(2);
  expect(detail.rowsChanged).toBe((detail.changes as readonly unknown[]).length);
  // One entry for all: its requests are not in the list by themselves.
  const [newest] = (await list('?top=1')).value;
  expect(newest).toMatchObject({ id, url: '/api/data/v9.2/$batch' });
});

test('those without a token, and those for tokens, are there without their secrets', async () => {
  await fetch(`${origin}/api/data/v9.2/contacts`);
  await tokenOf({
    grant_type: 'client_credentials',
    client_id: 'wirechief-dev',
    client_secret: 'not-the-secret',
  });
  const [forToken, challenged] = (await list('?caller=none&status=401&top=2')).value;
  expect(forToken).toMatchObject({ url: '/oauth2/v2.0/token', method: 'POST', requestBytes: 0 });
  expect(challenged).toMatchObject({ url: '/api/data/v9.2/contacts', caller: null });
  const detail = await (await ask(`/requests/${String(forToken?.id)}`)).text();
  expect(detail).not.toContain('not-the-secret');
});

test('a browser that opens the address gets the screen, every program JSON or the text', async () => {
  const type = async (path: string, accept: string) => {
    const response = await fetch(`${origin}${path}`, {
      headers: { accept, authorization: `Bearer ${token}` },
    });
    return response.headers.get('content-type')?.split(';')[0];
  };
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const [newest] = (await list('?top=1')).value;
  const one = `/requests/${String(newest?.id)}`;
  expect(
    await Promise.all([
      type('/requests', '*/*'),
      type('/requests?top=1', 'application/json'),
      type(one, '*/*'),
    ]),
  ).toEqual(['application/json', 'application/json', 'application/json']);
  expect(await type(`${one}.curl`, browser)).toBe('text/plain');
  // Without built screens a browser is told how to build them, in plain text: never the log without a token.
  for (const path of ['/requests', one]) {
    const response = await fetch(`${origin}${path}`, { headers: { accept: browser } });
    expect([200, 503]).toContain(response.status);
    expect(response.headers.get('content-type')).toMatch(/^text\/(html|plain)/);
  }
});

test('pages lead on', async () => {
  const first = await list('?top=1');
  const second = (await (await ask(first.next ?? '')).json()) as Shown;
  expect(Number(second.value[0]?.seq)).toBeLessThan(Number(first.value[0]?.seq));
});

test.each(['?status=9', '?top=0', '?top=1001', '?nosuch=1', '?caller=me'])(
  '%s is refused by name',
  async (query) => {
    const response = await ask(`/requests${query}`);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining(/\w+/.exec(query)?.[0] ?? ''),
    ]);
  },
);

test('only administrators may see it', async () => {
  expect((await fetch(`${origin}/requests`)).status).toBe(401);
  const ordinary = await signIn('agent');
  const response = await fetch(`${origin}/requests`, { headers: { authorization: `Bearer ${ordinary}` } });
  expect([response.status, await response.text()]).toEqual([
    403,
    expect.stringContaining('System Administrator'),
  ]);
});

async function signIn(name: string): Promise<string> {
  const verifier = 'v'.repeat(43);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    client_id: 'wirechief-web',
    response_type: 'code',
    redirect_uri: `${origin}/`,
    code_challenge: Buffer.from(digest).toString('base64url'),
    code_challenge_method: 'S256',
    login_hint: name,
  });
  const { headers } = await fetch(`${origin}/oauth2/v2.0/authorize?${query}`, { redirect: 'manual' });
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
  return tokenOf({
    grant_type: 'authorization_code',
    client_id: 'wirechief-web',
    redirect_uri: `${origin}/`,
    code,
    code_verifier: verifier,
  });
}

test('as curl it does the same again', async () => {
  const { id } = await make({ lastname: "O'Hara", description: 'a "quoted" $word' });
  const command = await (await ask(`/requests/${id}.curl`)).text();
  expect(command).not.toContain(token);
  const { stdout } = await promisify(execFile)('sh', ['-c', command], {
    env: { ...process.env, TOKEN: token },
  });
  expect(stdout).toMatch(/^HTTP\/1\.1 204/);
  const again = await ask("/api/data/v9.2/contacts?$filter=lastname eq 'O''Hara'&$select=description");
  const { value } = (await again.json()) as Shown;
  expect(value.map(({ description }) => description)).toEqual(['a "quoted" $word', 'a "quoted" $word']);
});

/** Runs the text of a test file here, for its own process would take seconds. */
async function run(text: string): Promise<void> {
  const tests: (() => Promise<void>)[] = [];
  const script = ts
    .transpileModule(text, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    })
    .outputText.replace(/^import .* from 'vitest';$/m, '');
  new Function('test', 'expect', script)(
    (_name: string, work: () => Promise<void>) => tests.push(work),
    expect,
  );
  expect(tests).toHaveLength(1);
  process.env.TOKEN = token;
  for (const work of tests) await work();
}

test('as a test it passes now, and fails when the answer is another', async () => {
  const path = "/api/data/v9.2/contacts?$filter=lastname eq 'Hart'&$select=lastname&$top=1";
  const response = await ask(path);
  await response.text();
  const text = await (
    await ask(`/requests/${response.headers.get('x-ms-service-request-id')}.test.ts`)
  ).text();
  await run(text);
  await expect(run(text.replace('toBe(200)', 'toBe(404)'))).rejects.toThrow();
  await expect(run(text.replace('"lastname": "string"', '"lastname": "number"'))).rejects.toThrow();
});
