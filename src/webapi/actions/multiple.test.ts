import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, root, type TestWebApi } from '../../../test/compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const crm = 'Microsoft.Dynamics.CRM';
const type = { '@odata.type': `${crm}.contact` };
const send = (name: string, Targets: unknown, set = 'contacts') =>
  web.call('POST', `${set}/${crm}.${name}`, { body: { Targets } });
const lastnames = async (ids: readonly string[]): Promise<(string | undefined)[]> =>
  Promise.all(
    ids.map(async (id) => (await web.call('GET', `contacts(${id})?$select=lastname`)).json.lastname),
  );

describe('CreateMultiple, UpdateMultiple, UpsertMultiple, DeleteMultiple (webapi.md §12)', () => {
  it('CreateMultiple answers Ids in order', async () => {
    const answer = await send('CreateMultiple', [
      { ...type, lastname: 'Hart' },
      { '@odata.type': `#${crm}.contact`, lastname: 'Moss' },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.json['@odata.context']).toBe(`${root}/$metadata#${crm}.CreateMultipleResponse`);
    expect(await lastnames(answer.json.Ids)).toEqual(['Hart', 'Moss']);
  });

  it('UpdateMultiple changes rows by their keys', async () => {
    const { Ids } = (
      await send('CreateMultiple', [
        { ...type, lastname: 'A' },
        { ...type, lastname: 'B' },
      ])
    ).json;
    const answer = await send('UpdateMultiple', [
      { ...type, contactid: Ids[0], lastname: 'C' },
      { ...type, '@odata.id': `contacts(${Ids[1]})`, lastname: 'D' },
    ]);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(await lastnames(Ids)).toEqual(['C', 'D']);
  });

  it('UpsertMultiple updates what is there and creates the rest, keys kept', async () => {
    const [known, fresh] = [await web.create('contacts', { lastname: 'A' }), randomUUID()];
    const answer = await send('UpsertMultiple', [
      { ...type, contactid: known, lastname: 'B' },
      { ...type, contactid: fresh, lastname: 'C' },
      { ...type, lastname: 'D' },
    ]);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(await lastnames([known, fresh])).toEqual(['B', 'C']);
  });

  it('DeleteMultiple deletes rows by their keys', async () => {
    const { Ids } = (await send('CreateMultiple', [{ ...type, lastname: 'A' }])).json;
    expect((await send('DeleteMultiple', [{ ...type, contactid: Ids[0] }])).status).toBe(204);
    expect((await web.call('GET', `contacts(${Ids[0]})`)).status).toBe(404);
  });

  it('are all or nothing', async () => {
    const kept = await web.create('contacts', { lastname: 'Kept' });
    const answer = await send('UpdateMultiple', [
      { ...type, contactid: kept, lastname: 'Changed' },
      { ...type, contactid: randomUUID(), lastname: 'x' },
    ]);
    expect(answer.status).toBe(404);
    expect(
      (
        await send('DeleteMultiple', [
          { ...type, contactid: kept },
          { ...type, contactid: kept },
        ])
      ).status,
    ).toBe(404);
    expect(await lastnames([kept])).toEqual(['Kept']);
  });

  it.each([
    ['CreateMultiple', [], 'at least one row'],
    ['CreateMultiple', [{ '@odata.type': `${crm}.account`, name: 'x' }], "of the table 'contact'"],
    ['CreateMultiple', [{ lastname: 'x' }], "'Targets[0]' must say which table it is of"],
    ['CreateMultiple', {}, "'Targets' must be a list"],
    ['UpdateMultiple', [{ ...type, lastname: 'x' }], "'Targets[0]' lacks the key 'contactid'"],
    ['UpdateMultiple', [{ ...type, contactid: 'x' }], "'Targets[0].contactid' must be a GUID"],
    ['CreateMultiple', [{ ...type, nosuch: 1 }], "Invalid property 'nosuch'"],
  ])('%s of %j is refused 400 and writes nothing', async (name, targets, words) => {
    const count = async () => (await web.call('GET', 'contacts/$count')).text;
    const before = await count();
    const answer = await send(name, targets);
    expect([answer.status, answer.json.error.message]).toEqual([400, expect.stringContaining(words)]);
    expect(await count()).toBe(before);
  });

  it('are bound to the set, not to a row', async () => {
    expect((await web.call('POST', `contacts(${randomUUID()})/${crm}.CreateMultiple`)).status).toBe(404);
    expect((await web.call('POST', 'CreateMultiple')).status).toBe(404);
  });
});
