/** What a write of rows by hand, past the engine, means for the conversation it touches. Pure. Source: behaviour.md §1.1,
 *  reason ClosedInDataverseDirectlyByAdmin; mission row S3.3. */
import { msdyn_ocliveworkitem, msdyn_ocsession } from '../tables/dataverse/index.ts';
import type { Table } from '../tables/index.ts';
import { status } from './choices.ts';

type Values = { readonly [column: string]: unknown };

/** The tables whose rows the engine drives, and which states of each are the end. */
const ends: ReadonlyMap<
  string,
  { readonly states: readonly unknown[]; readonly statuses: readonly unknown[] }
> = new Map([
  [msdyn_ocliveworkitem.logicalName, { states: [1, 2], statuses: [status.closed, 6] }],
  [msdyn_ocsession.logicalName, { states: [1, 2], statuses: [2, 3] }],
]);

/** Whether an update (or a delete: `values` null) ends the row. */
export function endsByHand(table: Table, values: Values | null): boolean {
  if (values === null) return true;
  const end = ends.get(table.logicalName);
  return (
    end !== undefined && (end.states.includes(values.statecode) || end.statuses.includes(values.statuscode))
  );
}

/** The status that an update of a conversation gives it, when it gives one that is not the end. */
export function statusByHand(values: Values | null): number | null {
  const { statecode, statuscode } = values ?? {};
  if (typeof statuscode === 'number') return statuscode;
  return statecode === 0 ? status.open : null;
}
