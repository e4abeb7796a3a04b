import { checkDefinition, isChecked } from '../conversation/index.ts';
import type { Transaction, Where } from '../store/index.ts';
import { type Guid, Refusal, type Table, type Values } from '../tables/index.ts';
import { onlyUpdated } from './access/guard.ts';
import { conversationOf, hasConversation, movesConversation } from './conversation-of.ts';
import { settleDuplicateRule } from './duplicates/settle.ts';
import { settleAttachment } from './files/attachment.ts';
import { takeContent } from './files/row-content.ts';
import { settleMoney } from './money.ts';
import { settleCaseNumber } from './new-case.ts';
import { settleQueueItem } from './new-queue-item.ts';
import type { Collection, Entity } from './plan/entity.ts';
import { literalValue } from './plan/value.ts';
import {
  checkRequired,
  KeyedRow,
  lookupValue,
  type RowWrite,
  refuseReadOnly,
  type Written,
} from './plan/write.ts';
import { Raced } from './raced.ts';
import { activityThere } from './sql/activities.ts';

/** The values of a write as the store takes them; they were checked against the columns by plan/write. */
const asValues = (values: Written): Values<Table> => values as Values<Table>;

/** The version that a condition names, in the store's form. Refuses versionMismatch for what cannot be one. */
export function versionOf(condition: string | null): string | undefined {
  if (condition === null || condition === '*') return undefined;
  if (!/^\d{1,18}$/.test(condition)) throw new Refusal('versionMismatch');
  return condition;
}

/** The id of the row with these values of an alternate key, as the caller may read it; null when there is none. */
export async function findByKey(transaction: Transaction, { table, key }: KeyedRow): Promise<Guid | null> {
  const where: Written = Object.fromEntries(
    key.values.map(({ property, literal }) => [property.column, literalValue(table, property, literal)]),
  );
  // The values were checked against the columns by literalValue.
  const [row] = await transaction.rows<Table>(table, where as Where<Table>, { top: 1 });
  const id: unknown = row?.[table.primaryId];
  return typeof id === 'string' ? id : null;
}

/** The id of a named row. Refuses keyValuesNotFound. */
export async function idOf(transaction: Transaction, row: string | KeyedRow): Promise<Guid> {
  if (!(row instanceof KeyedRow)) return row;
  const id = await findByKey(transaction, row);
  if (id === null) throw new Refusal('keyValuesNotFound', row.table.logicalName);
  return id;
}

/** Puts the ids of rows named by an alternate key into the lookups that point to them. Refuses keyValuesNotFound. */
async function settleLookups(transaction: Transaction, table: Table, values: Written): Promise<void> {
  for (const [name, value] of Object.entries(values))
    if (value instanceof KeyedRow)
      values[name] = lookupValue(table, name, value.table, await idOf(transaction, value));
}

/** A row that was made elsewhere keeps that date: it becomes the row's own, and the given column says when the row came.
 *  Source: webapi.md §6, overriddencreatedon. */
function settleCreation({ now }: Transaction, table: Table, values: Written): void {
  const { overriddencreatedon: made } = values;
  if (!(made instanceof Date) || !('createdon' in table.columns)) return;
  values.createdon = made;
  values.overriddencreatedon = now;
}

/** Creates a row with everything its deep insert brings along, and gives its id. One transaction: a failure undoes all.
 *  `place`: of the whole in the transaction. Refuses recordExists, recordNotFound (a reference to a missing row). Source: webapi.md §6, deep insert. */
