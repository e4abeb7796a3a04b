/** A routed record: worked on until it is resolved, and then closed without wrap-up. Source: behaviour.md §1.2, §4.8. */
import { msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { activity, change, closure, sessionEvent } from '../choices.ts';
import type { SessionClosed } from '../events.ts';
import type { RecordEnded } from '../message-events.ts';
import type { Context } from './context.ts';
import { requireDisposition } from './dispositions.ts';
import { closeNow } from './end.ts';
import { ownPart } from './own-part.ts';

/** Nobody works on it: a record that is gone takes its conversation along, one that was only resolved does not. */
export function recordEnds(context: Context, event: RecordEnded): void {
  if (event.by === 'deleted') closeWithRecord(context);
  else context.draft.conversation(context.situation.conversation.activityid ?? '', {});
}

/** Somebody works on it: capacity is free at once, and the conversation is over when they close the session. */
export function recordEndsInWork(context: Context, event: RecordEnded): void {
  if (event.by === 'deleted') {
    closeWithRecord(context);
    return;
  }
  const { situation, draft, people } = context;
  const { conversation, participant, agent } = situation;
  if (participant?.msdyn_iscapacityblocking) {
    draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
      msdyn_iscapacityblocking: false,
    });
    if (agent) people.release(agent, { capacity: true });
  }
  draft.conversation(conversation.activityid ?? '', { msdyn_conversationactivitystate: activity.ended });
}

/** The agent closed the session of a record. Refuses conflict: it is not theirs, a disposition code is missing, or the
 *  record is not resolved yet, so that the work on it is not over. */
export function closeRecord(context: Context, event: SessionClosed): void {
  ownPart(context, event.agent);
  if (context.situation.conversation.msdyn_conversationactivitystate !== activity.ended)
    throw new Refusal(
      'conflict',
      'The conversation is about a record that is not resolved: resolve it, or release the work to its queue.',
    );
  requireDisposition(context);
  closeNow(context, {
    closure: closure.agentClosed,
    event: sessionEvent.sessionEnd,
    change: change.endedByAgent,
    by: 'other',
    release: null,
  });
}

function closeWithRecord(context: Context): void {
  closeNow(context, {
    closure: closure.conversationClosed,
    event: sessionEvent.sessionEnd,
    change: change.autoClosedBySystem,
    by: 'other',
    release: null,
  });
}
