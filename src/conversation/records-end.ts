/** Routed records that are resolved or inactivated, wherever that is done: the conversations about them hear of it. One that
 *  is deleted takes its conversation along by itself. Source: behaviour.md §1.2. */
import type { Guid } from '../tables/index.ts';
import { channel } from './choices.ts';
import type { RecordEnded } from './message-events.ts';
import { type RowReader, text } from './read/rows.ts';

/** A change of a row, as the log tells it. */
interface Told {
  readonly table: string;
  readonly id: Guid;
  readonly operation: 'create' | 'update' | 'delete';
  readonly after: { readonly [column: string]: unknown } | null;
}

/** What is to be done about these changes; null for nothing, which is almost always. */
export function endedRecords(
  changes: readonly Told[],
  reader: Pick<RowReader, 'query'>,
  tell: (event: RecordEnded) => Promise<void>,
): (() => Promise<void>) | null {
  const ended = new Map(changes.filter(ends).map(({ id, table, after }) => [id, howOf(table, after)]));
  if (ended.size === 0) return null;
  return async () => {
    const records = await reader.query({
      text: `select "activityid" as id, "regardingobjectid" as record from "dataverse"."msdyn_ocliveworkitem"
        where "statecode" = 0 and "regardingobjectid" = any($1::uuid[]) and $2::int4 = any("msdyn_channel")`,
      values: [[...ended.keys()], channel.entityRecords],
      name: 'engine_of_records',
    });
    for (const { id, record } of records) {
      const by = ended.get(text(record) ?? '');
      if (by !== undefined) await tell({ type: 'RecordEnded', conversation: text(id) ?? '', by });
    }
  };
}

/** Rows of the engine itself end all the time, and are never routed. */
const ends = ({ table, operation, after }: Told): boolean =>
  operation === 'update' &&
  typeof after?.statecode === 'number' &&
  after.statecode !== 0 &&
  !/^(?:msdyn_|wirechief_|queueitem$)/.test(table);

const howOf = (table: string, after: Told['after']): RecordEnded['by'] =>
  table === 'incident' && after?.statecode === 1 ? 'resolved' : 'inactivated';
