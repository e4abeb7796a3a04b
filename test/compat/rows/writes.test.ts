/** The rows of webapi.md §5 (records), §6 (create, read, update, delete) and §7 (lookups), one by one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../../src/tables/index.ts';
import { type Answer, caller, openTestWebApi, root, type TestWebApi } from '../harness.ts';

let web: TestWebApi;
let account: string;
let contact: string;
let conversation: string;
beforeAll(async () => {
  web = await openTestWebApi();
  contact = await web.create('contacts', { lastname: 'Hart', firstname: 'Ivy' });
  account = await web.create('accounts', { name: 'Alder Ltd' });
  conversation = await web.create('msdyn_ocliveworkitems', { subject: 'front desk' });
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const get = (path: string, headers: { readonly [name: string]: string } = {}): Promise<Answer> =>
  web.call('GET', path, { headers });
const send = (method: string, path: string, body?: unknown): Promise<Answer> =>
  web.call(method, path, body === undefined ? {} : { body });
const star = { prefer: 'odata.include-annotations="*"' };
const formatted = '@OData.Community.Display.V1.FormattedValue';

describe('record JSON (webapi.md §5)', () => {
  it('each kind of value in its form', async () => {
    const task = await web.create('tasks', { subject: 'x', scheduledend: '2026-01-05T12:00:00.789+02:00' });
    const live = await web.create('msdyn_ocliveworkitems', { msdyn_channel: '192440000,192360000' });
    const person = await web.create('contacts', {
      lastname: 'Moss',
      birthdate: '1990-02-03',
      address1_latitude: 12.5,
    });
    const end = (await get(`tasks(${task})?$select=scheduledend`)).json.scheduledend;
    expect(end).toBe('2026-01-05T10:00:00Z');
    const channel = (await get(`msdyn_ocliveworkitems(${live})?$select=msdyn_channel`)).json.msdyn_channel;
    expect(channel).toBe('192360000,192440000');
    const row = (await get(`contacts(${person})?$select=birthdate,address1_latitude,versionnumber`)).json;
    expect(row).toMatchObject({ birthdate: '1990-02-03', address1_latitude: 12.5 });
    expect(typeof row.versionnumber).toBe('number');
    expect(row['@odata.etag']).toBe(`W/"${row.versionnumber}"`);
  });

  it('selecting money adds the currency, selecting an address part the composite', async () => {
    const money = (await get(`accounts(${account})?$select=revenue`)).json;
    expect(Object.keys(money)).toContain('_transactioncurrencyid_value');
    const part = (await get(`contacts(${contact})?$select=address1_city`)).json;
    expect(Object.keys(part)).toContain('address1_composite');
  });

  it('the etag changes with every write', async () => {
    const id = await web.create('contacts', { lastname: 'Reed' });
    const etag = async () => (await get(`contacts(${id})?$select=lastname`)).headers.ETag;
    const before = await etag();
    await send('PATCH', `contacts(${id})`, { lastname: 'Reed' });
    expect(await etag()).not.toBe(before);
  });

  it('annotations stand before their property, and none comes unasked (trap 7)', async () => {
    const path = `contacts(${contact})?$select=gendercode,statecode,_ownerid_value,numberofchildren`;
    const plain = Object.keys((await get(path)).json);
    expect(plain.filter((name) => name.includes('@') && !name.startsWith('@odata'))).toEqual([]);
    const names = Object.keys((await get(path, star)).json);
    expect(names.indexOf(`statecode${formatted}`)).toBe(names.indexOf('statecode') - 1);
    const owner = names.filter((name) => name.startsWith('_ownerid_value'));
    expect(owner.at(-1)).toBe('_ownerid_value');
    expect(owner).toHaveLength(4);
    // An empty column and a key have none.
    expect(names).not.toContain(`gendercode${formatted}`);
    expect(names).not.toContain(`contactid${formatted}`);
  });

  it('the column name of a polymorphic lookup is not selectable', async () => {
    expect((await get('contacts?$select=parentcustomerid')).status).toBe(400);
    expect((await get('contacts?$select=_parentcustomerid_value')).status).toBe(200);
  });

  it('a systemuser shows ownerid as its own key (trap 20)', async () => {
    const user = (await get(`systemusers(${caller.userId})?$select=fullname`)).json;
    expect(user).toMatchObject({ systemuserid: caller.userId, ownerid: caller.userId });
  });
});

describe('operations on a record (webapi.md §6)', () => {
  it('create, read, update, delete answer 204, 200, 204, 204; then 404', async () => {
    const made = await send('POST', 'contacts', { lastname: 'Vale' });
    const path = `contacts(${/\(([^)]+)\)$/.exec(made.headers['OData-EntityId'] ?? '')?.[1]})`;
    expect(made.status).toBe(204);
    expect((await get(path)).status).toBe(200);
    expect((await send('PATCH', path, { lastname: 'Vail' })).status).toBe(204);
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('DELETE', path)).status).toBe(404);
    expect((await get(path)).status).toBe(404);
  });

  it('POST with a representation takes $select and $expand, PATCH ignores $expand', async () => {
    const headers = { prefer: 'return=representation' };
    const query = '?$select=lastname&$expand=parentcustomerid_account($select=name)';
    const body = { lastname: 'Lake', 'parentcustomerid_account@odata.bind': `/accounts(${account})` };
    const made = await web.call('POST', `contacts${query}`, { headers, body });
    expect(made.json).toMatchObject({ lastname: 'Lake', parentcustomerid_account: { name: 'Alder Ltd' } });
    const changed = await web.call('PATCH', `contacts(${made.json.contactid})${query}`, {
      headers,
      body: { lastname: 'Loch' },
    });
    expect([changed.status, changed.json.lastname]).toEqual([200, 'Loch']);
    expect(changed.json).not.toHaveProperty('parentcustomerid_account');
  });

  it('DELETE of a property is not for navigation properties', async () => {
    const { status } = await send('DELETE', `accounts(${account})/primarycontactid`);
    expect(status).not.toBe(204);
    expect((await get(`accounts(${account})`)).status).toBe(200);
  });

  it('assign: ownerid to a user or a team', async () => {
    const team = await web.create('teams', { name: 'Billing' });
    const id = await web.create('contacts', { lastname: 'Owned' });
    await web.call('POST', `teams(${team})/teamroles_association/$ref`, {
      body: { '@odata.id': `${root}/roles(${roles.systemAdministrator})` },
    });
    const assigned = await send('PATCH', `contacts(${id})`, { 'ownerid@odata.bind': `/teams(${team})` });
    expect(assigned.status, assigned.text).toBe(204);
    const row = (await get(`contacts(${id})?$select=_ownerid_value,_owningteam_value,_owninguser_value`))
      .json;
    expect(row).toMatchObject({ _ownerid_value: team, _owningteam_value: team, _owninguser_value: null });
  });

  it('deleting a conversation deletes its sessions', async () => {
    const live = await web.create('msdyn_ocliveworkitems', { subject: 'x' });
    const session = await web.create('msdyn_ocsessions', {
      'msdyn_liveworkitemid_msdyn_ocsession@odata.bind': `/msdyn_ocliveworkitems(${live})`,
    });
    expect((await send('DELETE', `msdyn_ocliveworkitems(${live})`)).status).toBe(204);
    expect((await get(`msdyn_ocsessions(${session})`)).status).toBe(404);
  });

  it('the examples: a conversation closed by PATCH, a closure reason put, create only', async () => {
    const closed = await web.call('PATCH', `msdyn_ocliveworkitems(${conversation})`, {
      headers: { 'if-match': '*' },
      body: { statecode: 1, statuscode: 4, msdyn_transfercount: 1 },
    });
    expect(closed.status, closed.text).toBe(204);
    const session = await web.create('msdyn_ocsessions', { subject: 'x' });
    const put = await send('PUT', `msdyn_ocsessions(${session})/msdyn_closurereason`, { value: 192350001 });
    expect(put.status, put.text).toBe(204);
  });

  it('annotations and control information in a body are ignored, read-only columns take no effect', async () => {
    const id = await web.create('contacts', {
      '@odata.type': '#Microsoft.Dynamics.CRM.contact',
      '@odata.context': 'x',
      '@odata.etag': 'W/"1"',
      [`lastname${formatted}`]: 'x',
      lastname: 'Hart',
      fullname: 'Nobody',
      createdon: '2001-01-01T00:00:00Z',
      versionnumber: 1,
    });
    const row = (await get(`contacts(${id})?$select=fullname,createdon,versionnumber`)).json;
    expect(row.fullname).toBe('Hart');
    expect(row.createdon).not.toMatch(/^2001/);
    expect(row.versionnumber).not.toBe(1);
  });
});

describe('navigation names (webapi.md §7)', () => {
  it.each([
    ['contacts', 'parentcustomerid', ['parentcustomerid_account', 'parentcustomerid_contact']],
    ['incidents', 'customerid', ['customerid_account', 'customerid_contact']],
    [
      'msdyn_ocliveworkitems',
      'regardingobjectid',
      ['regardingobjectid_contact_msdyn_ocliveworkitem', 'regardingobjectid_account_msdyn_ocliveworkitem'],
    ],
    ['msdyn_ocliveworkitems', 'msdyn_liveworkstreamid', ['msdyn_liveworkstreamid_msdyn_ocliveworkitem']],
    ['msdyn_ocliveworkitems', 'msdyn_cdsqueueid', ['msdyn_cdsqueueid_msdyn_ocliveworkitem']],
    ['msdyn_ocsessions', 'msdyn_liveworkitemid', ['msdyn_liveworkitemid_msdyn_ocsession']],
    ['queueitems', 'workerid', ['workerid_systemuser', 'workerid_team']],
    ['queueitems', 'objectid', ['objectid_msdyn_ocliveworkitem', 'objectid_incident']],
    ['annotations', 'objectid', ['objectid_contact', 'objectid_account']],
    ['contacts', 'ownerid', ['ownerid', 'owninguser', 'owningteam', 'owningbusinessunit']],
  ])('%s.%s: %j', async (set, column, names) => {
    for (const name of names) {
      const answer = await get(`${set}?$top=1&$expand=${name}`);
      expect(answer.status, answer.text).toBe(200);
      // Case sensitive.
      const other = name.replace(/^./, (letter) => letter.toUpperCase());
      expect((await get(`${set}?$top=1&$expand=${other}`)).status).toBe(400);
    }
    expect((await get(`${set}?$top=1&$select=_${column}_value`)).status).toBe(200);
  });

  it.each([
    ['relative', (id: string) => `contacts(${id})`],
    ['with a slash', (id: string) => `/contacts(${id})`],
    ['absolute', (id: string) => `${root}/contacts(${id})`],
    ['upper-case', (id: string) => `/contacts(${id.toUpperCase()})`],
  ])('a bind value may be %s', async (_, value) => {
    const id = await web.create('accounts', { name: 'x', 'primarycontactid@odata.bind': value(contact) });
    const row = (await get(`accounts(${id})?$select=_primarycontactid_value`)).json;
    expect(row._primarycontactid_value).toBe(contact);
    for (const body of [{ 'primarycontactid@odata.bind': null }, { primarycontactid: null }]) {
      await send('PATCH', `accounts(${id})`, { 'primarycontactid@odata.bind': value(contact) });
      expect((await send('PATCH', `accounts(${id})`, body)).status).toBe(204);
      expect((await get(`accounts(${id})/primarycontactid`)).status).toBe(204);
    }
  });

  it('the tasks of §7: set, clear, add, remove by $id and by key, read references', async () => {
    const holder = await web.create('accounts', { name: 'Holder' });
    const ref = `accounts(${holder})/primarycontactid/$ref`;
    expect((await send('PUT', ref, { '@odata.id': `contacts(${contact})` })).status).toBe(204);
    expect((await get(ref)).json['@odata.id']).toBe(`${root}/contacts(${contact})`);
    expect((await send('DELETE', ref)).status).toBe(204);
    expect((await get(ref)).status).toBe(204);
    const collection = `accounts(${holder})/contact_customer_accounts`;
    const add = () => send('POST', `${collection}/$ref`, { '@odata.id': `${root}/contacts(${contact})` });
    expect((await add()).status).toBe(204);
    expect((await get(`${collection}/$ref`)).json.value).toEqual([
      { '@odata.id': `${root}/contacts(${contact})` },
    ]);
    expect((await send('DELETE', `${collection}/$ref?$id=${root}/contacts(${contact})`)).status).toBe(204);
    expect((await add()).status).toBe(204);
    expect((await send('DELETE', `${collection}(${contact})/$ref`)).status).toBe(204);
    expect((await get(`${collection}/$count`)).text).toBe('0');
  });

  it('N:N has one name on both ends, and its intersect table is read-only', async () => {
    const team = await web.create('teams', { name: 'Desk' });
    const add = await send('POST', `systemusers(${caller.userId})/teammembership_association/$ref`, {
      '@odata.id': `${root}/teams(${team})`,
    });
    expect(add.status, add.text).toBe(204);
    const members = (await get(`teams(${team})/teammembership_association?$select=fullname`)).json.value;
    expect(members).toMatchObject([{ systemuserid: caller.userId }]);
    const byHand = await send('POST', 'teammemberships', { teamid: team, systemuserid: caller.userId });
    expect(byHand.status).toBeGreaterThanOrEqual(400);
  });
});
