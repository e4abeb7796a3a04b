/** How queues stand for work that is about to wait in them, or waits: hours, size, average wait, overflow rules.
 *  Source: behaviour.md §3.4, §3.5; rules.md §1, §5. */
import {
  type ActionConfig,
  actionIdsOf,
  alwaysOpen,
  averageWait,
  type Hours,
  hoursAt,
  overflowActions,
  type ReadRuleSet,
  readRuleSet,
} from '../../routing/index.ts';
import type { Guid } from '../../tables/index.ts';
import type { QueueFigures } from '../../tables/why.ts';
import { readHours } from './hours.ts';
import { instant, number, numberOrNull, type RowReader, text } from './rows.ts';

/** A queue as overflow sees it. `hours` null: always open. `ruleSets`: of overflow, by stage. */
export interface QueueState {
  readonly id: Guid<'queue'>;
  readonly name: string | null;
  readonly hours: Hours | null;
  readonly figures: QueueFigures;
  readonly ruleSets: { readonly prequeue: string | null; readonly inqueue: string | null };
}

/** The states of some queues, and the overflow rule sets and actions that they and `own` rule sets name. */
export interface QueueStates {
  readonly queues: ReadonlyMap<string, QueueState>;
  readonly ruleSets: ReadonlyMap<string, ReadRuleSet>;
  readonly actions: ReadonlyMap<string, ActionConfig>;
}

const statement = `select q."queueid" as id, q."name" as name, q."msdyn_operatinghourid" as hours,
    q."msdyn_prequeueoverflowrulesetid" as pre, q."msdyn_inqueueoverflowrulesetid" as waiting
  from "dataverse"."queue" q where q."queueid" = any($1::uuid[])`;

/** What is asked only of queues with overflow rules: an ordinary call costs none of it. */
const figuresStatement = `select q.id,
    (select count(*) from "dataverse"."queueitem" i
      join "dataverse"."msdyn_ocliveworkitem" c on c."msdyn_queueitemid" = i."queueitemid"
      where i."queueid" = q.id and i."statecode" = 0 and c."statuscode" = 1 and c."activityid" <> $2)::int4 as size,
    (select json_agg(json_build_object('at', extract(epoch from w.at) * 1000, 'seconds', w.seconds)) from (
      select s."msdyn_agentacceptedon" as at,
        extract(epoch from s."msdyn_agentacceptedon" - s."msdyn_queueassignedon") as seconds
      from "dataverse"."msdyn_ocsession" s where s."msdyn_cdsqueueid" = q.id
        and s."msdyn_agentacceptedon" is not null and s."msdyn_botengagementmode" is null
      order by s."msdyn_agentacceptedon" desc limit 200) w) as waits
  from unnest($1::uuid[]) as q(id)`;

/** Reads them as they are `at` an instant, without conversation `except` in any size. `measured`: size and wait also of
 *  a queue without overflow rules. */
export async function readQueueStates(
  reader: RowReader,
  ids: readonly string[],
  own: readonly string[],
  {
    at,
    except,
    measured: all = false,
  }: { readonly at: Date; readonly except: Guid; readonly measured?: boolean },
): Promise<QueueStates> {
  const records = await reader.query({ text: statement, values: [[...new Set(ids)]], name: 'engine_queues' });
  const named = records.flatMap(({ pre, waiting }) => [text(pre), text(waiting)]).concat(own);
  const ruleSets = await readRuleSets(reader, [...new Set(named.filter((id) => id !== null))]);
  const hours = await readHours(reader, [...new Set(records.flatMap((record) => text(record.hours) ?? []))]);
  const measured = records.filter(
    ({ pre, waiting }) => all || own.length > 0 || pre !== null || waiting !== null,
  );
  const figures = await readFigures(
    reader,
    measured.map(({ id }) => text(id) ?? ''),
    at,
    except,
  );
  const queues = records.map((record): [string, QueueState] => {
    const id = text(record.id) ?? '';
    const calendar = hours.get(text(record.hours) ?? '') ?? null;
    const state = calendar === null ? alwaysOpen : hoursAt(calendar, at);
    const known = figures.get(id) ?? { size: 0, estimatedWait: null };
    return [
      id,
      {
        id,
        name: text(record.name),
        hours: calendar,
        figures: {
          open: state.open,
          holiday: state.onHoliday ? (state.holiday ?? 'holiday') : null,
          lapsedWait: null,
          ...known,
        },
        ruleSets: { prequeue: text(record.pre), inqueue: text(record.waiting) },
      },
    ];
  });
  return { queues: new Map(queues), ruleSets, actions: await readActions(reader, ruleSets) };
}

