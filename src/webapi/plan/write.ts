import { Refusal, type Table } from '../../tables/index.ts';
import { isObject, type Json, type JsonObject } from '../parse/body.ts';
import type { KeyValues } from './address.ts';
import {
  type Collection,
  type Entity,
  entityOf,
  isPolymorphic,
  isPrincipal,
  type Navigation,
  type Property,
} from './entity.ts';
import { readRowPlace } from './reference.ts';
import { literalValue, writeValue } from './value.ts';

/** Columns to write, by logical name, in the store's form. */
export type Written = { [column: string]: unknown };

/** A row named by an alternate key, whose id the write finds out. It may stand where a lookup's value does. */
export class KeyedRow {
  readonly table: Table;
  readonly key: KeyValues;

  constructor(table: Table, key: KeyValues) {
    this.table = table;
    this.key = key;
  }
}

/** A row that a body or an address names. */
export interface NamedRow {
  readonly entity: Entity;
  readonly id: string | KeyedRow;
}

/** One row to be written, with the rows around it that a deep insert makes.
 *  `parents` are created first and set in `column`; `children` are created after and belong to `collection`;
 *  `members` are rows that are there already and join `collection`. */
export interface RowWrite {
  readonly entity: Entity;
  readonly values: Written;
  readonly parents: readonly { readonly navigation: Navigation; readonly write: RowWrite }[];
  readonly children: readonly { readonly collection: Collection; readonly write: RowWrite }[];
  readonly members: readonly { readonly collection: Collection; readonly id: string | KeyedRow }[];
}

type Draft = {
  -readonly [K in keyof RowWrite]: RowWrite[K] extends readonly (infer E)[] ? E[] : RowWrite[K];
};

type Operation = 'create' | 'update';

const bindSuffix = '@odata.bind';

/** The most rows one body may make. Ours: a deep insert is one transaction. */
const rowLimit = 1000;

/** The row that an address in a body names, by its key or an alternate one. Refuses as readRowPlace. */
export function readNamedRow(value: Json): NamedRow {
  const { root, rootId, rootKey } = readRowPlace(value);
  if (rootId !== null) return { entity: root, id: rootId };
  if (!rootKey) throw new TypeError('a row has neither an id nor a key');
  return { entity: root, id: new KeyedRow(root.table, rootKey) };
}

/** A lookup's value in the store's form, or what it will be made from. */
export function lookupValue(table: Table, column: string, target: Table, id: string | KeyedRow): unknown {
  if (id instanceof KeyedRow) return id;
  const definition = table.columns[column];
  return definition && isPolymorphic(definition) ? { table: target.logicalName, id } : id;
}

/** Plans a create or an update from a body. Read-only columns take no effect; annotations are dropped.
 *  Refuses unknownColumn, undeclaredNavigation, wrongType, textTooLong, valueOutOfRange, statusNotOfState,
 *  malformedBody, invalidArgument. Source: webapi.md §4, §6, §7. */
export function planWrite(entity: Entity, body: JsonObject, operation: Operation): RowWrite {
  return planRow(entity, body, operation, { rows: 0 });
}

/** How many rows the body has made so far. */
interface Made {
  rows: number;
}

function planRow(entity: Entity, body: JsonObject, operation: Operation, made: Made): RowWrite {
  made.rows += 1;
  if (made.rows > rowLimit)
    throw new Refusal('malformedBody', `One request may make at most ${rowLimit} rows. Use several.`);
  const draft: Draft = { entity, values: {}, parents: [], children: [], members: [] };
  for (const [name, value] of Object.entries(body)) {
    if (name.endsWith(bindSuffix)) planBind(draft, name.slice(0, -bindSuffix.length), value, operation);
    else if (!name.includes('@')) planMember(draft, name, value, operation, made);
  }
  checkState(entity.table, draft.values);
  if (operation === 'create') checkCustomer(draft);
  return draft;
}

