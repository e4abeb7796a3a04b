import { Refusal } from '../tables/index.ts';
import type { ApiResponse } from './api.ts';
import { type Exchange, type RowsAddress, refuseMethod, transact } from './exchange.ts';
import type { Step } from './plan/address.ts';
import { type RowReference, readReference } from './plan/reference.ts';
import { lookupValue } from './plan/write.ts';
import { noContent } from './response.ts';
import { addMember, removeMember, updateRow, versionOf } from './write.ts';

/** Answers PUT, POST and DELETE of `$ref`: sets or clears a lookup, adds to or takes from a collection.
 *  Refuses methodNotAllowed, malformedBody, recordNotFound. Source: webapi.md §7. */
export async function changeReference(exchange: Exchange, { place }: RowsAddress): Promise<ApiResponse> {
  const [step, another] = place.steps;
  if (!step || another || place.rootId === null)
    throw new Refusal('notImplemented', 'References several steps away from a key are not implemented.');
  const holder: RowReference = { entity: place.root, id: place.rootId };
  await (step.kind === 'navigation'
    ? changeLookup(exchange, holder, step)
    : changeCollection(exchange, holder, step));
  exchange.lap('write');
  return noContent();
}

/** The row that the body or `$id` names. */
function named(exchange: Exchange, allowed: RowReference['entity']): RowReference {
  const { method, options, body } = exchange.request;
  const found = readReference(method === 'DELETE' ? options.id : (body()['@odata.id'] ?? null));
  if (found.entity.table !== allowed.table)
    throw new Refusal('malformedBody', `A row of '${found.entity.table.entitySetName}' does not fit here.`);
  return found;
}

async function changeLookup(
  exchange: Exchange,
  holder: RowReference,
  step: Step & { kind: 'navigation' },
): Promise<void> {
  const { method, ifMatch } = exchange.request;
  const { column } = step.navigation;
  const { table } = holder.entity;
  if (method !== 'PUT' && method !== 'DELETE') refuseMethod(exchange);
  const value =
    method === 'PUT' ? lookupValue(table, column, step.entity.table, named(exchange, step.entity).id) : null;
  await transact(exchange, (transaction) =>
    updateRow(transaction, table, holder.id, { [column]: value }, versionOf(ifMatch)),
  );
}

async function changeCollection(
  exchange: Exchange,
  holder: RowReference,
  step: Step & { kind: 'collection' },
): Promise<void> {
  const { method } = exchange.request;
  const adds = method === 'POST' && step.id === null;
  if (!adds && method !== 'DELETE') refuseMethod(exchange);
  const id = step.id ?? named(exchange, step.entity).id;
  await transact(exchange, async (transaction) => {
    const { table } = holder.entity;
    if (!(await transaction.row(table, holder.id)))
      throw new Refusal('recordNotFound', table.logicalName, holder.id);
    await (adds
      ? addMember(transaction, holder.entity, holder.id, step.collection, id)
      : removeMember(transaction, holder.id, step.collection, id));
  });
}
