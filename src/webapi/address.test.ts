import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, root, type TestWebApi } from '../../test/compat/harness.ts';
import { developmentUserId, noDefinitions, Refusal, setDefinitions } from '../tables/index.ts';
import { askerOf } from './asker.ts';
import { keyBody, locate } from './locate.ts';
import { parsePath } from './parse/address.ts';
import { type Place, resolveAddress } from './plan/address.ts';

let test: TestWebApi;
let account: string;
let contact: string;
let incident: string;

beforeAll(async () => {
  test = await openTestWebApi();
  contact = await test.create('contacts', { lastname: 'Hart', jobtitle: 'Smith' });
  account = await test.create('accounts', {
    name: 'Alder',
    accountnumber: 'A-17',
    'primarycontactid@odata.bind': `/contacts(${contact})`,
  });
  await test.call('PATCH', `contacts(${contact})`, {
    body: { 'parentcustomerid_account@odata.bind': `/accounts(${account})` },
  });
  incident = await test.create('incidents', {
    title: 'Case',
    'customerid_contact@odata.bind': `/contacts(${contact})`,
  });
  const keys = [
    { schemaName: 'new_Number', logicalName: 'new_number', columns: ['accountnumber'] },
    { schemaName: 'new_NameContact', logicalName: 'new_namecontact', columns: ['name', 'primarycontactid'] },
  ];
  const tables = { account: { columns: {}, relationships: [], keys } };
  setDefinitions({ ...noDefinitions, tables }, { version: 1, changed: new Map(), deleted: [] });
});
afterAll(() => test.close());

const get = (path: string, headers: { readonly [name: string]: string } = {}) =>
  test.call('GET', path, { headers });

describe('alternate keys (webapi.md §1: accounts(accountnumber=…), lookups by their _x_value name)', () => {
  it('finds the row by one column, without case, and goes on from there', async () => {
    const { status, json } = await get("accounts(accountnumber='a-17')?$select=name");
    expect([status, json.accountid, json.name]).toEqual([200, account, 'Alder']);
    const property = await get("accounts(accountnumber='A-17')/name");
    expect(property.json.value).toBe('Alder');
    const through = await get("accounts(accountnumber='A-17')/primarycontactid?$select=lastname");
    expect(through.json.contactid).toBe(contact);
    const inside = await get("accounts(accountnumber='A-17')/contact_customer_accounts/$count");
    expect(inside.text).toBe('1');
  });

  it('finds it by several columns, in any order', async () => {
    const path = `accounts(_primarycontactid_value=${contact},name='Alder')?$select=name`;
    expect((await get(path)).json.accountid).toBe(account);
  });

  it('answers 0x80060891 where nothing has the values, 0x80040217 for a missing id (§18 trap 16)', async () => {
    const missed = await get("accounts(accountnumber='A-18')");
    expect([missed.status, missed.json.error.code]).toEqual([404, '0x80060891']);
    expect(missed.json.error.message).toBe(
      'A record with the specified key values does not exist in account entity',
    );
    const nested = await get("accounts(accountnumber='A-18')/contact_customer_accounts");
    expect([nested.status, nested.json.error.code]).toEqual([404, '0x80060891']);
    const byId = await get(`accounts(${contact})`);
    expect([byId.status, byId.json.error.code]).toEqual([404, '0x80040217']);
  });

  it.each([
    "accounts(name='Alder')",
    "accounts(accountnumber='A-17',name='Alder')",
    "contacts(emailaddress1='x')",
    'accounts()',
  ])('%s is no declared key', async (path) => {
    const { status, json } = await get(path);
    expect([status, json.error.code]).toEqual([400, '0x80060888']);
    expect(json.error.message).toContain('match the declared or alternate key properties');
  });

  it('refuses a value of another type', async () => {
    const { status, json } = await get('accounts(accountnumber=17)');
    expect(status).toBe(400);
    expect(json.error.message).toContain('incompatible types');
  });
});

