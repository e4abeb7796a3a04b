/** What a call-control event needs read besides the situation. */
import { hoursAt } from '../../routing/index.ts';
import { msdyn_ocrecording, msdyn_transcript } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import type { OneConversationEvent } from '../internal-events.ts';
import type { Limits } from '../limits.ts';
import type { CallReadings, TargetQueue } from '../room-facts.ts';
import type { Situation } from '../situation.ts';
import { readHours } from './hours.ts';
import { number, numberOrNull, type RowReader, text } from './rows.ts';

type Known = Omit<Situation, 'agent'>;
type Called = Pick<Situation, 'room'>;

/** The person whom the event concerns besides the primary representative, to be locked: who is offered a transfer, or
 *  is to be asked or to take the call. */
export function otherOf({ room }: Known, event: OneConversationEvent): Guid<'systemuser'> | null {
  const offered = room.parties.find(
    ({ purpose, joined, agent }) => purpose === 'transfer' && !joined && agent,
  );
  switch (event.type) {
    case 'AgentTransferRequested':
    case 'SupervisorTransferRequested':
    case 'ConsultRequested':
      return event.to;
    case 'PromoteRequested':
      return room.parties.find(({ id }) => id === event.party)?.agent ?? offered?.agent ?? null;
    case 'SupervisionRequested':
      return event.agent;
    default:
      return offered?.agent ?? null;
  }
}

/** Those who give capacity to the call as helpers. */
export const helpersOf = ({ room }: Called): readonly Guid<'systemuser'>[] =>
  room.parties.flatMap(({ agent, blocks }) => (blocks && agent !== null ? [agent] : []));

/** The queue whose next member may be asked for help; null: none. */
export function consultedQueue({ room }: Called, event: OneConversationEvent): Guid<'queue'> | null {
  const invited = room.parties.filter(({ queue, joined }) => queue !== null && !joined);
  switch (event.type) {
    case 'ConsultRequested':
      return event.queue ?? null;
    case 'OfferExpired':
      return invited.find(({ id }) => id === (event.offer as string))?.queue ?? null;
    case 'AgentRejected':
    case 'AgentLeft':
    case 'AgentEnded':
    case 'SessionClosed':
    case 'LeaveRequested':
      return invited.find(({ agent }) => agent === event.agent)?.queue ?? null;
    default:
      return null;
  }
}

/** Reads the rest. `other`: the person, locked; `helpers`: see CallReadings. */
export async function readCallRequest(
  reader: RowReader,
  { workstream, conversation, room }: Known,
  event: OneConversationEvent,
  { other, helpers }: Pick<CallReadings, 'other' | 'helpers'>,
  limits: Limits,
  at: Date,
): Promise<CallReadings> {
  const readings = { other, helpers, offerSeconds: limits.offerSeconds, queue: null, kept: null };
  switch (event.type) {
    case 'AgentTransferRequested':
    case 'SupervisorTransferRequested':
      return {
        ...readings,
        offerSeconds: await readCountdown(reader, workstream.msdyn_notificationtemplate_transfer, limits),
      };
    case 'ConsultRequested':
      return {
        ...readings,
        queue: event.queue == null ? null : await readTarget(reader, event.queue, at),
        offerSeconds: await readCountdown(reader, workstream.msdyn_notificationtemplate_consult, limits),
      };
    case 'QueueTransferRequested':
      return { ...readings, queue: await readTarget(reader, event.queue, at) };
    case 'KeepingReady':
      return { ...readings, kept: await readKept(reader, event.keeping, conversation.activityid) };
    default:
      return consultedQueue({ room }, event) === null
        ? readings
        : {
            ...readings,
            offerSeconds: await readCountdown(reader, workstream.msdyn_notificationtemplate_consult, limits),
          };
  }
}

/** The countdown of a notification template, seconds. */
async function readCountdown(reader: RowReader, template: string | null, limits: Limits): Promise<number> {
  if (template === null) return limits.offerSeconds;
  const [record] = await reader.query({
    text: `select "msdyn_timeout" as seconds from "dataverse"."msdyn_notificationtemplate"
      where lower("msdyn_uniquename") = lower($1) and "statecode" = 0 limit 1`,
    values: [template],
    name: 'engine_countdown',
  });
  return number(record?.seconds) || limits.offerSeconds;
}

async function readTarget(reader: RowReader, queue: Guid<'queue'>, at: Date): Promise<TargetQueue | null> {
  const [record] = await reader.query({
    text: `select "queueid" as id, "name", "msdyn_queuetype" as type, "msdyn_operatinghourid" as hours from "dataverse"."queue"
      where "queueid" = $1 and "statecode" = 0`,
    values: [queue],
    name: 'engine_target_queue',
  });
  const id = text(record?.id);
  if (!record || id === null) return null;
  const hoursId = text(record.hours);
  const hours = hoursId === null ? undefined : (await readHours(reader, [hoursId])).get(hoursId);
  const isOpen = hours === undefined || hoursAt(hours, at).open;
  return { id, name: text(record.name), type: numberOrNull(record.type), isOpen };
}

async function readKept(
  reader: RowReader,
  keeping: Guid,
  conversation: Guid | null,
): Promise<CallReadings['kept']> {
  const transcript = await reader.row(msdyn_transcript, keeping);
  if (transcript?.msdyn_liveworkitemidid !== conversation) return null;
  return { recording: (await reader.row(msdyn_ocrecording, keeping)) !== null };
}
