import { type Table, tables } from '../../tables/index.ts';
import { edmType } from '../plan/compare.ts';
import { type Collection, type Entity, entityOf, isPrincipal, type Navigation } from '../plan/entity.ts';
import { type Operation, operations } from '../plan/operations.ts';

const namespace = 'mscrm';

/** The CSDL document of every table and of the operations served. Source: webapi.md §13. */
export function csdl(): string {
  const all = [...tables.values()].sort((a, b) => (a.logicalName < b.logicalName ? -1 : 1));
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>',
    '<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">',
    ...baseTypes,
    ...all.map(entityType),
    ...complexTypes,
    ...[...operations].flatMap(([name, operation]) =>
      operation.served ? operationElement(name, operation) : [],
    ),
    '<EntityContainer Name="System">',
    ...all.map(entitySet),
    ...[...operations].flatMap(([name, operation]) =>
      operation.served && operation.bound === null ? importElement(name, operation) : [],
    ),
    '</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>',
  ].join('\n');
}

const baseTypes: readonly string[] = [
  '<EntityType Name="crmbaseentity" Abstract="true" />',
  '<EntityType Name="principal" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="ownerid" /></Key><Property Name="ownerid" Type="Edm.Guid" /></EntityType>',
];

const complexTypes: readonly string[] = [
  '<ComplexType Name="BooleanManagedProperty"><Property Name="Value" Type="Edm.Boolean" Nullable="false" /><Property Name="CanBeChanged" Type="Edm.Boolean" Nullable="false" /><Property Name="ManagedPropertyLogicalName" Type="Edm.String" /></ComplexType>',
  '<ComplexType Name="WhoAmIResponse"><Property Name="BusinessUnitId" Type="Edm.Guid" Nullable="false" /><Property Name="UserId" Type="Edm.Guid" Nullable="false" /><Property Name="OrganizationId" Type="Edm.Guid" Nullable="false" /></ComplexType>',
  '<ComplexType Name="RetrieveVersionResponse"><Property Name="Version" Type="Edm.String" Unicode="false" /></ComplexType>',
  '<ComplexType Name="EndpointCollection"><Property Name="Count" Type="Edm.Int32" Nullable="false" /><Property Name="IsReadOnly" Type="Edm.Boolean" Nullable="false" /><Property Name="Keys" Type="Collection(Edm.String)" /><Property Name="Values" Type="Collection(Edm.String)" /></ComplexType>',
  `<ComplexType Name="OrganizationDetail">${[
    'OrganizationId',
    'FriendlyName',
    'OrganizationVersion',
    'EnvironmentId',
    'Geo',
    'TenantId',
    'UrlName',
    'UniqueName',
    'State',
  ]
    .map(
      (name) => `<Property Name="${name}" Type="${name === 'OrganizationId' ? 'Edm.Guid' : 'Edm.String'}" />`,
    )
    .join('')}<Property Name="Endpoints" Type="mscrm.EndpointCollection" /></ComplexType>`,
  '<ComplexType Name="RetrieveCurrentOrganizationResponse"><Property Name="Detail" Type="mscrm.OrganizationDetail" /></ComplexType>',
  '<EnumType Name="EndpointAccessType"><Member Name="Default" Value="0" /><Member Name="Internet" Value="1" /><Member Name="Intranet" Value="2" /></EnumType>',
];

function baseOf(table: Table): string {
  if (isPrincipal(table)) return 'principal';
  return table.isActivity && table.logicalName !== 'activitypointer' && tables.has('activitypointer')
    ? 'activitypointer'
    : 'crmbaseentity';
}

/** What a type has from its base and so does not say again. */
function inherited(table: Table): ReadonlySet<string> {
  const base = baseOf(table);
  if (base === 'principal') return new Set(['ownerid']);
  const pointer = base === 'activitypointer' ? tables.get(base) : undefined;
  if (!pointer) return new Set();
  const { properties } = entityOf(pointer);
  const own = entityOf(table).properties;
  return new Set([...properties.keys()].filter((name) => own.get(name)?.kind === properties.get(name)?.kind));
}

