import type { Transaction } from '../../store/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import { keyBody, locate } from '../locate.ts';
import type { OperationCall, Perform } from '../operation.ts';
import type { RowParameter } from '../plan/parameters.ts';
import { planWrite } from '../plan/write.ts';
import { createRow, updateRow, upsertRow } from '../write.ts';
import { forEachTarget } from './multiple.ts';

/** Updates the rows that are there and creates the others, all or none. A row is named by its key or by an alternate key;
 *  one that is named by neither is new.
 *  Shape: set/UpsertMultiple {Targets: [{@odata.type, key or @odata.id, …}]} → 204. Refuses as an upsert does.
 *  Source: webapi.md §6, §12. */
export const UpsertMultiple: Perform = async (call) => {
  await forEachTarget(call, async (transaction, target) => {
    const { entity, id, place, body } = target;
    if (id !== null) {
      const writes = {
        table: entity.table,
        create: () => planWrite(entity, body, 'create'),
        update: () => planWrite(entity, withoutKey(target), 'update'),
      };
      await upsertRow(transaction, id, writes, { ifMatch: null, createOnly: false });
      return;
    }
    const key = place?.rootKey;
    const found = key ? await byKey(call, transaction, target) : null;
    if (found !== null) {
      // The key columns of a row that is there are not changed by the body.
      const names = new Set(key?.values.map(({ property }) => property.name));
      const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !names.has(name)));
      await updateRow(transaction, entity.table, found, planWrite(entity, rest, 'update').values);
    } else
      await createRow(transaction, planWrite(entity, { ...(key ? keyBody(key) : {}), ...body }, 'create'));
  });
  return null;
};

function withoutKey({ entity, body }: RowParameter): RowParameter['body'] {
  const { [entity.key.name]: _key, ...rest } = body;
  return rest;
}

async function byKey(
  { exchange }: OperationCall,
  transaction: Transaction,
  { place }: RowParameter,
): Promise<Guid | null> {
  try {
    return place && ((await locate(transaction, place, exchange.asker))?.id ?? null);
  } catch (error) {
    if (error instanceof Refusal && error.key === 'keyValuesNotFound') return null;
    throw error;
  }
}
