import type { Transaction } from '../../store/index.ts';
import { queueitem } from '../../tables/dataverse/index.ts';
import { type Guid, type Reference, Refusal, type Values } from '../../tables/index.ts';
import { transact } from '../exchange.ts';
import { queueItemTitle } from '../new-queue-item.ts';
import { boundRow, idOf, type OperationCall, type Perform } from '../operation.ts';
import { entityOf } from '../plan/entity.ts';
import { planWrite, type Written } from '../plan/write.ts';
import { activeItem, intoQueue, isQueueEnabled, refuseLive } from './queue-item.ts';

/** Puts a record into the queue it is bound to. A record has one item that is in a queue: it moves, and who worked on it
 *  no longer does, unless QueueItemProperties say who does.
 *  Shape: queues(q)/AddToQueue {Target: row, SourceQueue?: queue, QueueItemProperties?: queueitem} → {QueueItemId}.
 *  Refuses recordNotFound, invalidArgument for a table that has no queues, and when the record is not in the source queue.
 *  Source: webapi.md §12, actions.json. */
export const AddToQueue: Perform = async (call) => {
  const { exchange, parameters } = call;
  const target = parameters.row('Target');
  if (target === null) throw new TypeError('the parameter Target was not asked for');
  const { table } = target.entity;
  if (!isQueueEnabled(table))
    throw new Refusal(
      'invalidArgument',
      `Rows of the table '${table.logicalName}' cannot be put into a queue.`,
    );
  return transact(exchange, async (transaction) => {
    const object = { table: table.logicalName, id: await idOf(call, transaction, 'Target', target) };
    const row = await transaction.row(table, object.id);
    if (row === null) throw new Refusal('recordNotFound', table.logicalName, object.id);
    await refuseLive(transaction, object);
    const item = await activeItem(transaction, object);
    await requireSource(call, transaction, item?.queueid ?? null);
    const values: Written = {
      ...(await intoQueue(transaction, boundRow(call).id)),
      ...properties(call),
    };
    return {
      QueueItemId: await put(
        transaction,
        item?.queueitemid ?? null,
        object,
        queueItemTitle(table, row),
        values,
      ),
    };
  });
};

async function requireSource(
  call: OperationCall,
  transaction: Transaction,
  current: Guid | null,
): Promise<void> {
  const source = call.parameters.row('SourceQueue');
  if (source === null) return;
  const id = await idOf(call, transaction, 'SourceQueue', source);
  if (id !== current)
    throw new Refusal('invalidArgument', `The record is not in the queue ${id} that SourceQueue names.`);
}

/** The properties given for the item; what it is for and where it is are not theirs to say. */
function properties({ parameters }: OperationCall): Written {
  const given = parameters.row('QueueItemProperties');
  if (given === null) return {};
  const { objectid, queueid, queueitemid, ...rest } = planWrite(
    entityOf(queueitem),
    given.body,
    'update',
  ).values;
  return rest;
}

async function put(
  transaction: Transaction,
  item: Guid | null,
  objectid: Reference,
  title: string | null,
  values: Written,
): Promise<Guid> {
  // The values were checked against the columns by plan/write.
  const typed = values as Values<typeof queueitem>;
  if (item === null)
    return transaction.create(queueitem, { title, ...typed, objectid } as Values<typeof queueitem>);
  await transaction.update(queueitem, item, typed);
  return item;
}
