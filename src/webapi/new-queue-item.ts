import type { Transaction } from '../store/index.ts';
import { queueitem } from '../tables/dataverse/index.ts';
import { Refusal, type Row, type Table, tables } from '../tables/index.ts';
import type { Written } from './plan/write.ts';

/** Completes a queue item about to be made: it is for a record, and named as its record unless the values name it.
 *  Refuses invalidArgument for one that is for nothing. Source: webapi.md §12, as AddToQueue does. */
export async function settleQueueItem(
  transaction: Transaction,
  table: Table,
  values: Written,
): Promise<void> {
  if (table.logicalName !== queueitem.logicalName) return;
  const { objectid: object } = values;
  if (typeof object !== 'object' || object === null || !('table' in object))
    throw new Refusal('invalidArgument', "The column 'objectid' of 'queueitem' is required.");
  const holder = tables.get(String(object.table));
  if (values.title !== undefined || !holder || !('id' in object)) return;
  const row = await transaction.row(holder, String(object.id));
  if (row !== null) values.title = queueItemTitle(holder, row);
}

/** The name of a queue item for a row. */
export function queueItemTitle(table: Table, row: Row<Table>): string | null {
  const name: unknown = table.primaryName === null ? null : row[table.primaryName];
  return typeof name === 'string' ? name.slice(0, queueitem.columns.title.maxLength) : null;
}
