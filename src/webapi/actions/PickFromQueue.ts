import type { Perform } from '../operation.ts';
import { idOf } from '../operation.ts';
import { changeItem, outOfQueue } from './queue-item.ts';

/** A user takes an item to work on; with RemoveQueueItem it leaves the queue.
 *  Shape: queueitems(x)/PickFromQueue {SystemUser: systemuser, RemoveQueueItem: flag} → 204. Refuses recordNotFound.
 *  Source: webapi.md §12, actions.json. */
export const PickFromQueue: Perform = async (call) => {
  const { parameters } = call;
  const user = parameters.row('SystemUser');
  if (user === null) throw new TypeError('the parameter SystemUser was not asked for');
  await changeItem(call, async (transaction) => ({
    workerid: { table: 'systemuser', id: await idOf(call, transaction, 'SystemUser', user) },
    ...(parameters.flag('RemoveQueueItem') ? outOfQueue : {}),
  }));
  return null;
};
