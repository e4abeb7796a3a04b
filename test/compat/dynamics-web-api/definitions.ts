/** dynamics-web-api: definitions, read everywhere, written on our own server only. */
import { expect, it } from 'vitest';
import { isOurs } from '../target.ts';
import { guid, type Subject } from './subject.ts';

const label = (text: string) => ({ LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] });
const crm = 'Microsoft.Dynamics.CRM';

/** Tables, columns, relationships and choices, read. */
export function definitions({ client }: Subject): void {
  it('reads tables and knows their sets by name (webapi.md §13)', async () => {
    const all = await client.retrieveEntities({ select: ['LogicalName', 'EntitySetName'] });
    expect(all.value).toContainEqual(
      expect.objectContaining({
        LogicalName: 'msdyn_ocliveworkitem',
        EntitySetName: 'msdyn_ocliveworkitems',
      }),
    );
    const one = await client.retrieveEntity({
      key: "LogicalName='account'",
      select: ['LogicalName', 'PrimaryNameAttribute'],
      expand: [{ property: 'Attributes', select: ['LogicalName'], filter: "LogicalName eq 'name'" }],
    });
    expect(one).toMatchObject({
      LogicalName: 'account',
      PrimaryNameAttribute: 'name',
      Attributes: [{ LogicalName: 'name' }],
    });
    expect(await client.retrieveEntity({ key: one.MetadataId, select: ['LogicalName'] })).toMatchObject({
      LogicalName: 'account',
    });
    const named = client.initializeInstance();
    named.setConfig({ useEntityNames: true });
    const found = await named.retrieveMultiple({ collection: 'account', select: ['name'], top: 1 });
    expect(found.value.length).toBeLessThanOrEqual(1);
    expect(named.Utility.getCollectionName('msdyn_ocsession')).toBe('msdyn_ocsessions');
  });

  it('reads columns, cast to their type (webapi.md §13)', async () => {
    const entityKey = "LogicalName='account'";
    const choices = await client.retrieveAttributes({
      entityKey,
      castType: `${crm}.PicklistAttributeMetadata`,
      select: ['LogicalName'],
      expand: [{ property: 'OptionSet' }],
    });
    const category = choices.value.find(({ LogicalName }) => LogicalName === 'accountcategorycode');
    expect(category.OptionSet.Options[0]).toMatchObject({ Value: 1 });
    const name = await client.retrieveAttribute({
      entityKey,
      attributeKey: "LogicalName='name'",
      castType: `${crm}.StringAttributeMetadata`,
      select: ['LogicalName', 'MaxLength'],
    });
    expect(name).toMatchObject({ LogicalName: 'name', MaxLength: 160 });
  });

  it('reads relationships, choices and the schema (webapi.md §13)', async () => {
    const found = await client.retrieveRelationships({
      castType: `${crm}.OneToManyRelationshipMetadata`,
      select: ['SchemaName', 'ReferencingEntity'],
      filter: "SchemaName eq 'contact_customer_accounts'",
    });
    expect(found.value).toMatchObject([{ ReferencingEntity: 'contact' }]);
    const key = found.value[0].MetadataId;
    expect(await client.retrieveRelationship({ key })).toMatchObject({
      SchemaName: 'contact_customer_accounts',
    });
    const sets = await client.retrieveGlobalOptionSets({ select: ['Name'] });
    expect(Array.isArray(sets.value)).toBe(true);
    const csdl = await client.retrieveCsdlMetadata();
    expect(csdl.includes('<EntityType Name="account"')).toBe(true);
    const annotated = await client.retrieveCsdlMetadata({ addAnnotations: true });
    expect(annotated.includes('<Annotation ')).toBe(true);
  });

  it.runIf(isOurs)('makes, changes and deletes definitions (webapi.md §13, writes)', () => writes(client));
}

