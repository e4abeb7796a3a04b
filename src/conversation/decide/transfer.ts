/** The customer is handed to another representative, by the one who has them or by a supervisor, or sent to a queue.
 *  Source: behaviour.md §1.2 (voice transfer), §3.3, §3.9. */
import { queueitem } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import type {
  AgentTransferRequested,
  QueueTransferRequested,
  SupervisorTransferRequested,
} from '../call-events.ts';
import { change, closure, creation, sessionEvent } from '../choices.ts';
import type { TargetQueue } from '../room-facts.ts';
import type { Board, Member, ParticipantFacts } from '../situation.ts';
import { offerTo } from './assign.ts';
import { beginSession } from './change.ts';
import type { Context } from './context.ts';
import { holdReason, putOnHold } from './hold.ts';
import { pauseForHold } from './keeping.ts';
import { ownPart } from './own-part.ts';
import { invitable, inviteAgent } from './parties.ts';
import { requeue } from './requeue.ts';
import { arrange } from './room.ts';

/** Offers the work to another representative; it stays the first one's until it is accepted, and a caller waits on hold.
 *  Capacity is taken while it rings. Refuses conflict: not yours, a transfer under way, not available. */
export function transferToAgent(context: Context, event: AgentTransferRequested): void {
  const participant = transferring(context, event.agent);
  offerTransfer(context, event.to, false);
  if (context.situation.kind !== 'voice') return;
  putOnHold(context, participant, holdReason.transferInTransit);
  arrange(context, { held: true, keeping: pauseForHold(context) });
}

function offerTransfer(context: Context, to: string, bySupervisor: boolean): void {
  const { draft, people } = context;
  const target = invitable(context, to);
  inviteAgent(context, target, { purpose: 'transfer', bySupervisor });
  people.reserve(target);
  draft.reserves = target.agent;
}

/** A supervisor hands a chat or messages that somebody has to another member of its queue. Refuses conflict: a call or a
 *  record, one's own, a transfer under way, no member, or a presence that the workstream does not allow. */
export function transferBySupervisor(context: Context, event: SupervisorTransferRequested): void {
  const { kind, conversation } = context.situation;
  if (kind === 'voice') throw new Refusal('conflict', 'A call is transferred by whoever talks in it.');
  if (kind === 'record') throw new Refusal('conflict', 'A record is not transferred: it is assigned anew.');
  if (conversation.msdyn_activeagentid === event.agent)
    throw new Refusal('conflict', 'This is your own conversation: transfer it as its representative.');
  nobodyIsAsked(context);
  namedMember(context, event.to);
  offerTransfer(context, event.to, true);
}

/** The same for a conversation that waits for its customer: a session begins, and the person is asked as for new work. */
export function transferWaiting(context: Context, event: SupervisorTransferRequested): void {
  const { situation, draft, now } = context;
  const { conversation } = situation;
  const { board, member } = namedMember(context, event.to);
  const reason = creation.supervisorTransferToAgent;
  const session = beginSession(context, conversation, board.queue.queueid, reason);
  if (conversation.msdyn_queueitemid !== null)
    draft.update(queueitem, conversation.msdyn_queueitemid, { statecode: 0, statuscode: 1, enteredon: now });
  draft.conversation(event.conversation, {
    msdyn_lastsessionid: session,
    msdyn_transfercount: (conversation.msdyn_transfercount ?? 0) + 1,
  });
  const place = { session, reason, run: null, startedOn: now, itsTurn: true };
  const how = { change: change.assignedBySupervisor, assignReason: 'SupervisorTransferToAgent' };
  offerTo(context, board, place, member, how);
}

/** The member of the conversation's queue who is meant. Refuses conflict: none, or not to be asked now. */
function namedMember(
  { board, people, now, situation }: Context,
  agent: string,
): { readonly board: Board; readonly member: Member } {
  const found = board?.members.find((one) => one.agent === agent && one.isMember);
  if (!board || !found)
    throw new Refusal('conflict', `The representative is no member of ${board?.queue.name ?? 'its queue'}.`);
  const allowed = situation.workstream.msdyn_allowedpresences ?? [];
  const fits = allowed.some((presence) => presence === found.basePresence);
  if (!found.signedIn || found.lost || (allowed.length > 0 && !fits))
    throw new Refusal('conflict', `${found.name ?? 'The representative'} is not available.`);
  return { board, member: people.current(found, now) };
}

/** Sends the work to a queue: it waits there as any other. Refuses conflict: not yours, no such queue, of another type,
 *  closed at this hour. A queue without members ends it, but for a record (§1.2). */
export function transferToQueue(context: Context, event: QueueTransferRequested): void {
  transferring(context, event.agent);
  fittingQueue(context, event.queue);
  const { draft, situation } = context;
  requeue(context, {
    closure: closure.agentTransferToQueue,
    event: sessionEvent.transferedToQueue,
    creation: creation.queueTransfer,
    leftOnReason: null,
    declined: false,
  });
  const { conversation } = situation;
  draft.conversation(conversation.activityid ?? '', {
    msdyn_transfercount: (conversation.msdyn_transfercount ?? 0) + 1,
  });
}

/** The queue that somebody named. Refuses conflict: no such queue, of another type, closed at this hour. */
export function fittingQueue({ call, situation }: Context, id: string): TargetQueue {
  const { queue } = call;
  if (queue === null) throw new Refusal('conflict', `There is no queue ${id}.`);
  const name = queue.name ?? 'The queue';
  const { type, called } = queueTypes[situation.kind];
  if (queue.type !== type)
    throw new Refusal('conflict', `${name} is no ${called} queue: work stays in queues of its type.`);
  if (!queue.isOpen) throw new Refusal('conflict', `${name} is closed at this hour.`);
  return queue;
}

/** queue.msdyn_queuetype, with its name. */
const queueTypes = {
  voice: { type: 192350002, called: 'voice' },
  liveChat: { type: 192350000, called: 'messaging' },
  messaging: { type: 192350000, called: 'messaging' },
  record: { type: 192350001, called: 'record' },
} as const;

/** The part of who may transfer now. Refuses conflict: not theirs, not connected, a transfer under way. */
export function transferring(context: Context, agent: string): ParticipantFacts {
  const participant = ownPart(context, agent);
  const { msdyn_starttalktime: talks, msdyn_startholdtime: holds } = participant;
  if (context.situation.kind === 'voice' && talks === null && holds === null)
    throw new Refusal('conflict', 'The call is not connected, so it cannot be transferred.');
  nobodyIsAsked(context);
  return participant;
}

function nobodyIsAsked(context: Context): void {
  const pending = context.situation.room.parties.find(
    ({ purpose, joined }) => purpose === 'transfer' && !joined,
  );
  if (pending)
    throw new Refusal('conflict', `A transfer to ${pending.name ?? 'somebody'} is under way already.`);
}
