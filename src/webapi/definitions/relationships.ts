/** Relationships made, changed and deleted by requests: one-to-many with its lookup, many-to-many with the table that
 *  joins. Source: webapi.md §13; published article "Create and update table relationships using the Web API". */
import {
  type Cascade,
  type Column,
  type Definitions,
  type ManyToMany,
  Refusal,
  type Table,
} from '../../tables/index.ts';
import type { JsonObject } from '../parse/body.ts';
import { booleanOf, invalid, needText, objectOf, textOf, typeNameOf, wordOf } from './body.ts';
import { commonOf } from './column.ts';
import { withOwnColumn } from './columns.ts';
import { type Change, modelOf, needTable, without, withTable } from './model.ts';
import { checkNavigationName, checkSchemaName, hasRelationship } from './names.ts';
import { withoutTable } from './tables.ts';

const graded = ['NoCascade', 'Cascade', 'Active', 'UserOwned'] as const;
const deletes = ['RemoveLink', 'Cascade', 'Restrict'] as const;

function cascadeFrom(body: JsonObject, otherwise: Cascade = {}): Cascade {
  const given = objectOf(body, 'CascadeConfiguration');
  return {
    assign: wordOf(given, 'Assign', graded, (otherwise.assign ?? 'NoCascade') as 'NoCascade'),
    delete: wordOf(given, 'Delete', deletes, (otherwise.delete ?? 'RemoveLink') as 'RemoveLink'),
    merge: wordOf(given, 'Merge', ['NoCascade', 'Cascade'], (otherwise.merge ?? 'NoCascade') as 'NoCascade'),
    reparent: wordOf(given, 'Reparent', graded, (otherwise.reparent ?? 'NoCascade') as 'NoCascade'),
    share: wordOf(given, 'Share', graded, (otherwise.share ?? 'NoCascade') as 'NoCascade'),
    unshare: wordOf(given, 'Unshare', graded, (otherwise.unshare ?? 'NoCascade') as 'NoCascade'),
  };
}

/** A new relationship from its definition; `@odata.type` says of which kind. Refuses definitionInvalid,
 *  definitionExists, definitionNotFound. */
export function createRelationship(body: JsonObject): { readonly name: string; readonly change: Change } {
  const type = typeNameOf(body);
  if (type === 'OneToManyRelationshipMetadata') return createOneToMany(body);
  if (type === 'ManyToManyRelationshipMetadata') return createManyToMany(body);
  return invalid('@odata.type must be OneToManyRelationshipMetadata or ManyToManyRelationshipMetadata.');
}

function refuseTaken(current: Definitions, schemaName: string): void {
  if (hasRelationship(modelOf(current), schemaName))
    throw new Refusal('definitionExists', `A relationship with the name ${schemaName} already exists.`);
}

/** Whether rows of the table may be pointed to and may point by relationships of one's own. */
function needOpen(table: Table): Table {
  if (table.isIntersect)
    return invalid(`${table.logicalName} only joins two tables and takes no relationships.`);
  return table;
}

function createOneToMany(body: JsonObject): { readonly name: string; readonly change: Change } {
  const schemaName = checkSchemaName(needText(body, 'SchemaName'), 'the relationship');
  const target = needText(body, 'ReferencedEntity');
  const holder = needText(body, 'ReferencingEntity');
  const lookup = objectOf(body, 'Lookup');
  const lookupName = checkSchemaName(
    textOf(lookup, 'SchemaName') ?? invalid('Lookup.SchemaName is missing.'),
    'the lookup',
  );
  const navigation = checkNavigationName(
    textOf(body, 'ReferencingEntityNavigationPropertyName') ?? lookupName,
  );
  const collection = checkNavigationName(
    textOf(body, 'ReferencedEntityNavigationPropertyName') ?? schemaName,
  );
  const change: Change = (current) => {
    const model = modelOf(current);
    refuseTaken(current, schemaName);
    const referenced = needOpen(needTable(model, target));
    needOpen(needTable(model, holder));
    const key = textOf(body, 'ReferencedAttribute');
    if (key !== null && key !== referenced.primaryId)
      return invalid(`ReferencedAttribute must be the primary key of ${target}, ${referenced.primaryId}.`);
    refuseNavigation(current, holder, navigation);
    refuseNavigation(current, target, collection);
    const column: Column = { ...commonOf(lookup), schemaName: lookupName, type: 'Lookup', targets: [target] };
    return withTable(withOwnColumn(current, holder, column), holder, (entry) => ({
      ...entry,
      relationships: [
        ...entry.relationships,
        {
          ...{ schemaName, column: lookupName.toLowerCase(), target, navigation, collection },
          cascade: cascadeFrom(body),
          ...(booleanOf(body, 'IsHierarchical') ? { hierarchical: true as const } : {}),
          custom: true,
        },
      ],
    }));
  };
  return { name: schemaName, change };
}

/** Navigation properties, lookups and columns of a table share one space of names. */
function refuseNavigation(current: Definitions, table: string, name: string): void {
  const model = modelOf(current);
  const taken =
    Object.hasOwn(needTable(model, table).columns, name) ||
    needTable(model, table).relationships.some(({ navigation }) => navigation === name) ||
    [...model.tables.values()].some(({ relationships }) =>
      relationships.some(({ target, collection }) => target === table && collection === name),
    ) ||
    model.manyToMany.some(({ ends }) => ends.some((end) => end.table === table && end.navigation === name));
  if (taken)
    throw new Refusal('definitionExists', `A property with the name ${name} already exists on ${table}.`);
}

