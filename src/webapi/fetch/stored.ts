import { Refusal, tables } from '../../tables/index.ts';
import { type Exchange, type RowsAddress, runRead } from '../exchange.ts';
import { refuseMissing } from '../locate.ts';
import { isObject, type Json } from '../parse/body.ts';
import { noOptions } from '../parse/options.ts';
import { parsePrefer } from '../parse/prefer.ts';
import { entityOf } from '../plan/entity.ts';

/** A stored query that a request asks for. */
export interface StoredQuery {
  readonly table: 'savedquery' | 'userquery';
  readonly id: string;
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The stored query behind the options savedQuery and userQuery, null without either. Refuses malformedQuery.
 *  Source: webapi.md §8. */
export function storedQueryOf(special: ReadonlyMap<string, string>): StoredQuery | null {
  for (const [option, table] of [
    ['savedQuery', 'savedquery'],
    ['userQuery', 'userquery'],
  ] as const) {
    const id = special.get(option);
    if (id === undefined) continue;
    if (!guid.test(id))
      throw new Refusal('malformedQuery', `The value of '${option}' is the id of a row of ${table}.`);
    return { table, id: id.toLowerCase() };
  }
  return null;
}

/** The FetchXML of a stored query, read as the caller may read its row. Refuses recordNotFound, privilegeMissing. */
export async function storedFetchXml(exchange: Exchange, { table, id }: StoredQuery): Promise<string> {
  const definition = tables.get(table);
  if (!definition) throw new Error(`there is no table ${table}`);
  const place = { root: entityOf(definition), rootId: id, steps: [] };
  const address: RowsAddress = { kind: 'rows', place, property: null, suffix: null };
  const { reader } = exchange.database;
  const options = { ...noOptions, select: ['fetchxml'] };
  const request = { ...exchange.request, options, preferences: parsePrefer(undefined) };
  const { row } = await runRead(exchange, address, reader, request);
  if (!row?.value) await refuseMissing(reader, exchange.asker, place, true);
  const found = JSON.parse(row?.value ?? 'null') as Json;
  const xml = isObject(found) ? found.fetchxml : null;
  if (typeof xml !== 'string') throw new Refusal('fetchInvalid', `The ${table} ${id} holds no query.`);
  return xml;
}
