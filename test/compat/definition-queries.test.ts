/** webapi.md §13: queries for definitions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWebApi, root, type TestWebApi } from './harness.ts';

let web: TestWebApi;
beforeAll(async () => {
  web = await openTestWebApi();
});
afterAll(async () => {
  expect(web.faults).toEqual([]);
  await web.close();
});

const read = async (path: string) => {
  const answer = await web.call('GET', path);
  expect([path, answer.status, answer.status === 200 ? '' : answer.text]).toEqual([path, 200, '']);
  return answer.json;
};

describe('queries for definitions (webapi.md §13)', () => {
  it('a table by name, MetadataId always returned', async () => {
    const one = await read(
      "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')?$select=EntitySetName,PrimaryIdAttribute,IsActivity",
    );
    const { MetadataId, ...rest } = one;
    expect(rest).toEqual({
      '@odata.context': `${root}/$metadata#EntityDefinitions(EntitySetName,PrimaryIdAttribute,IsActivity)/$entity`,
      EntitySetName: 'msdyn_ocliveworkitems',
      PrimaryIdAttribute: 'activityid',
      IsActivity: true,
    });
    expect(MetadataId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await read(`EntityDefinitions(${MetadataId})?$select=LogicalName`)).LogicalName).toBe(
      'msdyn_ocliveworkitem',
    );
  });

  it('every table without pages, filtered by primitive, enum and complex members', async () => {
    const all = await read('EntityDefinitions?$select=LogicalName,EntitySetName');
    expect(all.value.length).toBeGreaterThan(150);
    expect(all.value[0]['@odata.type']).toBeUndefined();
    const one = await read(
      "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')?$select=EntitySetName,PrimaryIdAttribute,IsActivity",
    );
    expect(Object.keys(one)).toEqual([
      '@odata.context',
      'EntitySetName',
      'PrimaryIdAttribute',
      'IsActivity',
      'MetadataId',
    ]);
    const filtered = await read(
      "EntityDefinitions?$select=LogicalName&$filter=LogicalName eq 'contact' or (ObjectTypeCode eq 112 and IsActivity eq false)",
    );
    expect(filtered.value.map((one: { LogicalName: string }) => one.LogicalName).sort()).toEqual([
      'contact',
      'incident',
    ]);
    const owned = await read(
      "EntityDefinitions?$select=LogicalName&$filter=OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'OrganizationOwned' and CanCreateAttributes/Value eq true",
    );
    expect(owned.value.map((one: { LogicalName: string }) => one.LogicalName)).toContain(
      'msdyn_cannedmessage',
    );
  });

  it('columns by cast, with their choice expanded', async () => {
    const path = "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')/Attributes";
    const { value, ...rest } = await read(
      `${path}/Microsoft.Dynamics.CRM.StatusAttributeMetadata?$select=LogicalName&$expand=OptionSet,GlobalOptionSet`,
    );
    expect(rest).toEqual({
      '@odata.context': `${root}/$metadata#EntityDefinitions('msdyn_ocliveworkitem')/Attributes/Microsoft.Dynamics.CRM.StatusAttributeMetadata(LogicalName,OptionSet(),GlobalOptionSet())`,
    });
    expect(value).toHaveLength(1);
    expect(value[0].GlobalOptionSet).toBeNull();
    expect(value[0].OptionSet.Options[0]).toMatchObject({
      '@odata.type': '#Microsoft.Dynamics.CRM.StatusOptionMetadata',
      Value: 1,
      State: 0,
      HasChanged: null,
      Label: { UserLocalizedLabel: { Label: 'Open', LanguageCode: 1033 } },
    });
    const channel = await read(`${path}(LogicalName='msdyn_channel')`);
    expect(channel).toMatchObject({
      '@odata.type': '#Microsoft.Dynamics.CRM.MultiSelectPicklistAttributeMetadata',
      AttributeType: 'Virtual',
      AttributeTypeName: { Value: 'MultiSelectPicklistType' },
      RequiredLevel: { Value: 'None', CanBeChanged: true },
    });
  });

  it('columns filtered in $expand by a qualified enum, and by RequiredLevel/Value', async () => {
    const { Attributes } = await read(
      "EntityDefinitions(LogicalName='contact')?$select=LogicalName&$expand=Attributes($select=LogicalName;$filter=AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Customer')",
    );
    expect(Attributes).toEqual([
      {
        '@odata.type': '#Microsoft.Dynamics.CRM.LookupAttributeMetadata',
        LogicalName: 'parentcustomerid',
        MetadataId: Attributes[0].MetadataId,
      },
    ]);
    const required = await read(
      "EntityDefinitions(LogicalName='account')/Attributes?$select=SchemaName&$filter=RequiredLevel/Value eq Microsoft.Dynamics.CRM.AttributeRequiredLevel'ApplicationRequired'",
    );
    expect(required.value.map((one: { SchemaName: string }) => one.SchemaName)).toContain('Name');
  });

  it('relationships from the table and from their own set', async () => {
    const { value } = await read(
      "RelationshipDefinitions/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata?$filter=ReferencedEntity eq 'account' and ReferencingEntity eq 'contact'",
    );
    expect(value.map((one: { SchemaName: string }) => one.SchemaName)).toContain('contact_customer_accounts');
    expect(value[0]).toMatchObject({
      ReferencedAttribute: 'accountid',
      RelationshipType: 'OneToManyRelationship',
      CascadeConfiguration: { RollupView: 'NoCascade' },
    });
    const { value: joined } = await read("EntityDefinitions(LogicalName='queue')/ManyToManyRelationships");
    expect(joined[0].IntersectEntityName).toBe('queuemembership');
    expect((await read("EntityDefinitions(LogicalName='queue')/Keys")).value).toEqual([]);
  });

  it.each([
    ["EntityDefinitions(LogicalName='nothing')", 404, '0x80060888'],
    ["EntityDefinitions?$filter=startswith(LogicalName,'msdyn')", 501, '0x8006088a'],
    ['EntityDefinitions?$select=Nothing', 400, '0x0'],
    ["EntityDefinitions?$filter=OwnershipType eq 'UserOwned'", 400, '0x0'],
    ['EntityDefinitions?$top=3', 400, '0x0'],
    ["GlobalOptionSetDefinitions?$filter=Name eq 'x'", 400, '0x0'],
    ['ManagedPropertyDefinitions', 501, '0x80060888'],
  ])('refuses %s', async (path, status, code) => {
    const answer = await web.call('GET', path);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });
});