/** Makes a choice, a table, a column and a relationship, changes them, and deletes what the client can delete. */
async function writes(client: Subject['client']): Promise<void> {
  const set = await client.createGlobalOptionSet<string>({
    data: {
      '@odata.type': `${crm}.OptionSetMetadata`,
      Name: 'new_grade',
      DisplayName: label('Grade'),
      Options: [{ Value: 1, Label: label('First') }],
    },
  });
  expect(set).toMatch(guid);
  const entityKey = await client.createEntity<string>({
    data: {
      '@odata.type': `${crm}.EntityMetadata`,
      SchemaName: 'new_Parcel',
      DisplayName: label('Parcel'),
      DisplayCollectionName: label('Parcels'),
      OwnershipType: 'UserOwned',
      HasActivities: false,
      HasNotes: false,
      Attributes: [
        {
          '@odata.type': `${crm}.StringAttributeMetadata`,
          SchemaName: 'new_Name',
          IsPrimaryName: true,
          DisplayName: label('Name'),
          MaxLength: 100,
        },
      ],
    },
  });
  const attributeKey = await client.createAttribute<string>({
    entityKey,
    data: {
      '@odata.type': `${crm}.PicklistAttributeMetadata`,
      SchemaName: 'new_Grade',
      DisplayName: label('Grade'),
      'GlobalOptionSet@odata.bind': `/GlobalOptionSetDefinitions(${set})`,
    },
  });
  const key = await client.createRelationship<string>({
    data: {
      '@odata.type': `${crm}.OneToManyRelationshipMetadata`,
      SchemaName: 'new_account_parcel',
      ReferencedEntity: 'account',
      ReferencedAttribute: 'accountid',
      ReferencingEntity: 'new_parcel',
      Lookup: {
        '@odata.type': `${crm}.LookupAttributeMetadata`,
        SchemaName: 'new_AccountId',
        DisplayName: label('Account'),
      },
    },
  });
  for (const id of [entityKey, attributeKey, key]) expect(id).toMatch(guid);

  const entity = await client.retrieveEntity({ key: entityKey });
  await client.updateEntity({ data: { ...entity, DisplayName: label('Package') }, mergeLabels: true });
  const renamed = await client.retrieveEntity({ key: entityKey, select: ['DisplayName'] });
  expect(renamed.DisplayName.UserLocalizedLabel.Label).toBe('Package');
  const castType = `${crm}.PicklistAttributeMetadata`;
  const attribute = await client.retrieveAttribute({ entityKey, attributeKey, castType });
  await client.updateAttribute({ entityKey, castType, data: { ...attribute, DisplayName: label('Mark') } });
  const marked = await client.retrieveAttribute({ entityKey, attributeKey, select: ['DisplayName'] });
  expect(marked.DisplayName.UserLocalizedLabel.Label).toBe('Mark');
  const ofOne = `${crm}.OneToManyRelationshipMetadata`;
  const relationship = await client.retrieveRelationship({ key, castType: ofOne });
  const cascade = { ...relationship.CascadeConfiguration, Delete: 'Restrict' };
  await client.updateRelationship({
    castType: ofOne,
    data: { ...relationship, CascadeConfiguration: cascade },
  });
  expect(await client.retrieveRelationship({ key, castType: ofOne })).toMatchObject({
    CascadeConfiguration: { Delete: 'Restrict' },
  });
  const ofChoice = `${crm}.OptionSetMetadata`;
  const choice = await client.retrieveGlobalOptionSet({ key: set, castType: ofChoice });
  await client.updateGlobalOptionSet({ data: { ...choice, DisplayName: label('Class') } });
  expect(
    (await client.retrieveGlobalOptionSet({ key: "Name='new_grade'" })).DisplayName.UserLocalizedLabel.Label,
  ).toBe('Class');

  await client.create({ collection: 'new_parcels', data: { new_name: 'A parcel', new_grade: 1 } });
  await client.deleteRelationship({ key });
  await expect(client.retrieveRelationship({ key })).rejects.toMatchObject({ status: 404 });
  // The client has no method that deletes a table or a column; it deletes whatever has an address.
  await client.deleteRecord({ collection: 'EntityDefinitions', key: entityKey });
  await client.deleteGlobalOptionSet({ key: set });
  await expect(client.retrieveGlobalOptionSet({ key: set })).rejects.toMatchObject({ status: 404 });
}
