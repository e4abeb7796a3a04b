import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, openTestWebApi, root, type TestWebApi } from '../../test/compat/harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const nobody = '00000000-0000-4000-8000-00000000dead';
const annotated = { prefer: 'odata.include-annotations="*"' };
const get = (path: string, headers: Record<string, string> = {}) => web.call('GET', path, { headers });
const create = (set: string, body: object) => web.create(set, body);

describe('create, update, upsert, delete (webapi.md §6, §18)', () => {
  it('all activities share one key: an id that a task has is taken for a phone call (webapi.md §13)', async () => {
    const id = '00000000-0000-4000-8000-0000000000b7';
    const put = (set: string) => web.call('PATCH', `${set}(${id})`, { body: { subject: set } });
    expect((await put('tasks')).status).toBe(204);
    const taken = await put('phonecalls');
    expect([taken.status, taken.json.error.code]).toEqual([412, '0x80040237']);
    expect((await put('tasks')).status).toBe(204);
    const owner = await web.call('GET', `activitypointers(${id})/ownerid/$ref`);
    expect(owner.status).toBe(200);
  });

  it('a representation is 201 on POST, 200 on update, 201 on upsert that creates (trap 19)', async () => {
    const headers = { prefer: 'return=representation' };
    const made = await web.call('POST', 'contacts?$select=jobtitle', { body: { lastname: 'A' }, headers });
    expect(made.status).toBe(201);
    expect(made.headers['Preference-Applied']).toBe('return=representation');
    const { contactid } = made.json;
    expect(Object.keys(made.json)).toEqual(['@odata.context', '@odata.etag', 'jobtitle', 'contactid']);
    const changed = await web.call('PATCH', `contacts(${contactid})`, { body: { jobtitle: 'B' }, headers });
    expect([changed.status, changed.json.jobtitle, changed.json.lastname]).toEqual([200, 'B', 'A']);
    const other = '00000000-0000-4000-8000-0000000000b1';
    const upserted = await web.call('PATCH', `contacts(${other})`, { body: { lastname: 'C' }, headers });
    expect([upserted.status, upserted.json.contactid]).toEqual([201, other]);
  });

  it('If-None-Match: null means nothing, PATCH without If-Match creates (traps 1, 2)', async () => {
    const id = '00000000-0000-4000-8000-0000000000b2';
    const headers = { 'if-none-match': 'null' };
    const patch = (more: Record<string, string>) =>
      web.call('PATCH', `contacts(${id})`, { body: { lastname: 'Hart' }, headers: { ...headers, ...more } });
    expect((await patch({ 'if-match': '*' })).status).toBe(404);
    const created = await patch({});
    expect([created.status, created.headers['OData-EntityId']]).toEqual([204, `${root}/contacts(${id})`]);
    expect((await patch({})).status).toBe(204);
    const again = await patch({ 'if-none-match': '*' });
    expect([again.status, again.json.error.code]).toEqual([412, '0x80040237']);
  });

  it('etags: 412 when changed, 304 when not, never with $expand or annotations (trap 14)', async () => {
    const id = await create('contacts', { lastname: 'Hart' });
    const etag = (await get(`contacts(${id})`)).headers.ETag ?? '';
    const conditional = { 'if-none-match': etag };
    const unchanged = await get(`contacts(${id})?$select=lastname`, conditional);
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    expect((await get(`contacts(${id})?$expand=createdby`, conditional)).status).toBe(200);
    expect((await get(`contacts(${id})`, { ...conditional, ...annotated })).status).toBe(200);
    const update = (match: string) =>
      web.call('PATCH', `contacts(${id})`, { body: { jobtitle: 'x' }, headers: { 'if-match': match } });
    expect((await update(etag)).status).toBe(204);
    for (const stale of [etag, 'W/"nonsense"']) {
      const refused = await update(stale);
      expect([refused.status, refused.json.error.code]).toEqual([412, '0x80060882']);
    }
    expect((await web.call('DELETE', `contacts(${id})`, { headers: { 'if-match': etag } })).status).toBe(412);
    expect((await web.call('DELETE', `contacts(${id})`)).status).toBe(204);
    expect((await get(`contacts(${id})`)).status).toBe(404);
  });

  it('statecode alone picks the default status, statuscode alone its state (trap 18)', async () => {
    const id = await create('contacts', { lastname: 'Hart' });
    await web.call('PATCH', `contacts(${id})`, { body: { statecode: 1 } });
    expect((await get(`contacts(${id})`)).json).toMatchObject({ statecode: 1, statuscode: 2 });
    await web.call('PATCH', `contacts(${id})`, { body: { statuscode: 1 } });
    expect((await get(`contacts(${id})`)).json).toMatchObject({ statecode: 0, statuscode: 1 });
  });

  it('one property is put and deleted; read-only columns take no effect', async () => {
    const id = await create('contacts', {
      lastname: 'Hart',
      createdon: '2001-01-01T00:00:00Z',
      versionnumber: 1,
    });
    const property = `contacts(${id})/jobtitle`;
    expect((await web.call('PUT', property, { body: { value: 'Buyer' } })).status).toBe(204);
    expect((await get(property)).json.value).toBe('Buyer');
    expect((await web.call('DELETE', property)).status).toBe(204);
    expect((await get(property)).status).toBe(204);
    expect((await get(`contacts(${id})/createdon`)).json.value).not.toContain('2001');
    expect((await web.call('PUT', `contacts(${id})/createdon`, { body: { value: null } })).status).toBe(400);
  });

  it('what a lookup leads to is not deleted by its name (§6, one property: not for navigation properties)', async () => {
    const account = await create('accounts', { name: 'Alder Ltd' });
    const id = await create('contacts', {
      lastname: 'Hart',
      'parentcustomerid_account@odata.bind': `/accounts(${account})`,
    });
    const answer = await web.call('DELETE', `contacts(${id})/parentcustomerid_account`);
    expect([answer.status, (await get(`accounts(${account})`)).status]).toEqual([405, 200]);
    expect((await get(`contacts(${id})?$select=_parentcustomerid_value`)).json._parentcustomerid_value).toBe(
      account,
    );
  });

  it('nobody says who made or owns a row by a lookup (§6: read-only columns do not take effect)', async () => {
    const someone = `/systemusers(${await create('systemusers', { firstname: 'Ada', lastname: 'Moss' })})`;
    const forged = Object.fromEntries(
      ['createdby', 'modifiedby', 'owninguser'].map((name) => [`${name}@odata.bind`, someone]),
    );
    const id = await create('contacts', { lastname: 'Hart', ...forged });
    const path = `contacts(${id})`;
    const select = '?$select=_createdby_value,_modifiedby_value,_owninguser_value';
    const { json: made } = await get(`${path}${select}`);
    for (const name of ['_createdby_value', '_modifiedby_value', '_owninguser_value'])
      expect(someone).not.toContain(made[name]);
    expect((await web.call('PATCH', path, { body: forged })).status).toBe(204);
    expect((await web.call('PATCH', path, { body: { createdby: null } })).status).toBe(204);
    const body = { '@odata.id': someone };
    expect((await web.call('PUT', `${path}/createdby/$ref`, { body })).status).toBe(400);
    expect((await web.call('DELETE', `${path}/createdby/$ref`)).status).toBe(400);
    const members = `${someone.slice(1)}/lk_contactbase_createdby`;
    expect((await web.call('POST', `${members}/$ref`, { body: { '@odata.id': path } })).status).toBe(400);
    expect((await web.call('POST', members, { body: { lastname: 'Reed' } })).status).toBe(400);
    const { json: kept } = await get(`${path}${select}`);
    expect({ ...kept, '@odata.etag': '' }).toEqual({ ...made, '@odata.etag': '' });
  });

  it('deep insert makes all or nothing', async () => {
    const body = {
      name: 'Alder Ltd',
      primarycontactid: { lastname: 'Deep1' },
      contact_customer_accounts: [{ lastname: 'Deep2' }, { lastname: 'Deep3' }],
    };
    const id = await create('accounts', body);
    const answer = await get(
      `accounts(${id})?$expand=primarycontactid($select=lastname),contact_customer_accounts($select=lastname;$orderby=lastname)`,
    );
    expect(answer.json.primarycontactid.lastname).toBe('Deep1');
    expect(answer.json.contact_customer_accounts.map((row: { lastname: string }) => row.lastname)).toEqual([
      'Deep2',
      'Deep3',
    ]);
    const failing = {
      ...body,
      contact_customer_accounts: [
        { lastname: 'Deep4' },
        { 'parentcustomerid_account@odata.bind': `accounts(${nobody})`, lastname: 'Deep5' },
      ],
      primarycontactid: { lastname: 'Deep6', 'preferredsystemuserid@odata.bind': `systemusers(${nobody})` },
    };
    expect((await web.call('POST', 'accounts', { body: failing })).status).toBe(404);
    expect((await get("contacts/$count?$filter=lastname eq 'Deep4' or lastname eq 'Deep6'")).text).toBe('0');
  });

  it('fullname is read-only and made of its parts (§6)', async () => {
    const headers = { prefer: 'return=representation' };
    const body = { firstname: 'Ivy', lastname: 'Hart', fullname: 'Somebody Else' };
    const made = await web.call('POST', 'contacts?$select=fullname', { body, headers });
    expect(made.json.fullname).toBe('Ivy Hart');
    const path = `contacts(${made.json.contactid})`;
    const changed = await web.call('PATCH', path, { body: { lastname: 'Moss', fullname: 'x' }, headers });
    expect(changed.json).toMatchObject({ fullname: 'Ivy Moss', yomifullname: 'Ivy Moss' });
    expect((await web.call('PUT', `${path}/firstname`, { body: { value: 'Ada' } })).status).toBe(204);
    expect((await get(`${path}/fullname`)).json.value).toBe('Ada Moss');
  });

  it('a case needs a customer', async () => {
    const refused = await web.call('POST', 'incidents', { body: { title: 'Billing' } });
    expect(refused.status).toBe(400);
    const contact = await create('contacts', { lastname: 'Hart' });
    await create('incidents', { title: 'Billing', 'customerid_contact@odata.bind': `/contacts(${contact})` });
  });
});

