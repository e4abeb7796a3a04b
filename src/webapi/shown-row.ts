import type { Reader } from '../store/index.ts';
import { type Guid, Refusal, type Table } from '../tables/index.ts';
import { type Exchange, runRead } from './exchange.ts';
import type { JsonObject } from './parse/body.ts';
import { noOptions } from './parse/options.ts';
import { entityOf } from './plan/entity.ts';
import { rowBody } from './response.ts';

/** A row as a GET of it would show it, context and all, for an operation that answers with it.
 *  Refuses recordNotFound for one that the caller may not read. */
export async function shownRow(
  exchange: Exchange,
  reader: Reader,
  table: Table,
  id: Guid,
): Promise<JsonObject> {
  const place = { root: entityOf(table), rootId: id, steps: [] };
  const { plan, row } = await runRead(
    exchange,
    { kind: 'rows', place, property: null, suffix: null },
    reader,
    { ...exchange.request, options: noOptions },
  );
  if (!row?.value) throw new Refusal('recordNotFound', table.logicalName, id);
  return JSON.parse(rowBody(plan, row.value)) as JsonObject;
}
