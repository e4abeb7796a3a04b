/** Wrap-up: contact with the customer is over, notes may be finished, and then the conversation is closed.
 *  Source: behaviour.md §1.2, §1.5, §2.4. */
import {
  type msdyn_ocliveworkitem,
  msdyn_ocsession,
  type msdyn_sessionevent,
  msdyn_sessionparticipant,
} from '../../tables/dataverse/index.ts';
import type { Values } from '../../tables/index.ts';
import { activity, change, closure, sessionEvent, status } from '../choices.ts';
import type { SessionClosed } from '../events.ts';
import type { WorkstreamFacts } from '../situation.ts';
import { secondsBetween, stop } from '../stopwatch.ts';
import { addSessionEvent, endParticipation, summed } from './change.ts';
import { closeConversation, type Release } from './close.ts';
import { after, type Context, timerKey } from './context.ts';
import { requireDisposition } from './dispositions.ts';
import { activeWrapUpWatch } from './focus.ts';
import { ownPart } from './own-part.ts';
import { leaveRoom } from './parties.ts';

type Closure = NonNullable<Values<typeof msdyn_ocsession>['msdyn_closurereason']>;
type Change = NonNullable<Values<typeof msdyn_ocliveworkitem>['msdyn_statuschangereason']>;
type SessionEventType = NonNullable<Values<typeof msdyn_sessionevent>['msdyn_eventtype']>;

/** Contact is over: stopwatches stop, the participant leaves, notes may be finished. The session has its closure reason
 *  now and its end when wrap-up ends, as a session left in wrap-up shows in the product (behaviour.md §1.3). */
export function wrapUp(
  context: Context,
  reason: Change,
  closed: Closure,
  type: SessionEventType,
  release: Release,
): void {
  const { situation, draft, now, people } = context;
  const { conversation, participant, session, agent, workstream, call, kind } = situation;
  const id = conversation.activityid ?? '';
  const blockMs = blockedMs(workstream);
  leaveRoom(context);
  if (participant) {
    const worked = endParticipation(context, participant, null, blockMs !== 0);
    draft.conversation(id, summed(conversation, worked));
    // Whoever had the tab in focus has it still; what they do now is wrap-up.
    if (kind !== 'voice' && participant.msdyn_startactivetime !== null)
      draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
        msdyn_startactivewrapuptime: now,
      });
  }
  if (session?.activityid) {
    draft.update(msdyn_ocsession, session.activityid, {
      msdyn_closurereason: closed,
      msdyn_wrapupinitiatedon: now,
      msdyn_sessionmodifiedon: now,
    });
    addSessionEvent(context, session.activityid, type);
  }
  if (agent) {
    const capacity = participant?.msdyn_iscapacityblocking === true && blockMs === 0;
    people.release(agent, { capacity, call: true });
  }
  draft.conversation(id, {
    statecode: 0,
    statuscode: status.wrapUp,
    msdyn_statuschangereason: reason,
    msdyn_statusupdatedon: now,
    msdyn_wrapupinitiatedon: now,
    msdyn_conversationactivitystate: activity.ended,
  });
  if (blockMs !== null && blockMs > 0)
    draft.setTimer(timerKey.capacity(id), after(now, blockMs), {
      type: 'LifecycleTimer',
      conversation: id,
      timer: 'wrapupCapacity',
    });
  draft.effect({ type: 'Release', conversation: id, call, ...release });
}

/** How long wrap-up blocks capacity: null for all of it (the default), 0 for not at all. The column in seconds goes
 *  before the one in minutes. Source: behaviour.md §1.5; which column means what is our reading. */
export function blockedMs(workstream: WorkstreamFacts): number | null {
  const seconds = workstream.msdyn_blockcapacityforwrapupinseconds;
  const minutes = workstream.msdyn_blockcapacityforwrapup;
  return seconds !== null ? seconds * 1000 : minutes !== null ? minutes * 60_000 : null;
}

/** The agent closed the session in wrap-up: done. What a failure had ended stays closed due to failure. Refuses conflict:
 *  not theirs, or a disposition code is missing. */
export function closeWrapUp(context: Context, event: SessionClosed): void {
  ownPart(context, event.agent);
  requireDisposition(context);
  const hadFailed = context.situation.session?.msdyn_closurereason === closure.voiceConnectivityProblem;
  const reason = hadFailed ? change.closedDueToFailure : change.endedByAgent;
  endWrapUp(context, null, sessionEvent.sessionEndAfterWrapUp, reason);
}

/** Wrap-up is over. `closed` null keeps the closure reason that the session got at its beginning. Its time is what the
 *  clock says for a call, and what the tab was in focus for everything else (behaviour.md §2.4). */
export function endWrapUp(
  context: Context,
  closed: Closure | null,
  type: SessionEventType,
  reason: Change,
): void {
  const { situation, draft, now, people } = context;
  const { conversation, participant, session, agent, kind } = situation;
  leaveRoom(context);
  const from = conversation.msdyn_wrapupinitiatedon;
  const seconds = from === null ? 0 : secondsBetween(from, now);
  const active =
    kind === 'voice' || !participant ? seconds : stop(activeWrapUpWatch(participant), now).seconds;
  const handled = conversation.msdyn_conversationhandletimeinseconds ?? 0;
  const sums = {
    msdyn_conversationwrapuptimeinseconds: seconds,
    msdyn_conversationactivewrapuptimeinseconds: active,
    msdyn_conversationhandletimeinseconds: handled + active,
  };
  if (session?.activityid)
    draft.update(msdyn_ocsession, session.activityid, {
      msdyn_sessionwrapuptimeinseconds: seconds,
      msdyn_sessionactivewrapuptimeinseconds: active,
    });
  if (participant)
    draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
      msdyn_activewrapuptime: active,
      msdyn_startactivewrapuptime: null,
    });
  const capacity = participant?.msdyn_iscapacityblocking === true;
  freeCapacity(context);
  if (agent) people.release(agent, { capacity, session: true });
  const ending = { closure: closed, event: type, change: reason, by: 'other' as const, release: null };
  closeConversation(context, { session: session?.activityid ?? null, ...ending }, sums);
}

/** Wrap-up has blocked capacity for as long as it may; wrap-up itself goes on. */
export function unblock(context: Context): void {
  const { participant, agent } = context.situation;
  if (!participant?.msdyn_iscapacityblocking) return;
  freeCapacity(context);
  if (agent) context.people.release(agent, { capacity: true });
}

function freeCapacity({ situation, draft }: Context): void {
  const { participant } = situation;
  if (participant?.msdyn_iscapacityblocking)
    draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
      msdyn_iscapacityblocking: false,
    });
}
