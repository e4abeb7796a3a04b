/** The rows of webapi.md §6 and §7 that write.test.ts leaves: alternate keys, paths, conditions, deep inserts, values. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, openTestWebApi, root, type TestWebApi } from '../../test/compat/harness.ts';
import { currentDefinitions, tables } from '../tables/index.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
  const { store } = web.database;
  await store.transact({ actor: caller.userId, cause: 'test' }, (transaction) =>
    transaction.define((current) => ({
      ...current,
      tables: {
        ...current.tables,
        account: { ...(current.tables.account ?? empty), keys: [accountNumber] },
      },
    })),
  );
  expect(tables.get('account')?.keys).toHaveLength(1);
  expect(currentDefinitions().tables.account?.keys).toHaveLength(1);
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const empty = { columns: {}, relationships: [], keys: [] };
const accountNumber = {
  schemaName: 'AccountNumberKey',
  logicalName: 'accountnumberkey',
  displayName: 'Account Number Key',
  columns: ['accountnumber'],
};
const nobody = '00000000-0000-4000-8000-00000000dead';
const get = (path: string) => web.call('GET', path);
const patch = (path: string, body: object, headers: Record<string, string> = {}) =>
  web.call('PATCH', path, { body, headers });
const shown = { prefer: 'return=representation' };
const codeOf = ({ status, json }: { status: number; json: { error?: { code: string } } | null }) => [
  status,
  json?.error?.code,
];

describe('alternate keys (webapi.md §4, §6, §7)', () => {
  it('an upsert that creates copies the key from the URL unless the body has it, one that updates ignores it', async () => {
    const made = await patch(
      "accounts(accountnumber='A-17')?$select=accountnumber,name",
      { name: 'Alder' },
      shown,
    );
    expect([made.status, made.json.accountnumber]).toEqual([201, 'A-17']);
    expect(made.headers['OData-EntityId']).toBe(`${root}/accounts(${made.json.accountid})`);
    const again = await patch(
      "accounts(accountnumber='a-17')?$select=accountnumber,name",
      { name: 'Beech', accountnumber: 'other' },
      shown,
    );
    expect([again.status, again.json.accountid, again.json.accountnumber, again.json.name]).toEqual([
      200,
      made.json.accountid,
      'A-17',
      'Beech',
    ]);
    const body = await patch(
      "accounts(accountnumber='A-18')?$select=accountnumber",
      { accountnumber: 'A-19' },
      shown,
    );
    expect([body.status, body.json.accountnumber]).toEqual([201, 'A-19']);
  });

  it('conditions hold for it as for an id: If-Match 404 0x80060891, If-None-Match 412', async () => {
    const path = "accounts(accountnumber='A-30')";
    expect(codeOf(await patch(path, { name: 'x' }, { 'if-match': '*' }))).toEqual([404, '0x80060891']);
    const only = { 'if-none-match': '*' };
    expect((await patch(path, { name: 'x' }, only)).status).toBe(204);
    expect(codeOf(await patch(path, { name: 'x' }, only))).toEqual([412, '0x80040237']);
    expect((await web.call('DELETE', path)).status).toBe(204);
    expect(codeOf(await web.call('DELETE', path))).toEqual([404, '0x80060891']);
  });

  it('a value that is taken is 412 0x80040237, naming column and key', async () => {
    await web.create('accounts', { name: 'One', accountnumber: 'T-1' });
    const other = await web.create('accounts', { name: 'Two', accountnumber: 'T-2' });
    const message =
      'A record that has the attribute values Account Number already exists. The entity key Account Number Key requires that this set of attributes contains unique values. Select unique values and try again.';
    for (const answer of [
      await web.call('POST', 'accounts', { body: { name: 'Three', accountnumber: 't-1' } }),
      await patch(`accounts(${other})`, { accountnumber: 'T-1' }),
    ]) {
      expect(codeOf(answer)).toEqual([412, '0x80040237']);
      expect(answer.json.error.message).toBe(message);
    }
  });

  it('binds and references take it', async () => {
    const account = await web.create('accounts', { name: 'Bound', accountnumber: 'B-1' });
    const contact = await web.create('contacts', {
      lastname: 'Hart',
      'parentcustomerid_account@odata.bind': "/accounts(accountnumber='B-1')",
    });
    const value = async () =>
      (await get(`contacts(${contact})?$select=_parentcustomerid_value`)).json._parentcustomerid_value;
    expect(await value()).toBe(account);
    expect((await patch(`contacts(${contact})`, { parentcustomerid_account: null })).status).toBe(204);
    expect(await value()).toBeNull();
    const reference = `contacts(${contact})/parentcustomerid_account/$ref`;
    const body = { '@odata.id': `${root}/accounts(accountnumber='B-1')` };
    expect((await web.call('PUT', reference, { body })).status).toBe(204);
    expect(await value()).toBe(account);
    const missing = {
      lastname: 'x',
      'parentcustomerid_account@odata.bind': "accounts(accountnumber='none')",
    };
    expect(codeOf(await web.call('POST', 'contacts', { body: missing }))).toEqual([404, '0x80060891']);
    const collection = { name: 'Child', 'contact_customer_accounts@odata.bind': [`/contacts(${contact})`] };
    const child = await web.create('accounts', collection);
    expect(await value()).toBe(child);
  });
});

describe('writes by a path (webapi.md §1, §6, §7)', () => {
  it('create, update, delete and references several steps away', async () => {
    const account = await web.create('accounts', { name: 'Path', primarycontactid: { lastname: 'Way' } });
    const way = `accounts(${account})/primarycontactid`;
    expect((await patch(way, { jobtitle: 'Guide' })).status).toBe(204);
    expect((await get(`${way}/jobtitle`)).json.value).toBe('Guide');
    expect((await web.call('PUT', `${way}/jobtitle`, { body: { value: 'Scout' } })).status).toBe(204);
    expect((await get(`${way}/jobtitle`)).json.value).toBe('Scout');
    const made = await web.call('POST', `${way}/contact_customer_contacts`, { body: { lastname: 'Below' } });
    expect(made.status).toBe(204);
    const below = made.headers['OData-EntityId']?.slice(-37, -1);
    expect((await get(`${way}/contact_customer_contacts?$select=lastname`)).json.value).toMatchObject([
      { contactid: below },
    ]);
    expect((await web.call('DELETE', `${way}/contact_customer_contacts(${below})/$ref`)).status).toBe(204);
    expect(
      (
        await web.call('POST', `${way}/contact_customer_contacts/$ref`, {
          body: { '@odata.id': `contacts(${below})` },
        })
      ).status,
    ).toBe(204);
    expect((await web.call('DELETE', `${way}/contact_customer_contacts(${below})`)).status).toBe(204);
    expect((await get(`contacts(${below})`)).status).toBe(404);
    expect((await web.call('DELETE', `${way}/$ref`)).status).toBe(204);
    expect(codeOf(await patch(way, { jobtitle: 'x' }))).toEqual([404, '0x8006088a']);
    expect((await web.call('DELETE', `accounts(${nobody})/primarycontactid/$ref`)).status).toBe(404);
    expect((await web.call('DELETE', `accounts(${account})/contact_customer_accounts`)).status).toBe(405);
  });
});

describe('conditions (webapi.md §2)', () => {
  it('If-None-Match: <etag> on PATCH writes only over another version', async () => {
    const id = await web.create('contacts', { lastname: 'Hart' });
    const etag = (await get(`contacts(${id})`)).headers.ETag ?? '';
    expect(codeOf(await patch(`contacts(${id})`, { jobtitle: 'x' }, { 'if-none-match': etag }))).toEqual([
      412,
      '0x80060882',
    ]);
    expect((await patch(`contacts(${id})`, { jobtitle: 'x' }, { 'if-none-match': 'W/"1"' })).status).toBe(
      204,
    );
  });

  it('an upsert may carry a deep insert: it counts when the row is made', async () => {
    const id = '00000000-0000-4000-8000-0000000000d1';
    const body = { name: 'Deep', primarycontactid: { lastname: 'Upsert' } };
    expect((await patch(`accounts(${id})`, body)).status).toBe(204);
    expect((await get(`accounts(${id})/primarycontactid/lastname`)).json.value).toBe('Upsert');
    expect((await patch(`accounts(${id})`, body)).status).toBe(400);
  });
});

describe('bodies (webapi.md §4, §5, §6, §7)', () => {
  it('one navigation property of a polymorphic lookup clears the others, null clears', async () => {
    const account = await web.create('accounts', { name: 'A' });
    const other = await web.create('contacts', { lastname: 'B' });
    const id = await web.create('contacts', {
      lastname: 'C',
      'parentcustomerid_account@odata.bind': `accounts(${account})`,
    });
    const body = {
      'parentcustomerid_contact@odata.bind': `/contacts(${other})`,
      parentcustomerid_account: null,
    };
    expect((await patch(`contacts(${id})`, body)).status).toBe(204);
    const read = await get(
      `contacts(${id})?$expand=parentcustomerid_account,parentcustomerid_contact($select=lastname)`,
    );
    expect([read.json.parentcustomerid_account, read.json.parentcustomerid_contact.lastname]).toEqual([
      null,
      'B',
    ]);
    expect((await patch(`contacts(${id})`, { 'parentcustomerid_contact@odata.bind': null })).status).toBe(
      204,
    );
    expect(
      (await get(`contacts(${id})?$select=_parentcustomerid_value`)).json._parentcustomerid_value,
    ).toBeNull();
  });

  it('a navigation property that leads to several tables takes @odata.type; annotations take no effect', async () => {
    const owned = {
      lastname: 'Owned',
      ownerid: { '@odata.type': 'Microsoft.Dynamics.CRM.team', name: 'Crew' },
    };
    const id = await web.create('contacts', {
      '@odata.type': 'Microsoft.Dynamics.CRM.contact',
      '@odata.etag': 'W/"1"',
      'lastname@OData.Community.Display.V1.FormattedValue': 'x',
      ...owned,
    });
    expect((await get(`contacts(${id})/owningteam/name`)).json.value).toBe('Crew');
    const untyped = await web.call('POST', 'contacts', {
      body: { lastname: 'x', ownerid: { name: 'Crew' } },
    });
    expect([untyped.status, untyped.json.error.message]).toEqual([
      400,
      expect.stringContaining('Microsoft.Dynamics.CRM.team'),
    ]);
  });

  it('overriddencreatedon on create sets createdon; createdon itself takes no effect', async () => {
    const made = await web.call('POST', 'contacts?$select=createdon,overriddencreatedon', {
      body: {
        lastname: 'Old',
        overriddencreatedon: '2001-02-03T04:05:06+01:00',
        createdon: '1999-01-01T00:00:00Z',
      },
      headers: shown,
    });
    expect([made.status, made.json.createdon]).toEqual([201, '2001-02-03T03:05:06Z']);
    expect(made.json.overriddencreatedon).toMatch(/^20[2-9]\d-/);
  });

  it('a chosen key is kept, of a user and a team by ownerid too', async () => {
    const key = '00000000-0000-4000-8000-0000000000E1';
    expect(await web.create('contacts', { contactid: key, lastname: 'Key' })).toBe(key.toLowerCase());
    expect(codeOf(await web.call('POST', 'contacts', { body: { contactid: key, lastname: 'Key' } }))).toEqual(
      [412, '0x80040237'],
    );
    expect(await web.create('teams', { ownerid: key, name: 'Named' })).toBe(key.toLowerCase());
    expect((await patch(`teams(ownerid=${key})`, { name: 'Renamed', ownerid: nobody })).status).toBe(204);
    expect((await get(`teams(${key})?$select=name`)).json).toMatchObject({
      name: 'Renamed',
      ownerid: key.toLowerCase(),
    });
  });

  it('what the system requires is required, what the application requires is not', async () => {
    const answer = await web.call('POST', 'activityparties', { body: { participationtypemask: 1 } });
    expect([answer.status, answer.json.error.message]).toEqual([
      400,
      "The column 'activityid' of 'activityparty' is required.",
    ]);
    expect((await web.call('POST', 'contacts', { body: {} })).status).toBe(204);
    expect((await web.call('POST', 'incidents', { body: { title: 'x' } })).status).toBe(400);
  });

  it('a body may not make rows without end', async () => {
    const rows = Array.from({ length: 1001 }, () => ({}));
    const answer = await web.call('POST', 'accounts', {
      body: { name: 'x', contact_customer_accounts: rows },
    });
    expect([answer.status, answer.json.error.message]).toEqual([
      400,
      'One request may make at most 1000 rows. Use several.',
    ]);
  });
});

describe('activity parties (webapi.md §7)', () => {
  const activities = [...tables.values()].filter(({ isActivity }) => isActivity);

  it('every activity table has the list, on the wire and in $metadata', async () => {
    const metadata = (await get('$metadata')).text;
    for (const { logicalName } of activities) {
      expect(metadata).toContain(`Name="${logicalName}_activity_parties"`);
      expect(metadata).toContain(`Name="activityid_${logicalName}"`);
    }
    expect(activities.map(({ logicalName }) => logicalName)).toContain('msdyn_ocvoicemail');
  });

  it.each([
    'emails',
    'phonecalls',
    'tasks',
    'msdyn_ocliveworkitems',
    'msdyn_ocsessions',
    'msdyn_ocvoicemails',
  ])('%s: a deep insert on create, PUT replaces the list, a delete takes it along', async (set) => {
    const table = activities.find(({ entitySetName }) => entitySetName === set);
    const list = `${table?.logicalName}_activity_parties`;
    const contact = await web.create('contacts', { lastname: 'Party' });
    const party = (mask: number) => ({
      'partyid_contact@odata.bind': `contacts(${contact})`,
      participationtypemask: mask,
    });
    const id = await web.create(set, { subject: 'Hello', [list]: [party(1), party(2)] });
    const masks = async () => {
      const { json } = await get(
        `${set}(${id})?$select=subject&$expand=${list}($select=participationtypemask,_partyid_value)`,
      );
      return json[list].map((one: { participationtypemask: number }) => one.participationtypemask).sort();
    };
    expect(await masks()).toEqual([1, 2]);
    const put = (value: unknown) => web.call('PUT', `${set}(${id})/${list}`, { body: { value } });
    expect((await put([party(11), party(3), party(4)])).status).toBe(204);
    expect(await masks()).toEqual([11, 3, 4]);
    // One wrong party, and the list stays as it was.
    expect((await put([party(2), party(99)])).status).toBe(400);
    expect((await put([{ 'partyid_contact@odata.bind': `contacts(${contact})` }])).status).toBe(400);
    expect((await put('x')).status).toBe(400);
    expect(await masks()).toEqual([11, 3, 4]);
    expect((await put([])).status).toBe(204);
    expect(await masks()).toEqual([]);
    await put([party(1)]);
    expect((await web.call('DELETE', `${set}(${id})`)).status).toBe(204);
    const left = await get(`activityparties/$count?$filter=_activityid_value eq ${id}`);
    expect(left.text).toBe('0');
  });

  it('only the list of parties is replaced by PUT', async () => {
    const id = await web.create('accounts', { name: 'x' });
    expect(
      (await web.call('PUT', `accounts(${id})/contact_customer_accounts`, { body: { value: [] } })).status,
    ).toBe(405);
    const missing = await web.call('PUT', `emails(${nobody})/email_activity_parties`, {
      body: { value: [] },
    });
    expect(codeOf(missing)).toEqual([404, '0x80040217']);
  });
});
