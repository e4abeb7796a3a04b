import type { Perform } from '../operation.ts';
import { changeItem } from './queue-item.ts';

/** Nobody works on the item any more: it is there for others to pick.
 *  Shape: queueitems(x)/ReleaseToQueue, no parameters → 204. Refuses recordNotFound. Source: webapi.md §12. */
export const ReleaseToQueue: Perform = async (call) => {
  await changeItem(call, async () => ({ workerid: null }));
  return null;
};