describe('lookups and associations (webapi.md §7)', () => {
  it('setting one navigation property of a polymorphic lookup clears the others; null clears', async () => {
    const account = await create('accounts', { name: 'Alder Ltd' });
    const parent = await create('contacts', { lastname: 'Moss' });
    const id = await create('contacts', {
      lastname: 'Hart',
      'parentcustomerid_account@odata.bind': `${root}/accounts(${account})`,
    });
    const lookup = async () => (await get(`contacts(${id})?$select=_parentcustomerid_value`, annotated)).json;
    expect(await lookup()).toMatchObject({
      _parentcustomerid_value: account,
      '_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'account',
    });
    await web.call('PATCH', `contacts(${id})`, {
      body: {
        'parentcustomerid_account@odata.bind': null,
        'parentcustomerid_contact@odata.bind': `contacts(${parent})`,
      },
    });
    expect(await lookup()).toMatchObject({
      _parentcustomerid_value: parent,
      '_parentcustomerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty':
        'parentcustomerid_contact',
    });
    await web.call('PATCH', `contacts(${id})`, { body: { parentcustomerid_contact: null } });
    expect((await lookup())._parentcustomerid_value).toBeNull();
  });

  it('$ref sets, clears, adds and takes away; many-to-many too', async () => {
    const account = await create('accounts', { name: 'Alder Ltd' });
    const contact = await create('contacts', { lastname: 'Moss' });
    const reference = { '@odata.id': `${root}/contacts(${contact})` };
    const single = `accounts(${account})/primarycontactid`;
    expect((await web.call('PUT', `${single}/$ref`, { body: reference })).status).toBe(204);
    expect((await get(`${single}/contactid`)).json.value).toBe(contact);
    expect((await web.call('DELETE', `${single}/$ref`)).status).toBe(204);
    expect((await get(single)).status).toBe(204);
    const many = `accounts(${account})/contact_customer_accounts`;
    expect((await web.call('POST', `${many}/$ref`, { body: reference })).status).toBe(204);
    expect((await get(`${many}/$count`)).text).toBe('1');
    expect((await web.call('DELETE', `${many}(${contact})/$ref`)).status).toBe(204);
    expect((await get(`${many}/$count`)).text).toBe('0');
    const queue = await create('queues', { name: 'Legal' });
    const members = `queues(${queue})/queuemembership_association`;
    const user = { '@odata.id': `systemusers(${caller.userId})` };
    expect((await web.call('POST', `${members}/$ref`, { body: user })).status).toBe(204);
    expect((await get(`${members}?$select=fullname`)).json.value[0]).toMatchObject({
      systemuserid: caller.userId,
      ownerid: caller.userId,
    });
    expect(
      (
        await get(
          `queues?$filter=queuemembership_association/any(u:u/systemuserid eq ${caller.userId})&$select=name`,
        )
      ).json.value,
    ).toHaveLength(1);
    const gone = `${members}/$ref?$id=${encodeURIComponent(user['@odata.id'])}`;
    expect((await web.call('DELETE', gone)).status).toBe(204);
    expect((await get(`${members}/$count`)).text).toBe('0');
  });

  it('a queue item points to a conversation', async () => {
    const queue = await create('queues', { name: 'Sales' });
    const conversation = await create('msdyn_ocliveworkitems', { subject: 'Queued' });
    const item = await create('queueitems', {
      'queueid@odata.bind': `/queues(${queue})`,
      'objectid_msdyn_ocliveworkitem@odata.bind': `/msdyn_ocliveworkitems(${conversation})`,
    });
    const read = await get(
      `queueitems(${item})?$select=_objectid_value&$expand=objectid_msdyn_ocliveworkitem($select=subject)`,
      annotated,
    );
    const note = '_objectid_value@Microsoft.Dynamics.CRM.associatednavigationproperty';
    expect(read.json[note]).toBe('objectid_msdyn_ocliveworkitem');
    expect(read.json.objectid_msdyn_ocliveworkitem.subject).toBe('Queued');
  });

  it('a conversation takes activity navigation names and a multi-select channel (traps 4, 6; mission S1.1)', async () => {
    const workstream = await create('msdyn_liveworkstreams', { msdyn_name: 'Front-desk workstream' });
    const contact = await create('contacts', { lastname: 'Hart' });
    const id = await create('msdyn_ocliveworkitems', {
      subject: 'Ivy Hart: front desk',
      msdyn_channel: '192440000',
      'msdyn_liveworkstreamid_msdyn_ocliveworkitem@odata.bind': `/msdyn_liveworkstreams(${workstream})`,
      'regardingobjectid_contact_msdyn_ocliveworkitem@odata.bind': `/contacts(${contact})`,
    });
    const read = await get(
      `msdyn_ocliveworkitems(${id})?$select=msdyn_channel,activitytypecode&$expand=regardingobjectid_contact_msdyn_ocliveworkitem($select=lastname)`,
      annotated,
    );
    expect(read.json).toMatchObject({
      msdyn_channel: '192440000',
      'msdyn_channel@OData.Community.Display.V1.FormattedValue': 'Voice call',
      activitytypecode: 'msdyn_ocliveworkitem',
      regardingobjectid_contact_msdyn_ocliveworkitem: { lastname: 'Hart' },
    });
    const found = await get(
      `msdyn_ocliveworkitems?$select=subject&$filter=Microsoft.Dynamics.CRM.ContainValues(PropertyName='msdyn_channel',PropertyValues=['192440000']) and Microsoft.Dynamics.CRM.LastXDays(PropertyName=@p1,PropertyValue=@p2)&@p1='createdon'&@p2=7`,
    );
    expect(found.json.value).toMatchObject([{ activityid: id }]);
    const plain = await web.call('POST', 'msdyn_ocliveworkitems', {
      body: { 'regardingobjectid@odata.bind': `/contacts(${contact})` },
    });
    expect(plain.json.error.code).toBe('0x80048d19');
  });
});
