import type { Engine } from '../conversation/index.ts';
import type { Reader } from '../store/index.ts';
import { Refusal } from '../tables/index.ts';
import type { Caller } from './api.ts';
import type { Exchange } from './exchange.ts';
import { locate } from './locate.ts';
import type { JsonObject } from './parse/body.ts';
import type { Entity } from './plan/entity.ts';
import type { Parameters, RowParameter } from './plan/parameters.ts';

/** What an operation is called with. `entity` and `id`: the table and row it is bound to; `id` is null for a set, both
 *  when it stands by itself. `parameters`: checked by the declaration in plan/operations.ts. `origin`: scheme, host and
 *  port the client used; `root`: `{origin}/api/data/v9.x`. `exchange`: the request around it, to read from and to
 *  `transact` in: it may be a part of a change set, and not alone in its transaction. */
export interface OperationCall {
  readonly caller: Caller;
  readonly engine: Pick<Engine, 'run'>;
  readonly exchange: Exchange;
  readonly entity: Entity | null;
  readonly id: string | null;
  readonly parameters: Parameters;
  readonly origin: string;
  readonly root: string;
}

/** Carries an operation out. The members of the answer, or null for none. An `@odata.context` among them stands instead
 *  of the operation's own. */
export type Perform = (call: OperationCall) => Promise<JsonObject | null>;

/** The row that a bound operation is called on. Throws on an operation that is bound to none: our bug. */
export function boundRow({ entity, id }: OperationCall): { readonly entity: Entity; readonly id: string } {
  if (entity === null || id === null) throw new TypeError('the operation is not bound to a row');
  return { entity, id };
}

/** The id of a row that is there or is said to be: its key, or found by its alternate key. `name`: of the parameter.
 *  Refuses invalidArgument when no row is named, keyValuesNotFound. Source: webapi.md §12. */
export async function idOf(
  { exchange }: OperationCall,
  reader: Pick<Reader, 'query'>,
  name: string,
  row: RowParameter,
): Promise<string> {
  if (row.id !== null) return row.id;
  const found = row.place && (await locate(reader, row.place, exchange.asker));
  if (found) return found.id;
  throw new Refusal('invalidArgument', `The parameter '${name}' lacks the key '${row.entity.key.name}'.`);
}
