import type { Perform } from '../operation.ts';
import { planWrite } from '../plan/write.ts';
import { createRow } from '../write.ts';
import { forEachTarget } from './multiple.ts';

/** Creates rows of one table, all or none.
 *  Shape: set/CreateMultiple {Targets: [{@odata.type, …}]} → {Ids}, in order. Refuses as a create does.
 *  Source: webapi.md §12. */
export const CreateMultiple: Perform = async (call) => ({
  Ids: await forEachTarget(call, (transaction, { entity, body }) =>
    createRow(transaction, planWrite(entity, body, 'create')),
  ),
});
