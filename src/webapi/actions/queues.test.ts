import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, openTestWebApi, root, type TestWebApi } from '../../../test/compat/harness.ts';

let web: TestWebApi;
let front: string;
let legal: string;
beforeAll(async () => {
  web = await openTestWebApi();
  front = await web.create('queues', { name: 'Front desk' });
  legal = await web.create('queues', { name: 'Legal' });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const crm = 'Microsoft.Dynamics.CRM';
const post = (path: string, body: object = {}) => web.call('POST', path, { body });
const itemOf = async (id: string) =>
  (
    await web.call(
      'GET',
      `queueitems(${id})?$select=title,_queueid_value,_workerid_value,_objectid_value,statecode,statuscode`,
    )
  ).json;
const task = (): Promise<string> => web.create('tasks', { subject: 'Ring back' });
const add = async (queue: string, id: string, more: object = {}): Promise<string> => {
  const answer = await post(`queues(${queue})/${crm}.AddToQueue`, {
    Target: { activityid: id, '@odata.type': `${crm}.task` },
    ...more,
  });
  expect(answer.text, answer.text).toContain('QueueItemId');
  return answer.json.QueueItemId;
};

describe('AddToQueue (webapi.md §12: one active item per record: it moves)', () => {
  it('answers 200 with QueueItemId, the item named as its record', async () => {
    const id = await task();
    const answer = await post(`queues(${front})/${crm}.AddToQueue`, {
      Target: { activityid: id, '@odata.type': `#${crm}.task` },
    });
    expect(answer.status).toBe(200);
    expect(answer.json['@odata.context']).toBe(`${root}/$metadata#${crm}.AddToQueueResponse`);
    expect(await itemOf(answer.json.QueueItemId)).toMatchObject({
      title: 'Ring back',
      _queueid_value: front,
      _objectid_value: id,
      _workerid_value: null,
      statecode: 0,
    });
  });

  it('moves the item of a record that is in a queue already; its worker stays behind', async () => {
    const id = await task();
    const item = await add(front, id, {
      QueueItemProperties: { 'workerid_systemuser@odata.bind': `systemusers(${caller.userId})` },
    });
    expect(await itemOf(item)).toMatchObject({ _workerid_value: caller.userId });
    expect(await add(legal, id, { SourceQueue: { queueid: front } })).toBe(item);
    expect(await itemOf(item)).toMatchObject({ _queueid_value: legal, _workerid_value: null });
    const items = await web.call('GET', `queueitems?$filter=_objectid_value eq ${id}&$select=statecode`);
    expect(items.json.value).toHaveLength(1);
  });

  it('puts a case into a queue by @odata.id', async () => {
    const customer = await web.create('contacts', { lastname: 'Hart' });
    const id = await web.create('incidents', {
      title: 'Billing',
      'customerid_contact@odata.bind': `/contacts(${customer})`,
    });
    const answer = await post(`queues(${front})/${crm}.AddToQueue`, {
      Target: { '@odata.id': `${root}/incidents(${id})` },
    });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('QueueItemId')]);
  });

  it.each([
    [{}, 400, "The parameter 'Target' of AddToQueue is required."],
    [{ Target: { activityid: randomUUID() } }, 400, 'must say which table it is of'],
    [{ Target: { activityid: randomUUID(), '@odata.type': `${crm}.task` } }, 404, 'Does Not Exist'],
    [{ Target: { '@odata.type': `${crm}.task` } }, 400, "lacks the key 'activityid'"],
    [{ Target: { queueid: randomUUID(), '@odata.type': `${crm}.queue` } }, 400, 'cannot be put into a queue'],
    [{ Target: 'x' }, 400, "The parameter 'Target' must be an object"],
    [{ Target: { '@odata.type': `${crm}.nosuch`, x: 1 } }, 400, 'as its @odata.type says'],
    [{ Nosuch: 1 }, 400, "The parameter 'Nosuch' is not a parameter of AddToQueue."],
  ])('%j is refused %i', async (body, status, words) => {
    const answer = await post(`queues(${front})/${crm}.AddToQueue`, body);
    expect([answer.status, answer.json.error.message]).toEqual([status, expect.stringContaining(words)]);
  });

  it('refuses a queue that is not there, a wrong source queue, and the item of a live conversation', async () => {
    const id = await task();
    const target = { Target: { activityid: id, '@odata.type': `${crm}.task` } };
    expect((await post(`queues(${randomUUID()})/${crm}.AddToQueue`, target)).status).toBe(404);
    await add(front, id);
    const wrong = await post(`queues(${legal})/${crm}.AddToQueue`, {
      ...target,
      SourceQueue: { queueid: legal },
    });
    expect(wrong.status).toBe(400);
    const conversation = await web.create('msdyn_ocliveworkitems', { subject: 'x' });
    const item = await web.create('queueitems', {
      'objectid_msdyn_ocliveworkitem@odata.bind': `msdyn_ocliveworkitems(${conversation})`,
      'queueid@odata.bind': `queues(${front})`,
    });
    await web.call('PATCH', `msdyn_ocliveworkitems(${conversation})`, {
      body: { 'msdyn_queueitemid_msdyn_ocliveworkitem@odata.bind': `queueitems(${item})` },
    });
    expect((await post(`queueitems(${item})/${crm}.RemoveFromQueue`)).status).toBe(501);
  });
});

