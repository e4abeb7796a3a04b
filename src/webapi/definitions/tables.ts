/** Tables made, changed and deleted by requests. Source: webapi.md §13; published article "Create and update table
 *  definitions using the Web API". */
import { type Column, type Definitions, Refusal, type Table, type TableHead } from '../../tables/index.ts';
import type { JsonObject } from '../parse/body.ts';
import {
  activityColumns,
  activityKey,
  activityName,
  activityRelationships,
  checkActivity,
  withActivitiesOf,
  withParties,
} from './activity-tables.ts';
import { booleanOf, invalid, labelOf, needText, objectsOf, textOf, typeNameOf, wordOf } from './body.ts';
import { withColumn } from './columns.ts';
import { type Change, modelOf, needTable, withTable } from './model.ts';
import { checkSchemaName, limits, pluralOf } from './names.ts';
import { standardColumns, standardRelationships } from './standard-columns.ts';

const ownerships = ['UserOwned', 'OrganizationOwned'] as const;

/** A new table from its definition, with the columns given in `Attributes`, one of which is the primary name.
 *  Refuses definitionInvalid, definitionExists. */
export function createTable(body: JsonObject): { readonly name: string; readonly change: Change } {
  const schemaName = checkSchemaName(needText(body, 'SchemaName'), 'the table');
  const name = schemaName.toLowerCase();
  const given = objectsOf(body, 'Attributes') ?? [];
  const primary = given.find((one) => one.IsPrimaryName === true);
  if (primary === undefined || typeNameOf(primary) !== 'StringAttributeMetadata')
    return invalid('Attributes must hold one StringAttributeMetadata with IsPrimaryName true.');
  if (booleanOf(body, 'IsActivity')) return createActivity(body, schemaName, primary, given);
  const head = headFrom(body, schemaName, needText(primary, 'SchemaName').toLowerCase());
  const change: Change = (current) => {
    refuseTaken(current, head);
    const id: Column = {
      ...{ schemaName: `${schemaName}Id`, type: 'Uniqueidentifier', displayName: head.displayName },
      ...{ required: 'SystemRequired', noUpdate: true },
    };
    let next = withTable(current, name, () => ({
      head: { ...head, objectTypeCode: nextTypeCode(current) },
      columns: { ...standardColumns(head.ownership), [head.primaryId]: id },
      relationships: standardRelationships(name, head.ownership),
      keys: [],
    }));
    for (const column of given) next = withColumn(next, name, column).definitions;
    if (booleanOf(body, 'HasNotes')) next = withTarget(next, 'annotation', 'objectid', name);
    if (booleanOf(body, 'HasActivities')) next = withActivities(next, name);
    return next;
  };
  return { name, change };
}

/** A new activity table: with the columns, relationships and parties of every activity, one of `activitypointers`. Notes
 *  and the tables that have activities can be about it. */
function createActivity(
  body: JsonObject,
  schemaName: string,
  primary: JsonObject,
  given: readonly JsonObject[],
): { readonly name: string; readonly change: Change } {
  checkActivity(body, primary);
  const own = headFrom(body, schemaName, activityName);
  const head: TableHead = { ...own, primaryId: activityKey, isActivity: true };
  const { logicalName: name } = head;
  const change: Change = (current) => {
    refuseTaken(current, head);
    let next = withTable(current, name, () => ({
      head: { ...head, objectTypeCode: nextTypeCode(current) },
      columns: activityColumns(head.displayName, primary),
      relationships: activityRelationships(name),
      keys: [],
    }));
    for (const column of given) if (column !== primary) next = withColumn(next, name, column).definitions;
    for (const target of withActivitiesOf(current))
      next = withTarget(next, name, 'regardingobjectid', target);
    // Every activity may have notes, as the documents ask of their definition.
    next = withTarget(next, 'annotation', 'objectid', name);
    return withParties(next, name);
  };
  return { name, change };
}

/** The codes of tables that are made come after those that an environment gives its solutions. */
const firstTypeCode = 11_000;

const nextTypeCode = ({ tables }: Definitions): number =>
  Math.max(firstTypeCode - 1, ...Object.values(tables).map(({ head }) => head?.objectTypeCode ?? 0)) + 1;

function headFrom(body: JsonObject, schemaName: string, primaryName: string): TableHead {
  const logicalName = schemaName.toLowerCase();
  const displayName = labelOf(body, 'DisplayName') ?? invalid('DisplayName is missing.');
  const plural = textOf(body, 'EntitySetName') ?? textOf(body, 'LogicalCollectionName');
  if (plural !== null) checkSchemaName(plural, 'the set');
  const description = labelOf(body, 'Description');
  return {
    logicalName,
    schemaName,
    displayName,
    displayCollectionName: labelOf(body, 'DisplayCollectionName') ?? displayName,
    entitySetName: plural?.toLowerCase() ?? pluralOf(logicalName),
    primaryId: `${logicalName}id`,
    primaryName,
    ownership: wordOf(body, 'OwnershipType', ownerships, 'UserOwned'),
    isActivity: false,
    isIntersect: false,
    ...(description === null ? {} : { description }),
    changeTracking: booleanOf(body, 'ChangeTrackingEnabled') ?? false,
    custom: true,
  };
}

function refuseTaken(current: Definitions, head: TableHead): void {
  const { tables } = modelOf(current);
  if (tables.has(head.logicalName))
    throw new Refusal('definitionExists', `A table with the name ${head.logicalName} already exists.`);
  if ([...tables.values()].some(({ entitySetName }) => entitySetName === head.entitySetName))
    throw new Refusal(
      'definitionExists',
      `A table with the EntitySetName ${head.entitySetName} already exists: give another.`,
    );
  const made = Object.values(current.tables).filter((one) => one.head?.custom).length;
  if (made >= limits.tables) invalid(`There are ${limits.tables} tables already, the most there may be.`);
}

