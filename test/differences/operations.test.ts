/** Numbers are those of docs/differences.md. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../compat/harness.ts';

const crm = 'Microsoft.Dynamics.CRM';

describe('operations and cascades differ from the product, or nothing tells', () => {
  let test: TestWebApi;
  beforeAll(async () => {
    test = await openTestWebApi();
  });
  afterAll(() => test.close());

  const post = (path: string, body: object) => test.call('POST', path, { body });
  const read = async (path: string) => (await test.call('GET', path)).json;
  const queued = async (queue: string) => {
    const activityid = await test.create('tasks', { subject: 'x' });
    const Target = { '@odata.type': `${crm}.task`, activityid };
    const answer = await post(`queues(${queue})/${crm}.AddToQueue`, { Target });
    return { activityid, item: String(answer.json.QueueItemId) };
  };

  it('25 notes, queue items and activity parties go with their row', async () => {
    const queue = await test.create('queues', { name: 'Front desk' });
    const { activityid, item } = await queued(queue);
    const note = await test.create('annotations', {
      subject: 'x',
      'objectid_task@odata.bind': `tasks(${activityid})`,
    });
    await test.call('DELETE', `tasks(${activityid})`);
    expect((await test.call('GET', `queueitems(${item})`)).status).toBe(404);
    expect((await test.call('GET', `annotations(${note})`)).status).toBe(404);
  });

  it('43 cases go with their customer', async () => {
    const contact = await test.create('contacts', { lastname: 'Ash' });
    const incident = await test.create('incidents', {
      title: 'x',
      'customerid_contact@odata.bind': `contacts(${contact})`,
    });
    expect((await test.call('DELETE', `contacts(${contact})`)).status).toBe(204);
    expect((await test.call('GET', `incidents(${incident})`)).status).toBe(404);
  });

  it('26 Merge moves what points to the merged row, also where no source tells', async () => {
    const [one, two] = [
      await test.create('contacts', { lastname: 'A' }),
      await test.create('contacts', { lastname: 'B' }),
    ];
    const account = await test.create('accounts', {
      name: 'x',
      'primarycontactid@odata.bind': `contacts(${two})`,
    });
    await post('Merge', {
      Target: { '@odata.type': `${crm}.contact`, contactid: one },
      Subordinate: { '@odata.type': `${crm}.contact`, contactid: two },
      PerformParentingChecks: false,
    });
    expect(await read(`accounts(${account})`)).toMatchObject({ _primarycontactid_value: one });
  });

  it('27 queue items: what leaves a queue stays as an inactive row, a move clears the worker', async () => {
    const [front, legal] = [
      await test.create('queues', { name: 'Front desk' }),
      await test.create('queues', { name: 'Legal' }),
    ];
    const { item } = await queued(front);
    await post(`queueitems(${item})/${crm}.RemoveFromQueue`, {});
    expect(await read(`queueitems(${item})`)).toMatchObject({ statecode: 1, statuscode: 2 });
    const other = await queued(front);
    const team = await test.create('teams', { name: 'Lawyers', 'queueid@odata.bind': `queues(${legal})` });
    await post('RouteTo', {
      Target: { '@odata.type': `${crm}.team`, teamid: team },
      QueueItem: { queueitemid: other.item },
    });
    expect(await read(`queueitems(${other.item})`)).toMatchObject({
      _queueid_value: legal,
      _workerid_value: null,
    });
  });

  it('28 DeleteMultiple takes every table', async () => {
    const contactid = await test.create('contacts', { lastname: 'A' });
    const Targets = [{ '@odata.type': `${crm}.contact`, contactid }];
    expect((await post(`contacts/${crm}.DeleteMultiple`, { Targets })).status).toBe(204);
  });

  it('29 RetrieveTotalRecordCount is not a figure of yesterday', async () => {
    const count = async (): Promise<number> =>
      (await read('RetrieveTotalRecordCount(EntityNames=["account"])')).EntityRecordCountCollection.Values[0];
    const before = await count();
    await test.create('accounts', { name: 'One more' });
    expect(await count()).toBe(before + 1);
  });

  it('30 InitializeFrom copies the parent, the currency and the address only', async () => {
    const account = await test.create('accounts', { name: 'A', fax: '1', address1_city: 'Oslo' });
    const path = `InitializeFrom(EntityMoniker=@p1,TargetEntityName='account',TargetFieldType=@p3)?@p1={'@odata.id':'accounts(${account})'}&@p3=${crm}.TargetFieldType'All'`;
    const { '@odata.context': _, '@odata.type': _type, ...rest } = await read(path);
    expect(rest).toEqual({
      'parentaccountid@odata.bind': `accounts(${account})`,
      address1_city: 'Oslo',
    });
  });

  it('31 FormatAddress writes every country’s addresses alike', async () => {
    const path =
      "FormatAddress(Line1='Storgata 1',City='Oslo',StateOrProvince='',PostalCode='0155',Country='Norway')";
    expect((await read(path)).Address).toBe('Storgata 1\r\nOslo, 0155\r\nNorway');
  });
});
