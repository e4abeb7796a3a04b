/** dynamics-web-api's uploadFile, downloadFile and change tracking, unmodified, over real HTTP. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DynamicsWebApi } from 'dynamics-web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, openTestWebApi, type TestWebApi } from './harness.ts';

let web: TestWebApi;
let server: Server;
let client: DynamicsWebApi;

/** A listener that hands files on as they arrive, as the server's does. */
async function listen(): Promise<string> {
  server = createServer((request, response) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : value,
      ]),
    );
    const isFile = headers['content-type'] === 'application/octet-stream';
    const origin = `http://${request.headers.host}`;
    const ask = async () => {
      const body = isFile ? null : (await text(request)) || null;
      const { method = '', url = '' } = request;
      const stream = isFile ? { stream: request } : {};
      const answer = await web.api.handle({ method, url, origin, headers, body, ...stream }, caller);
      response.writeHead(answer.status, answer.headers);
      if (answer.stream) Readable.from(answer.stream).pipe(response);
      else response.end(answer.body);
    };
    ask().catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  web = await openTestWebApi();
  const serverUrl = await listen();
  client = new DynamicsWebApi({
    serverUrl,
    dataApi: { version: '9.2' },
    onTokenRefresh: async () => 'of-the-test',
  });
});
afterAll(async () => {
  server.close();
  expect(web.faults).toEqual([]);
  await web.close();
});

describe('files (webapi.md §15)', () => {
  it.each([700_000, 9_500_000])('uploads %i bytes and downloads them again', async (size) => {
    const key = await web.create('msdyn_transcripts', { msdyn_name: 'Talk' });
    const data = randomBytes(size);
    const at = { collection: 'msdyn_transcripts', key, property: 'msdyn_voicetranscript' } as const;
    await client.uploadFile({ ...at, data, fileName: 'talk.bin' });
    const got = await client.downloadFile(at);
    expect(got).toMatchObject({ fileName: 'talk.bin', fileSize: size });
    expect(Buffer.from(got.data).equals(data)).toBe(true);
  });
});

describe('change tracking (webapi.md §14)', () => {
  it('asks for a delta link and counts what it leads to', async () => {
    const first = await client.retrieveMultiple<{ name: string }>({
      collection: 'accounts',
      select: ['name'],
      trackChanges: true,
    });
    const link = first['@odata.deltaLink' as keyof typeof first] as unknown as string;
    expect(link).toContain('$deltatoken=');
    await client.create({ collection: 'accounts', data: { name: 'New since' } });
    const response = await fetch(link, { headers: { authorization: 'Bearer of-the-test' } });
    const delta = (await response.json()) as { value: { name: string }[] };
    expect(delta.value.map(({ name }) => name)).toEqual(['New since']);
  });
});
