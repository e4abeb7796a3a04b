import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BytesAnswer, callBytes } from '../../../test/compat/bytes.ts';
import { openTestWebApi, root, type TestWebApi } from '../../../test/compat/harness.ts';

let web: TestWebApi;
let transcript: string;

beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const column = 'msdyn_voicetranscript';
const at = (rest = ''): string => `msdyn_transcripts(${transcript})/${column}${rest}`;
const send = (
  method: string,
  path: string,
  options: Parameters<typeof callBytes>[3] = {},
): Promise<BytesAnswer> => callBytes(web, method, path, options);
const upload = (bytes: Buffer, name = 'talk.txt'): Promise<BytesAnswer> =>
  send('PATCH', at(`?x-ms-file-name=${encodeURIComponent(name)}`), { body: bytes });
const storedBlocks = async (): Promise<number> =>
  Number(
    (
      await web.database.store.query({ text: 'select count(*) as n from wirechief.file_block', values: [] })
    )[0]?.n,
  );

beforeAll(async () => {
  transcript = await web.create('msdyn_transcripts', { msdyn_name: 'Talk' });
});

describe('file columns in one request (webapi.md §15: upload up to 128 MB)', () => {
  it('takes bytes, shows an id and a name in JSON, gives them back with their headers', async () => {
    const bytes = randomBytes(3_000_001);
    expect((await upload(bytes)).status).toBe(204);
    const row = await web.call('GET', `msdyn_transcripts(${transcript})?$select=${column},${column}_name`);
    expect(row.json[column]).toMatch(/^[0-9a-f-]{36}$/);
    expect(row.json[`${column}_name`]).toBe('talk.txt');
    const answer = await send('GET', at('/$value'));
    expect(answer.status).toBe(200);
    expect(answer.bytes.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      'x-ms-file-name': 'talk.txt',
      'x-ms-file-size': '3000001',
      mimetype: 'text/plain',
      'Content-Disposition': 'attachment; filename="talk.txt"',
      'Content-Type': 'application/octet-stream',
      'Content-Length': '3000001',
      'Access-Control-Expose-Headers': 'x-ms-file-size; x-ms-file-name; mimetype',
    });
  });

  it('gives JSON with base64 without $value, in parts too, as dynamics-web-api reads it', async () => {
    const bytes = randomBytes(1_000_000);
    await upload(bytes);
    const whole = await send('GET', at());
    expect(Buffer.from(whole.json.value, 'base64').equals(bytes)).toBe(true);
    expect(whole.headers['Content-Length']).toBe(String(whole.bytes.length));
    expect(whole.json['@odata.context']).toBe(`${root}/$metadata#${at()}`);
    const part = await send('GET', at('?size=full'), { headers: { range: 'bytes=10-1009' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(part.json.value, 'base64').equals(bytes.subarray(10, 1010))).toBe(true);
  });

  it('takes names that ASCII has no letters for, by the query option, and gives them in headers that can be sent', async () => {
    expect((await upload(Buffer.from('x'), 'Grüße 天.txt')).status).toBe(204);
    const { headers } = await send('GET', at('/$value'));
    expect(headers['x-ms-file-name']).toBe(encodeURIComponent('Grüße 天.txt'));
    expect(headers['Content-Disposition']).toBe(
      `attachment; filename="Gr__e _.txt"; filename*=UTF-8''${encodeURIComponent('Grüße 天.txt')}`,
    );
  });

  it('takes the name of the header before that of the query option', async () => {
    await send('PATCH', at('?x-ms-file-name=a.txt'), {
      body: Buffer.from('x'),
      headers: { 'x-ms-file-name': 'b.txt' },
    });
    expect((await send('GET', at('/$value'))).headers['x-ms-file-name']).toBe('b.txt');
  });

  it.each([
    ['no name', '', Buffer.from('x'), {}, '0x80040203'],
    ['a blocked extension', '?x-ms-file-name=run.EXE', Buffer.from('x'), {}, '0x80043e09'],
    ['control characters', '?x-ms-file-name=a%0d%0ab', Buffer.from('x'), {}, '0x80040203'],
    ['another query option', '?x-ms-file-name=a.txt&$select=x', Buffer.from('x'), {}, '0x0'],
    [
      'a session that is none',
      '?sessiontoken=12',
      Buffer.from('x'),
      { 'content-range': 'bytes 0-0/1' },
      '0x80040203',
    ],
    [
      'another transfer mode',
      '?x-ms-file-name=a',
      Buffer.from('x'),
      { 'x-ms-transfer-mode': 'slow' },
      '0x80040203',
    ],
  ])('refuses %s', async (_what, query, body, headers, code) => {
    const before = await storedBlocks();
    const answer = await send('PATCH', at(query), { body, headers });
    expect([answer.status, answer.json.error.code]).toEqual([400, code]);
    expect(await storedBlocks()).toBe(before);
  });

  it('refuses more than the column takes, and more than it was told, leaving nothing behind', async () => {
    const before = await storedBlocks();
    const declared = await send('PATCH', at('?x-ms-file-name=a.bin'), {
      body: Buffer.from('x'),
      headers: { 'content-length': '134217729' },
    });
    expect([declared.status, declared.json.error.code]).toEqual([413, '0x80048d02']);
    const picture = `contacts(${await web.create('contacts', { lastname: 'Hart' })})/entityimage`;
    const large = await send('PATCH', `${picture}?x-ms-file-name=a.png`, {
      body: Buffer.alloc(31_457_281),
      headers: { 'content-length': '1' },
    });
    expect([large.status, large.json.error.code]).toEqual([400, '0x80072553']);
    expect(large.json.error.message).toContain(
      'File size is too big. MaxSize: 30 MB, Uploaded filesize: 31 MB.',
    );
    expect(await storedBlocks()).toBe(before);
  });

  it('is refused for a row that is not there, and for a version that is not its', async () => {
    const absent = await send(
      'PATCH',
      `msdyn_transcripts(${transcript.replace(/^.{8}/, '00000000')})/${column}?x-ms-file-name=a`,
      {
        body: Buffer.from('x'),
      },
    );
    expect([absent.status, absent.json.error.code]).toEqual([404, '0x80040217']);
    const stale = await send('PATCH', at('?x-ms-file-name=a'), {
      body: Buffer.from('other'),
      headers: { 'if-match': 'W/"1"' },
    });
    expect(stale.status).toBe(412);
  });
});

describe('Range (webapi.md §15: GET col/$value, with Range 206)', () => {
  const bytes = randomBytes(2_000);
  beforeAll(() => upload(bytes));

  it.each([
    ['bytes=0-99', 0, 100],
    ['bytes=100-', 100, 2000],
    ['bytes=-50', 1950, 2000],
    ['bytes=1990-5000', 1990, 2000],
  ])('%s → 206', async (range, from, to) => {
    const answer = await send('GET', at('/$value'), { headers: { range } });
    expect(answer.status).toBe(206);
    expect(answer.headers['Content-Range']).toBe(`bytes ${from}-${to - 1}/2000`);
    expect(answer.headers['x-ms-chunk-size']).toBe('4194304');
    expect(answer.bytes.equals(bytes.subarray(from, to))).toBe(true);
  });

  it.each(['bytes=2000-', 'bytes=5000-6000', 'bytes=-0'])('%s → 416', async (range) => {
    const answer = await send('GET', at('/$value'), { headers: { range } });
    expect([answer.status, answer.headers['Content-Range']]).toEqual([416, 'bytes */2000']);
  });

  it.each(['lines=1-2', 'bytes=9-1', 'bytes=0-1,4-5', 'bytes'])('%s is ignored → 200', async (range) => {
    const answer = await send('GET', at('/$value'), { headers: { range } });
    expect([answer.status, answer.bytes.length]).toEqual([200, 2000]);
  });
});

describe('chunks (webapi.md §15: x-ms-transfer-mode: chunked)', () => {
  const begin = async (): Promise<string> => {
    const answer = await send('PATCH', at('?x-ms-file-name=chunks.pdf'), {
      headers: { 'x-ms-transfer-mode': 'chunked' },
    });
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'x-ms-chunk-size': '4194304',
        'Accept-Ranges': 'bytes',
        'Access-Control-Expose-Headers': 'x-ms-chunk-size',
      },
    });
    expect(answer.bytes.length).toBe(0);
    return (answer.headers.Location ?? '').slice(root.length + 1);
  };
  const chunk = (
    location: string,
    bytes: Buffer,
    from: number,
    to: number,
    size = bytes.length,
  ): Promise<BytesAnswer> =>
    send('PATCH', location, {
      body: bytes.subarray(from, to),
      headers: { 'content-range': `bytes ${from}-${to - 1}/${size}` },
    });

  it('200 with Location, 206 for each part, 204 for the last', async () => {
    const bytes = randomBytes(9_000_000);
    const location = await begin();
    expect(location).toMatch(/\?sessiontoken=/);
    expect((await chunk(location, bytes, 0, 4_194_304)).status).toBe(206);
    expect((await chunk(location, bytes, 4_194_304, 8_388_608)).status).toBe(206);
    expect((await chunk(location, bytes, 8_388_608, 9_000_000)).status).toBe(204);
    const answer = await send('GET', at('/$value'));
    expect(answer.bytes.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({ 'x-ms-file-name': 'chunks.pdf', mimetype: 'application/pdf' });
    const after = await chunk(location, bytes, 0, 10);
    expect(after.json.error.message).toBe('The token names no upload that is under way.');
  });

  it('takes parts in any order, and a part again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 2, maxLength: 60 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 59 }), { maxLength: 5 }),
        fc.nat(),
        async (content, cuts, turn) => {
          const bytes = Buffer.from(content);
          const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
          const parts = edges.slice(1).map((to, i): [number, number] => [edges[i] ?? 0, to]);
          const turned = parts.map((_, i): [number, number] => parts[(i + turn) % parts.length] ?? [0, 0]);
          const location = await begin();
          const [first] = turned;
          const again = first && turned.length > 1 ? [first, ...turned] : turned;
          const statuses: number[] = [];
          for (const [from, to] of again) statuses.push((await chunk(location, bytes, from, to)).status);
          expect(statuses.filter((status) => status !== 206)).toEqual([204]);
          expect((await send('GET', at('/$value'))).bytes.equals(bytes)).toBe(true);
        },
      ),
      { seed: 151, numRuns: 12 },
    );
  });

  it.each(['bytes 0-9/5', 'bytes 5-2/9', 'lines 0-1/2', undefined])(
    'refuses Content-Range %s',
    async (range) => {
      const location = await begin();
      const answer = await send('PATCH', location, {
        body: Buffer.from('x'),
        headers: range === undefined ? {} : { 'content-range': range },
      });
      expect([answer.status, answer.json.error.code]).toEqual([400, '0x80040203']);
    },
  );

  it('refuses a body of another length than it tells', async () => {
    const location = await begin();
    for (const body of [Buffer.alloc(9), Buffer.alloc(11)]) {
      const answer = await send('PATCH', location, { body, headers: { 'content-range': 'bytes 0-9/20' } });
      expect(answer.status).toBe(400);
    }
  });
});

