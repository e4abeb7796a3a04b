import type { Transaction } from '../store/index.ts';
import type { ApiResponse } from './api.ts';
import { type Exchange, type RowsAddress, refuseMethod, transact } from './exchange.ts';
import type { Step } from './plan/address.ts';
import {
  KeyedRow,
  lookupValue,
  type NamedRow,
  readNamedRow,
  refuseReadOnly,
  wrongTable,
} from './plan/write.ts';
import { noContent } from './response.ts';
import { existingRow, type RowHere, requireRow } from './target.ts';
import { addMember, idOf, removeMember, updateRow, versionOf } from './write.ts';

/** What a change of a reference does, in its transaction, to the row that holds it. */
type Change = (transaction: Transaction, holder: RowHere) => Promise<void>;

/** Answers PUT, POST and DELETE of `$ref`: sets or clears a lookup, adds to or takes from a collection.
 *  Refuses methodNotAllowed, malformedBody, recordNotFound, and invalidArgument for a read-only lookup.
 *  Source: webapi.md §7. */
export async function changeReference(exchange: Exchange, { place }: RowsAddress): Promise<ApiResponse> {
  const last = place.steps.at(-1);
  if (!last) return refuseMethod(exchange);
  const change = last.kind === 'navigation' ? lookupChange(exchange, last) : collectionChange(exchange, last);
  await transact(exchange, async (transaction) => {
    const holder = await existingRow(exchange, transaction, { ...place, steps: place.steps.slice(0, -1) });
    await change(transaction, holder);
  });
  exchange.lap('write');
  return noContent();
}

/** The row that the body or `$id` names. */
function named({ request: { method, options, body } }: Exchange): NamedRow {
  return readNamedRow(method === 'DELETE' ? options.id : (body()['@odata.id'] ?? null));
}

function lookupChange(exchange: Exchange, { navigation }: Step & { kind: 'navigation' }): Change {
  const { method, ifMatch } = exchange.request;
  if (method !== 'PUT' && method !== 'DELETE') refuseMethod(exchange);
  const { column, name, targets } = navigation;
  const row = method === 'PUT' ? named(exchange) : null;
  if (row && !targets.includes(row.entity.table)) throw wrongTable(name, row);
  return (transaction, { entity: { table }, id }) => {
    refuseReadOnly(table, column, name, 'update');
    const value = row && lookupValue(table, column, row.entity.table, row.id);
    return updateRow(transaction, table, id, { [column]: value }, versionOf(ifMatch));
  };
}

function collectionChange(exchange: Exchange, step: Step & { kind: 'collection' }): Change {
  const { method } = exchange.request;
  const { collection, entity } = step;
  const inPath = step.id ?? (step.key ? new KeyedRow(entity.table, step.key) : null);
  const adds = method === 'POST' && inPath === null;
  if (!adds && method !== 'DELETE') refuseMethod(exchange);
  const row: NamedRow = inPath === null ? named(exchange) : { entity, id: inPath };
  if (row.entity.table !== collection.table) throw wrongTable(collection.name, row);
  return async (transaction, holder) => {
    await requireRow(transaction, holder);
    const id = await idOf(transaction, row.id);
    await (adds
      ? addMember(transaction, holder.entity, holder.id, collection, id)
      : removeMember(transaction, holder.id, collection, id));
  };
}
