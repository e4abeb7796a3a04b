/** How many disposition codes somebody gave a conversation. */
import type { Guid } from '../../tables/index.ts';
import { number, type RowReader } from './rows.ts';

/** Counts the rows that `agent` made (behaviour.md §1.5: each primary representative gives their own). */
export async function countDispositions(
  reader: RowReader,
  conversation: Guid<'msdyn_ocliveworkitem'>,
  agent: Guid<'systemuser'>,
): Promise<number> {
  const [record] = await reader.query({
    text: `select count(*)::int4 as codes from "dataverse"."msdyn_conversationdispositioncodemap"
      where "msdyn_ocliveworkitemid" = $1 and "createdby" = $2 and "statecode" = 0`,
    values: [conversation, agent],
    name: 'engine_dispositions',
  });
  return number(record?.codes);
}
