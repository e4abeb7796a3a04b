/** What a request may cost before it is heard, on a real socket (docs/limits.md; webapi.md §1, §3). */
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Pretended, pretended, talkTo } from '../../../test/server/listener.ts';
import { readWebFiles } from '../web-files.ts';
import type { Limits } from './limits.ts';
import { type Listener, listen } from './listener.ts';

let listener: Listener;
let served: Pretended;
let heard: Pretended['heard'];

async function open(limits: Partial<Limits> = {}) {
  await listener?.close(0);
  listener = await listen({
    config: { host: '127.0.0.1', port: 0 },
    web: readWebFiles(join(import.meta.dirname, 'no-screens')),
    log: () => {},
    limits,
  });
  listener.serve(served.services);
}

const talk = (...parts: (string | Buffer)[]) => talkTo(listener.port, ...parts);
const get = (path: string) => fetch(`http://127.0.0.1:${listener.port}${path}`);

beforeEach(async () => {
  served = pretended();
  heard = served.heard;
  await open();
});
afterEach(() => listener.close(0));

describe('limits', () => {
  const head = 'POST /api/data/v9.2/contacts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer known\r\n';

  test('a body that is too large answers 413, announced or not', async () => {
    await open({ maxBodyBytes: 100 });
    const announced = await talk(`${head}Content-Length: 101\r\nConnection: close\r\n\r\n${'x'.repeat(101)}`);
    expect(announced).toContain('413');
    expect(announced).toContain('The request body is larger than 100 bytes.');
    const chunk = `50\r\n${'x'.repeat(0x50)}\r\n`;
    const chunked = await talk(
      `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
      chunk,
      chunk,
      '0\r\n\r\n',
    );
    expect(chunked).toContain('413');
    expect(heard).toEqual([]);
  });

  test('a route that takes less says how much (webapi.md §17: the token form)', async () => {
    const url = `http://127.0.0.1:${listener.port}/oauth2/v2.0/token`;
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ a: 'x'.repeat(65_536) }),
    });
    expect(response.status).toBe(413);
    expect(await response.text()).toContain('The request body is larger than 65536 bytes.');
  });

  test('headers that are too long answer 431', async () => {
    await open({ maxHeaderBytes: 8192 });
    const answer = await talk(`GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"error"');
  });

  test('a request that arrives too slowly answers 408, in its headers and in its body', async () => {
    await open({ headersTimeoutMs: 100, requestTimeoutMs: 300, checkEveryMs: 50 });
    expect(await talk('GET / HTTP/1.1\r\nHost: ')).toMatch(/^HTTP\/1\.1 408 /);
    expect(await talk(`${head}Content-Length: 100\r\n\r\nonly this`)).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toEqual([]);
  });

  test('what is not HTTP answers 400', async () => {
    expect(await talk('\x16\x03\x01 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await talk(`${head}Content-Length: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('a client that leaves in the middle disturbs nobody', async () => {
    const socket = connect(listener.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(`${head}Content-Length: 100\r\n\r\nhalf`);
    socket.destroy();
    expect((await get('/healthz')).status).toBe(200);
  });

  test('a client that stops reading its answer is hung up on', async () => {
    served.services.api.handle = async () => ({
      status: 200,
      headers: {},
      body: Buffer.alloc(50_000_000, 'x'),
    });
    await open({ silenceTimeoutMs: 200 });
    const socket = connect(listener.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write(`${head.replace('POST', 'GET')}\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    expect(await listener.connections()).toBe(1);
    await expect.poll(() => listener.connections()).toBe(0);
    socket.resume();
    await closed;
  });

  test('a client that closes its half in the middle of a body is not heard', async () => {
    const socket = connect({ port: listener.port, host: '127.0.0.1', allowHalfOpen: true });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}).resume();
    socket.end(`${head}Content-Length: 100\r\n\r\nhalf`);
    await closed;
    expect(heard).toEqual([]);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('more connections than allowed are hung up on, the others stay', async () => {
    await open({ maxConnections: 2 });
    const sockets = [connect(listener.port, '127.0.0.1'), connect(listener.port, '127.0.0.1')];
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    await expect.poll(() => listener.connections()).toBe(2);
    expect(await talk().catch(() => '')).toBe('');
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => listener.connections()).toBe(0);
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('headers', () => {
  const head =
    'POST /api/data/v9.2/contacts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer known\r\nConnection: close\r\n';

  test.each(['Host: other.localhost', 'Authorization: Bearer other', 'Content-Type: text/plain'])(
    'that count once are refused twice: %s',
    async (line) => {
      const answer = await talk(
        `${head}Content-Type: application/json\r\n${line}\r\nContent-Length: 2\r\n\r\n{}`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('is given twice');
      expect(heard).toEqual([]);
    },
  );

  test.each([
    'Content-Length: 2\r\nContent-Length: 3',
    'Content-Length: 2\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: gzip',
  ])('that leave the end of the body open are refused: %j', async (lines) => {
    expect(await talk(`${head}${lines}\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(heard).toEqual([]);
  });

  test.each(['gzip', 'br', 'deflate, gzip', 'nonsense'])(
    'a body in Content-Encoding %s answers 415',
    async (encoding) => {
      const answer = await talk(`${head}Content-Encoding: ${encoding}\r\nContent-Length: 2\r\n\r\n{}`);
      expect(answer).toMatch(/^HTTP\/1\.1 415 /);
      expect(answer).toContain('send it uncompressed');
      expect(heard).toEqual([]);
    },
  );

  test.each<[string, BufferEncoding]>([
    ['utf-8', 'utf8'],
    ['"UTF-16LE"', 'utf16le'],
    ['iso-8859-1', 'latin1'],
  ])('a body in the charset %s reaches the Web API in UTF-8 (webapi.md §2)', async (charset, encoding) => {
    const body = Buffer.from('{"lastname":"Ågård"}', encoding);
    const type = `Content-Type: application/json; charset=${charset}`;
    await talk(`${head}${type}\r\nContent-Length: ${body.length}\r\n\r\n`, body);
    expect(heard.map((request) => String(request.body))).toEqual(['{"lastname":"Ågård"}']);
  });

  test('an unknown charset answers 415', async () => {
    const answer = await talk(
      `${head}Content-Type: application/json; charset=nosuch\r\nContent-Length: 2\r\n\r\n{}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 415 /);
    expect(answer).toContain("charset 'nosuch'");
  });
});

test('a hundred slow clients cost no other client its answer', async () => {
  await open({ headersTimeoutMs: 300, requestTimeoutMs: 300, checkEveryMs: 50 });
  const slow = Array.from({ length: 100 }, () => talk('GET / HTTP/1.1\r\nHost: local'));
  expect((await get('/healthz')).status).toBe(200);
  for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  await expect.poll(() => listener.connections()).toBeLessThanOrEqual(1);
});