function entityType(table: Table): string {
  const entity = entityOf(table);
  const base = baseOf(table);
  const skipped = inherited(table);
  const key = base === 'crmbaseentity' ? `<Key><PropertyRef Name="${table.primaryId}" /></Key>` : '';
  const properties = [...entity.properties.values()]
    .filter(({ name }) => !skipped.has(name))
    .map(({ name, kind }) => {
      const unicode = kind === 'text' || kind === 'choices' ? ' Unicode="false"' : '';
      return `<Property Name="${name}" Type="${edmType(kind).replace('Microsoft.Dynamics.CRM', namespace)}"${unicode} />`;
    });
  return [
    `<EntityType Name="${table.logicalName}" BaseType="mscrm.${base}">${key}`,
    ...properties,
    ...[...entity.navigations.values()].map((navigation) => singleElement(entity, navigation)),
    ...[...entity.collections.values()].map(collectionElement),
    '</EntityType>',
  ].join('');
}

/** The tables a navigation leads to share a base when there are several. */
function targetType({ targets, name }: Navigation): string {
  const [target, another] = targets;
  if (name === 'ownerid') return 'principal';
  return target && !another ? target.logicalName : 'crmbaseentity';
}

function singleElement(entity: Entity, navigation: Navigation): string {
  const { name, column, targets } = navigation;
  const [target, another] = targets;
  const relationship = entity.table.relationships.find(
    (candidate) => candidate.navigation === name && candidate.target === target?.logicalName,
  );
  const partner = relationship && !another ? ` Partner="${relationship.collection}"` : '';
  const key = target && !another ? (isPrincipal(target) ? 'ownerid' : target.primaryId) : 'ownerid';
  const constraint =
    another && name !== 'ownerid'
      ? ''
      : `<ReferentialConstraint Property="_${column}_value" ReferencedProperty="${key}" />`;
  return `<NavigationProperty Name="${name}" Type="mscrm.${targetType(navigation)}" Nullable="true"${partner}>${constraint}</NavigationProperty>`;
}

function collectionElement(collection: Collection): string {
  const partner = collection.kind === 'many' ? collection.navigation : collection.name;
  return `<NavigationProperty Name="${collection.name}" Type="Collection(mscrm.${collection.table.logicalName})" Partner="${partner}" />`;
}

function entitySet(table: Table): string {
  const { navigations, collections } = entityOf(table);
  const bindings = [
    ...[...navigations.values()].flatMap(({ name, targets: [target, another] }) =>
      target && !another ? [[name, target.entitySetName]] : [],
    ),
    ...[...collections.values()].map(({ name, table: { entitySetName } }) => [name, entitySetName]),
  ];
  const elements = bindings.map(
    ([path, target]) => `<NavigationPropertyBinding Path="${path}" Target="${target}" />`,
  );
  return `<EntitySet Name="${table.entitySetName}" EntityType="Microsoft.Dynamics.CRM.${table.logicalName}">${elements.join('')}</EntitySet>`;
}

const parametersOf: { readonly [operation: string]: readonly (readonly [name: string, type: string])[] } = {
  CCaaS_ModifyAgentPresence: [
    ['ApiVersion', 'Edm.String'],
    ['AgentId', 'Edm.String'],
    ['PresenceId', 'Edm.String'],
  ],
  RetrieveCurrentOrganization: [['AccessType', 'mscrm.EndpointAccessType']],
};

function operationElement(name: string, { kind, bound }: Operation): string {
  const element = kind === 'function' ? 'Function' : 'Action';
  const entity = bound === null ? '' : `<Parameter Name="entity" Type="mscrm.${bound}" Nullable="false" />`;
  const parameters = (parametersOf[name] ?? []).map(
    ([parameter, type]) => `<Parameter Name="${parameter}" Type="${type}" />`,
  );
  const result = kind === 'function' ? `<ReturnType Type="mscrm.${name}Response" Nullable="false" />` : '';
  return `<${element} Name="${name}"${bound === null ? '' : ' IsBound="true"'}>${entity}${parameters.join('')}${result}</${element}>`;
}

function importElement(name: string, { kind }: Operation): string {
  const element = kind === 'function' ? 'Function' : 'Action';
  return `<${element}Import Name="${name}" ${element}="Microsoft.Dynamics.CRM.${name}" />`;
}