export async function createRow(transaction: Transaction, write: RowWrite, place?: 'last'): Promise<Guid> {
  const { entity, values } = write;
  const { table } = entity;
  for (const { navigation, write: parent } of write.parents) {
    const id = await createRow(transaction, parent);
    values[navigation.column] = lookupValue(table, navigation.column, parent.entity.table, id);
  }
  await settleLookups(transaction, table, values);
  checkRequired(table, values);
  checkDefinition(table, values);
  await settleQueueItem(transaction, table, values);
  await settleCaseNumber(transaction, table, values);
  if (table.logicalName.startsWith('duplicaterule')) await settleDuplicateRule(transaction, table, values);
  if (table.logicalName === 'activitymimeattachment') await settleAttachment(transaction, values);
  await settleMoney(transaction, table, null, values);
  settleCreation(transaction, table, values);
  if (table.isActivity) await refuseTakenActivity(transaction, values[table.primaryId]);
  const content = await takeContent(transaction, table, values);
  const isPlain = write.children.length + write.members.length === 0 && content.keep === null;
  if (isPlain && !hasConversation(table)) return transaction.create(table, asValues(content.values), place);
  const id = await transaction.create(table, asValues(content.values));
  await content.keep?.(id);
  await noteConversation(transaction, table, id);
  for (const { collection, write: child } of write.children)
    await createMember(transaction, entity, id, collection, child);
  for (const { collection, id: member } of write.members)
    await addMember(transaction, entity, id, collection, await idOf(transaction, member));
  return id;
}

/** All activities share one key, whatever their tables: a caller's own must be free in each. Refuses recordExists. */
async function refuseTakenActivity(transaction: Transaction, id: unknown): Promise<void> {
  if (typeof id !== 'string') return;
  const [taken] = await transaction.query(activityThere(id));
  if (taken !== undefined) throw new Refusal('recordExists');
}

/** Creates a row that belongs to a collection of the row `id`. */
export async function createMember(
  transaction: Transaction,
  holder: Entity,
  id: Guid,
  collection: Collection,
  write: RowWrite,
): Promise<Guid> {
  if (collection.kind === 'many') {
    refuseReadOnly(collection.table, collection.column, collection.name, 'create');
    write.values[collection.column] = lookupValue(collection.table, collection.column, holder.table, id);
    return createRow(transaction, write);
  }
  const created = await createRow(transaction, write);
  await addMember(transaction, holder, id, collection, created);
  return created;
}

/** Puts a row that is there into a collection of the row `id`. */
export async function addMember(
  transaction: Transaction,
  holder: Entity,
  id: Guid,
  collection: Collection,
  member: Guid,
): Promise<void> {
  if (collection.kind === 'many') {
    const { table, column } = collection;
    refuseReadOnly(table, column, collection.name, 'update');
    await updateRow(transaction, table, member, { [column]: lookupValue(table, column, holder.table, id) });
  } else await transaction.associate(collection.schemaName, ...inOrder(collection, id, member));
}

/** Takes a row out of a collection of the row `id`. Refuses recordNotFound when it is not in it. */
export async function removeMember(
  transaction: Transaction,
  id: Guid,
  collection: Collection,
  member: Guid,
): Promise<void> {
  if (collection.kind === 'manyToMany')
    return transaction.disassociate(collection.schemaName, ...inOrder(collection, id, member));
  const { table, column } = collection;
  refuseReadOnly(table, column, collection.name, 'update');
  const row = await transaction.lock<Table>(table, member);
  const value: unknown = row?.[column];
  const held = typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
  if (held !== id) throw new Refusal('recordNotFound', table.logicalName, member);
  await updateRow(transaction, table, member, { [column]: null });
}

const inOrder = (
  { nearIsFirst }: Collection & { kind: 'manyToMany' },
  near: Guid,
  far: Guid,
): [Guid, Guid] => (nearIsFirst ? [near, far] : [far, near]);

/** Updates a row. A row that moves to another conversation is told of there. `place`: of the update in the transaction.
 *  Refuses recordNotFound, versionMismatch. */
export async function updateRow(
  transaction: Transaction,
  table: Table,
  id: Guid,
  values: Written,
  version?: string,
  place?: 'last',
): Promise<void> {
  await noteConversation(transaction, table, id);
  await settleLookups(transaction, table, values);
  if (isChecked(table)) checkDefinition(table, { ...(await transaction.row(table, id)), ...values });
  await settleMoney(transaction, table, id, values);
  const content = await takeContent(transaction, table, values);
  const moves = movesConversation(table, Object.keys(values));
  const isLast = place === 'last' && content.keep === null && !moves;
  await transaction.update(table, id, asValues(content.values), version, isLast ? place : undefined);
  await content.keep?.(id);
  if (moves) await noteConversation(transaction, table, id);
}

