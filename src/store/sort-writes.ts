/** Checks many writes and tells those that can go together from those that go alone. */
import { type Guid, type Table, tables } from '../tables/index.ts';
import { refuseEmptying } from './prepare.ts';
import type { RowWrite } from './store.ts';
import { checkValues, type Written } from './values.ts';

/** A checked write, of the table as it is now. */
export interface Sorted<O = 'create' | 'update'> {
  readonly operation: O;
  readonly table: Table;
  readonly id: Guid;
  readonly values: Written;
  readonly conversation?: Guid | undefined;
}

/** Sorts the writes. `hears`: whether a step hears of updates of the table. Refuses what `checkValues` and
 *  `refuseEmptying` refuse; throws TypeError for a key that changes, a row that is made twice, or deleted and written. */
export function sorted(
  writes: readonly RowWrite[],
  hears: (table: Table) => boolean,
): {
  readonly together: readonly Sorted[];
  readonly stepped: readonly Sorted[];
  readonly deleted: readonly Sorted<RowWrite['operation']>[];
} {
  const all = new Map<string, Sorted<RowWrite['operation']>>();
  for (const write of writes) {
    const one = checked(write);
    const key = `${one.table.logicalName} ${one.id}`;
    const known = all.get(key);
    if (known === undefined) all.set(key, one);
    else if (one.operation === 'update' && known.operation !== 'delete')
      Object.assign(known.values, one.values);
    else throw new TypeError(`${key} is to be written twice`);
  }
  const together: Sorted[] = [];
  const stepped: Sorted[] = [];
  const deleted: Sorted<RowWrite['operation']>[] = [];
  for (const one of all.values()) {
    const { operation } = one;
    if (operation === 'delete') deleted.push(one);
    else if (operation === 'update' && hears(one.table)) stepped.push({ ...one, operation });
    else together.push({ ...one, operation });
  }
  return { together, stepped, deleted };
}

function checked({
  operation,
  table: known,
  id,
  values: given,
  conversation,
}: RowWrite): Sorted<RowWrite['operation']> {
  const table = latest(known);
  const values: Written = {};
  for (const [name, value] of Object.entries(given)) if (value !== undefined) values[name] = value;
  if (operation === 'delete') return { operation, table, id, values };
  checkValues(table, values);
  if (values[table.primaryId] !== undefined && values[table.primaryId] !== id) {
    throw new TypeError(`the key of ${table.logicalName} ${id} cannot change`);
  }
  if (operation === 'update') refuseEmptying(table, values);
  else values[table.primaryId] = id;
  return { operation, table, id, values, conversation };
}

/** The table as it is now: who names it in code holds it as it was built in. */
export const latest = (table: Table): Table => tables.get(table.logicalName) ?? table;
