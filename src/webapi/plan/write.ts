import { Refusal, type Table } from '../../tables/index.ts';
import { isObject, type Json, type JsonObject } from '../parse/body.ts';
import { type Collection, type Entity, entityOf, isPolymorphic, type Navigation } from './entity.ts';
import { type RowReference, readReference } from './reference.ts';
import { writeValue } from './value.ts';

/** Columns to write, by logical name, in the store's form. */
export type Written = { [column: string]: unknown };

/** One row to be written, with the rows around it that a deep insert makes.
 *  `parents` are created first and set in `column`; `children` are created after and belong to `collection`;
 *  `members` are rows that are there already and join `collection`. */
export interface RowWrite {
  readonly entity: Entity;
  readonly values: Written;
  readonly parents: readonly { readonly navigation: Navigation; readonly write: RowWrite }[];
  readonly children: readonly { readonly collection: Collection; readonly write: RowWrite }[];
  readonly members: readonly { readonly collection: Collection; readonly id: string }[];
}

type Draft = {
  -readonly [K in keyof RowWrite]: RowWrite[K] extends readonly (infer E)[] ? E[] : RowWrite[K];
};

const bindSuffix = '@odata.bind';

/** A lookup's value in the store's form. */
export function lookupValue(table: Table, column: string, target: Table, id: string): unknown {
  const definition = table.columns[column];
  return definition && isPolymorphic(definition) ? { table: target.logicalName, id } : id;
}

/** Plans a create or an update from a body. Read-only columns take no effect; annotations are dropped.
 *  Refuses unknownColumn, undeclaredNavigation, wrongType, textTooLong, valueOutOfRange, statusNotOfState,
 *  malformedBody, invalidArgument. Source: webapi.md §4, §6, §7. */
export function planWrite(entity: Entity, body: JsonObject, operation: 'create' | 'update'): RowWrite {
  const draft: Draft = { entity, values: {}, parents: [], children: [], members: [] };
  for (const [name, value] of Object.entries(body)) {
    if (name.endsWith(bindSuffix)) planBind(draft, name.slice(0, -bindSuffix.length), value, operation);
    else if (!name.includes('@')) planMember(draft, name, value, operation);
  }
  checkState(entity.table, draft.values);
  if (operation === 'create') checkRequired(draft);
  return draft;
}

function planMember(draft: Draft, name: string, value: Json, operation: 'create' | 'update'): void {
  const { entity, values } = draft;
  const property = entity.properties.get(name);
  if (property?.kind === 'lookup')
    throw new Refusal(
      'malformedBody',
      `CRM do not support direct update of Entity Reference properties, Use Navigation properties instead. ('${name}')`,
    );
  const navigation = entity.navigations.get(name);
  const collection = entity.collections.get(name);
  if (navigation) {
    planSingle(draft, navigation, value, operation);
    return;
  }
  if (collection) {
    planCollection(draft, collection, value, operation);
    return;
  }
  if (!property)
    throw new Refusal('unknownColumn', entity.table.entitySetName, name, entity.table.logicalName);
  const { noCreate, noUpdate } = property.definition;
  if (!(operation === 'create' ? noCreate : noUpdate))
    values[property.column] = writeValue(entity.table, property, value);
}

function planSingle(draft: Draft, navigation: Navigation, value: Json, operation: string): void {
  if (value === null) {
    clear(draft, navigation);
    return;
  }
  const [target, another] = navigation.targets;
  if (!isObject(value) || operation !== 'create' || !target || another)
    throw new Refusal(
      'malformedBody',
      `The property '${navigation.name}' takes a new row on create only; use '${navigation.name}${bindSuffix}' to point to one that is there.`,
    );
  draft.parents.push({ navigation, write: planWrite(entityOf(target), value, 'create') });
}

/** An explicit row wins over null on another name of the same lookup: setting one of them clears the others. */
function clear({ values }: Draft, { column }: Navigation): void {
  values[column] ??= null;
}

function planCollection(draft: Draft, collection: Collection, value: Json, operation: string): void {
  const rows = Array.isArray(value) ? value : null;
  if (operation !== 'create' || !rows?.every(isObject))
    throw new Refusal(
      'malformedBody',
      `The property '${collection.name}' takes a list of new rows on create only.`,
    );
  for (const row of rows)
    draft.children.push({ collection, write: planWrite(entityOf(collection.table), row, 'create') });
}

function planBind(draft: Draft, name: string, value: Json, operation: string): void {
  const { entity } = draft;
  const navigation = entity.navigations.get(name);
  if (navigation) {
    if (value === null) clear(draft, navigation);
    else bindTo(draft, navigation, readReference(value));
    return;
  }
  const collection = entity.collections.get(name);
  if (!collection) throw new Refusal('undeclaredNavigation', entity.table.entitySetName, name);
  if (operation !== 'create' || !Array.isArray(value))
    throw new Refusal('malformedBody', `'${name}${bindSuffix}' takes a list of addresses on create only.`);
  for (const item of value) {
    const found = readReference(item);
    if (found.entity.table !== collection.table) throw wrongTable(name, found);
    draft.members.push({ collection, id: found.id });
  }
}

function bindTo({ entity, values }: Draft, navigation: Navigation, found: RowReference): void {
  const { table } = found.entity;
  if (!navigation.targets.includes(table)) throw wrongTable(navigation.name, found);
  if (values[navigation.column])
    throw new Refusal('malformedBody', `The lookup behind '${navigation.name}' is set twice.`);
  values[navigation.column] = lookupValue(entity.table, navigation.column, table, found.id);
}

const wrongTable = (name: string, { entity }: RowReference): Refusal =>
  new Refusal(
    'malformedBody',
    `The property '${name}' cannot point to a row of '${entity.table.entitySetName}'.`,
  );

function checkState(table: Table, { statecode, statuscode }: Written): void {
  if (typeof statecode !== 'number' || typeof statuscode !== 'number') return;
  const status = table.columns.statuscode?.options?.find(({ value }) => value === statuscode);
  if (status?.state !== undefined && status.state !== statecode)
    throw new Refusal('statusNotOfState', statuscode, statecode, table.logicalName);
}

/** The system fills in most of what it requires; a name it cannot make up. A case must have a customer. */
function checkRequired({ entity, values, parents }: Draft): void {
  const { table } = entity;
  const { primaryName } = table;
  const definition = primaryName === null ? undefined : table.columns[primaryName];
  if (primaryName !== null && definition?.required === 'SystemRequired' && !definition.noCreate)
    if (values[primaryName] === undefined)
      throw new Refusal(
        'invalidArgument',
        `The column '${primaryName}' of '${table.logicalName}' is required.`,
      );
  const hasCustomer =
    values.customerid || parents.some(({ navigation }) => navigation.column === 'customerid');
  if (table.logicalName === 'incident' && !hasCustomer)
    throw new Refusal('invalidArgument', 'You should specify a parent contact or account.');
}

/** Plans the write of one column from the body of a PUT: `{"value": …}`. Refuses as `writeValue`, and invalidArgument for
 *  a read-only column. Source: webapi.md §6, one property. */
export function planPropertyWrite(entity: Entity, name: string, value: Json): Written {
  const property = entity.properties.get(name);
  if (!property || property.kind === 'lookup' || property.definition.noUpdate)
    throw new Refusal(
      'invalidArgument',
      `The property '${name}' of '${entity.table.logicalName}' cannot be set.`,
    );
  return { [property.column]: writeValue(entity.table, property, value) };
}
