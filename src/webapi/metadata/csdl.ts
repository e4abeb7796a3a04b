import { type Table, tables } from '../../tables/index.ts';
import { edmType } from '../plan/compare.ts';
import { type Collection, type Entity, entityOf, isPrincipal, type Navigation } from '../plan/entity.ts';
import { operationElements, operationImports } from './csdl-operations.ts';
import {
  complexElements,
  definitionSetElements,
  definitionTypeElements,
  enumElements,
} from './csdl-types.ts';
import { attribute, description } from './xml.ts';

const namespace = 'mscrm';

/** The vocabularies that annotations are of. */
const references: readonly string[] = [
  '<edmx:Reference Uri="http://vocabularies.odata.org/OData.Community.Keys.V1.xml"><edmx:Include Namespace="OData.Community.Keys.V1" Alias="Keys" /></edmx:Reference>',
  '<edmx:Reference Uri="http://vocabularies.odata.org/Org.OData.Core.V1.xml"><edmx:Include Namespace="Org.OData.Core.V1" Alias="Core" /></edmx:Reference>',
  '<edmx:Reference Uri="http://vocabularies.odata.org/Org.OData.Capabilities.V1.xml"><edmx:Include Namespace="Org.OData.Capabilities.V1" Alias="Capabilities" /></edmx:Reference>',
];

/** The CSDL document of every table, of the definitions and of the operations served. `annotated`: with descriptions and
 *  capabilities. Source: webapi.md §13. */
export function csdl(annotated: boolean): string {
  const all = [...tables.values()].sort((a, b) => (a.logicalName < b.logicalName ? -1 : 1));
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">',
    ...(annotated ? references : []),
    '<edmx:DataServices>',
    '<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">',
    ...baseTypes,
    ...all.map((table) => entityType(table, annotated)),
    ...definitionTypeElements(),
    ...enumElements(),
    ...complexElements(),
    ...operationElements(),
    '<EntityContainer Name="System">',
    ...all.map((table) => entitySet(table, annotated)),
    ...definitionSetElements(),
    ...operationImports(),
    '</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>',
  ].join('\n');
}

const baseTypes: readonly string[] = [
  '<EntityType Name="crmbaseentity" Abstract="true" />',
  '<EntityType Name="principal" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="ownerid" /></Key><Property Name="ownerid" Type="Edm.Guid" Nullable="false" /></EntityType>',
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

function entityType(table: Table, annotated: boolean): string {
  const entity = entityOf(table);
  const base = baseOf(table);
  const skipped = inherited(table);
  const key = base === 'crmbaseentity' ? `<Key><PropertyRef Name="${table.primaryId}" /></Key>` : '';
  const properties = [...entity.properties.values()]
    .filter(({ name }) => !skipped.has(name))
    .map(({ name, kind, definition }) => {
      const unicode = kind === 'text' || kind === 'choices' ? ' Unicode="false"' : '';
      const type = edmType(kind).replace('Microsoft.Dynamics.CRM', namespace);
      const start = `<Property Name="${attribute(name)}" Type="${type}"${unicode}`;
      const words = annotated ? (definition.description ?? definition.displayName) : undefined;
      return words === undefined ? `${start} />` : `${start}>${description(words)}</Property>`;
    });
  return [
    `<EntityType Name="${table.logicalName}" BaseType="mscrm.${base}">${key}`,
    ...properties,
    ...[...entity.navigations.values()].map((navigation) => singleElement(entity, navigation)),
    ...[...entity.collections.values()].map(collectionElement),
    ...(annotated ? [description(table.description ?? table.displayName)] : []),
    ...keyAnnotations(table, annotated),
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

function entitySet(table: Table, annotated: boolean): string {
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
  return `<EntitySet Name="${table.entitySetName}" EntityType="Microsoft.Dynamics.CRM.${table.logicalName}">${elements.join('')}${annotated ? capabilities : ''}</EntitySet>`;
}

const capabilities = [
  '<Annotation Term="Org.OData.Capabilities.V1.SkipSupported" Bool="false" />',
  '<Annotation Term="Org.OData.Capabilities.V1.TopSupported" Bool="true" />',
  '<Annotation Term="Org.OData.Capabilities.V1.CountRestrictions"><Record><PropertyValue Property="Countable" Bool="true" /></Record></Annotation>',
].join('');

/** The alternate keys of a table. */
function keyAnnotations({ keys = [], columns }: Table, annotated: boolean): string[] {
  if (!annotated || keys.length === 0) return [];
  const isLookup = (name: string) => ['Lookup', 'Customer', 'Owner'].includes(columns[name]?.type ?? '');
  const records = keys.map((key) => {
    const parts = key.columns.map((name) => {
      const wire = isLookup(name) ? `_${name}_value` : name;
      return `<Record Type="OData.Community.Keys.V1.PropertyRef"><PropertyValue Property="Name" PropertyPath="${wire}" /><PropertyValue Property="Alias" String="${wire}" /></Record>`;
    });
    return `<Record Type="OData.Community.Keys.V1.AlternateKey"><PropertyValue Property="Key"><Collection>${parts.join('')}</Collection></PropertyValue></Record>`;
  });
  return [
    `<Annotation Term="OData.Community.Keys.V1.AlternateKeys"><Collection>${records.join('')}</Collection></Annotation>`,
  ];
}
