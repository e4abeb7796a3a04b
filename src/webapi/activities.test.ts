import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, root, type TestWebApi } from '../../test/compat/harness.ts';
import { openPeople } from '../../test/compat/people.ts';

let test: TestWebApi;
let contact: string;
const ids: { [table: string]: string } = {};

beforeAll(async () => {
  test = await openTestWebApi();
  contact = await test.create('contacts', { lastname: 'Hart' });
  const regarding = (table: string): object => ({
    [`regardingobjectid_contact_${table}@odata.bind`]: `/contacts(${contact})`,
  });
  ids.phonecall = await test.create('phonecalls', { subject: 'B call', ...regarding('phonecall') });
  ids.task = await test.create('tasks', { subject: 'A task', ...regarding('task') });
  ids.email = await test.create('emails', { subject: 'D mail', ...regarding('email') });
  ids.msdyn_ocliveworkitem = await test.create('msdyn_ocliveworkitems', {
    subject: 'C conversation',
    ...regarding('msdyn_ocliveworkitem'),
  });
});
afterAll(() => test.close());

const typesOf = (rows: readonly { readonly activitytypecode: string }[]): string[] =>
  rows.map(({ activitytypecode }) => activitytypecode);

describe('activitypointers are the activities of every table (webapi.md §13, base types)', () => {
  it('filters, orders and counts over all of them', async () => {
    const { status, json } = await test.call(
      'GET',
      'activitypointers?$select=subject,activitytypecode&$orderby=subject desc&$count=true',
    );
    expect(status).toBe(200);
    expect(json['@odata.count']).toBe(4);
    expect(typesOf(json.value)).toEqual(['email', 'msdyn_ocliveworkitem', 'phonecall', 'task']);
    expect(json.value[2]['@odata.etag']).toMatch(/^W\/"\d+"$/);
    const filtered = await test.call(
      'GET',
      `activitypointers?$filter=activitytypecode eq 'task' and _regardingobjectid_value eq ${contact}`,
    );
    expect(filtered.json.value).toHaveLength(1);
    expect(filtered.json.value[0]).toMatchObject({ activityid: ids.task, subject: 'A task' });
  });

  it.each(['phonecall', 'task', 'email', 'msdyn_ocliveworkitem'])('reads a %s by its key', async (table) => {
    const { status, json } = await test.call(
      'GET',
      `activitypointers(${ids[table]})?$select=activitytypecode`,
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({ activityid: ids[table], activitytypecode: table });
  });

  it('pages over tables without repeating or losing a row (webapi.md §8, Paging)', async () => {
    const seen: string[] = [];
    let next = 'activitypointers?$select=subject&$orderby=createdon';
    while (next) {
      const { json } = await test.call('GET', next, { headers: { Prefer: 'odata.maxpagesize=1' } });
      seen.push(...json.value.map((row: { activityid: string }) => row.activityid));
      next = json['@odata.nextLink']?.slice(`${root}/`.length) ?? '';
    }
    expect(seen).toHaveLength(4);
    expect(new Set(seen)).toEqual(new Set(Object.values(ids)));
  });

  it('is what a row’s ActivityPointers collection holds, and expands', async () => {
    const path = `contacts(${contact})/Contact_ActivityPointers`;
    const list = await test.call('GET', `${path}?$select=subject&$orderby=subject`);
    expect(list.json.value.map((row: { subject: string }) => row.subject)).toEqual([
      'A task',
      'B call',
      'C conversation',
      'D mail',
    ]);
    expect((await test.call('GET', `${path}/$count`)).text).toBe('4');
    const expanded = await test.call(
      'GET',
      `contacts(${contact})?$select=lastname&$expand=Contact_ActivityPointers($select=activitytypecode;$filter=subject eq 'b CALL')`,
    );
    expect(typesOf(expanded.json.Contact_ActivityPointers)).toEqual(['phonecall']);
    const holder = await test.call(
      'GET',
      `activitypointers(${ids.phonecall})?$select=subject&$expand=regardingobjectid_contact($select=lastname)`,
    );
    expect(holder.json.regardingobjectid_contact).toMatchObject({ lastname: 'Hart' });
    const some = await test.call(
      'GET',
      "contacts?$filter=Contact_ActivityPointers/any(a:a/activitytypecode eq 'email')",
    );
    expect(some.json.value).toHaveLength(1);
  });

  it('is not written through: the message is not supported', async () => {
    const made = await test.call('POST', 'activitypointers', { body: { subject: 'x' } });
    expect([made.status, made.json.error.code]).toEqual([400, '0x80040800']);
    const inside = await test.call('POST', `contacts(${contact})/Contact_ActivityPointers`, {
      body: { subject: 'x' },
    });
    expect(inside.json.error.code).toBe('0x80040800');
    const gone = await test.call('DELETE', `activitypointers(${ids.task})`);
    expect(gone.json.error.code).toBe('0x80040800');
  });
});

describe('what somebody sees of them (webapi.md §4; the rule of each table’s own rows)', () => {
  it('own rows and shared ones of every table, whatever the way to them', async () => {
    const people = await openPeople(test);
    const role = await people.role('Own activities', { prvReadActivity: 'Basic', prvReadContact: 'Global' });
    const user = await people.user('reader', { roles: [role] });
    const own = await test.create('tasks', {
      subject: 'own',
      'ownerid@odata.bind': `/systemusers(${user})`,
      'regardingobjectid_contact_task@odata.bind': `/contacts(${contact})`,
    });
    const seen = async (path: string): Promise<string[]> =>
      (await test.call('GET', path, { as: user })).json.value.map(
        (row: { activityid: string }) => row.activityid,
      );
    const share = await test.call('POST', 'GrantAccess', {
      body: {
        Target: { '@odata.type': 'Microsoft.Dynamics.CRM.phonecall', activityid: ids.phonecall },
        PrincipalAccess: {
          Principal: { '@odata.type': 'Microsoft.Dynamics.CRM.systemuser', systemuserid: user },
          AccessMask: 'ReadAccess',
        },
      },
    });
    expect(share.status, share.text).toBe(204);
    const expected = new Set([own, ids.phonecall]);
    expect(new Set(await seen('activitypointers?$select=activityid'))).toEqual(expected);
    const path = `contacts(${contact})/Contact_ActivityPointers`;
    expect(new Set(await seen(`${path}?$select=activityid`))).toEqual(expected);
    expect((await test.call('GET', `${path}/$count`, { as: user })).text).toBe('2');
    const hidden = await test.call('GET', `activitypointers(${ids.email})`, { as: user });
    expect(hidden.status).toBe(403);
    const expanded = await test.call(
      'GET',
      `contacts(${contact})?$select=lastname&$expand=Contact_ActivityPointers($select=activityid)`,
      { as: user },
    );
    expect(expanded.json.Contact_ActivityPointers).toHaveLength(2);
  });
});
