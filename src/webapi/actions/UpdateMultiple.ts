import { idOf, type Perform } from '../operation.ts';
import { planWrite } from '../plan/write.ts';
import { updateRow } from '../write.ts';
import { forEachTarget } from './multiple.ts';

/** Updates rows of one table, all or none.
 *  Shape: set/UpdateMultiple {Targets: [{@odata.type, key, …}]} → 204. Refuses as an update does, and invalidArgument
 *  for a target without a key. Source: webapi.md §12. */
export const UpdateMultiple: Perform = async (call) => {
  await forEachTarget(call, async (transaction, target, name) => {
    const { table } = target.entity;
    const id = await idOf(call, transaction, name, target);
    const { [table.primaryId]: _key, ...values } = planWrite(target.entity, target.body, 'update').values;
    await updateRow(transaction, table, id, values);
  });
  return null;
};
