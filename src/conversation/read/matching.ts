/** All that waits, or some of it anew, as the matcher sees it.
 *  Source: behaviour.md §4.3, §4.4. */
import { methodOf, type Rank, turnOfQueue, type WaitingItem } from '../../routing/index.ts';
import { msdyn_liveworkstream } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import { affinityOf, demandOf, leftAlone } from '../assignment-facts.ts';
import type { Limits } from '../limits.ts';
import { columns, type WorkstreamFacts } from '../situation.ts';
import { loadJoin, loadSelection, toLoad } from './load.ts';
import { readRanks } from './ranks.ts';
import { instant, numberOrNull, pick, type RowReader, select, text } from './rows.ts';
import { toWants, wantsJoin, wantsSelection } from './wants.ts';

/** Whether queue `q` orders its work by rules of its own, which the custom method alone does. */
const isCustom = `q."msdyn_assignmentstrategy" = 192350002 and exists (select from "dataverse"."msdyn_assignmentconfiguration" k
    join "dataverse"."msdyn_assignmentconfigurationstep" t
      on t."msdyn_assignmentconfigurationid" = k."msdyn_assignmentconfigurationid" and t."statecode" = 0
    where k."msdyn_queueid" = q."queueid" and k."msdyn_isactiveconfiguration" and k."statecode" = 0
      and t."msdyn_type" = 192350000)`;

/** Waiting work with the rows of other tables that its turn rests on. `alone`: who declined it is not kept in memory, nor
 *  what own rules look at. */
export interface ReadItem {
  readonly item: WaitingItem & { readonly alone: boolean };
  readonly rests: readonly Guid[];
}

/** The conversations among `ids` that wait to be handed out by the engine; with null all of them. */
export async function readWaiting(
  reader: RowReader,
  ids: readonly Guid[] | null,
  limits: Limits,
): Promise<readonly ReadItem[]> {
  const records = await reader.query({
    text: `select c."activityid" as id, c."msdyn_cdsqueueid" as queue, q."msdyn_priority" as priority,
        q."name" as queue_name, ${isCustom} as custom,
        q."msdyn_assignmentstrategy" as strategy, i."enteredon" as entered, c."msdyn_lastactiveownerid" as last_agent,
        s."msdyn_sessioncreationreason" as reason, ${select('w', columns.workstream)}, ${loadSelection},
        ${wantsSelection}
      from "dataverse"."msdyn_ocliveworkitem" c
      join "dataverse"."queueitem" i on i."queueitemid" = c."msdyn_queueitemid"
      join "dataverse"."queue" q on q."queueid" = c."msdyn_cdsqueueid"
      join "dataverse"."msdyn_liveworkstream" w on w."msdyn_liveworkstreamid" = c."msdyn_liveworkstreamid"
      left join "dataverse"."msdyn_ocsession" s on s."activityid" = c."msdyn_lastsessionid"
      ${loadJoin} ${wantsJoin}
      where c."statecode" = 0 and c."statuscode" = 1${ids === null ? '' : ' and c."activityid" = any($1::uuid[])'}`,
    values: ids === null ? [] : [ids],
    name: ids === null ? 'engine_all_waiting' : 'engine_some_waiting',
  });
  const custom = records.filter((record) => record.custom === true);
  const ranks = await readRanks(
    reader,
    custom.map(({ id, queue }) => ({ id: text(id) ?? '', queue: text(queue) ?? '' })),
  );
  return records.flatMap((record) => {
    const workstream = pick(record, 'w', msdyn_liveworkstream, columns.workstream);
    const read = ranks.get(text(record.id) ?? '');
    const item = workstream && toItem(record, workstream, limits, read?.rank ?? null);
    return item ? [{ item, rests: read?.rests ?? [] }] : [];
  });
}

function toItem(
  record: Record<string, unknown>,
  workstream: WorkstreamFacts,
  limits: Limits,
  rank: Rank | null,
): ReadItem['item'] | null {
  const wants = { ...toWants(record), rules: null };
  const method = methodOf(numberOrNull(record.strategy));
  if (method === null || leftAlone(method, workstream, wants) !== null) return null;
  const id = text(record.id) ?? '';
  const affinity = affinityOf(workstream, numberOrNull(record.reason), text(record.last_agent));
  const demand = demandOf(method, workstream, toLoad(workstream, record), wants, affinity, limits.declines);
  const alone = wants.decliners > 0 || method === 'custom';
  const queue = text(record.queue) ?? '';
  return {
    id,
    queue,
    alone,
    key: `${alone ? id : ''} ${JSON.stringify(demand)}`,
    turn: [
      affinity === null ? 1 : 0,
      ...turnOfQueue({
        // Two queues of one name are not mixed: each has rules of its own.
        name: `${text(record.queue_name) ?? ''}\u0000${queue}`,
        priority: numberOrNull(record.priority),
        custom: record.custom === true,
      }),
      // What belongs to somebody already is not prioritised.
      ...(affinity === null ? (rank?.turn ?? []) : []),
      instant(record.entered)?.getTime() ?? 0,
    ],
    demand,
  };
}

/** Who works on these conversations now: what one of them does to its person is not in its own row. */
export async function readAgentsOf(
  reader: RowReader,
  ids: readonly Guid[],
): Promise<readonly Guid<'systemuser'>[]> {
  const records = await reader.query({
    text: `select distinct "msdyn_activeagentid" as agent from "dataverse"."msdyn_ocliveworkitem"
      where "activityid" = any($1::uuid[]) and "msdyn_activeagentid" is not null`,
    values: [ids],
    name: 'engine_agents_of',
  });
  return records.flatMap(({ agent }) => (typeof agent === 'string' ? [agent] : []));
}
