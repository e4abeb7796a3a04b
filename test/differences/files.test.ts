/** Numbers are those of docs/differences.md. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePng } from '../../src/webapi/files/png.ts';
import { makeRaster } from '../../src/webapi/files/raster.ts';
import { callBytes } from '../compat/bytes.ts';
import { openTestWebApi, type TestWebApi } from '../compat/harness.ts';

describe('change tracking and files differ from the product', () => {
  let test: TestWebApi;
  beforeAll(async () => {
    test = await openTestWebApi();
  });
  afterAll(() => test.close());

  it('40 every table tracks its changes', async () => {
    for (const set of ['subjects', 'wirechief_offers', 'msdyn_ocsessions']) {
      const { json } = await test.call('GET', set, { headers: { prefer: 'odata.track-changes' } });
      expect(json['@odata.deltaLink']).toContain('$deltatoken=');
    }
  });

  it('41 a picture is a PNG, JPEG, GIF or BMP, and is kept as it was uploaded', async () => {
    const at = `contacts(${await test.create('contacts', { lastname: 'Hart' })})/entityimage`;
    const tiff = await callBytes(test, 'PATCH', `${at}?x-ms-file-name=a.tif`, {
      body: Buffer.from('II*\0\x08\0\0\0'),
    });
    expect([tiff.status, tiff.json.error.code]).toEqual([400, '0x80072553']);
    const picture = writePng(makeRaster(200, 200));
    await callBytes(test, 'PATCH', `${at}?x-ms-file-name=a.png`, { body: picture });
    expect((await callBytes(test, 'GET', `${at}/$value?size=full`)).bytes.equals(picture)).toBe(true);
    expect((await callBytes(test, 'GET', `${at}/$value`)).bytes.toString('latin1', 1, 4)).toBe('PNG');
  });
});