/** Deletes a row. Refuses recordNotFound, versionMismatch, deleteRestricted. */
export async function deleteRow(
  transaction: Transaction,
  table: Table,
  id: Guid,
  version?: string,
): Promise<void> {
  await noteConversation(transaction, table, id);
  await transaction.delete(table, id, version);
}

/** What a request asks of the row before it is written. Versions are those inside the etags. */
export interface Conditions {
  readonly ifMatch: string | null;
  /** `If-None-Match: *`: only when there is no such row. */
  readonly createOnly: boolean;
  /** `If-None-Match: <etag>`: only when the row has another version. */
  readonly unless?: string | null;
  /** Nothing follows in the transaction. */
  readonly place?: 'last' | undefined;
}

/** The two writes that an upsert may come to, planned when it is known which. */
export interface Upsert {
  readonly table: Table;
  readonly create: () => RowWrite;
  readonly update: () => RowWrite;
}

/** Updates the row, or creates it where it is not there and the conditions allow. Gives which of the two it was.
 *  Refuses recordNotFound, recordExists, versionMismatch; throws Raced when somebody else makes the row meanwhile.
 *  Source: webapi.md §2 and §6, upsert. */
export async function upsertRow(
  transaction: Transaction,
  id: Guid,
  writes: Upsert,
  conditions: Conditions,
): Promise<'created' | 'updated'> {
  const { table } = writes;
  const looksFirst = conditions.createOnly || Boolean(conditions.unless);
  if (!looksFirst && (await updated(transaction, id, writes, conditions))) return 'updated';
  const row = await transaction.lock<Table>(table, id);
  if (row) {
    if (conditions.createOnly) throw new Refusal('recordExists');
    if (conditions.unless && String(row.versionnumber) === conditions.unless)
      throw new Refusal('versionUnchanged');
    const { ifMatch, place } = conditions;
    await updateRow(transaction, table, id, writes.update().values, versionOf(ifMatch), place);
    return 'updated';
  }
  if (conditions.ifMatch !== null || onlyUpdated.has(table.logicalName))
    throw new Refusal('recordNotFound', table.logicalName, id);
  const create = writes.create();
  create.values[table.primaryId] = id;
  try {
    await createRow(transaction, create);
  } catch (error) {
    const taken = error instanceof Refusal && error.key === 'recordExists';
    if (taken && !conditions.createOnly && (await transaction.lock(table, id))) throw new Raced();
    throw error;
  }
  return 'created';
}

/** Updates the row without a look at it, which is what nearly every PATCH comes to. False when there is no such row. */
async function updated(
  transaction: Transaction,
  id: Guid,
  { table, update }: Upsert,
  { ifMatch, place }: Conditions,
): Promise<boolean> {
  try {
    await updateRow(transaction, table, id, update().values, versionOf(ifMatch), place);
    return true;
  } catch (error) {
    // It may be a row it points to that is missing, or a body that only makes a new row: a look tells.
    const undecided = error instanceof Refusal && (error.key === 'recordNotFound' || error.status === 400);
    if (undecided) return false;
    throw error;
  }
}

/** The same for a row named by an alternate key. Gives its id besides. Refuses keyValuesNotFound under If-Match. */
export async function upsertByKey(
  transaction: Transaction,
  named: KeyedRow,
  writes: Upsert,
  conditions: Conditions,
): Promise<{ readonly id: Guid; readonly outcome: 'created' | 'updated' }> {
  const id = await findByKey(transaction, named);
  if (id !== null) return { id, outcome: await upsertRow(transaction, id, writes, conditions) };
  if (conditions.ifMatch !== null) throw new Refusal('keyValuesNotFound', named.table.logicalName);
  try {
    return { id: await createRow(transaction, writes.create()), outcome: 'created' };
  } catch (error) {
    const taken = error instanceof Refusal && error.key === 'keyValuesTaken';
    if (taken && !conditions.createOnly && (await findByKey(transaction, named)) !== null) throw new Raced();
    throw error;
  }
}

/** Lets the change log know which conversation a write belongs to. */
async function noteConversation(transaction: Transaction, table: Table, id: Guid): Promise<void> {
  const conversation = await conversationOf(transaction, table, id);
  if (conversation !== null) transaction.about(conversation);
}
