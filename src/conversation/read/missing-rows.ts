/** Rows that rules name and that may not be there: rules are texts, which nothing keeps true when a row goes.
 *  Source: rules.md §4.5; behaviour.md §3.3. */
import type { Classification } from '../../routing/index.ts';
import { guidOf } from '../../routing/index.ts';
import {
  characteristic,
  msdyn_capacityprofile,
  msdyn_ocliveworkitem,
  queue,
  ratingvalue,
} from '../../tables/dataverse/index.ts';
import { type Column, type Guid, type Table, tables } from '../../tables/index.ts';
import type { Kind } from '../channels.ts';
import { type RowReader, text } from './rows.ts';

/** What classification names and is not there: by id, what it would be. */
export async function readMissing(
  reader: RowReader,
  { skills, profiles, columns }: Classification,
): Promise<ReadonlyMap<string, string>> {
  const lookups: { readonly [name: string]: Column } = msdyn_ocliveworkitem.columns;
  const pointed = [...columns].flatMap(([name, value]) => {
    const target =
      lookups[name]?.type === 'Lookup' ? tables.get(lookups[name].targets?.[0] ?? '') : undefined;
    const id = guidOf(value);
    return target && id !== null ? [[target, target.logicalName, [id]] as const] : [];
  });
  const named: readonly (readonly [Table, string, readonly string[]])[] = [
    [characteristic, 'skill', skills.map((skill) => skill.characteristic)],
    [ratingvalue, 'rating', skills.flatMap(({ rating }) => rating ?? [])],
    [msdyn_capacityprofile, 'capacity profile', profiles],
    ...pointed,
  ];
  const missing = new Map<string, string>();
  for (const [table, what, ids] of named) {
    const there = await readThere(reader, table, ids);
    for (const id of ids) if (!there.has(id)) missing.set(id, what);
  }
  return missing;
}

/** Those of the ids that are rows of the table. */
async function readThere(
  reader: RowReader,
  table: Table,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const records = await reader.query({
    text: `select "${table.primaryId}" as id from "dataverse"."${table.logicalName}"
      where "${table.primaryId}" = any($1::uuid[])`,
    values: [ids],
    name: `engine_there_${table.logicalName}`,
  });
  return new Set(records.flatMap(({ id }) => text(id) ?? []));
}

/** Whether there is such a queue. */
export const isQueue = async (reader: RowReader, id: Guid<'queue'>): Promise<boolean> =>
  (await readThere(reader, queue, [id])).has(id);

/** queue.msdyn_queuetype. */
const queueTypes: { readonly [K in Kind]: number } = {
  voice: 192350002,
  record: 192350001,
  liveChat: 192350000,
  messaging: 192350000,
};

/** Where work goes that no rule takes: the fallback queue of its workstream; when that is not there, the default queue of
 *  its type, with a note. `queue` null: neither is there. */
export async function readFallback(
  reader: RowReader,
  fallback: Guid<'queue'> | null,
  kind: Kind,
): Promise<{ readonly queue: Guid<'queue'> | null; readonly note: string | null }> {
  const [record] = await reader.query({
    text: `select "queueid" as id from "dataverse"."queue"
      where "queueid" = $1 or ("msdyn_isdefaultqueue" and "msdyn_queuetype" = $2 and "statecode" = 0)
      order by "queueid" is distinct from $1, "createdon", "queueid" limit 1`,
    values: [fallback, queueTypes[kind]],
    name: 'engine_fallback',
  });
  const found = text(record?.id);
  if (found === fallback) return { queue: fallback, note: null };
  const what = fallback === null ? 'there is no fallback queue' : `fallback queue ${fallback} is not there`;
  return { queue: found, note: found === null ? what : `${what}: the default queue takes it` };
}
