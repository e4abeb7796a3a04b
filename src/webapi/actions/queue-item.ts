/** What the messages of queues share: the item of a record, and where it may go. */
import type { Transaction } from '../../store/index.ts';
import { msdyn_ocliveworkitem, queue, queueitem } from '../../tables/dataverse/index.ts';
import { type Guid, type Reference, Refusal, type Row, type Table, type Values } from '../../tables/index.ts';
import { transact } from '../exchange.ts';
import { boundRow, type OperationCall } from '../operation.ts';

/** An item that is in its queue, and one that has left it. */
const inQueue = { statecode: 0, statuscode: 1 } as const;
export const outOfQueue = { statecode: 1, statuscode: 2 } as const;

export type QueueItem = Row<typeof queueitem>;

/** Changes the item that the message is bound to. Refuses recordNotFound, notImplemented. */
export async function changeItem(
  call: OperationCall,
  change: (transaction: Transaction, item: QueueItem) => Promise<Values<typeof queueitem>>,
): Promise<void> {
  const { id } = boundRow(call);
  await transact(call.exchange, async (transaction) => {
    const item = await lockItem(transaction, id);
    await transaction.update(queueitem, id, await change(transaction, item));
  });
}

/** The item, locked. Refuses recordNotFound, notImplemented for the item of a live conversation. */
export async function lockItem(transaction: Transaction, id: Guid): Promise<QueueItem> {
  const item = await transaction.lock(queueitem, id);
  if (item === null) throw new Refusal('recordNotFound', 'queueitem', id);
  if (item.objectid !== null) await refuseLive(transaction, item.objectid);
  return item;
}

/** The engine moves the items of conversations that it routes. Refuses notImplemented for one of them. */
export async function refuseLive(transaction: Transaction, { table, id }: Reference): Promise<void> {
  if (table !== msdyn_ocliveworkitem.logicalName) return;
  const conversation = await transaction.row(msdyn_ocliveworkitem, id);
  if (conversation?.statecode === 0 && conversation.msdyn_queueitemid !== null)
    throw new Refusal(
      'notImplemented',
      'Moving the queue item of a live conversation by hand is not implemented: its routing does that.',
    );
}

/** The item goes to a queue, and nobody works on it. Refuses recordNotFound for a queue that is not there. */
export async function intoQueue(
  transaction: Transaction,
  id: Guid<'queue'>,
): Promise<Values<typeof queueitem>> {
  if ((await transaction.row(queue, id)) === null) throw new Refusal('recordNotFound', 'queue', id);
  return { queueid: id, workerid: null, ...inQueue };
}

/** The item of a record that is in a queue; null when it is in none. */
export async function activeItem(transaction: Transaction, object: Reference): Promise<QueueItem | null> {
  // The table knows its targets one by one; which they are was asked before.
  const where = { objectid: object as NonNullable<QueueItem['objectid']>, statecode: 0 as const };
  const [item] = await transaction.rows(queueitem, where, { top: 1 });
  return item ?? null;
}

/** Whether rows of the table can be put into a queue. */
export function isQueueEnabled(table: Table): boolean {
  const targets: readonly string[] = queueitem.columns.objectid.targets;
  return targets.includes(table.logicalName);
}
