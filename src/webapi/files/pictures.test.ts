import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callBytes } from '../../../test/compat/bytes.ts';
import { openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';
import { makeThumbnail } from './decode.ts';
import { readGif } from './gif.ts';
import { readPng, writePng } from './png.ts';
import { makeRaster, type Raster, toThumbnail } from './raster.ts';

/** Left half red, right half blue. */
function halves(width: number, height: number): Raster {
  const raster = makeRaster(width, height);
  for (let at = 0; at < width * height; at += 1)
    raster.pixels.set(at % width < width / 2 ? [255, 0, 0, 255] : [0, 0, 255, 255], at * 4);
  return raster;
}

function bmp({ width, height, pixels }: Raster): Buffer {
  const line = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + line * height);
  bytes.write('BM');
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [red = 0, green = 0, blue = 0] = pixels.subarray((y * width + x) * 4);
      bytes.set([blue, green, red], 54 + line * (height - 1 - y) + x * 3);
    }
  return bytes;
}

/** A GIF of 4 × 1: red, red, blue, blue; its codes are not packed, each followed by a reset. */
const gif = Buffer.concat([
  Buffer.from('GIF89a'),
  Buffer.from([4, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255]),
  Buffer.from([0x2c, 0, 0, 0, 0, 4, 0, 1, 0, 0, 2]),
  // Codes of three bits: reset 4, red 0, reset, red, reset, blue 1, reset, blue, end 5.
  packed([4, 0, 4, 0, 4, 1, 4, 1, 5], 3),
  Buffer.from([0, 0x3b]),
]);

function packed(codes: readonly number[], width: number): Buffer {
  const bits = codes.reduceRight((sum, code) => (sum << BigInt(width)) | BigInt(code), 0n);
  const bytes = Array.from({ length: Math.ceil((codes.length * width) / 8) }, (_, i) =>
    Number((bits >> BigInt(8 * i)) & 255n),
  );
  return Buffer.from([bytes.length, ...bytes]);
}

const colours = (raster: Raster): [left: string, right: string] => {
  const { width, height, pixels } = raster;
  const name = (x: number): string => {
    const [red = 0, , blue = 0] = pixels.subarray((Math.floor(height / 2) * width + x) * 4);
    return red > 200 && blue < 60 ? 'red' : blue > 200 && red < 60 ? 'blue' : 'other';
  };
  return [name(0), name(width - 1)];
};

