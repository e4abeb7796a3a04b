import type { Perform } from '../operation.ts';
import { changeItem, outOfQueue } from './queue-item.ts';

/** The item leaves its queue: it stays as an inactive row, and its record may be put into a queue again.
 *  Shape: queueitems(x)/RemoveFromQueue, no parameters → 204. Refuses recordNotFound. Source: webapi.md §12. */
export const RemoveFromQueue: Perform = async (call) => {
  await changeItem(call, async () => outOfQueue);
  return null;
};
