import { accessBits, rights } from '../plan/access-rights.ts';
import { enumerations } from '../plan/enumerations.ts';
import { explainTypes } from '../plan/explain-operations.ts';
import { definitionSets } from './catalogue.ts';
import { metadataComplexTypes, metadataEnums, metadataTypes } from './types.ts';

type Members = Readonly<Record<string, string>>;

const all = (type: string, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, type]));

const expression = (more: Members = {}): Members => ({
  Properties: 'mscrm.MetadataPropertiesExpression',
  Criteria: 'mscrm.MetadataFilterExpression',
  ...more,
});

/** The complex types of parameters and results. Source: webapi.md §11, §12; published type reference. */
const operationTypes: Readonly<Record<string, Members>> = {
  EndpointCollection: {
    ...{ Count: 'Edm.Int32', IsReadOnly: 'Edm.Boolean' },
    ...all('Collection(Edm.String)', 'Keys', 'Values'),
  },
  OrganizationDetail: {
    OrganizationId: 'Edm.Guid',
    ...all('Edm.String', 'FriendlyName', 'OrganizationVersion', 'EnvironmentId', 'Geo', 'TenantId'),
    ...all('Edm.String', 'UrlName', 'UniqueName', 'State'),
    Endpoints: 'mscrm.EndpointCollection',
  },
  EntityRecordCountCollection: {
    ...{ Count: 'Edm.Int32', IsReadOnly: 'Edm.Boolean' },
    ...{ Keys: 'Collection(Edm.String)', Values: 'Collection(Edm.Int64)' },
  },
  wirechief_CallPartyState: {
    ...all('Edm.Guid', 'PartyId', 'AgentId'),
    ...all('Edm.String', 'Part', 'PhoneNumber', 'Name'),
    ...all('Edm.Boolean', 'IsJoined', 'IsOnHold'),
  },
  ...explainTypes,
  PrincipalAccess: { AccessMask: 'mscrm.AccessRights', Principal: 'mscrm.principal' },
  RolePrivilege: {
    Depth: 'mscrm.PrivilegeDepth',
    ...all('Edm.Guid', 'PrivilegeId', 'BusinessUnitId'),
    PrivilegeName: 'Edm.String',
  },
  PagingInfo: {
    ...all('Edm.Int32', 'PageNumber', 'Count'),
    ...{ ReturnTotalRecordCount: 'Edm.Boolean', PagingCookie: 'Edm.String' },
  },
  QueryExpression: {
    ...{ EntityName: 'Edm.String', ColumnSet: 'mscrm.ColumnSet', Criteria: 'mscrm.FilterExpression' },
    ...{ LinkEntities: 'Collection(mscrm.LinkEntity)', Orders: 'Collection(mscrm.OrderExpression)' },
    ...{ PageInfo: 'mscrm.PagingInfo', TopCount: 'Edm.Int32' },
    ...all('Edm.Boolean', 'Distinct', 'NoLock'),
  },
  ColumnSet: { AllColumns: 'Edm.Boolean', Columns: 'Collection(Edm.String)' },
  OrderExpression: all('Edm.String', 'AttributeName', 'OrderType'),
  FilterExpression: {
    FilterOperator: 'mscrm.LogicalOperator',
    Conditions: 'Collection(mscrm.ConditionExpression)',
    Filters: 'Collection(mscrm.FilterExpression)',
  },
  ConditionExpression: {
    ...all('Edm.String', 'EntityName', 'AttributeName', 'Operator'),
    Values: 'Collection(mscrm.Object)',
  },
  LinkEntity: {
    ...all('Edm.String', 'LinkFromEntityName', 'LinkFromAttributeName', 'LinkToEntityName'),
    ...all('Edm.String', 'LinkToAttributeName', 'JoinOperator', 'EntityAlias'),
    ...{ LinkCriteria: 'mscrm.FilterExpression', LinkEntities: 'Collection(mscrm.LinkEntity)' },
  },
  Object: all('Edm.String', 'Type', 'Value'),
  MetadataPropertiesExpression: { AllProperties: 'Edm.Boolean', PropertyNames: 'Collection(Edm.String)' },
  MetadataConditionExpression: {
    PropertyName: 'Edm.String',
    ConditionOperator: 'mscrm.MetadataConditionOperator',
    Value: 'mscrm.Object',
  },
  MetadataFilterExpression: {
    FilterOperator: 'mscrm.LogicalOperator',
    Conditions: 'Collection(mscrm.MetadataConditionExpression)',
    Filters: 'Collection(mscrm.MetadataFilterExpression)',
  },
  AttributeQueryExpression: expression(),
  RelationshipQueryExpression: expression(),
  EntityKeyQueryExpression: expression(),
  LabelQueryExpression: { FilterLanguages: 'Collection(Edm.Int32)', MissingLabelBehavior: 'Edm.Int32' },
  EntityQueryExpression: expression({
    AttributeQuery: 'mscrm.AttributeQueryExpression',
    RelationshipQuery: 'mscrm.RelationshipQueryExpression',
    KeyQuery: 'mscrm.EntityKeyQueryExpression',
    LabelQuery: 'mscrm.LabelQueryExpression',
  }),
  GuidCollection: { Count: 'Edm.Int32', IsReadOnly: 'Edm.Boolean', Items: 'Collection(Edm.Guid)' },
  DeletedMetadataCollection: {
    ...{ Count: 'Edm.Int32', IsReadOnly: 'Edm.Boolean' },
    Keys: 'Collection(mscrm.DeletedMetadataFilters)',
    Values: 'Collection(mscrm.GuidCollection)',
  },
};