describe('thumbnails (webapi.md §15: 144x144; published resize rules)', () => {
  it.each([
    ['png', 300, 428, 144, (raster: Raster) => writePng(raster)],
    ['bmp', 300, 428, 144, bmp],
    ['jpeg', 400, 200, 144, (raster: Raster) => jpeg.encode({ ...raster, data: raster.pixels }, 90).data],
    ['a small png', 91, 130, 91, (raster: Raster) => writePng(raster)],
    ['a single pixel', 1, 1, 1, (raster: Raster) => writePng(raster)],
  ])('%s of %i x %i → a square of %i', (_format, width, height, side, write) => {
    const small = readPng(makeThumbnail(write(halves(width, height))));
    expect([small.width, small.height]).toEqual([side, side]);
    if (width > 1) expect(colours(small)).toEqual(['red', 'blue']);
  });

  it('gif', () => {
    const raster = readGif(gif);
    expect([raster.width, raster.height, ...colours(raster)]).toEqual([4, 1, 'red', 'blue']);
  });

  it('a PNG is read as it was written', () => {
    const picture = fc
      .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
      .chain(({ width, height }) =>
        fc
          .uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 })
          .map((pixels) => ({ width, height, pixels })),
      );
    fc.assert(
      fc.property(picture, (raster) => {
        const read = readPng(writePng(raster));
        expect([read.width, read.height, [...read.pixels]]).toEqual([
          raster.width,
          raster.height,
          [...raster.pixels],
        ]);
      }),
      { seed: 144 },
    );
  });

  it('a thumbnail of one colour has that colour', () => {
    const raster = makeRaster(200, 333);
    raster.pixels.fill(77);
    expect(new Set(toThumbnail(raster).pixels)).toEqual(new Set([77]));
  });

  it('whatever bytes come, it is a picture or a refusal, and soon', () => {
    const starts = [
      writePng(halves(9, 9)),
      bmp(halves(9, 9)),
      gif,
      jpeg.encode({ ...halves(9, 9), data: halves(9, 9).pixels }).data,
    ];
    const damage = fc.record({ which: fc.nat(3), at: fc.nat(400), byte: fc.nat(255), cut: fc.nat(400) });
    fc.assert(
      fc.property(damage, ({ which, at, byte, cut }) => {
        const bytes = Buffer.from(starts[which] ?? gif);
        bytes[at % bytes.length] = byte;
        const given = cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
        try {
          expect(makeThumbnail(given).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { seed: 145, numRuns: 400 },
    );
  });

  it('a PNG that unpacks to more than it says is stopped', () => {
    const honest = writePng(halves(4, 4));
    const bomb = deflateSync(Buffer.alloc(50_000_000));
    const at = honest.indexOf('IDAT') - 4;
    const chunk = Buffer.alloc(bomb.length + 12);
    chunk.writeUInt32BE(bomb.length, 0);
    chunk.write('IDAT', 4);
    bomb.copy(chunk, 8);
    expect(() => readPng(Buffer.concat([honest.subarray(0, at), chunk]))).toThrow();
  });
});

describe('image columns (webapi.md §15)', () => {
  let web: TestWebApi;
  let contact: string;
  const whole = writePng(halves(300, 300));
  beforeAll(async () => {
    web = await openTestWebApi();
    contact = await web.create('contacts', { lastname: 'Hart', entityimage: whole.toString('base64') });
  });
  afterAll(async () => {
    expect(web.faults).toEqual([]);
    await web.close();
  });
  const at = (rest = ''): string => `contacts(${contact})/entityimage${rest}`;
  const sizeOf = (bytes: Buffer): number => readPng(bytes).width;
  const side = () =>
    web.call(
      'GET',
      `contacts(${contact})?$select=entityimage,entityimageid,entityimage_timestamp,entityimage_url`,
    );

  it('in JSON base64: the thumbnail, with its id, its time and its address', async () => {
    const { json } = await side();
    expect(sizeOf(Buffer.from(json.entityimage, 'base64'))).toBe(144);
    expect(json.entityimage_url).toBe(
      `/Image/download.aspx?Entity=contact&Attribute=entityimage&Id=${json.entityimageid}&Timestamp=${/Timestamp=(\d+)/.exec(json.entityimage_url)?.[1]}`,
    );
    expect(/Timestamp=(\d{18})$/.exec(json.entityimage_url)).not.toBeNull();
  });

  it('$value gives the thumbnail, ?size=full what was uploaded', async () => {
    const thumbnail = await callBytes(web, 'GET', at('/$value'));
    expect([thumbnail.status, sizeOf(thumbnail.bytes)]).toEqual([200, 144]);
    const full = await callBytes(web, 'GET', at('/$value?size=full'));
    expect(full.bytes.equals(whole)).toBe(true);
    expect(full.headers).toMatchObject({ 'x-ms-file-name': 'entityimage.png', mimetype: 'image/png' });
  });

  it.each(['PUT', 'PATCH'])('%s takes bytes', async (method) => {
    const picture = jpeg.encode({ ...halves(500, 300), data: halves(500, 300).pixels }, 90).data;
    const before = (await side()).json.entityimageid;
    expect((await callBytes(web, method, at('?x-ms-file-name=new.jpg'), { body: picture })).status).toBe(204);
    const full = await callBytes(web, 'GET', at('/$value?size=full'));
    expect(full.bytes.equals(picture)).toBe(true);
    expect(full.headers['x-ms-file-name']).toBe('new.jpg');
    expect((await side()).json.entityimageid).not.toBe(before);
    expect(sizeOf((await callBytes(web, 'GET', at('/$value'))).bytes)).toBe(144);
  });

  it.each(['PUT', 'PATCH'])('%s of bytes needs no name (§15: PUT or PATCH bytes)', async (method) => {
    expect((await callBytes(web, method, at(), { body: whole })).status).toBe(204);
    const full = await callBytes(web, 'GET', at('/$value?size=full'));
    expect(full.bytes.equals(whole)).toBe(true);
    expect(full.headers['x-ms-file-name']).toBe('entityimage.png');
  });

  it.each([
    ['PATCH of the row', () => web.call('PATCH', `contacts(${contact})`, { body: { entityimage: null } })],
    [
      'PUT of null',
      () => web.call('PUT', at(), { body: { value: null }, headers: { 'content-type': 'application/json' } }),
    ],
    ['DELETE', () => web.call('DELETE', at())],
  ])('%s takes the picture away, whole and all', async (_how, remove) => {
    await web.call('PATCH', `contacts(${contact})`, { body: { entityimage: whole.toString('base64') } });
    expect((await callBytes(web, 'GET', at('/$value?size=full'))).status).toBe(200);
    expect((await remove()).status).toBe(204);
    expect((await side()).json).toMatchObject({
      entityimage: null,
      entityimageid: null,
      entityimage_url: null,
    });
    for (const query of ['', '?size=full'])
      expect((await callBytes(web, 'GET', at(`/$value${query}`))).status).toBe(204);
  });

  it('refuses what is no picture with 0x80072553', async () => {
    for (const body of [Buffer.from('not a picture'), Buffer.concat([whole.subarray(0, 40)])]) {
      const sent = await callBytes(web, 'PATCH', at('?x-ms-file-name=a.png'), { body });
      expect([sent.status, sent.json.error.code]).toEqual([400, '0x80072553']);
      const inJson = await web.call('PATCH', `contacts(${contact})`, {
        body: { entityimage: body.toString('base64') },
      });
      expect([inJson.status, inJson.json.error.code]).toEqual([400, '0x80072553']);
    }
  });
});

describe('notes (webapi.md §15)', () => {
  let web: TestWebApi;
  beforeAll(async () => {
    web = await openTestWebApi();
  });
  afterAll(async () => {
    expect(web.faults).toEqual([]);
    await web.close();
  });
  const body = Buffer.from('hello, note').toString('base64');
  const shown = async (id: string) =>
    (await web.call('GET', `annotations(${id})?$select=filesize,isdocument,mimetype,documentbody`)).json;

  it('documentbody is base64, filesize counts bytes, isdocument is set when there is a body', async () => {
    const id = await web.create('annotations', {
      subject: 'A',
      filename: 'a.txt',
      mimetype: 'text/plain',
      documentbody: body,
    });
    expect(await shown(id)).toMatchObject({
      filesize: 11,
      isdocument: true,
      mimetype: 'text/plain',
      documentbody: body,
    });
    const value = await web.call('GET', `annotations(${id})/documentbody/$value`);
    expect([value.text, value.headers['Content-Type']]).toEqual([body, 'text/plain; charset=utf-8']);
    await web.call('PATCH', `annotations(${id})`, { body: { documentbody: null } });
    expect(await shown(id)).toMatchObject({ filesize: 0, isdocument: false, documentbody: null });
    const plain = await web.create('annotations', { subject: 'No file' });
    expect(await shown(plain)).toMatchObject({ isdocument: false, documentbody: null });
  });

  it.each([
    [
      'more than organization.maxuploadfilesize, in base64',
      { documentbody: 'A'.repeat(5_242_884) },
      '0x80044a02',
    ],
    ['a blocked extension', { filename: 'run.exe', documentbody: body }, '0x80043e09'],
    ['what is no base64', { documentbody: 'hello!' }, '0x80040203'],
  ])('refuses %s', async (_what, values, code) => {
    const answer = await web.call('POST', 'annotations', { body: { subject: 'A', ...values } });
    expect([answer.status, answer.json.error.code]).toEqual([400, code]);
  });

  it('leaves no body in the change log', async () => {
    const { newest } = await web.database.store.changeRange();
    await web.create('annotations', { subject: 'Secret', documentbody: body });
    expect(JSON.stringify(await web.database.store.changes({ after: newest }))).not.toContain(body);
  });
});
