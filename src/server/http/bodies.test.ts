/** Bodies of files on a real socket: as they arrive, and as they are taken. Source: webapi.md §15. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { developmentUserId, organizationId, rootBusinessUnitId } from '../../tables/index.ts';
import type { ApiRequest, ApiResponse, Caller } from '../../webapi/index.ts';
import { readWebFiles } from '../web-files.ts';
import type { Services } from './context.ts';
import { type Listener, listen } from './listener.ts';

const caller: Caller = { userId: developmentUserId, businessUnitId: rootBusinessUnitId, organizationId };
const megabyte = Buffer.alloc(1_048_576, 7);
let folder: string;
let listener: Listener;
let handle: (request: ApiRequest) => Promise<ApiResponse>;
const logged: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wirechief-bodies-'));
  mkdirSync(join(folder, 'web/assets'), { recursive: true });
  writeFileSync(join(folder, 'web/index.html'), 'page');
  listener = await listen({
    config: { host: '127.0.0.1', port: 0, origin: null },
    web: readWebFiles(join(folder, 'web')),
    log: (line) => logged.push(line),
  });
  // The route under test needs these two; what else there is to serve it does not ask for.
  const services: Partial<Services> = {
    api: {
      handle: (one: ApiRequest) => handle(one),
      challenge: () => ({ status: 401, headers: {}, body: null }),
      isAdministrator: async () => true,
      mayHear: async () => [],
    },
    authenticator: {
      known: () => ({ caller, expiresAt: Number.MAX_SAFE_INTEGER }),
      check: async () => null,
      close: () => undefined,
    },
  };
  listener.serve(services as Services);
});
afterAll(async () => {
  await listener.close(0);
  rmSync(folder, { recursive: true });
});

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function send(
  method: string,
  type: string,
  pieces: readonly Buffer[],
): Promise<{ status: number; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: 'Bearer known', 'content-type': type };
    const path = '/api/data/v9.2/contacts(1)/entityimage';
    const call = request(
      { port: listener.port, host: '127.0.0.1', method, path, headers, agent },
      (answer) => {
        buffer(answer).then((bytes) => resolve({ status: answer.statusCode ?? 0, bytes }), reject);
      },
    );
    call.once('error', reject);
    for (const piece of pieces) call.write(piece);
    call.end();
  });
}

test('bytes reach the Web API as they arrive, more of them than any other body may have', async () => {
  let came = 0;
  handle = async ({ body, stream }) => {
    expect(body).toBeNull();
    for await (const piece of stream ?? []) came += piece.length;
    return { status: 204, headers: {}, body: null };
  };
  const answer = await send('PATCH', 'application/octet-stream', Array(20).fill(megabyte));
  expect([answer.status, came]).toEqual([204, 20 * megabyte.length]);
});

test('a body that is refused early is answered, and the connection serves the next request', async () => {
  handle = async ({ stream }) => {
    for await (const _piece of stream ?? []) break;
    return { status: 400, headers: {}, body: 'no' };
  };
  const answer = await send('PATCH', 'application/octet-stream', Array(8).fill(megabyte));
  expect([answer.status, answer.bytes.toString()]).toEqual([400, 'no']);
  handle = async ({ body }) => ({ status: 200, headers: {}, body: `heard ${body?.length}` });
  expect((await send('PATCH', 'application/json', [Buffer.from('{}')])).bytes.toString()).toBe('heard 2');
});

test('an answer is taken from its source no faster than the client takes it', async () => {
  let given = 0;
  const stream = async function* () {
    for (; given < 64; given += 1) yield megabyte;
  };
  handle = async () => ({ status: 200, headers: {}, body: null, stream: stream() });
  const whole = await send('GET', 'text/plain', []);
  expect(whole.bytes.length).toBe(64 * megabyte.length);
  given = 0;
  const headers = { authorization: 'Bearer known' };
  const path = '/api/data/v9.2/x';
  await new Promise<void>((resolve, reject) => {
    const call = request({ port: listener.port, host: '127.0.0.1', path, headers }, (answer) => {
      answer.once('data', () => {
        answer.pause();
        // What fits between the two: the buffers of the sockets.
        expect(given).toBeLessThan(40);
        call.destroy();
        resolve();
      });
    });
    call.once('error', reject).end();
  });
  expect(logged).toEqual([]);
});
