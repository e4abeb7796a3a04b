import type { Transaction } from '../store/index.ts';
import { type Guid, Refusal, type Table, type Values } from '../tables/index.ts';
import { conversationOf, movesConversation } from './conversation-of.ts';
import { takeContent } from './files/row-content.ts';
import type { Collection, Entity } from './plan/entity.ts';
import { lookupValue, type RowWrite, type Written } from './plan/write.ts';

/** The values of a write as the store takes them; they were checked against the columns by plan/write. */
const asValues = (values: Written): Values<Table> => values as Values<Table>;

/** The version that a condition names, in the store's form. Refuses versionMismatch for what cannot be one. */
export function versionOf(condition: string | null): string | undefined {
  if (condition === null || condition === '*') return undefined;
  if (!/^\d{1,18}$/.test(condition)) throw new Refusal('versionMismatch');
  return condition;
}

/** Creates a row with everything its deep insert brings along, and gives its id. One transaction: a failure undoes all.
 *  Refuses recordExists, recordNotFound (a reference to a missing row). Source: webapi.md §6, deep insert. */
export async function createRow(transaction: Transaction, write: RowWrite): Promise<Guid> {
  const { entity, values } = write;
  const { table } = entity;
  for (const { navigation, write: parent } of write.parents) {
    const id = await createRow(transaction, parent);
    values[navigation.column] = lookupValue(table, navigation.column, parent.entity.table, id);
  }
  const content = await takeContent(transaction, table, values);
  const id = await transaction.create(table, asValues(content.values));
  await content.keep(id);
  await noteConversation(transaction, table, id);
  for (const { collection, write: child } of write.children)
    await createMember(transaction, entity, id, collection, child);
  for (const { collection, id: member } of write.members)
    await addMember(transaction, entity, id, collection, member);
  return id;
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

/** Updates a row. A row that moves to another conversation is told of there. Refuses recordNotFound, versionMismatch. */
export async function updateRow(
  transaction: Transaction,
  table: Table,
  id: Guid,
  values: Written,
  version?: string,
): Promise<void> {
  await noteConversation(transaction, table, id);
  const content = await takeContent(transaction, table, values);
  await transaction.update(table, id, asValues(content.values), version);
  await content.keep(id);
  if (movesConversation(table, Object.keys(values))) await noteConversation(transaction, table, id);
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

/** Updates the row, or creates it where it is not there and the conditions allow. Gives which of the two it was.
 *  Refuses recordNotFound, recordExists, versionMismatch. Source: webapi.md §2 and §6, upsert. */
export async function upsertRow(
  transaction: Transaction,
  id: Guid,
  writes: { readonly create: () => RowWrite; readonly update: () => RowWrite },
  conditions: { readonly ifMatch: string | null; readonly createOnly: boolean },
): Promise<'created' | 'updated'> {
  const update = writes.update();
  const { table } = update.entity;
  if (await transaction.lock(table, id)) {
    if (conditions.createOnly) throw new Refusal('recordExists');
    await updateRow(transaction, table, id, update.values, versionOf(conditions.ifMatch));
    return 'updated';
  }
  if (conditions.ifMatch !== null) throw new Refusal('recordNotFound', table.logicalName, id);
  const create = writes.create();
  create.values[table.primaryId] = id;
  await createRow(transaction, create);
  return 'created';
}

/** Lets the change log know which conversation a write belongs to. */
async function noteConversation(transaction: Transaction, table: Table, id: Guid): Promise<void> {
  const conversation = await conversationOf(transaction, table, id);
  if (conversation !== null) transaction.about(conversation);
}
