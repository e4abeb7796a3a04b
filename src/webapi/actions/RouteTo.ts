import type { Transaction } from '../../store/index.ts';
import { queueitem, systemuser, team } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import { transact } from '../exchange.ts';
import { idOf, type Perform } from '../operation.ts';
import { intoQueue, lockItem } from './queue-item.ts';

/** Sends an item to a queue; to a user or a team means to their default queue.
 *  Shape: RouteTo {Target: queue, systemuser or team, QueueItem: queueitem} → 204. Refuses recordNotFound, and
 *  invalidArgument for another target, for one without a default queue, and without an item. Source: webapi.md §12. */
export const RouteTo: Perform = async (call) => {
  const target = call.parameters.row('Target');
  const item = call.parameters.row('QueueItem');
  if (target === null) throw new TypeError('the parameter Target was not asked for');
  if (item === null)
    throw new Refusal('invalidArgument', "The parameter 'QueueItem' says what is to be routed.");
  await transact(call.exchange, async (transaction) => {
    const id = await idOf(call, transaction, 'QueueItem', item);
    await lockItem(transaction, id);
    const { logicalName } = target.entity.table;
    const queue = await queueOf(transaction, logicalName, await idOf(call, transaction, 'Target', target));
    await transaction.update(queueitem, id, await intoQueue(transaction, queue));
  });
  return null;
};

async function queueOf(transaction: Transaction, table: string, id: string): Promise<Guid<'queue'>> {
  if (table === 'queue') return id;
  const principal = table === 'systemuser' ? systemuser : table === 'team' ? team : null;
  if (principal === null)
    throw new Refusal('invalidArgument', "The parameter 'Target' must be a queue, a user or a team.");
  const row = await transaction.row(principal, id);
  if (row === null) throw new Refusal('recordNotFound', table, id);
  if (row.queueid === null)
    throw new Refusal('invalidArgument', `The ${table} ${id} has no default queue to route to.`);
  return row.queueid;
}