describe('a queue item made by hand (webapi.md §12: as AddToQueue makes it)', () => {
  it('is for a record, and is named as it', async () => {
    const refused = await post('queueitems', { 'queueid@odata.bind': `queues(${front})` });
    expect([refused.status, refused.json.error.message]).toEqual([
      400,
      "The column 'objectid' of 'queueitem' is required.",
    ]);
    const item = await web.create('queueitems', {
      'objectid_task@odata.bind': `tasks(${await task()})`,
      'queueid@odata.bind': `queues(${front})`,
    });
    expect(await itemOf(item)).toMatchObject({ title: 'Ring back', _queueid_value: front });
  });
});

describe('the messages of a queue item (webapi.md §12)', () => {
  it('PickFromQueue sets the worker, and takes the item out when asked', async () => {
    const item = await add(front, await task());
    const pick = (RemoveQueueItem: boolean) =>
      post(`queueitems(${item})/${crm}.PickFromQueue`, {
        SystemUser: { '@odata.type': `${crm}.systemuser`, ownerid: caller.userId },
        RemoveQueueItem,
      });
    expect((await pick(false)).status).toBe(204);
    expect(await itemOf(item)).toMatchObject({ _workerid_value: caller.userId, statecode: 0 });
    expect((await pick(true)).status).toBe(204);
    expect(await itemOf(item)).toMatchObject({ statecode: 1, statuscode: 2 });
    expect((await post(`queueitems(${item})/${crm}.PickFromQueue`, {})).status).toBe(400);
  });

  it('ReleaseToQueue clears the worker, RemoveFromQueue takes it out; the record may come in again', async () => {
    const id = await task();
    const item = await add(front, id);
    await post(`queueitems(${item})/${crm}.PickFromQueue`, {
      SystemUser: { systemuserid: caller.userId },
      RemoveQueueItem: false,
    });
    expect((await post(`queueitems(${item})/${crm}.ReleaseToQueue`)).status).toBe(204);
    expect(await itemOf(item)).toMatchObject({ _workerid_value: null, statecode: 0 });
    expect((await web.call('POST', `queueitems(${item})/${crm}.RemoveFromQueue`)).status).toBe(204);
    expect(await itemOf(item)).toMatchObject({ statecode: 1 });
    expect(await add(front, id)).not.toBe(item);
    expect((await post(`queueitems(${randomUUID()})/${crm}.ReleaseToQueue`)).status).toBe(404);
  });

  it('RouteTo sends it to a queue, or to the default queue of a user', async () => {
    const item = await add(front, await task());
    const route = (Target: object, QueueItem: object | null = { queueitemid: item }) =>
      post('RouteTo', { Target, QueueItem });
    expect((await route({ '@odata.type': `${crm}.queue`, queueid: legal })).status).toBe(204);
    expect(await itemOf(item)).toMatchObject({ _queueid_value: legal });
    const me = { '@odata.type': `${crm}.systemuser`, systemuserid: caller.userId };
    expect((await route(me)).json.error.message).toContain('no default queue');
    await web.call('PATCH', `systemusers(${caller.userId})`, {
      body: { 'queueid@odata.bind': `queues(${front})` },
    });
    expect((await route(me)).status).toBe(204);
    expect(await itemOf(item)).toMatchObject({ _queueid_value: front });
    expect((await route(me, null)).status).toBe(400);
    expect((await route({ '@odata.type': `${crm}.contact`, contactid: front })).status).toBe(400);
  });

  it('an action reached by a path through another row acts on the row at its end', async () => {
    const item = await add(front, await task());
    const conversation = await web.create('msdyn_ocliveworkitems', {
      subject: 'x',
      'msdyn_cdsqueueid_msdyn_ocliveworkitem@odata.bind': `queues(${legal})`,
    });
    const id = await task();
    const answer = await post(
      `msdyn_ocliveworkitems(${conversation})/msdyn_cdsqueueid_msdyn_ocliveworkitem/${crm}.AddToQueue`,
      { Target: { activityid: id, '@odata.type': `${crm}.task` } },
    );
    expect(await itemOf(answer.json.QueueItemId)).toMatchObject({ _queueid_value: legal });
    expect(item).not.toBe(answer.json.QueueItemId);
  });

  it('the wrong table or method is 404 (webapi.md §3)', async () => {
    expect((await post(`contacts(${front})/${crm}.AddToQueue`)).status).toBe(404);
    expect((await web.call('GET', `queues(${front})/${crm}.AddToQueue`)).status).toBe(404);
  });
});