function planMember(draft: Draft, name: string, value: Json, operation: Operation, made: Made): void {
  const { entity } = draft;
  const property = entity.properties.get(name);
  if (property?.kind === 'lookup')
    throw new Refusal(
      'malformedBody',
      `CRM do not support direct update of Entity Reference properties, Use Navigation properties instead. ('${name}')`,
    );
  const navigation = entity.navigations.get(name);
  const collection = entity.collections.get(name);
  if (isOwnKey(entity, name)) planProperty(draft, entity.key, value, operation);
  else if (navigation) planSingle(draft, navigation, value, operation, made);
  else if (collection) planCollection(draft, collection, value, operation, made);
  else if (property) planProperty(draft, property, value, operation);
  // The name of a lookup's table follows from the lookup: what a body says of it takes no effect.
  else if (entity.table.columns[name]?.type !== 'EntityName')
    throw new Refusal('unknownColumn', entity.table.entitySetName, name, entity.table.logicalName);
}

/** A user and a team may be named by `ownerid`, their declared key. Source: webapi.md §1. */
const isOwnKey = ({ table }: Entity, name: string): boolean => isPrincipal(table) && name === 'ownerid';

function planProperty(
  { entity, values }: Draft,
  property: Property,
  value: Json,
  operation: Operation,
): void {
  const { column } = property;
  if (!isReadOnly(entity.table, column, operation))
    values[column] = writeValue(entity.table, property, value);
}

/** Whether what a body says of a column takes no effect. Lookups too: nobody says who made a row.
 *  Source: webapi.md §6. */
function isReadOnly(table: Table, column: string, operation: Operation): boolean {
  const definition = table.columns[column];
  return (operation === 'create' ? definition?.noCreate : definition?.noUpdate) === true;
}

/** Refuses invalidArgument when a lookup cannot be set by naming it in an address. Source: webapi.md §6, §7. */
export function refuseReadOnly(table: Table, column: string, name: string, operation: Operation): void {
  if (isReadOnly(table, column, operation))
    throw new Refusal('invalidArgument', `The property '${name}' of '${table.logicalName}' cannot be set.`);
}

function planSingle(
  draft: Draft,
  navigation: Navigation,
  value: Json,
  operation: Operation,
  made: Made,
): void {
  if (value === null) {
    clear(draft, navigation, operation);
    return;
  }
  if (!isObject(value) || operation !== 'create')
    throw new Refusal(
      'malformedBody',
      `The property '${navigation.name}' takes a new row on create only; use '${navigation.name}${bindSuffix}' to point to one that is there.`,
    );
  if (isReadOnly(draft.entity.table, navigation.column, operation)) return;
  const write = planRow(entityOf(targetOf(navigation, value)), value, 'create', made);
  draft.parents.push({ navigation, write });
}

