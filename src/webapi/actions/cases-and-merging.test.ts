import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, type TestWebApi } from '../../../test/compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const crm = 'Microsoft.Dynamics.CRM';
const post = (path: string, body: object) => web.call('POST', path, { body });
const read = async (path: string) => (await web.call('GET', path)).json;
const contact = (lastname: string): Promise<string> => web.create('contacts', { lastname });
const makeCase = async (title = 'Billing', more: object = {}): Promise<string> =>
  web.create('incidents', {
    title,
    'customerid_contact@odata.bind': `/contacts(${await contact('Hart')})`,
    ...more,
  });

describe('CloseIncident (webapi.md §12: case resolved, incidentresolution stored)', () => {
  const close = (id: string, Status: number, subject = 'Solved it') =>
    post('CloseIncident', {
      IncidentResolution: { subject, timespent: 60, 'incidentid@odata.bind': `/incidents(${id})` },
      Status,
    });

  it.each([
    [-1, 5],
    [5, 5],
    [1000, 1000],
  ])('Status %i resolves with status %i and keeps the resolution', async (given, kept) => {
    const id = await makeCase();
    expect((await close(id, given)).status).toBe(204);
    expect(await read(`incidents(${id})`)).toMatchObject({ statecode: 1, statuscode: kept });
    const { value } = await read(`incidentresolutions?$filter=_incidentid_value eq ${id}`);
    expect(value).toMatchObject([{ subject: 'Solved it', timespent: 60, statecode: 1, statuscode: 2 }]);
  });

  it('takes the case out of its queue', async () => {
    const id = await makeCase();
    const queue = await web.create('queues', { name: 'Cases' });
    const Target = { '@odata.type': `${crm}.incident`, incidentid: id };
    const { QueueItemId } = (await post(`queues(${queue})/${crm}.AddToQueue`, { Target })).json;
    await close(id, -1);
    expect(await read(`queueitems(${QueueItemId})`)).toMatchObject({ statecode: 1, statuscode: 2 });
  });

  it('takes the case as a row with its key too', async () => {
    const id = await makeCase();
    const answer = await post('CloseIncident', {
      IncidentResolution: {
        subject: 'x',
        incidentid: { '@odata.type': `${crm}.incident`, incidentid: id },
      },
      Status: 5,
    });
    expect([answer.status, answer.text]).toEqual([204, '']);
  });

  it('refuses a status of another state, a missing case, and a case that is resolved; nothing is written', async () => {
    const id = await makeCase();
    const wrong = await close(id, 6);
    expect([wrong.status, wrong.json.error.code]).toEqual([400, '0x80048408']);
    expect((await close(randomUUID(), 5)).status).toBe(404);
    expect((await post('CloseIncident', { IncidentResolution: { subject: 'x' }, Status: 5 })).status).toBe(
      400,
    );
    expect((await read(`incidentresolutions?$filter=_incidentid_value eq ${id}`)).value).toEqual([]);
    await close(id, 5);
    expect((await close(id, 5)).json.error.message).toContain('already been resolved');
    await web.call('PATCH', `incidents(${id})`, { body: { statecode: 0 } });
    expect((await close(id, 5)).status).toBe(204);
  });
});

describe('Merge (webapi.md §12, actions.json)', () => {
  const row = (table: string, id: string) => ({ '@odata.type': `${crm}.${table}`, [`${table}id`]: id });
  const merge = (table: string, target: string, subordinate: string, more: object = {}) =>
    post('Merge', {
      Target: row(table, target),
      Subordinate: row(table, subordinate),
      PerformParentingChecks: false,
      ...more,
    });

  it('hands on what points to the subordinate, takes the content, deactivates with its master', async () => {
    const [one, two] = [await contact('Hart'), await contact('Harte')];
    const account = await web.create('accounts', {
      name: 'Alder',
      'primarycontactid@odata.bind': `contacts(${two})`,
    });
    const task = await web.create('tasks', {
      subject: 'x',
      'regardingobjectid_contact_task@odata.bind': `contacts(${two})`,
    });
    const incident = await web.create('incidents', {
      title: 'x',
      'customerid_contact@odata.bind': `contacts(${two})`,
    });
    const answer = await merge('contact', one, two, {
      UpdateContent: { '@odata.type': `${crm}.contact`, contactid: randomUUID(), jobtitle: 'Buyer' },
    });
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(await read(`contacts(${one})`)).toMatchObject({
      jobtitle: 'Buyer',
      lastname: 'Hart',
      statecode: 0,
    });
    expect(await read(`contacts(${two})`)).toMatchObject({
      statecode: 1,
      statuscode: 2,
      merged: true,
      _masterid_value: one,
    });
    expect(await read(`accounts(${account})`)).toMatchObject({ _primarycontactid_value: one });
    expect(await read(`tasks(${task})`)).toMatchObject({ _regardingobjectid_value: one });
    expect(await read(`incidents(${incident})`)).toMatchObject({ _customerid_value: one });
    expect((await merge('contact', one, two)).json.error.message).toContain('merged already');
  });

  it('a merged case is cancelled as Merged, and UpdateContent does not apply', async () => {
    const [one, two] = [await makeCase('A'), await makeCase('B')];
    const UpdateContent = { '@odata.type': `${crm}.incident`, title: 'C' };
    expect((await merge('incident', one, two, { UpdateContent })).status).toBe(204);
    expect(await read(`incidents(${two})`)).toMatchObject({ statecode: 2, statuscode: 2000 });
    expect(await read(`incidents(${one})`)).toMatchObject({ title: 'A' });
  });

  it('a master that pointed to the other points to nobody', async () => {
    const two = await web.create('accounts', { name: 'Parent' });
    const one = await web.create('accounts', {
      name: 'Child',
      'parentaccountid@odata.bind': `accounts(${two})`,
    });
    expect((await merge('account', one, two)).status).toBe(204);
    expect(await read(`accounts(${one})`)).toMatchObject({ _parentaccountid_value: null });
  });

  it('PerformParentingChecks refuses different parents', async () => {
    const parent = async (): Promise<string> => {
      const account = await web.create('accounts', { name: 'Parent' });
      return web.create('contacts', {
        lastname: 'Moss',
        'parentcustomerid_account@odata.bind': `accounts(${account})`,
      });
    };
    const [one, two] = [await parent(), await parent()];
    const refused = await merge('contact', one, two, { PerformParentingChecks: true });
    expect([refused.status, refused.json.error.message]).toEqual([
      400,
      expect.stringContaining('different parents'),
    ]);
    expect((await merge('contact', one, two)).status).toBe(204);
  });

  it('refuses tables that do not merge, two tables, one row, and rows that are not there', async () => {
    const [one, queue] = [await contact('Hart'), await web.create('queues', { name: 'x' })];
    expect((await merge('queue', queue, randomUUID())).json.error.message).toContain('cannot be merged');
    expect((await merge('contact', one, one)).json.error.message).toContain('itself');
    expect((await merge('contact', one, randomUUID())).status).toBe(404);
    const Subordinate = row('account', randomUUID());
    expect((await merge('contact', one, one, { Subordinate })).json.error.message).toContain('one table');
    const missing = await post('Merge', { Target: row('contact', one), Subordinate: row('contact', one) });
    expect(missing.json.error.message).toContain('PerformParentingChecks');
  });
});
