/** webapi.md §13: definitions are queried and extended, and what was made works at once. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { openTestWebApi, root, type TestWebApi } from './harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const label = (text: string) => ({ LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] });
const post = async (path: string, body: object): Promise<string> => {
  const answer = await web.call('POST', path, { body });
  expect([path, answer.status, answer.text]).toEqual([path, 204, '']);
  return answer.headers['OData-EntityId'] ?? '';
};
const read = async (path: string) => {
  const answer = await web.call('GET', path);
  expect([path, answer.status, answer.status === 200 ? '' : answer.text]).toEqual([path, 200, '']);
  return answer.json;
};
const attribute = (type: string, schemaName: string, more: object = {}) => ({
  '@odata.type': `Microsoft.Dynamics.CRM.${type}AttributeMetadata`,
  SchemaName: schemaName,
  DisplayName: label(schemaName),
  ...more,
});
const bank = "EntityDefinitions(LogicalName='new_bankaccount')";

describe('definitions made at run time (webapi.md §13, writes)', () => {
  it('POST of a table: 204 with its address, known everywhere at once', async () => {
    const address = await post('EntityDefinitions', {
      '@odata.type': 'Microsoft.Dynamics.CRM.EntityMetadata',
      SchemaName: 'new_BankAccount',
      DisplayName: label('Bank Account'),
      DisplayCollectionName: label('Bank Accounts'),
      Description: label('Where money is kept'),
      OwnershipType: 'UserOwned',
      IsActivity: false,
      HasActivities: true,
      HasNotes: true,
      Attributes: [
        attribute('String', 'new_AccountName', {
          IsPrimaryName: true,
          MaxLength: 100,
          FormatName: { Value: 'Text' },
        }),
      ],
    });
    expect(address).toMatch(/\/EntityDefinitions\([0-9a-f-]{36}\)$/);
    expect(
      await read(`${bank}?$select=EntitySetName,PrimaryNameAttribute,IsCustomEntity,HasNotes,ObjectTypeCode`),
    ).toMatchObject({
      EntitySetName: 'new_bankaccounts',
      PrimaryNameAttribute: 'new_accountname',
      IsCustomEntity: true,
      HasNotes: true,
      ObjectTypeCode: 11_000,
    });
    expect((await web.call('GET', '$metadata')).text).toContain('<EntityType Name="new_bankaccount"');
  });

  it('POST of columns of every type', async () => {
    const options = {
      Options: [{ Value: 1, Label: label('Red'), Color: '#ff0000' }, { Label: label('Blue') }],
    };
    await post('GlobalOptionSetDefinitions', {
      '@odata.type': 'Microsoft.Dynamics.CRM.OptionSetMetadata',
      Name: 'new_colors',
      DisplayName: label('Colors'),
      Options: [
        { Value: 1, Label: label('Red') },
        { Value: 2, Label: label('Blue') },
      ],
    });
    for (const body of [
      attribute('String', 'new_Number', { MaxLength: 20 }),
      attribute('Memo', 'new_Memo', { MaxLength: 5000 }),
      attribute('Integer', 'new_Count', { MinValue: 0, MaxValue: 100 }),
      attribute('Decimal', 'new_Rate', { Precision: 3, MinValue: -10, MaxValue: 10 }),
      attribute('Double', 'new_Ratio', { Precision: 2 }),
      attribute('Money', 'new_Balance', { Precision: 2 }),
      attribute('Boolean', 'new_Open', { DefaultValue: true }),
      attribute('DateTime', 'new_OpenedOn', { Format: 'DateAndTime' }),
      attribute('DateTime', 'new_Birthday', { Format: 'DateOnly', DateTimeBehavior: { Value: 'DateOnly' } }),
      attribute('Picklist', 'new_Kind', { OptionSet: options }),
      attribute('Picklist', 'new_Color', {
        'GlobalOptionSet@odata.bind': "/GlobalOptionSetDefinitions(Name='new_colors')",
      }),
      attribute('MultiSelectPicklist', 'new_Colors', {
        'GlobalOptionSet@odata.bind': "/GlobalOptionSetDefinitions(Name='new_colors')",
      }),
      attribute('File', 'new_Contract', { MaxSizeInKB: 1024 }),
      attribute('Image', 'new_Picture'),
    ])
      await post(`${bank}/Attributes`, body);
    const kind = await read(
      `${bank}/Attributes(LogicalName='new_kind')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$expand=OptionSet`,
    );
    expect(kind.OptionSet.Options.map((one: { Value: number }) => one.Value)).toEqual([1, 100_000_000]);
    const color = await read(
      `${bank}/Attributes(LogicalName='new_color')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$expand=OptionSet,GlobalOptionSet`,
    );
    expect([color.OptionSet, color.GlobalOptionSet.Name]).toEqual([null, 'new_colors']);
  });

  it('relationships: a lookup to contact, one from contact, a many-to-many; and a key', async () => {
    const cascade = { Assign: 'NoCascade', Delete: 'RemoveLink', Merge: 'NoCascade', Reparent: 'NoCascade' };
    await post('RelationshipDefinitions', {
      '@odata.type': 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
      SchemaName: 'new_contact_bankaccount',
      ReferencedEntity: 'contact',
      ReferencedAttribute: 'contactid',
      ReferencingEntity: 'new_bankaccount',
      CascadeConfiguration: cascade,
      Lookup: attribute('Lookup', 'new_ContactId'),
    });
    await post('RelationshipDefinitions', {
      '@odata.type': '#Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata',
      SchemaName: 'new_bankaccount_account',
      Entity1LogicalName: 'new_bankaccount',
      Entity2LogicalName: 'account',
      IntersectEntityName: 'new_bankaccount_account',
    });
    await post(`${bank}/Keys`, {
      SchemaName: 'new_NumberKey',
      DisplayName: label('Number'),
      KeyAttributes: ['new_number'],
    });
    const { value } = await read(`${bank}/Keys?$select=SchemaName,KeyAttributes,EntityKeyIndexStatus`);
    expect(value).toMatchObject([
      { SchemaName: 'new_NumberKey', KeyAttributes: ['new_number'], EntityKeyIndexStatus: 'Active' },
    ]);
  });

  const values = {
    new_accountname: 'Savings',
    new_number: 'A-17',
    new_memo: 'a memo',
    new_count: 5,
    new_rate: 1.125,
    new_ratio: 0.5,
    new_balance: 12.5,
    new_open: false,
    new_openedon: '2026-01-05T10:00:00Z',
    new_birthday: '2026-01-05',
    new_kind: 1,
    new_color: 2,
    new_colors: '1,2',
  };

  it('rows: created, read, filtered, expanded, joined, upserted by key, deleted', async () => {
    const contact = await web.create('contacts', { lastname: 'Hart' });
    const account = await web.create('accounts', { name: 'Fabrikam' });
    const id = await web.create('new_bankaccounts', {
      ...values,
      'new_ContactId@odata.bind': `/contacts(${contact})`,
    });
    const filtered = await read(
      "new_bankaccounts?$filter=new_count eq 5 and new_ContactId/lastname eq 'Hart'&$expand=new_ContactId($select=lastname)",
    );
    expect(filtered.value).toMatchObject([{ ...values, new_ContactId: { lastname: 'Hart' }, statecode: 0 }]);
    await web.call('POST', `new_bankaccounts(${id})/new_bankaccount_account/$ref`, {
      body: { '@odata.id': `${root}/accounts(${account})` },
    });
    const joined = await read(
      `accounts(${account})?$select=name&$expand=new_bankaccount_account($select=new_number)`,
    );
    expect(joined.new_bankaccount_account).toMatchObject([{ new_number: 'A-17' }]);
    const back = await read(
      `contacts(${contact})?$select=lastname&$expand=new_contact_bankaccount($select=new_number)`,
    );
    expect(back.new_contact_bankaccount).toMatchObject([{ new_number: 'A-17' }]);
    expect((await read("new_bankaccounts(new_number='A-17')?$select=new_count")).new_count).toBe(5);
    const upsert = await web.call('PATCH', "new_bankaccounts(new_number='A-17')", { body: { new_count: 6 } });
    expect([upsert.status, upsert.text]).toEqual([204, '']);
    const fetch = `<fetch><entity name="new_bankaccount"><attribute name="new_count"/><link-entity name="contact" from="contactid" to="new_contactid" alias="who"><attribute name="lastname"/></link-entity></entity></fetch>`;
    const fetched = await read(`new_bankaccounts?fetchXml=${encodeURIComponent(fetch)}`);
    expect(fetched.value).toMatchObject([{ new_count: 6, 'who.lastname': 'Hart' }]);
    const taken = await web.call('POST', 'new_bankaccounts', { body: { new_number: 'a-17' } });
    expect([taken.status, taken.json.error.code]).toEqual([412, '0x80040237']);
    const note = await web.call('POST', 'annotations', {
      body: { subject: 'noted', 'objectid_new_bankaccount@odata.bind': `/new_bankaccounts(${id})` },
    });
    expect([note.status, note.text]).toEqual([204, '']);
    expect((await web.call('DELETE', `new_bankaccounts(${id})`)).status).toBe(204);
    expect((await read('annotations?$select=subject')).value).toEqual([]);
  });
});

describe('changing and deleting definitions (webapi.md §13, writes)', () => {
  it('PUT replaces, PATCH is refused', async () => {
    const known = await read(bank);
    const put = await web.call('PUT', bank, {
      body: { ...known, DisplayName: label('Bank Business Name') },
      headers: { 'mscrm.mergelabels': 'true' },
    });
    expect([put.status, put.text]).toEqual([204, '']);
    expect((await read(bank)).DisplayName.UserLocalizedLabel.Label).toBe('Bank Business Name');
    const column = `${bank}/Attributes(LogicalName='new_number')`;
    const longer = { ...(await read(column)), MaxLength: 40 };
    expect((await web.call('PUT', column, { body: longer })).status).toBe(204);
    expect((await read(`${column}/Microsoft.Dynamics.CRM.StringAttributeMetadata`)).MaxLength).toBe(40);
    const other = await web.call('PUT', column, { body: attribute('Integer', 'new_Number') });
    expect([other.status, other.json.error.message]).toEqual([
      400,
      'The type of new_number is StringAttributeMetadata and cannot be changed to IntegerAttributeMetadata.',
    ]);
    expect((await web.call('PATCH', bank, { body: known })).status).toBe(405);
  });

  it('options: InsertOptionValue, UpdateOptionValue, OrderOption, DeleteOptionValue, InsertStatusValue', async () => {
    const kind = { EntityLogicalName: 'new_bankaccount', AttributeLogicalName: 'new_kind' };
    const act = async (name: string, body: object) => {
      const answer = await web.call('POST', name, { body });
      expect([name, answer.status < 300 ? '' : answer.text]).toEqual([name, '']);
      return answer;
    };
    const made = await act('InsertOptionValue', { ...kind, Label: label('Green') });
    expect(made.json.NewOptionValue).toBe(100_000_001);
    await act('UpdateOptionValue', { ...kind, Value: 1, Label: label('Crimson'), MergeLabels: false });
    await act('OrderOption', { ...kind, Values: [100_000_001, 1, 100_000_000] });
    await act('DeleteOptionValue', { ...kind, Value: 100_000_000 });
    await act('InsertOptionValue', { OptionSetName: 'new_colors', Value: 3, Label: label('Green') });
    const { OptionSet } = await read(
      `${bank}/Attributes(LogicalName='new_kind')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$expand=OptionSet`,
    );
    const shown = OptionSet.Options.map(
      (one: { Value: number; Label: { UserLocalizedLabel: { Label: string } } }) => [
        one.Value,
        one.Label.UserLocalizedLabel.Label,
      ],
    );
    expect(shown).toEqual([
      [100_000_001, 'Green'],
      [1, 'Crimson'],
    ]);
    const row = await web.create('new_bankaccounts', { new_kind: 100_000_001, new_color: 3 });
    const refused = await web.call('PATCH', `new_bankaccounts(${row})`, { body: { new_kind: 100_000_000 } });
    expect([refused.status, refused.json.error.code]).toEqual([400, '0x80044331']);
    const status = { EntityLogicalName: 'new_bankaccount', AttributeLogicalName: 'statuscode' };
    await act('InsertStatusValue', { ...status, Value: 9, StateCode: 1, Label: label('Closed') });
    await web.call('PATCH', `new_bankaccounts(${row})`, { body: { statuscode: 9 } });
    expect(await read(`new_bankaccounts(${row})?$select=statecode,statuscode`)).toMatchObject({
      statecode: 1,
      statuscode: 9,
    });
    expect((await act('PublishAllXml', {})).status).toBe(204);
    await web.call('DELETE', `new_bankaccounts(${row})`);
  });

  it('a built-in table grows too: statements prepared before go on working', async () => {
    const contact = await web.create('contacts', { lastname: 'Hart', firstname: 'Ivy' });
    for (let i = 0; i < 5; i++) await read(`contacts(${contact})`);
    await post("EntityDefinitions(LogicalName='contact')/Attributes", attribute('String', 'new_Nick'));
    for (let i = 0; i < 5; i++) expect((await read(`contacts(${contact})`)).new_nick).toBeNull();
    for (const text of ['a', 'b', 'c', 'd', 'e'])
      await web.call('PATCH', `contacts(${contact})`, { body: { new_nick: text } });
    expect((await read(`contacts?$select=new_nick&$filter=new_nick eq 'E'`)).value).toHaveLength(1);
    const column = "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='new_nick')";
    expect((await web.call('DELETE', column)).status).toBe(204);
    expect((await read(`contacts(${contact})`)).new_nick).toBeUndefined();
    await web.call('PATCH', `contacts(${contact})`, { body: { lastname: 'Hay' } });
    expect((await read(`contacts(${contact})?$select=lastname`)).lastname).toBe('Hay');
  });

  it('a key that rows break is refused, and nothing is left of it', async () => {
    for (const name of ['Twin', 'twin']) await web.create('accounts', { accountnumber: name });
    const accounts = "EntityDefinitions(LogicalName='account')/Keys";
    const body = { SchemaName: 'new_Code', KeyAttributes: ['accountnumber'] };
    const answer = await web.call('POST', accounts, { body });
    expect([answer.status, answer.json.error.code]).toEqual([412, '0x80060892']);
    expect((await read(accounts)).value).toEqual([]);
  });

  it.each([
    ['EntityDefinitions', { SchemaName: 'contact' }, 400],
    ['EntityDefinitions', { SchemaName: 'msdyn_Mine' }, 400],
    ['EntityDefinitions', { SchemaName: 'new_x"; drop table y' }, 400],
    [`${bank}/Attributes`, { SchemaName: 'new_Q' }, 400],
    [`${bank}/Attributes`, attribute('String', 'new_Number'), 400],
    [`${bank}/Attributes`, attribute('String', 'new_Long', { MaxLength: 5000 }), 400],
    [`${bank}/Attributes`, attribute('Lookup', 'new_Other'), 400],
    [`${bank}/Keys`, { SchemaName: 'new_K', KeyAttributes: ['new_memo'] }, 400],
    [`${bank}/Keys`, { SchemaName: 'new_K', KeyAttributes: ['nothing'] }, 404],
    ['RelationshipDefinitions', { SchemaName: 'new_R' }, 400],
  ])('refuses POST %s %o', async (path, body, status) => {
    const answer = await web.call('POST', path, { body });
    expect([answer.status, answer.json?.error.message.length > 10]).toEqual([status, true]);
    expect(answer.text).not.toMatch(/syntax|relation "/);
  });

  it('deletes what nothing needs, and says what needs the rest', async () => {
    const used = await web.call('DELETE', `${bank}/Attributes(LogicalName='new_number')`);
    expect([used.status, used.json.error.message]).toEqual([
      405,
      'The column new_number cannot be deleted while the key new_NumberKey uses it: delete that first.',
    ]);
    expect((await web.call('DELETE', "GlobalOptionSetDefinitions(Name='new_colors')")).status).toBe(405);
    expect((await web.call('DELETE', "EntityDefinitions(LogicalName='contact')")).status).toBe(405);
    expect((await web.call('DELETE', bank)).status).toBe(405);
    for (const path of [
      `${bank}/Keys(LogicalName='new_numberkey')`,
      "RelationshipDefinitions(SchemaName='new_bankaccount_account')",
      "RelationshipDefinitions(SchemaName='new_contact_bankaccount')",
    ])
      expect([path, (await web.call('DELETE', path)).status]).toEqual([path, 204]);
  });

  it('RetrieveMetadataChanges: what was asked for, what changed and what is gone since', async () => {
    const ask = async (query: object, stamp?: string) => {
      const since = stamp === undefined ? '' : `,ClientVersionStamp='${stamp}'`;
      return read(
        `RetrieveMetadataChanges(Query=@p1${since})?@p1=${encodeURIComponent(JSON.stringify(query))}`,
      );
    };
    const condition = (name: string, value: string) => ({
      ConditionOperator: 'Equals',
      PropertyName: name,
      Value: { Type: 'System.String', Value: value },
    });
    const query = {
      Properties: { AllProperties: false, PropertyNames: ['SchemaName', 'Attributes'] },
      Criteria: {
        FilterOperator: 'Or',
        Conditions: [condition('LogicalName', 'account'), condition('LogicalName', 'contact')],
      },
      AttributeQuery: {
        Properties: { AllProperties: false, PropertyNames: ['LogicalName'] },
        Criteria: { FilterOperator: 'And', Conditions: [condition('IsValidForCreate', 'True')] },
      },
    };
    const first = await ask(query);
    expect(first.EntityMetadata.map((one: { SchemaName: string }) => one.SchemaName)).toEqual([
      'Account',
      'Contact',
    ]);
    expect(first.EntityMetadata[0].EntitySetName).toBeNull();
    expect(first.EntityMetadata[0].Attributes).toContainEqual(
      expect.objectContaining({
        '@odata.type': '#Microsoft.Dynamics.CRM.ComplexStringAttributeMetadata',
        LogicalName: 'name',
        HasChanged: null,
      }),
    );
    expect((await ask(query, first.ServerVersionStamp)).EntityMetadata).toEqual([]);
    await post("EntityDefinitions(LogicalName='account')/Attributes", attribute('String', 'new_Since'));
    const column = "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='new_since')";
    const { MetadataId } = await read(column);
    const second = await ask(query, first.ServerVersionStamp);
    expect(second.EntityMetadata.map((one: { SchemaName: string }) => one.SchemaName)).toEqual(['Account']);
    await web.call('DELETE', column);
    const third = await ask(query, second.ServerVersionStamp);
    expect(third.DeletedMetadata).toMatchObject({
      Count: 1,
      Keys: ['Attribute'],
      Values: [{ Items: [MetadataId] }],
    });
    const bad = await web.call('GET', "RetrieveMetadataChanges(ClientVersionStamp='nonsense')");
    expect([bad.status, bad.json.error.code]).toEqual([400, '0x80044352']);
  });
});

describe('definitions are the database’s, not the process’s', () => {
  it('another server on the same database knows them at its start and hears of every change', async () => {
    // A second copy of every module is what a second process has.
    vi.resetModules();
    const other = await import('../../src/store/index.ts');
    const { tables } = await import('../../src/tables/index.ts');
    const second = await other.openStore({ url: web.database.url });
    try {
      expect(tables.get('new_bankaccount')?.columns.new_number?.maxLength).toBe(40);
      await post(`${bank}/Attributes`, attribute('String', 'new_Later'));
      await vi.waitFor(() => expect(tables.get('new_bankaccount')?.columns.new_later).toBeDefined(), 5_000);
      const table = tables.get('new_bankaccount');
      if (table === undefined) throw new Error('no table');
      expect(await second.rows(table, {})).toEqual([]);
    } finally {
      await second.close();
    }
  });

  it('a store opened anew has them', async () => {
    const again = await openStore({ url: web.database.url });
    await again.close();
    const id = await web.create('new_bankaccounts', { new_accountname: 'After', new_later: 'text' });
    expect(await read(`new_bankaccounts(${id})?$select=new_later`)).toMatchObject({ new_later: 'text' });
    const note = await web.create('annotations', {
      subject: 'stays',
      'objectid_new_bankaccount@odata.bind': `/new_bankaccounts(${id})`,
    });
    expect((await web.call('DELETE', bank)).status).toBe(204);
    expect((await web.call('GET', 'new_bankaccounts')).status).toBe(404);
    expect((await read(`annotations(${note})?$select=_objectid_value`))._objectid_value).toBeNull();
  });
});