function createManyToMany(body: JsonObject): { readonly name: string; readonly change: Change } {
  const schemaName = checkSchemaName(needText(body, 'SchemaName'), 'the relationship');
  const intersect = checkSchemaName(
    textOf(body, 'IntersectEntityName') ?? schemaName,
    'the table that joins',
  );
  const names = [needText(body, 'Entity1LogicalName'), needText(body, 'Entity2LogicalName')] as const;
  const own = (member: string) => checkNavigationName(textOf(body, member) ?? schemaName);
  const navigations = [own('Entity1NavigationPropertyName'), own('Entity2NavigationPropertyName')] as const;
  if (names[0] === names[1] && navigations[0] === navigations[1])
    return invalid(
      'A table that is joined with itself needs two names: Entity1NavigationPropertyName and Entity2NavigationPropertyName.',
    );
  const change: Change = (current) => {
    const model = modelOf(current);
    refuseTaken(current, schemaName);
    const logicalName = intersect.toLowerCase();
    if (model.tables.has(logicalName))
      throw new Refusal('definitionExists', `A table with the name ${logicalName} already exists.`);
    const [one, two] = names.map((name) => needOpen(needTable(model, name)));
    if (one === undefined || two === undefined) return invalid('Two tables are joined.');
    for (const i of [0, 1] as const) refuseNavigation(current, names[i], navigations[i]);
    const columns =
      one === two ? [`${one.primaryId}one`, `${one.primaryId}two`] : [one.primaryId, two.primaryId];
    const unique = columns[0] === columns[1] ? [`${names[0]}_id`, `${names[1]}_id`] : columns;
    const end = (i: 0 | 1) => ({ table: names[i], column: unique[i] ?? '', navigation: navigations[i] });
    const joined: ManyToMany = { schemaName, intersect: logicalName, ends: [end(0), end(1)], custom: true };
    const made = withTable(current, logicalName, () => intersectTable(intersect, unique));
    return { ...made, manyToMany: [...made.manyToMany, joined] };
  };
  return { name: schemaName, change };
}

function intersectTable(schemaName: string, columns: readonly string[]): Definitions['tables'][string] {
  const logicalName = schemaName.toLowerCase();
  const id = (name: string, more: Partial<Column> = {}): [string, Column] => [
    name,
    { schemaName: name, type: 'Uniqueidentifier', noCreate: true, noUpdate: true, ...more },
  ];
  return {
    head: {
      ...{ logicalName, schemaName, displayName: schemaName, displayCollectionName: schemaName },
      ...{ entitySetName: `${logicalName}set`, primaryId: `${logicalName}id`, primaryName: null },
      ...{ ownership: 'None', isActivity: false, isIntersect: true, custom: true },
    },
    columns: Object.fromEntries([
      id(`${logicalName}id`, { required: 'SystemRequired' }),
      ...columns.map((name) => id(name)),
      ['versionnumber', { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true }],
    ]),
    relationships: [],
    keys: [],
  };
}

/** Replaces what may change of a one-to-many relationship: its cascades. Refuses definitionInvalid,
 *  definitionNotFound. */
export function replaceRelationship(schemaName: string, body: JsonObject): Change {
  return (current) => {
    const [holder] = ownHolder(current, schemaName);
    return withTable(current, holder, (entry) => ({
      ...entry,
      relationships: entry.relationships.map((one) =>
        one.schemaName === schemaName ? { ...one, cascade: cascadeFrom(body, one.cascade) } : one,
      ),
    }));
  };
}

/** The table that holds a relationship that a request made, and its lookup. */
function ownHolder(current: Definitions, schemaName: string): readonly [table: string, column: string] {
  for (const [name, { relationships }] of Object.entries(current.tables)) {
    const found = relationships.find((one) => one.schemaName === schemaName);
    const column = found && current.tables[name]?.columns[found.column];
    if (found && column?.custom) return [name, found.column];
  }
  throw new Refusal(
    'definitionInUse',
    `The relationship ${schemaName} is part of the system and cannot be changed or deleted.`,
  );
}

/** Deletes a relationship that a request made: with the lookup, or with the table that joins. Refuses definitionInUse. */
export function deleteRelationship(schemaName: string): Change {
  return (current) => {
    const joined = current.manyToMany.find((one) => one.schemaName === schemaName);
    if (joined !== undefined) {
      const manyToMany = current.manyToMany.filter((one) => one !== joined);
      return withoutTable({ ...current, manyToMany }, joined.intersect);
    }
    const [holder, column] = ownHolder(current, schemaName);
    const key = current.tables[holder]?.keys.find(({ columns }) => columns.includes(column));
    if (key)
      throw new Refusal(
        'definitionInUse',
        `The relationship ${schemaName} cannot be deleted while the key ${key.schemaName} uses its lookup: delete that first.`,
      );
    return withTable(current, holder, (entry) => ({
      ...entry,
      columns: without(entry.columns, [column, `${column}name`]),
      relationships: entry.relationships.filter((one) => one.column !== column),
    }));
  };
}