/** Lets a lookup of a built-in table lead to the new one too. */
function withTarget(definitions: Definitions, holder: string, column: string, target: string): Definitions {
  const table = needTable(modelOf(definitions), holder);
  const lookup = table.columns[column];
  if (lookup === undefined || lookup.targets?.includes(target)) return definitions;
  const schemaName = holder === 'annotation' ? `${target}_Annotations` : `${target}_${holder}s`;
  const navigation = table.isActivity && holder !== 'activitypointer' ? `_${holder}` : '';
  return withTable(definitions, holder, (entry) => ({
    ...entry,
    columns: {
      ...entry.columns,
      [column]: { ...lookup, targets: [...(lookup.targets ?? []), target].sort() },
    },
    relationships: [
      ...entry.relationships,
      {
        schemaName: holder === 'activitypointer' ? `${target}_ActivityPointers` : schemaName,
        ...{ column, target, navigation: `${column}_${target}${navigation}` },
        collection: holder === 'activitypointer' ? `${target}_ActivityPointers` : schemaName,
        cascade: { delete: 'Cascade' },
        custom: true,
      },
    ],
  }));
}

const withActivities = (definitions: Definitions, target: string): Definitions =>
  [...modelOf(definitions).tables.values()]
    .filter((table) => table.isActivity && 'regardingobjectid' in table.columns)
    .reduce(
      (next, { logicalName }) => withTarget(next, logicalName, 'regardingobjectid', target),
      definitions,
    );

/** Replaces what may change of a table: its labels, change tracking, notes and activities (which can be turned on, not
 *  off). Refuses definitionInvalid. */
export function replaceTable(name: string, body: JsonObject): Change {
  const displayName = labelOf(body, 'DisplayName') ?? invalid('DisplayName is missing.');
  const displayCollectionName = labelOf(body, 'DisplayCollectionName') ?? displayName;
  const description = labelOf(body, 'Description');
  return (current) => {
    const table = needTable(modelOf(current), name);
    const { columns: _, relationships: __, keys: ___, description: ____, ...known } = table;
    refuseOther(body, 'SchemaName', table.schemaName);
    refuseOther(body, 'OwnershipType', table.ownership);
    refuseOther(body, 'EntitySetName', table.entitySetName);
    const head: TableHead = {
      ...known,
      displayName,
      displayCollectionName,
      ...(description === null ? {} : { description }),
      changeTracking: booleanOf(body, 'ChangeTrackingEnabled') ?? known.changeTracking ?? false,
    };
    let next = withTable(current, name, (entry) => ({ ...entry, head }));
    if (booleanOf(body, 'HasNotes')) next = withTarget(next, 'annotation', 'objectid', name);
    if (booleanOf(body, 'HasActivities')) next = withActivities(next, name);
    return next;
  };
}

/** Refuses a member that cannot change when it is given as another than it is. */
function refuseOther(body: JsonObject, member: string, known: string | null): void {
  const given = textOf(body, member);
  if (given !== null && given !== known)
    invalid(`${member} cannot be changed from '${known}' to '${given}'.`);
}

/** Deletes a table that a request made, with its rows. Refuses definitionInUse while another table's lookup leads to it
 *  or a many-to-many relationship joins it. */
export function deleteTable(name: string): Change {
  return (current) => {
    const model = modelOf(current);
    const table = needTable(model, name);
    if (!table.custom || table.isIntersect)
      throw new Refusal('definitionInUse', `The table ${name} is part of the system and cannot be deleted.`);
    const holder = [...model.tables.values()].find((one) => isHeldBy(one, table));
    const joined = model.manyToMany.find(({ ends }) => ends.some((end) => end.table === name));
    if (holder || joined)
      throw new Refusal(
        'definitionInUse',
        `The table ${name} cannot be deleted while ${holder ? `a lookup of ${holder.logicalName} leads to it` : `the relationship ${joined?.schemaName} joins it`}: delete that first.`,
      );
    return withoutTable(current, name);
  };
}

const isSystemLookup = (holder: Table, column: string): boolean =>
  holder.isActivity
    ? column === 'regardingobjectid'
    : holder.logicalName === 'annotation' || holder.logicalName === 'activityparty';

const isHeldBy = (holder: Table, { logicalName }: Table): boolean =>
  holder.logicalName !== logicalName &&
  holder.relationships.some(
    ({ target, column }) => target === logicalName && !isSystemLookup(holder, column),
  );

/** Takes a table away, and itself out of the lookups of notes and activities. */
export function withoutTable(current: Definitions, name: string): Definitions {
  let next: Definitions = { ...current, tables: { ...current.tables } };
  const { [name]: _, ...tables } = next.tables;
  next = { ...next, tables };
  for (const [holder, entry] of Object.entries(next.tables)) {
    if (!entry.relationships.some(({ target }) => target === name)) continue;
    next = withTable(next, holder, (known) => ({
      ...known,
      relationships: known.relationships.filter(({ target }) => target !== name),
      columns: Object.fromEntries(
        Object.entries(known.columns).map(([key, column]) => [
          key,
          column.targets?.includes(name)
            ? { ...column, targets: column.targets.filter((one) => one !== name) }
            : column,
        ]),
      ),
    }));
  }
  return next;
}
