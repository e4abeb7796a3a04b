/** The primary representative hands the customer to another one or sends them to a queue. Source: behaviour.md §1.2
 *  (voice transfer), §3.3, §3.9. */
import { Refusal } from '../../tables/index.ts';
import type { AgentTransferRequested, QueueTransferRequested } from '../call-events.ts';
import { closure, creation, sessionEvent } from '../choices.ts';
import type { ParticipantFacts } from '../situation.ts';
import type { Context } from './context.ts';
import { holdReason, putOnHold } from './hold.ts';
import { pauseForHold } from './keeping.ts';
import { ownPart } from './own-part.ts';
import { inviteAgent } from './parties.ts';
import { requeue } from './requeue.ts';
import { arrange } from './room.ts';

/** Offers the call to another representative; the customer waits on hold, the call stays the first one's until it is
 *  accepted. Capacity is taken while it rings. Refuses conflict: not your call, a transfer under way, not available. */
export function transferToAgent(context: Context, event: AgentTransferRequested): void {
  const participant = transferring(context, event.agent);
  inviteAgent(context, event.to, 'transfer');
  const { call, draft, people } = context;
  if (call.other !== null) {
    people.reserve(call.other);
    draft.reserves = call.other.agent;
  }
  putOnHold(context, participant, holdReason.transferInTransit);
  arrange(context, { held: true, keeping: pauseForHold(context) });
}

/** Sends the call to a queue: it waits there as any other. Refuses conflict: not your call, no such queue, of another
 *  type, closed at this hour. A queue without members ends the call (§1.2). */
export function transferToQueue(context: Context, event: QueueTransferRequested): void {
  transferring(context, event.agent);
  const { call, draft, situation } = context;
  const queue = call.queue;
  if (queue === null) throw new Refusal('conflict', `There is no queue ${event.queue}.`);
  const name = queue.name ?? 'The queue';
  if (queue.type !== voice)
    throw new Refusal('conflict', `${name} is no voice queue: calls stay in queues of their type.`);
  if (!queue.isOpen) throw new Refusal('conflict', `${name} is closed at this hour.`);
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

/** queue.msdyn_queuetype. */
const voice = 192350002;

/** The part of who may transfer now. Refuses conflict: not their call, not connected, a transfer under way. */
export function transferring(context: Context, agent: string): ParticipantFacts {
  const participant = ownPart(context, agent);
  if (participant.msdyn_starttalktime === null && participant.msdyn_startholdtime === null)
    throw new Refusal('conflict', 'The call is not connected, so it cannot be transferred.');
  const pending = context.situation.room.parties.find(
    ({ purpose, joined }) => purpose === 'transfer' && !joined,
  );
  if (pending)
    throw new Refusal('conflict', `A transfer to ${pending.name ?? 'somebody'} is under way already.`);
  return participant;
}
