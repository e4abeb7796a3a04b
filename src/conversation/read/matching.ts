/** What waits, as the matcher sees it and as its turn needs it.
 *  Source: behaviour.md §4.3, §4.4. */
import { methodOf, turnOfQueue, type WaitingItem } from '../../routing/index.ts';
import { msdyn_liveworkstream } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import { affinityOf, demandOf, leftAlone } from '../assignment-facts.ts';
import type { Limits } from '../limits.ts';
import { columns } from '../situation.ts';
import { toLoad } from './load.ts';
import { type ReadRank, readRanks } from './ranks.ts';
import { instant, numberOrNull, pick, type RowReader, text } from './rows.ts';
import type { Shared } from './shared.ts';
import { type ReadTurn, readStreamRules, toTurn, turnJoins, turnSelection } from './turns.ts';
import { toWants, wantsJoin, wantsSelection } from './wants.ts';

/** Whether queue `q` orders its work by rules of its own, which the custom method alone does. */
const isCustom = `q."msdyn_assignmentstrategy" = 192350002 and exists (select from "dataverse"."msdyn_assignmentconfiguration" k
    join "dataverse"."msdyn_assignmentconfigurationstep" t
      on t."msdyn_assignmentconfigurationid" = k."msdyn_assignmentconfigurationid" and t."statecode" = 0
    where k."msdyn_queueid" = q."queueid" and k."msdyn_isactiveconfiguration" and k."statecode" = 0
      and t."msdyn_type" = 192350000)`;

/** Waiting work with the rows of other tables that its turn rests on. `alone`: who declined it is not kept in memory, nor
 *  what own rules look at. `turn`: what its decision looks at, all of it true as long as the row of the conversation has
 *  `version` (docs/decisions/0013); null for what is read by itself when it is its turn. */
export interface ReadItem {
  readonly item: WaitingItem & { readonly alone: boolean };
  readonly rests: readonly Guid[];
  readonly turn: ReadTurn | null;
  readonly version: string;
}

/** The ids of all that may wait to be handed out. */
export async function readWaitingIds(reader: RowReader): Promise<readonly Guid[]> {
  const records = await reader.query({
    text: `select "activityid" as id from "dataverse"."msdyn_ocliveworkitem"
      where "statecode" = 0 and "statuscode" = 1`,
    values: [],
    name: 'engine_all_waiting',
  });
  return records.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
}

const statement = `select c."activityid" as id, c."versionnumber" as version, c."msdyn_cdsqueueid" as queue,
    q."msdyn_priority" as priority, ${isCustom} as custom, i."enteredon" as entered,
    ${turnSelection}, ${wantsSelection}
  from "dataverse"."msdyn_ocliveworkitem" c
  join "dataverse"."queueitem" i on i."queueitemid" = c."msdyn_queueitemid"
  join "dataverse"."queue" q on q."queueid" = c."msdyn_cdsqueueid"
  ${turnJoins} ${wantsJoin}
  where c."statecode" = 0 and c."statuscode" = 1 and c."activityid" = any($1::uuid[])`;

/** The conversations among `ids` that wait to be handed out by the engine. `shared`: of what is equal in many, one is
 *  kept. */
export async function readWaiting(
  reader: RowReader,
  ids: readonly Guid[],
  limits: Limits,
  shared: Shared,
): Promise<readonly ReadItem[]> {
  const records = await reader.query({ text: statement, values: [ids], name: 'engine_waiting' });
  const custom = records.filter((record) => record.custom === true);
  const ranks = await readRanks(
    reader,
    custom.map(({ id, queue }) => ({ id: text(id) ?? '', queue: text(queue) ?? '' })),
  );
  const rules = await readStreamRules(reader, records);
  return records.flatMap((record) => {
    const wants = shared.one(toWants(record));
    const item = toItem(record, wants, limits, shared, ranks.get(text(record.id) ?? ''));
    return item ? [{ ...item, turn: kept(toTurn(record, rules, wants, limits), shared) }] : [];
  });
}

/** A turn without what others have too. */
function kept(turn: ReadTurn | null, shared: Shared): ReadTurn | null {
  if (turn === null) return null;
  const { situation, board } = turn;
  return {
    situation: {
      ...situation,
      workstream: shared.one(situation.workstream),
      load: shared.one(situation.load),
      closesAfter: shared.one(situation.closesAfter),
    },
    board: { ...board, queue: shared.one(board.queue), wants: shared.one(board.wants) },
  };
}

function toItem(
  record: Record<string, unknown>,
  wanted: ReturnType<typeof toWants>,
  limits: Limits,
  shared: Shared,
  rank: ReadRank | undefined,
): Omit<ReadItem, 'turn'> | null {
  const workstream = pick(record, 'w', msdyn_liveworkstream, columns.workstream);
  const method = methodOf(numberOrNull(record['q.msdyn_assignmentstrategy']));
  const wants = { ...wanted, rules: null };
  if (workstream === null || method === null || leftAlone(method, workstream, wants) !== null) return null;
  const id = text(record.id) ?? '';
  const affinity = affinityOf(
    workstream,
    numberOrNull(record['s.msdyn_sessioncreationreason']),
    text(record['c.msdyn_lastactiveownerid']),
  );
  const load = toLoad(workstream, record);
  const demand = shared.one(demandOf(method, workstream, load, wants, affinity, limits.declines));
  const alone = wants.decliners > 0 || method === 'custom';
  const queue = shared.one(text(record.queue) ?? '');
  const turn = [
    affinity === null ? 1 : 0,
    ...turnOfQueue({
      // Two queues of one name are not mixed: each has rules of its own.
      name: `${text(record['q.name']) ?? ''}\u0000${queue}`,
      priority: numberOrNull(record.priority),
      custom: record.custom === true,
    }),
    // What belongs to somebody already is not prioritised.
    ...(affinity === null ? (rank?.rank.turn ?? []) : []),
    instant(record.entered)?.getTime() ?? 0,
  ];
  return {
    item: { id, queue, alone, key: shared.one(`${alone ? id : ''} ${JSON.stringify(demand)}`), turn, demand },
    rests: rank?.rests ?? [],
    version: text(record.version) ?? '',
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
