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
const get = (path: string) => web.call('GET', path);

describe('functions (webapi.md §11)', () => {
  it('RetrieveTotalRecordCount counts in the order asked for', async () => {
    for (const lastname of ['A', 'B']) await web.create('contacts', { lastname });
    await web.create('accounts', { name: 'x' });
    const { json } = await get('RetrieveTotalRecordCount(EntityNames=["account","contact"])');
    expect(json).toEqual({
      '@odata.context': `${root}/$metadata#${crm}.RetrieveTotalRecordCountResponse`,
      EntityRecordCountCollection: {
        Count: 2,
        IsReadOnly: false,
        Keys: ['account', 'contact'],
        Values: [1, 2],
      },
    });
    const alias = await get("RetrieveTotalRecordCount(EntityNames=@p1)?@p1=['contact']");
    expect(alias.json.EntityRecordCountCollection.Values).toEqual([2]);
    // A table named again and again is counted once: the statement does not grow.
    const often = JSON.stringify(Array.from({ length: 2000 }, () => 'contact'));
    const repeated = await get(`RetrieveTotalRecordCount(EntityNames=@p1)?@p1=${often}`);
    expect(new Set(repeated.json.EntityRecordCountCollection.Values)).toEqual(new Set([2]));
    expect((await get('RetrieveTotalRecordCount(EntityNames=["contacts"])')).status).toBe(400);
    expect((await get('RetrieveTotalRecordCount()')).status).toBe(400);
  });

  it.each([
    ["'Resolved'", 5, true],
    ["'Resolved'", 1000, true],
    ["'Resolved'", 1, false],
    ["'Active'", 1, true],
    ["'Nosuch'", 1, false],
    ["'Active'", 77, false],
  ])('IsValidStateTransition to %s %i is %s', async (state, status, valid) => {
    const contact = await web.create('contacts', { lastname: 'Hart' });
    const id = await web.create('incidents', {
      title: 'x',
      'customerid_contact@odata.bind': `contacts(${contact})`,
    });
    for (const quote of ['"', "'"]) {
      const reference = `{${quote}@odata.id${quote}:${quote}incidents(${id})${quote}}`;
      const { json } = await get(
        `IsValidStateTransition(Entity=@e,NewState=@s,NewStatus=@t)?@e=${reference}&@s=${state}&@t=${status}`,
      );
      expect(json).toEqual({
        '@odata.context': `${root}/$metadata#${crm}.IsValidStateTransitionResponse`,
        IsValid: valid,
      });
    }
  });

  it('IsValidStateTransition of a row that is not there is 404, of wrong types 400', async () => {
    const ask = (id: string, status: string) =>
      get(
        `IsValidStateTransition(Entity=@e,NewState='Active',NewStatus=${status})?@e={'@odata.id':'contacts(${id})'}`,
      );
    expect((await ask(randomUUID(), '1')).status).toBe(404);
    expect((await ask(randomUUID(), "'1'")).json.error.message).toContain(
      "'NewStatus' must be a whole number",
    );
  });

  it('InitializeFrom gives an unsaved row with @odata.type and binds', async () => {
    const id = await web.create('accounts', {
      name: 'Alder',
      address1_line1: '123 Maple St.',
      address1_city: 'Seattle',
    });
    const ask = (target: string) =>
      get(
        `InitializeFrom(EntityMoniker=@p1,TargetEntityName=@p2,TargetFieldType=@p3)?@p1={'@odata.id':'accounts(${id})'}&@p2='${target}'&@p3=${crm}.TargetFieldType'ValidForCreate'`,
      );
    expect((await ask('account')).json).toEqual({
      '@odata.context': `${root}/$metadata#accounts/$entity`,
      '@odata.type': `#${crm}.account`,
      'parentaccountid@odata.bind': `accounts(${id})`,
      address1_line1: '123 Maple St.',
      address1_city: 'Seattle',
    });
    expect((await ask('contact')).json).toMatchObject({
      'parentcustomerid_account@odata.bind': `accounts(${id})`,
    });
    expect((await ask('incident')).json).toMatchObject({
      'customerid_account@odata.bind': `accounts(${id})`,
    });
    const made = await web.call('POST', 'accounts', {
      body: { ...(await ask('account')).json, name: 'Next' },
    });
    expect([made.status, made.text]).toEqual([204, '']);
    expect((await ask('nosuch')).status).toBe(400);
    expect((await ask('queue')).status).toBe(501);
  });

  it('a member that an enumeration does not have is refused', async () => {
    const { status, json } = await get(
      `RetrieveCurrentOrganization(AccessType=${crm}.EndpointAccessType'Nosuch')`,
    );
    expect([status, json.error.message]).toEqual([
      400,
      expect.stringContaining('Default, Internet, Intranet'),
    ]);
  });

  it('FormatAddress builds the address in lines', async () => {
    const { json } = await get(
      "FormatAddress(Line1='123 Maple St.',City='Seattle',StateOrProvince='WA',PostalCode='98007',Country='United States of America')",
    );
    expect(json).toEqual({
      '@odata.context': `${root}/$metadata#${crm}.FormatAddressResponse`,
      Address: '123 Maple St.\r\nSeattle, WA 98007\r\nUnited States of America',
    });
  });
});

describe('labels of rows, and rollup columns (webapi.md §11; published reference)', () => {
  const alias = (value: object): string => encodeURIComponent(JSON.stringify(value));
  const view = (savedqueryid: string) => ({ '@odata.type': `${crm}.savedquery`, savedqueryid });

  it('RetrieveLocLabels and SetLocLabels read and write a label in the one language', async () => {
    const id = await web.create('savedqueries', { name: 'Open', querytype: 0, returnedtypecode: 'contact' });
    const read = (name: string, row: object = view(id)) =>
      get(
        `RetrieveLocLabels(EntityMoniker=@p1,AttributeName='${name}',IncludeUnpublished=true)?@p1=${alias(row)}`,
      );
    const set = (Labels: object[], AttributeName = 'name') =>
      web.call('POST', 'SetLocLabels', { body: { EntityMoniker: view(id), AttributeName, Labels } });
    const label = { Label: 'All open', LanguageCode: 1033 };
    expect((await set([label])).status).toBe(204);
    expect((await read('name')).json).toMatchObject({
      '@odata.context': `${root}/$metadata#${crm}.RetrieveLocLabelsResponse`,
      Label: { LocalizedLabels: [label], UserLocalizedLabel: label },
    });
    expect((await read('description')).json.Label).toEqual({ LocalizedLabels: [], UserLocalizedLabel: null });
    expect((await set([{ Label: 'Alle', LanguageCode: 1031 }])).json.error.message).toContain('1033');
    expect((await set([{ Label: 'x'.repeat(201), LanguageCode: 1033 }])).status).toBe(400);
    expect((await read('fetchxml')).status).toBe(400);
    expect((await read('name', view(randomUUID()))).status).toBe(404);
  });

  it('CalculateRollupField refuses: no column is a rollup', async () => {
    const contactid = await web.create('contacts', { lastname: 'x' });
    const ask = (name: string, id = contactid) =>
      get(
        `CalculateRollupField(Target=@p1,FieldName='${name}')?@p1=${alias({ '@odata.type': `${crm}.contact`, contactid: id })}`,
      );
    expect([(await ask('jobtitle')).status, (await ask('jobtitle')).json.error.message]).toEqual([
      400,
      "The column 'jobtitle' of 'contact' is not a rollup column.",
    ]);
    expect((await ask('nosuch')).json.error.code).toBe('0x0');
    expect((await ask('jobtitle', randomUUID())).status).toBe(404);
  });
});
