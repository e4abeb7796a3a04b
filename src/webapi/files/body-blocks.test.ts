import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestWebApi, root, type TestWebApi } from '../../../test/compat/harness.ts';
import { openPeople } from '../../../test/compat/people.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const post = (name: string, body: object, as?: string): Promise<Answer> =>
  web.call('POST', name, { body, ...(as === undefined ? {} : { as }) });
const blockId = (n: number): string => Buffer.from(`block-${n}`).toString('base64');
const parts = [randomBytes(300_000), randomBytes(100_001)];
const whole = Buffer.concat(parts);

/** Uploads the parts for the target, the last one first, and commits them in order. */
async function upload(kind: string, Target: object, as?: string): Promise<Answer> {
  const begun = await post(`Initialize${kind}BlocksUpload`, { Target }, as);
  expect(begun.json?.['@odata.context']).toBe(
    `${root}/$metadata#Microsoft.Dynamics.CRM.Initialize${kind}BlocksUploadResponse`,
  );
  const { FileContinuationToken } = begun.json;
  for (const n of [1, 0]) {
    const BlockData = parts[n]?.toString('base64');
    const answer = await post('UploadBlock', { BlockId: blockId(n), BlockData, FileContinuationToken }, as);
    expect(answer.status).toBe(204);
  }
  const BlockList = [0, 1].map(blockId);
  return post(`Commit${kind}BlocksUpload`, { Target, BlockList, FileContinuationToken }, as);
}

async function download(
  kind: string,
  Target: object,
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const begun = await post(`Initialize${kind}BlocksDownload`, { Target });
  expect(begun.json).toMatchObject({ FileSizeInBytes: whole.length });
  const { FileContinuationToken, FileName } = begun.json;
  const pieces: Buffer[] = [];
  for (let Offset = 0; Offset < whole.length; Offset += 250_000) {
    const answer = await post('DownloadBlock', { Offset, BlockLength: 250_000, FileContinuationToken });
    pieces.push(Buffer.from(answer.json.Data, 'base64'));
  }
  return { name: FileName, bytes: Buffer.concat(pieces) };
}

describe('files of notes by blocks (webapi.md §15)', () => {
  const type = 'Microsoft.Dynamics.CRM.annotation';

  it('make a note, and change one that is there', async () => {
    const contact = await web.create('contacts', { lastname: 'Hart' });
    const note = { '@odata.type': type, filename: 'a.pdf', subject: 'Contract' };
    const made = await upload('Annotation', {
      ...note,
      'objectid_contact@odata.bind': `/contacts(${contact})`,
    });
    expect([made.status, made.json.FileSizeInBytes]).toEqual([200, whole.length]);
    const annotationid = made.json.AnnotationId;
    const read = async () => (await web.call('GET', `annotations(${annotationid})`)).json;
    expect(await read()).toMatchObject({
      ...{ documentbody: whole.toString('base64'), filename: 'a.pdf', mimetype: 'application/pdf' },
      ...{ filesize: whole.length, isdocument: true, subject: 'Contract', _objectid_value: contact },
    });
    const target = { '@odata.type': type, annotationid };
    expect(await download('Annotation', target)).toEqual({ name: 'a.pdf', bytes: whole });
    const changed = await upload('Annotation', { ...target, filename: 'b.txt', mimetype: 'text/x-own' });
    expect(changed.json.AnnotationId).toBe(annotationid);
    expect(await read()).toMatchObject({ filename: 'b.txt', mimetype: 'text/x-own', subject: 'Contract' });
  });

  it('take a key of the caller’s own', async () => {
    const annotationid = '7a1d3c0e-8f8b-4d52-9a34-0d6d54c8a001';
    const made = await upload('Annotation', { '@odata.type': type, annotationid, filename: 'c.txt' });
    expect(made.json.AnnotationId).toBe(annotationid);
  });

  it('are refused as the body of a note is, and nothing stays', async () => {
    const refused = async (Target: object, name = 'InitializeAnnotationBlocksUpload') => {
      const { status, json } = await post(name, { Target });
      return [status, json.error.message];
    };
    expect((await refused({ '@odata.type': type, filename: 'a.exe' }))[1]).toContain('not a valid type');
    const other = { '@odata.type': 'Microsoft.Dynamics.CRM.contact' };
    expect(await refused(other)).toEqual([400, "The Target must be a row of the table 'annotation'."]);
    const empty = await web.create('annotations', { subject: 'x' });
    const target = { '@odata.type': type, annotationid: empty };
    expect((await refused(target, 'InitializeAnnotationBlocksDownload'))[0]).toBe(404);
    const { json } = await post('InitializeAnnotationBlocksUpload', { Target: target });
    const { FileContinuationToken } = json;
    const BlockList = [blockId(7)];
    const body = { Target: target, BlockList, FileContinuationToken };
    expect((await post('CommitAnnotationBlocksUpload', body)).status).toBe(400);
    expect((await web.call('GET', `annotations(${empty})`)).json.documentbody).toBeNull();
  });

  it('take the rights on the note', async () => {
    const people = await openPeople(web);
    const role = await people.role('own notes', { prvReadNote: 'Basic', prvWriteNote: 'Basic' });
    const as = await people.user('own notes', { roles: [role] });
    const annotationid = await web.create('annotations', {
      subject: 'Foreign',
      filename: 'x.txt',
      documentbody: 'eHg=',
    });
    const Target = { '@odata.type': type, annotationid };
    for (const name of ['InitializeAnnotationBlocksUpload', 'InitializeAnnotationBlocksDownload'])
      expect((await post(name, { Target }, as)).status).toBe(403);
    expect((await upload('Annotation', { '@odata.type': type, filename: 'n.txt' }, as)).status).toBe(403);
  });
});

describe('attachments of emails (webapi.md §15)', () => {
  const type = 'Microsoft.Dynamics.CRM.activitymimeattachment';

  it('are made by blocks or with their row, numbered, and go with their email', async () => {
    const email = await web.create('emails', { subject: 'Offer' });
    const bind = { 'objectid_activitypointer@odata.bind': `/activitypointers(${email})` };
    const made = await upload('Attachment', { '@odata.type': type, filename: 'a.pdf', ...bind });
    const id = made.json.ActivityMimeAttachmentId;
    expect(await download('Attachment', { '@odata.type': type, activitymimeattachmentid: id })).toEqual({
      ...{ name: 'a.pdf', bytes: whole },
    });
    const second = {
      filename: 'b.txt',
      body: 'eHg=',
      objecttypecode: 'email',
      'objectid_email@odata.bind': `/emails(${email})`,
    };
    await web.create('activitymimeattachments', second);
    const { json } = await web.call(
      'GET',
      `emails(${email})/email_activity_mime_attachment?$select=filename,attachmentnumber,filesize,activitysubject&$orderby=attachmentnumber`,
    );
    expect(json.value).toMatchObject([
      { filename: 'a.pdf', attachmentnumber: 1, filesize: whole.length, activitysubject: 'Offer' },
      { filename: 'b.txt', attachmentnumber: 2, filesize: 2 },
    ]);
    await web.call('DELETE', `emails(${email})`);
    expect((await web.call('GET', 'activitymimeattachments/$count')).text).toBe('0');
  });

  it('belong to an email', async () => {
    const task = await web.create('tasks', { subject: 'x' });
    const bound = { filename: 'a.txt', 'objectid_activitypointer@odata.bind': `/activitypointers(${task})` };
    expect((await post('activitymimeattachments', bound)).status).toBe(404);
    expect((await post('activitymimeattachments', { filename: 'a.txt' })).status).toBe(400);
  });
});
