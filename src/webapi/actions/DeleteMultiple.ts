import { idOf, type Perform } from '../operation.ts';
import { deleteRow } from '../write.ts';
import { forEachTarget } from './multiple.ts';

/** Deletes rows of one table, all or none.
 *  Shape: set/DeleteMultiple {Targets: [{@odata.type, key}]} → 204. Refuses as a delete does, and invalidArgument for a
 *  target without a key. Source: webapi.md §12, which knows it for elastic tables only: here every table takes it. */
export const DeleteMultiple: Perform = async (call) => {
  await forEachTarget(call, async (transaction, target, name) => {
    await deleteRow(transaction, target.entity.table, await idOf(call, transaction, name, target));
  });
  return null;
};
