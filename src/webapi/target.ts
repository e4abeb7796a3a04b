/** The row that a write is about: named by the address, or found along its steps. */
import type { Transaction } from '../store/index.ts';
import { type Guid, Refusal } from '../tables/index.ts';
import type { Exchange } from './exchange.ts';
import { locate } from './locate.ts';
import type { Place } from './plan/address.ts';
import type { Entity } from './plan/entity.ts';
import { KeyedRow } from './plan/write.ts';
import { idOf } from './write.ts';

/** A row and its table. */
export interface RowHere {
  readonly entity: Entity;
  readonly id: Guid;
}

/** The row at a place that is one row. By its own key or alternate key it need not be there; along steps it is looked
 *  for. Refuses recordNotFound, keyValuesNotFound, segmentNotFound for an empty lookup. Source: webapi.md §1, §6. */
export async function rowAt(
  { asker }: Exchange,
  transaction: Transaction,
  place: Place,
): Promise<{ readonly entity: Entity; readonly id: Guid | KeyedRow }> {
  const { root, rootId, rootKey, steps } = place;
  const last = steps.at(-1);
  if (!last && rootId !== null) return { entity: root, id: rootId };
  if (!last && rootKey) return { entity: root, id: new KeyedRow(root.table, rootKey) };
  const found = await locate(transaction, place, asker);
  if (found === null)
    throw new Refusal('segmentNotFound', last?.kind === 'navigation' ? last.navigation.name : '');
  return found;
}

/** The same for a row that has to be there. Refuses besides what rowAt refuses: recordNotFound, keyValuesNotFound. */
export async function existingRow(
  exchange: Exchange,
  transaction: Transaction,
  place: Place,
): Promise<RowHere> {
  const { entity, id } = await rowAt(exchange, transaction, place);
  return { entity, id: await idOf(transaction, id) };
}

/** Refuses recordNotFound when the row is not there. */
export async function requireRow(
  transaction: Transaction,
  { entity: { table }, id }: RowHere,
): Promise<void> {
  if (!(await transaction.row(table, id))) throw new Refusal('recordNotFound', table.logicalName, id);
}