describe('DELETE and the row (webapi.md §15: clears)', () => {
  it('empties the column, then 204 without bytes', async () => {
    await upload(Buffer.from('away'));
    expect((await send('DELETE', at())).status).toBe(204);
    const answer = await send('GET', at('/$value'));
    expect([answer.status, answer.bytes.length]).toEqual([204, 0]);
    const row = await web.call('GET', `msdyn_transcripts(${transcript})?$select=${column},${column}_name`);
    expect(row.json).toMatchObject({ [column]: null, [`${column}_name`]: null });
  });

  it('goes with the row, and the change log holds no bytes', async () => {
    const { newest } = await web.database.store.changeRange();
    const id = await web.create('msdyn_transcripts', { msdyn_name: 'Short' });
    const blocks = await storedBlocks();
    await send('PATCH', `msdyn_transcripts(${id})/${column}?x-ms-file-name=a.txt`, {
      body: Buffer.from('not in the log'),
    });
    expect(await storedBlocks()).toBe(blocks + 1);
    await web.call('DELETE', `msdyn_transcripts(${id})`);
    expect(await storedBlocks()).toBe(blocks);
    const log = JSON.stringify(await web.database.store.changes({ after: newest }));
    expect(log).toContain('a.txt');
    for (const form of ['utf8', 'base64', 'hex'] as const)
      expect(log).not.toContain(Buffer.from('not in the log').toString(form));
  });
});
