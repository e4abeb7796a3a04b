/** What a client may send in error or in malice, at the program as it is run: each is answered in the error form of the
 *  Web API or hung up on, and the server serves on. Source: webapi.md §1 to §4; "the pipeline survives bad input". */
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeTestDatabase } from '../database/database.ts';
import { startServer, type TestServer } from '../server/server.ts';

let database: Awaited<ReturnType<typeof makeTestDatabase>>;
let server: TestServer;
let token: string;
beforeAll(async () => {
  database = await makeTestDatabase();
  server = await startServer({ env: { DATABASE_URL: database.url } });
  token = await server.token();
});
afterAll(async () => {
  const ended = await server.stop();
  await database.drop();
  expect(ended).toBe(0);
  expect(server.output()).not.toContain('fault');
});
afterEach(async () => {
  expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
  expect((await server.api('contacts?$top=1')).status).toBe(200);
});

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const nobody = '00000000-0000-4000-8000-00000000dead';

/** Sends bytes as they are; what came back until the server hung up. */
function talk(...parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = open();
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    // The server may hang up while we are still sending.
    socket.on('error', (error: Error & { code?: string }) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.once('close', () => resolve(answer));
    for (const part of parts) socket.write(part);
  });
}

function open(): Socket {
  return connect(Number(new URL(server.origin).port), '127.0.0.1');
}

