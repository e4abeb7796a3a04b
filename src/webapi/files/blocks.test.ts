import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callBytes } from '../../../test/compat/bytes.ts';
import { type Answer, openTestWebApi, root, type TestWebApi } from '../../../test/compat/harness.ts';

let web: TestWebApi;
let transcript: string;
beforeAll(async () => {
  web = await openTestWebApi();
  transcript = await web.create('msdyn_transcripts', { msdyn_name: 'Talk' });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const post = (name: string, body: object, as?: string): Promise<Answer> =>
  web.call('POST', name, { body, ...(as === undefined ? {} : { as }) });
const target = () => ({
  msdyn_transcriptid: transcript,
  '@odata.type': 'Microsoft.Dynamics.CRM.msdyn_transcript',
});
const column = 'msdyn_voicetranscript';
const blockId = (n: number): string => Buffer.from(`block-${n}`).toString('base64');

async function begin(): Promise<string> {
  const answer = await post('InitializeFileBlocksUpload', {
    Target: target(),
    FileAttributeName: column,
    FileName: '9mb.pdf',
  });
  expect(answer.json['@odata.context']).toBe(
    `${root}/$metadata#Microsoft.Dynamics.CRM.InitializeFileBlocksUploadResponse`,
  );
  return answer.json.FileContinuationToken;
}
const put = (token: string, id: string, bytes: Buffer): Promise<Answer> =>
  post('UploadBlock', { BlockId: id, BlockData: bytes.toString('base64'), FileContinuationToken: token });
const commit = (token: string, list: readonly string[]): Promise<Answer> =>
  post('CommitFileBlocksUpload', {
    FileName: '9mb.pdf',
    MimeType: 'application/pdf',
    BlockList: list,
    FileContinuationToken: token,
  });

describe('the block protocol (webapi.md §15)', () => {
  it('uploads, downloads and deletes as the published example', async () => {
    const parts = [randomBytes(4_194_304), randomBytes(4_194_304), randomBytes(700_000)];
    const whole = Buffer.concat(parts);
    const token = await begin();
    // In any order: the list says how they belong together.
    for (const n of [2, 0, 1])
      expect((await put(token, blockId(n), parts[n] ?? Buffer.alloc(0))).status).toBe(204);
    const committed = await commit(token, [0, 1, 2].map(blockId));
    expect(committed.status).toBe(200);
    expect(committed.json).toEqual({
      '@odata.context': `${root}/$metadata#Microsoft.Dynamics.CRM.CommitFileBlocksUploadResponse`,
      FileId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      FileSizeInBytes: whole.length,
    });
    const opened = await post('InitializeFileBlocksDownload', {
      Target: target(),
      FileAttributeName: column,
    });
    expect(opened.json).toMatchObject({
      FileSizeInBytes: whole.length,
      FileName: '9mb.pdf',
      IsChunkingSupported: true,
    });
    const blocks: Buffer[] = [];
    for (let Offset = 0; Offset < whole.length; Offset += 4_194_304) {
      const { FileContinuationToken } = opened.json;
      const block = await post('DownloadBlock', { Offset, BlockLength: 4_194_304, FileContinuationToken });
      blocks.push(Buffer.from(block.json.Data, 'base64'));
    }
    expect(Buffer.concat(blocks).equals(whole)).toBe(true);
    const { FileId } = committed.json;
    expect((await web.call('GET', `msdyn_transcripts(${transcript})?$select=${column}`)).json[column]).toBe(
      FileId,
    );
    expect((await post('DeleteFile', { FileId })).status).toBe(204);
    expect((await post('DeleteFile', { FileId })).json.error.code).toBe('0x80040217');
    const empty = await post('InitializeFileBlocksDownload', { Target: target(), FileAttributeName: column });
    expect([empty.status, empty.json.error.code]).toEqual([404, '0x80040217']);
  });

  it('refuses a block of more than 4 MB, an id that is no base64, and bytes that are none', async () => {
    const token = await begin();
    expect((await put(token, blockId(0), Buffer.alloc(4_194_305))).json.error.code).toBe('0x80044a02');
    expect((await put(token, '?', Buffer.alloc(1))).json.error.code).toBe('0x80040203');
    expect((await put(token, Buffer.alloc(65).toString('base64'), Buffer.alloc(1))).json.error.code).toBe(
      '0x80040203',
    );
    const bad = await post('UploadBlock', {
      BlockId: blockId(0),
      BlockData: 'a b',
      FileContinuationToken: token,
    });
    expect(bad.json.error.code).toBe('0x80040203');
  });

  it('refuses a list that names what did not come, a token of somebody else, a column that holds no file', async () => {
    const token = await begin();
    await put(token, blockId(0), Buffer.from('x'));
    expect((await commit(token, [blockId(0), blockId(1)])).json.error.code).toBe('0x80040203');
    expect((await commit('nonsense', [blockId(0)])).json.error.code).toBe('0x80040203');
    const column = await post('InitializeFileBlocksUpload', {
      Target: target(),
      FileAttributeName: 'msdyn_name',
      FileName: 'a',
    });
    expect(column.json.error.message).toBe(
      "'msdyn_name' is not a file or image column of the target's table.",
    );
    const unit = (await web.call('GET', 'businessunits?$top=1')).json.value[0].businessunitid;
    const stranger = await web.create('systemusers', {
      firstname: 'A',
      lastname: 'Stranger',
      domainname: 'stranger@wirechief.test',
      'businessunitid@odata.bind': `/businessunits(${unit})`,
    });
    const theirs = { BlockId: blockId(0), BlockData: 'YQ==', FileContinuationToken: token };
    const refused = await post('UploadBlock', theirs, stranger);
    expect(refused.json.error.message).toBe('The token names no upload that is under way.');
    const unread = await post(
      'InitializeFileBlocksDownload',
      { Target: target(), FileAttributeName: column },
      stranger,
    );
    expect(unread.status).toBeGreaterThanOrEqual(400);
    // The rightful one goes on.
    expect((await commit(token, [blockId(0)])).json.FileSizeInBytes).toBe(1);
  });

  it('takes a media type that a header can carry, and no other', async () => {
    const token = await begin();
    await put(token, blockId(0), Buffer.from('x'));
    const commitAs = (MimeType: string): Promise<Answer> =>
      post('CommitFileBlocksUpload', {
        FileName: 'a.txt',
        MimeType,
        BlockList: [blockId(0)],
        FileContinuationToken: token,
      });
    for (const wrong of ['text/plain\r\nx: y', 'Grüße/天', 'text'])
      expect((await commitAs(wrong)).json.error.code).toBe('0x80040203');
    expect((await commitAs('text/plain; charset=utf-8')).status).toBe(200);
  });
});

describe('the size of a column of one’s own (webapi.md §13, MaxSizeInKB)', () => {
  it('is what an upload may have', async () => {
    const made = await web.call('POST', "EntityDefinitions(LogicalName='contact')/Attributes", {
      body: {
        '@odata.type': 'Microsoft.Dynamics.CRM.FileAttributeMetadata',
        SchemaName: 'new_Contract',
        DisplayName: { LocalizedLabels: [{ Label: 'Contract', LanguageCode: 1033 }] },
        MaxSizeInKB: 1,
      },
    });
    expect(made.status).toBe(204);
    const contact = await web.create('contacts', { lastname: 'Hart' });
    const upload = (bytes: number) =>
      callBytes(web, 'PATCH', `contacts(${contact})/new_contract?x-ms-file-name=a.txt`, {
        body: Buffer.alloc(bytes),
      });
    expect((await upload(1025)).json.error.code).toBe('0x80044a02');
    expect((await upload(1024)).status).toBe(204);
    // What the column held goes with it: one made anew under its name is empty.
    const column = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='new_contract')";
    expect((await web.call('DELETE', column)).status).toBe(204);
    const kept = `select count(*)::int4 as n from wirechief.file where "column" = 'new_contract'`;
    expect(await web.database.store.query({ text: kept, values: [] })).toEqual([{ n: 0 }]);
  });
});