/** The average wait of a queue, in seconds, as it is announced; null while it is not known. */
export async function readAverageWait(
  reader: RowReader,
  queue: Guid<'queue'>,
  at: Date,
  except: Guid,
): Promise<number | null> {
  return (await readFigures(reader, [queue], at, except)).get(queue)?.estimatedWait ?? null;
}

async function readFigures(reader: RowReader, ids: readonly string[], at: Date, except: Guid) {
  const found = new Map<string, Pick<QueueFigures, 'size' | 'estimatedWait'>>();
  if (ids.length === 0) return found;
  const values = [ids, except];
  for (const record of await reader.query({ text: figuresStatement, values, name: 'engine_queue_figures' })) {
    const waits = Array.isArray(record.waits) ? (record.waits as readonly Record<string, unknown>[]) : [];
    const known = waits.map((wait) => ({
      answeredOn: new Date(number(wait.at)),
      seconds: number(wait.seconds),
    }));
    found.set(text(record.id) ?? '', { size: number(record.size), estimatedWait: averageWait(known, at) });
  }
  return found;
}

async function readRuleSets(
  reader: RowReader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReadRuleSet>> {
  if (ids.length === 0) return new Map();
  const records = await reader.query({
    text: `select "msdyn_decisionrulesetid" as id, "msdyn_rulesetdefinition" as definition,
        "msdyn_disabledrules" as disabled from "dataverse"."msdyn_decisionruleset"
      where "msdyn_decisionrulesetid" = any($1::uuid[]) and "statecode" = 0`,
    values: [ids],
    name: 'engine_overflow_rules',
  });
  return new Map(
    records.map(({ id, definition, disabled }) => [
      text(id) ?? '',
      readRuleSet(text(definition), text(disabled)),
    ]),
  );
}

async function readActions(
  reader: RowReader,
  ruleSets: ReadonlyMap<string, ReadRuleSet>,
): Promise<ReadonlyMap<string, ActionConfig>> {
  return readActionConfigs(reader, [...ruleSets.values()].flatMap(actionIdsOf));
}

/** The overflow actions of these ids that are there. */
export async function readActionConfigs(
  reader: RowReader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ActionConfig>> {
  if (ids.length === 0) return new Map();
  const records = await reader.query({
    text: `select "msdyn_overflowactionconfigid" as id, "msdyn_overflowactiontype" as type,
        "msdyn_overflowactiondata" as data from "dataverse"."msdyn_overflowactionconfig"
      where "msdyn_overflowactionconfigid" = any($1::uuid[]) and "statecode" = 0`,
    values: [[...new Set(ids)]],
    name: 'engine_overflow_actions',
  });
  return new Map(
    records.flatMap((record): [string, ActionConfig][] => {
      const action = overflowActions.get(numberOrNull(record.type) ?? 0);
      const data = text(record.data)?.trim() || null;
      return action === undefined ? [] : [[text(record.id) ?? '', { action, data }]];
    }),
  );
}

/** Since when the queue item stands in its queue, and in which; null when there is none. */
export async function readStay(
  reader: RowReader,
  item: Guid<'queueitem'>,
): Promise<{ readonly queue: string; readonly enteredOn: Date } | null> {
  const [record] = await reader.query({
    text: 'select "queueid" as queue, "enteredon" as entered from "dataverse"."queueitem" where "queueitemid" = $1',
    values: [item],
    name: 'engine_stay',
  });
  const enteredOn = instant(record?.entered);
  return record && enteredOn ? { queue: text(record.queue) ?? '', enteredOn } : null;
}