const deletedFilters = { Entity: 1, Attribute: 2, Relationship: 4, Label: 8, OptionSet: 16, EntityKey: 32 };
const flags = new Set(['OwnershipTypes', 'SecurityTypes']);

const powers = (index: number): number => (index === 0 ? 0 : 2 ** (index - 1));

/** Every enumeration that something here is of. */
export function enumElements(): string[] {
  const plain: [string, readonly string[]][] = [
    ...enumerations,
    ...Object.entries(metadataEnums),
    ['LogicalOperator', ['And', 'Or']],
    ['MetadataConditionOperator', ['Equals', 'NotEquals', 'In', 'NotIn', 'GreaterThan', 'LessThan']],
    ['PrivilegeDepth', ['Basic', 'Local', 'Deep', 'Global']],
  ];
  const access = rights.map((right): [string, number] => [
    `${right.slice(0, 1).toUpperCase()}${right.slice(1)}Access`,
    accessBits[right],
  ]);
  return [
    ...[...new Map(plain)].map(([name, members]) =>
      enumElement(
        name,
        members.map((member, index) => [member, flags.has(name) ? powers(index) : index]),
        flags.has(name),
      ),
    ),
    enumElement('AccessRights', [['None', 0], ...access], true),
    enumElement('DeletedMetadataFilters', Object.entries(deletedFilters), true),
  ];
}

function enumElement(
  name: string,
  members: readonly (readonly [string, number])[],
  isFlags: boolean,
): string {
  const inner = members.map(([member, value]) => `<Member Name="${member}" Value="${value}" />`).join('');
  return `<EnumType Name="${name}"${isFlags ? ' IsFlags="true"' : ''}>${inner}</EnumType>`;
}

const property = ([name, type]: readonly [string, string]): string =>
  `<Property Name="${name}" Type="${type}"${type.includes('Edm.String') ? ' Unicode="false"' : ''} />`;

/** Every complex type, those of definitions answered by RetrieveMetadataChanges among them. */
export function complexElements(): string[] {
  const plain = Object.entries({ ...metadataComplexTypes, ...operationTypes }).map(
    ([name, members]) =>
      `<ComplexType Name="${name}">${Object.entries(members).map(property).join('')}</ComplexType>`,
  );
  const options = [
    '<ComplexType Name="StateOptionMetadata" BaseType="mscrm.OptionMetadata"><Property Name="DefaultStatus" Type="Edm.Int32" /><Property Name="InvariantName" Type="Edm.String" Unicode="false" /></ComplexType>',
    '<ComplexType Name="StatusOptionMetadata" BaseType="mscrm.OptionMetadata"><Property Name="State" Type="Edm.Int32" /><Property Name="TransitionData" Type="Edm.String" Unicode="false" /></ComplexType>',
  ];
  const complex = (type: string): string =>
    type.replace(/mscrm\.(\w+)/, (whole, name: string) =>
      name in metadataTypes ? `mscrm.Complex${name}` : whole,
    );
  const definitions = Object.entries(metadataTypes).map(([name, { base, members, navigations }]) => {
    const inner = [...Object.entries(members), ...Object.entries(navigations)]
      .map(([member, type]) => property([member, complex(type)]))
      .join('');
    return `<ComplexType Name="Complex${name}"${base === null ? '' : ` BaseType="mscrm.Complex${base}"`}>${inner}</ComplexType>`;
  });
  return [...plain, ...options, ...definitions];
}

/** The types of the definitions. */
export const definitionTypeElements = (): string[] =>
  Object.entries(metadataTypes).map(([name, { base, members, navigations }]) => {
    const start =
      base === null
        ? `<EntityType Name="${name}" Abstract="true"><Key><PropertyRef Name="MetadataId" /></Key>`
        : `<EntityType Name="${name}" BaseType="mscrm.${base}">`;
    const properties = Object.entries(members).map(property).join('');
    const links = Object.entries(navigations)
      .map(([link, type]) => `<NavigationProperty Name="${link}" Type="${type}" ContainsTarget="true" />`)
      .join('');
    return `${start}${properties}${links}</EntityType>`;
  });

/** The sets of the definitions. */
export const definitionSetElements = (): string[] =>
  [...definitionSets].map(
    ([name, { type }]) => `<EntitySet Name="${name}" EntityType="Microsoft.Dynamics.CRM.${type}" />`,
  );
