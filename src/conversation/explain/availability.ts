/** Whether there is anybody: how the queue stands that a conversation is in, or would come to. The first queue that the
 *  rules give; overflow and percentages aside. Source: behaviour.md §4.12. */
import { hoursAt, nextTransition } from '../../routing/index.ts';
import { msdyn_ocliveworkitem } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal } from '../../tables/index.ts';
import { consider } from '../consider.ts';
import { defaultLimits } from '../limits.ts';
import { readBoard } from '../read/board.ts';
import { readPlace } from '../read/in-queue.ts';
import type { TimedReader } from '../read/people.ts';
import { type QueueState, readQueueStates } from '../read/queue-states.ts';
import { readVariables } from '../read/routing.ts';
import { readSituation } from '../read/situation.ts';
import type { Board, Situation } from '../situation.ts';
import { firstQueueOf } from './explain-routing.ts';
import { suppose, supposeArrival } from './supposed.ts';

/** Members as they stand on the wire; instants in ISO 8601, no instant is the year 1. `AverageWaitTime` in minutes. */
export type Availability = {
  readonly QueueId: string;
  readonly IsQueueAvailable: boolean;
  readonly StartTimeOfNextOperatingHour: string;
  readonly EndTimeOfNextOperatingHour: string;
  readonly NextTransitionTime: string;
  readonly PositionInQueue: number;
  readonly IsAgentAvailable: boolean;
  readonly AverageWaitTime: number;
  readonly AverageWaitTimeInSeconds: number;
  readonly NumberOfExpertsAvailableInQueue: number;
};

/** How things stand for a conversation that would begin now in a workstream, with these context variables. Refuses
 *  recordNotFound, invalidArgument for a variable, and what `allow` refuses before anything is told. */
export async function availabilityBefore(
  reader: TimedReader,
  workstream: Guid<'msdyn_liveworkstream'>,
  variables: ReadonlyMap<string, string>,
): Promise<Availability> {
  // Nobody is searched for, so no number has to become E.164.
  const asked = { number: null, workstream, caller: null, variables, at: reader.now, e164: () => null };
  const arrival = await supposeArrival(reader, asked);
  const fallback = arrival.workstream.msdyn_defaultqueue;
  const found = await suppose(reader, arrival, asked, defaultLimits, (routing) =>
    firstQueueOf(routing, fallback),
  );
  return tell(reader, found.situation, found.board, null);
}

/** How things stand for a conversation that is there: its queue and its place in it, or, before it has one, the queue that
 *  the rules would give with these variables beside its own. Refuses recordNotFound, conflict for one that is closed. */
export async function availabilityFor(
  reader: TimedReader,
  conversation: Guid<'msdyn_ocliveworkitem'>,
  given: ReadonlyMap<string, string>,
): Promise<Availability> {
  const row = await reader.row(msdyn_ocliveworkitem, conversation);
  const situation = row && (await readSituation(reader, row));
  if (!row || !situation) throw new Refusal('recordNotFound', msdyn_ocliveworkitem.logicalName, conversation);
  if (row.statecode !== 0) throw new Refusal('conflict', 'The conversation is closed.');
  const own = await readVariables(reader, situation);
  const values = new Map([
    ...own.flatMap(({ msdyn_name, value }) => (msdyn_name && value ? [[msdyn_name, value] as const] : [])),
    ...given,
  ]);
  const queue = row.msdyn_queueitemid === null ? null : row.msdyn_cdsqueueid;
  if (queue === null)
    return availabilityBefore(reader, situation.workstream.msdyn_liveworkstreamid ?? '', values);
  const board = await readBoard(reader, queue, situation, defaultLimits, values, null);
  return tell(reader, situation, board, await readPlace(reader, situation));
}

/** No instant. */
const never = '0001-01-01T00:00:00Z';

async function tell(
  reader: TimedReader,
  situation: Omit<Situation, 'agent'>,
  board: Board | null,
  place: number | null,
): Promise<Availability> {
  const { workstream, load, conversation, session } = situation;
  const id = board?.queue.queueid ?? null;
  const except = conversation.activityid ?? '';
  const states = await readQueueStates(reader, id === null ? [] : [id], [], {
    at: reader.now,
    except,
    measured: true,
  });
  const state = states.queues.get(id ?? '');
  if (!board || !state) throw new Refusal('recordNotFound', 'queue', id ?? '');
  const reason = session?.msdyn_sessioncreationreason ?? null;
  const work = { session: '', workstream, load, reason, lastAgent: conversation.msdyn_lastactiveownerid };
  const { result } = consider({ ...work, declines: defaultLimits.declines }, board, board.members);
  const free = result.fitting;
  const seconds = Math.round(state.figures.estimatedWait ?? 0);
  return {
    QueueId: state.id,
    IsQueueAvailable: state.figures.open,
    ...openingOf(state, reader.now),
    PositionInQueue: place ?? state.figures.size + 1,
    IsAgentAvailable: free > 0,
    AverageWaitTime: Math.ceil(seconds / 60),
    AverageWaitTimeInSeconds: seconds,
    NumberOfExpertsAvailableInQueue: free,
  };
}

type Opening = Pick<
  Availability,
  'NextTransitionTime' | 'StartTimeOfNextOperatingHour' | 'EndTimeOfNextOperatingHour'
>;

/** When the queue opens or closes next, and of a closed one from when until when it is open then. */
function openingOf({ hours }: QueueState, now: Date): Opening {
  const next = hours && nextTransition(hours, now);
  const opens = hours && next && !hoursAt(hours, now).open ? next : null;
  const closes = hours && opens && nextTransition(hours, opens);
  return {
    StartTimeOfNextOperatingHour: wire(opens),
    EndTimeOfNextOperatingHour: wire(closes),
    NextTransitionTime: wire(next),
  };
}

const wire = (instant: Date | null): string => instant?.toISOString().replace('.000Z', 'Z') ?? never;