/** The table of a new row: the one the navigation leads to, or that its `@odata.type` names. */
function targetOf({ name, targets }: Navigation, value: JsonObject): Table {
  const [first, another] = targets;
  const type = value['@odata.type'];
  if (first && !another && type === undefined) return first;
  const named = typeof type === 'string' ? type.replace(/^#?Microsoft\.Dynamics\.CRM\./, '') : '';
  const target = targets.find(({ logicalName }) => logicalName === named);
  if (target) return target;
  const known = targets.map(({ logicalName }) => `Microsoft.Dynamics.CRM.${logicalName}`).join(', ');
  throw new Refusal(
    'malformedBody',
    `A new row in '${name}' needs an '@odata.type' that is one of ${known}.`,
  );
}

/** An explicit row wins over null on another name of the same lookup: setting one of them clears the others. */
function clear({ entity, values }: Draft, { column }: Navigation, operation: Operation): void {
  if (!isReadOnly(entity.table, column, operation)) values[column] ??= null;
}

function planCollection(
  draft: Draft,
  collection: Collection,
  value: Json,
  operation: Operation,
  made: Made,
): void {
  const rows = Array.isArray(value) ? value : null;
  if (operation !== 'create' || !rows?.every(isObject))
    throw new Refusal(
      'malformedBody',
      `The property '${collection.name}' takes a list of new rows on create only.`,
    );
  for (const row of rows)
    draft.children.push({ collection, write: planRow(entityOf(collection.table), row, 'create', made) });
}

function planBind(draft: Draft, name: string, value: Json, operation: Operation): void {
  const { entity } = draft;
  const navigation = entity.navigations.get(name);
  if (navigation) {
    if (value === null) clear(draft, navigation, operation);
    else bindTo(draft, navigation, readNamedRow(value), operation);
    return;
  }
  const collection = entity.collections.get(name);
  if (!collection) throw new Refusal('undeclaredNavigation', entity.table.entitySetName, name);
  if (operation !== 'create' || !Array.isArray(value))
    throw new Refusal('malformedBody', `'${name}${bindSuffix}' takes a list of addresses on create only.`);
  for (const item of value) {
    const found = readNamedRow(item);
    if (found.entity.table !== collection.table) throw wrongTable(name, found);
    draft.members.push({ collection, id: found.id });
  }
}

function bindTo(
  { entity, values }: Draft,
  navigation: Navigation,
  found: NamedRow,
  operation: Operation,
): void {
  const { table } = found.entity;
  if (!navigation.targets.includes(table)) throw wrongTable(navigation.name, found);
  if (isReadOnly(entity.table, navigation.column, operation)) return;
  if (values[navigation.column])
    throw new Refusal('malformedBody', `The lookup behind '${navigation.name}' is set twice.`);
  values[navigation.column] = lookupValue(entity.table, navigation.column, table, found.id);
}

/** The refusal of a row that a property cannot point to. */
export const wrongTable = (name: string, { entity }: NamedRow): Refusal =>
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

/** A case must have a customer. Source: webapi.md §4, last paragraph. */
function checkCustomer({ entity, values, parents }: Draft): void {
  const hasCustomer =
    values.customerid || parents.some(({ navigation }) => navigation.column === 'customerid');
  if (entity.table.logicalName === 'incident' && !hasCustomer)
    throw new Refusal('invalidArgument', 'You should specify a parent contact or account.');
}

/** What the system fills in itself, though the tables name no default. */
const filledIn: ReadonlySet<string> = new Set([
  ...['articlepublicnumber', 'languagelocaleid', 'majorversionnumber', 'minorversionnumber', 'timezone'],
  ...['administratorid', 'businessunitid', 'domainname', 'inheritedaccessrightsmask', 'userlicensetype'],
  ...['createdon', 'modifiedon', 'ownerid', 'statecode', 'statuscode', 'activitytypecode', 'versionnumber'],
]);
const filledTypes: ReadonlySet<string> = new Set(['EntityName', 'ManagedProperty', 'Virtual']);

const requiredColumns = new WeakMap<Table, readonly string[]>();

function requiredOf(table: Table): readonly string[] {
  const known = requiredColumns.get(table);
  if (known) return known;
  const found = Object.entries(table.columns).flatMap(([name, column]) => {
    const { required, noCreate, companion, default: value, type } = column;
    if (required !== 'SystemRequired' || noCreate || companion || value !== undefined) return [];
    return filledIn.has(name) || filledTypes.has(type) || name === table.primaryId ? [] : [name];
  });
  requiredColumns.set(table, found);
  return found;
}

/** Refuses invalidArgument for a new row that lacks what the system requires and cannot make up. ApplicationRequired is
 *  a matter of forms. Source: webapi.md §4, last paragraph. */
export function checkRequired(table: Table, values: Written): void {
  for (const name of requiredOf(table))
    if ((values[name] ?? null) === null)
      throw new Refusal('invalidArgument', `The column '${name}' of '${table.logicalName}' is required.`);
}

/** An upsert by alternate key that creates: the key's values stand in the row unless the body gave others.
 *  Source: webapi.md §6. */
export function withKey(write: RowWrite, { values: keys }: KeyValues): RowWrite {
  const { entity, values } = write;
  for (const { property, literal } of keys)
    if (values[property.column] === undefined)
      values[property.column] = literalValue(entity.table, property, literal);
  return write;
}

/** An upsert by alternate key that updates: the key's columns in the body take no effect. Source: webapi.md §6. */
export function withoutKey(write: RowWrite, { values: keys }: KeyValues): RowWrite {
  for (const { property } of keys) delete write.values[property.column];
  return write;
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
