/** A wait in a queue: what the in-queue overflow rules say of it, and its place in line. Source: behaviour.md §3.4, §3.5. */
import { byTurn, evaluateOverflow, type Fact, guidOf } from '../../routing/index.ts';
import type { Guid } from '../../tables/index.ts';
import { creation } from '../choices.ts';
import type { OneConversationEvent } from '../internal-events.ts';
import type { BotFailure, InQueue, Situation } from '../situation.ts';
import { readFallback } from './missing-rows.ts';
import type { Needs } from './needs.ts';
import { readOrders } from './own-rules.ts';
import { readQueueStates, readStay } from './queue-states.ts';
import { readRanks } from './ranks.ts';
import { channelKind, conditionPathsOf, type RoutingMeans, readFactsAt } from './routing.ts';
import { instant, numberOrNull, type RowReader, text } from './rows.ts';
import { readBotFailure } from './waiting.ts';

/** Sessions that came by transfer or by overflow: less may be done to such calls. */
const moved: ReadonlySet<number | null> = new Set([
  creation.queueTransfer,
  creation.assignToQueueBySupervisor,
  creation.overflowQueueTransfer,
]);

/** What an event of a conversation that waits, or that its bot left alone, needs besides. `queue`: the one it may go to
 *  because of it. */
export interface Around {
  readonly queue: Guid<'queue'> | null;
  readonly inqueue: InQueue | null;
  readonly place: number | null;
  readonly failure: BotFailure | null;
}

/** Reads it. */
export async function readAround(
  reader: RowReader,
  read: Omit<Situation, 'agent'>,
  { type }: OneConversationEvent,
  needs: Needs,
  means: RoutingMeans,
): Promise<Around> {
  const nothing: Around = { queue: null, inqueue: null, place: null, failure: null };
  if (type === 'OverflowDue' && needs.board) {
    const inqueue = await readInQueue(reader, read, means);
    return { ...nothing, inqueue, queue: targetOf(inqueue) };
  }
  if (type === 'PromptDue' && needs.waiting) return { ...nothing, place: await readPlace(reader, read) };
  if (type !== 'BotFailed') return nothing;
  const failure = await readBotFailure(reader, read);
  const { queue } = await readFallback(reader, read.workstream.msdyn_defaultqueue, read.kind);
  return { ...nothing, queue, failure };
}

/** Evaluates the in-queue rules of the queue it waits in; null when it waits in none. */
async function readInQueue(
  reader: RowReader,
  { conversation, session, kind }: Omit<Situation, 'agent'>,
  means: RoutingMeans,
): Promise<InQueue | null> {
  const { at } = means;
  const item = conversation.msdyn_queueitemid;
  const stay = item === null ? null : await readStay(reader, item);
  if (stay === null) return null;
  const states = await readQueueStates(reader, [stay.queue], [], {
    at,
    except: conversation.activityid ?? '',
  });
  const state = states.queues.get(stay.queue);
  if (!state) return null;
  const rules = state.ruleSets.inqueue;
  const read = rules === null ? null : (states.ruleSets.get(rules) ?? null);
  const lapsed = Math.max(0, (at.getTime() - stay.enteredOn.getTime()) / 1000);
  const facts = new Map<string, readonly Fact[]>([
    ...(await readFactsAt(reader, conditionPathsOf([read]), means)),
    ['queue_inqueue.lapsedwaittime', [lapsed]],
    ['queue_prequeue.currentqueuesize', [state.figures.size]],
  ]);
  const overflow = evaluateOverflow(read, facts, states.actions, {
    stage: 'inqueue',
    channel: channelKind(kind),
    moved: moved.has(session?.msdyn_sessioncreationreason ?? null),
  });
  return {
    queue: stay.queue,
    enteredOn: stay.enteredOn,
    lapsed,
    figures: { ...state.figures, lapsedWait: lapsed },
    overflow,
  };
}

/** The queue that an overflow sends to, if it does. */
function targetOf(inqueue: InQueue | null): Guid<'queue'> | null {
  const config = inqueue?.overflow.applied?.config;
  return config?.action === 'queue' ? guidOf(config.data ?? '') : null;
}

/** What of a conversation says where it waits. */
type InLine = Pick<Situation['conversation'], 'activityid' | 'msdyn_queueitemid' | 'msdyn_cdsqueueid'>;

/** So many are put in order to tell a place; in a longer line the place is that of arrival. */
const mostRanked = 500;

/** The place in line, counted from 1, as the queue hands its work out: by its own rules where it has some, else by
 *  arrival; null when it stands in none. */
export async function readPlace(
  reader: RowReader,
  { conversation }: { readonly conversation: InLine },
): Promise<number | null> {
  const { msdyn_queueitemid: item, msdyn_cdsqueueid: queue } = conversation;
  if (item === null) return null;
  const ordered = queue !== null && (await readOrders(reader, [queue])).has(queue);
  const ranked = ordered ? await readRankedPlace(reader, queue, conversation.activityid) : null;
  if (ranked !== null) return ranked;
  const [record] = await reader.query({
    text: `select (1 + count(o."queueitemid"))::int4 as place from "dataverse"."queueitem" i
      left join ("dataverse"."queueitem" o join "dataverse"."msdyn_ocliveworkitem" c
          on c."msdyn_queueitemid" = o."queueitemid" and c."statuscode" = 1)
        on o."queueid" = i."queueid" and o."statecode" = 0
          and (o."enteredon", o."queueitemid") < (i."enteredon", i."queueitemid")
      where i."queueitemid" = $1 group by i."queueitemid"`,
    values: [item],
    name: 'engine_place',
  });
  return numberOrNull(record?.place);
}

/** Null when it does not wait there, or the line is too long. */
async function readRankedPlace(
  reader: RowReader,
  queue: Guid<'queue'>,
  conversation: Guid<'msdyn_ocliveworkitem'> | null,
): Promise<number | null> {
  const records = await reader.query({
    text: `select c."activityid" as id, i."enteredon" as entered from "dataverse"."queueitem" i
      join "dataverse"."msdyn_ocliveworkitem" c on c."msdyn_queueitemid" = i."queueitemid" and c."statuscode" = 1
      where i."queueid" = $1 and i."statecode" = 0 limit ${mostRanked + 1}`,
    values: [queue],
    name: 'engine_line',
  });
  if (records.length > mostRanked) return null;
  const line = records.map(({ id, entered }) => ({ id: text(id) ?? '', queue, entered: instant(entered) }));
  const ranks = await readRanks(reader, line);
  const turns = new Map(
    line.map(({ id, entered }) => [id, [...(ranks.get(id)?.rank.turn ?? []), entered?.getTime() ?? 0]]),
  );
  const own = turns.get(conversation ?? '');
  return own === undefined ? null : 1 + [...turns.values()].filter((turn) => byTurn(turn, own) < 0).length;
}