describe('paths (webapi.md §1)', () => {
  it('leads through a lookup that has a navigation property for each table', async () => {
    const { json } = await get(`incidents(${incident})/customerid_contact?$select=lastname`);
    expect(json).toMatchObject({ contactid: contact, lastname: 'Hart' });
    expect((await get(`incidents(${incident})/customerid_account`)).status).toBe(204);
    expect((await get(`incidents(${incident})/customerid_contact/jobtitle/$value`)).text).toBe('Smith');
  });

  it('shows whoever owns the row, with its type, in one answer', async () => {
    const { status, json } = await get(`incidents(${incident})/ownerid?$select=ownerid`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      '@odata.context': `${root}/$metadata#principals(ownerid)/$entity`,
      '@odata.type': '#Microsoft.Dynamics.CRM.systemuser',
      ownerid: developmentUserId,
    });
    const reference = await get(`incidents(${incident})/ownerid/$ref`);
    expect(reference.json['@odata.id']).toBe(`${root}/systemusers(${developmentUserId})`);
  });

  it('knows of the owner, whoever it is, only the id: the base type has no more', async () => {
    const owned = await get(`incidents?$select=title&$filter=ownerid/ownerid eq ${developmentUserId}`);
    expect(owned.json.value).toHaveLength(1);
    for (const query of ["$filter=ownerid/fullname eq 'x'", '$orderby=ownerid/fullname']) {
      const { status, json } = await get(`incidents?${query}`);
      expect(status).toBe(400);
      expect(json.error.message).toBe(
        "Could not find a property named 'fullname' on type 'Microsoft.Dynamics.CRM.principal'.",
      );
    }
    const user = await get(`incidents?$select=title&$filter=owninguser/fullname eq 'dana developer'`);
    expect(user.json.value).toHaveLength(1);
  });

  it('reads references of a lookup and of a collection', async () => {
    const single = await get(`accounts(${account})/primarycontactid/$ref`);
    expect(single.json).toEqual({
      '@odata.context': `${root}/$metadata#$ref`,
      '@odata.id': `${root}/contacts(${contact})`,
    });
    const list = await get(`accounts(${account})/contact_customer_accounts/$ref`);
    expect(list.json['@odata.context']).toBe(`${root}/$metadata#Collection($ref)`);
    expect(list.json.value).toEqual([{ '@odata.id': `${root}/contacts(${contact})` }]);
  });

  it('counts a filtered collection', async () => {
    const path = `accounts(${account})/contact_customer_accounts/$count?$filter=`;
    expect((await get(`${path}lastname eq 'hart'`)).text).toBe('1');
    expect((await get(`${path}lastname eq 'moss'`)).text).toBe('0');
  });
});

describe('locate', () => {
  const place = (path: string): Place => {
    const address = resolveAddress(parsePath(path));
    if (address.kind !== 'rows') throw new Error(path);
    return address.place;
  };
  const caller = { userId: developmentUserId, businessUnitId: '', organizationId: '' };
  const at = async (path: string): Promise<string | null> => {
    const found = await locate(test.database.store, place(path), askerOf(caller));
    return found && `${found.entity.table.entitySetName}(${found.id})`;
  };

  it('finds the one row at the end of any path', async () => {
    expect(await at(`contacts(${contact})`)).toBe(`contacts(${contact})`);
    expect(await at("accounts(accountnumber='A-17')/primarycontactid")).toBe(`contacts(${contact})`);
    expect(await at(`incidents(${incident})/customerid_contact/parentcustomerid_account`)).toBe(
      `accounts(${account})`,
    );
    expect(await at(`accounts(${account})/contact_customer_accounts(${contact})`)).toBe(
      `contacts(${contact})`,
    );
    expect(await at(`incidents(${incident})/ownerid`)).toBe(`systemusers(${developmentUserId})`);
    expect(await at(`incidents(${incident})/customerid_account`)).toBeNull();
  });

  it('refuses what is not there, and a set', async () => {
    const key = (path: string): Promise<string> =>
      at(path).then(
        () => 'found',
        (error: unknown) => (error instanceof Refusal ? error.key : 'fault'),
      );
    expect(await key("accounts(accountnumber='x')")).toBe('keyValuesNotFound');
    expect(await key(`accounts(${contact})`)).toBe('recordNotFound');
    expect(await key(`accounts(${contact})/primarycontactid`)).toBe('recordNotFound');
    expect(await key(`accounts(${account})/contact_customer_accounts(${incident})`)).toBe('recordNotFound');
    expect(await key('accounts')).toBe('methodNotAllowed');
  });

  it('gives the key columns for an upsert that creates (webapi.md §6)', () => {
    const { rootKey } = place(`accounts(_primarycontactid_value=${contact},name='Elm')`);
    expect(rootKey && keyBody(rootKey)).toEqual({ name: 'Elm', primarycontactid: contact });
  });
});