const head = (method: string, path: string, more: readonly string[] = []): string =>
  [
    `${method} /api/data/v9.2/${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    'Connection: close',
    ...more,
    '\r\n',
  ].join('\r\n');

interface Sent {
  readonly method?: string;
  readonly body?: string;
  readonly type?: string;
}

const post = (body: string, type = 'application/json'): Sent => ({ method: 'POST', body, type });

describe('refused in the error form, with an id', () => {
  test.each<[what: string, path: string, sent: Sent, status: number, code: string, message: string]>([
    ['bad JSON', 'contacts', post('{"lastname":'), 400, '0x80048d19', 'not JSON'],
    ['a body that is no object', 'contacts', post('[{"lastname":"Hart"}]'), 400, '0x80048d19', 'JSON object'],
    ['a text as body', 'contacts', post('"Hart"'), 400, '0x80048d19', 'JSON object'],
    ['a body of another type', 'contacts', post('{}', 'text/plain'), 415, '0x80060888', 'application/json'],
    ['a type that is none', 'contacts', post('{}', ';;;'), 415, '0x80060888', "';;;'"],
    ['bytes that are no UTF-8', 'contacts', post('\xff\xfe{'), 400, '0x80048d19', 'not JSON'],
    ['an unknown column', 'contacts', post('{"nosuch":1}'), 400, '0x80048d19', "'nosuch'"],
    [
      'an unknown set in a bind',
      'contacts',
      post('{"ownerid@odata.bind":"/x(1)"}'),
      404,
      '0x8006088a',
      "'x'",
    ],
    ['a body 1000 deep', 'contacts', post('['.repeat(1000)), 400, '0x80048d19', 'JSON'],
    ['an unknown column in $select', 'contacts?$select=nosuch', {}, 400, '0x0', 'nosuch'],
    ['an unknown column in $filter', 'contacts?$filter=nosuch eq 1', {}, 400, '0x0', 'nosuch'],
    ['an unknown column in $orderby', 'contacts?$orderby=nosuch', {}, 400, '0x0', 'nosuch'],
    ['an unknown column in $expand', 'contacts?$expand=nosuch', {}, 400, '0x0', 'nosuch'],
    ['a broken $filter', "contacts?$filter=lastname eq 'x", {}, 400, '0x0', 'unterminated'],
    ['a $filter 3000 deep', `contacts?$filter=${'('.repeat(3000)}`, {}, 400, '0x0', ''],
    ['a broken escape', 'contacts?$filter=%zz', {}, 400, '0x0', ''],
    ['a key that is no GUID', 'contacts(not-a-guid)', {}, 400, '0x0', ''],
    ['a GUID with a digit too few', `contacts(${nobody.slice(1)})`, {}, 400, '0x0', ''],
    ['an unknown id', `contacts(${nobody})`, {}, 404, '0x80040217', nobody],
    ['an unknown set', 'nosuch', {}, 404, '0x8006088a', "'nosuch'"],
    ['an unknown function', 'NoSuch()', {}, 404, '0x8006088a', 'NoSuch'],
    ['a method that does not fit', 'contacts', { method: 'DELETE' }, 405, '0x80060888', 'DELETE'],
    ['a URL of 40 kB', `contacts?$filter=${'x'.repeat(40_960)}`, {}, 400, '0x0', '32768'],
  ])('%s', async (_what, path, { method = 'GET', body, type }, status, code, message) => {
    const bytes = body === undefined ? undefined : Buffer.from(body, 'latin1');
    const answer = await fetch(`${server.origin}/api/data/v9.2/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(bytes === undefined ? {} : { body: bytes }),
    });
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect({ status: answer.status, code: error.code }).toEqual({ status, code });
    expect(error.message).toContain(message);
    expect(Object.keys(error)).toEqual(['code', 'message']);
    expect(answer.headers.get('odata-version')).toBe('4.0');
    expect(answer.headers.get('x-ms-service-request-id')).toMatch(guid);
    expect(answer.headers.get('req_id')).toBe(answer.headers.get('x-ms-service-request-id'));
  });

  test('a body of 17 MB, announced, and sent by chunks without saying so', async () => {
    const megabyte = new Uint8Array(1024 * 1024).fill(120);
    const chunks = function* () {
      for (let n = 0; n < 17; n += 1) yield megabyte;
    };
    for (const body of [Buffer.concat([...chunks()]), ReadableStream.from(chunks())]) {
      const answer = await fetch(`${server.origin}/api/data/v9.2/contacts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
        duplex: 'half',
      });
      expect(answer.status).toBe(413);
      expect(await answer.json()).toMatchObject({ error: { code: '0x80048d02' } });
      expect(answer.headers.get('x-ms-service-request-id')).toMatch(guid);
    }
  });

  test('no token, and a token that is none, with the challenge', async () => {
    for (const authorization of ['', 'Bearer x', 'Basic eDp5', `Bearer ${'x'.repeat(8000)}`]) {
      const answer = await fetch(`${server.origin}/api/data/v9.2/contacts`, { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('authorization_uri=');
      expect(answer.headers.get('x-ms-service-request-id')).toMatch(guid);
    }
  });
});

describe('answered before it is a request', () => {
  test('a flood of headers', async () => {
    const long = await talk(head('GET', 'contacts', [`X-Flood: ${'x'.repeat(100_000)}`]));
    expect(long).toMatch(/^HTTP\/1\.1 431 /);
    expect(long).toContain('"error"');
    const many = Array.from({ length: 20_000 }, (_, n) => `X-${n}: x`);
    expect(await talk(head('GET', 'contacts', many))).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('what is not HTTP, and two lengths at once (request smuggling)', async () => {
    expect(await talk('\x16\x03\x01\x02\x00 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const both = ['Content-Length: 4', 'Transfer-Encoding: chunked'];
    expect(await talk(head('POST', 'contacts', both), '0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe.concurrent('slow and half-open connections', () => {
  // The server gives the header lines 15 seconds and looks every 5.
  const within = 30_000;

  test('a request that never ends is answered 408, and a silent connection is closed', {
    timeout: within,
  }, async () => {
    const [drip, silent] = await Promise.all([talkSlowly(), talk()]);
    expect(drip).toMatch(/^HTTP\/1\.1 408 /);
    expect(silent).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  test('500 half-open requests keep nobody out', { timeout: within }, async () => {
    const sockets = Array.from({ length: 500 }, open);
    for (const socket of sockets) {
      socket.on('error', () => undefined).resume();
      socket.write('POST /api/data/v9.2/contacts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n');
    }
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const started = performance.now();
    expect((await server.api('contacts?$top=1')).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(2000);
    for (const [n, socket] of sockets.entries()) {
      // Half of them say that they have sent everything, the others vanish.
      if (n % 2 === 0) socket.end();
      else socket.resetAndDestroy();
    }
    await Promise.all(
      sockets
        .filter((_socket, n) => n % 2 === 0)
        .map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
  });
});

/** Sends one header line a second, for ever. */
async function talkSlowly(): Promise<string> {
  const socket = open();
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.on('error', () => undefined);
  socket.write('GET /api/data/v9.2/contacts HTTP/1.1\r\nHost: localhost\r\n');
  const drip = setInterval(() => socket.write('X-Slow: x\r\n'), 1000);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(drip);
  return answer;
}
