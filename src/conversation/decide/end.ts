/** The ways a conversation ends: either side hangs up, wrap-up is done, a limit passes, the bot ends it, the server
 *  went down. Source: behaviour.md §1.2, §1.3, §1.5, §1.7, §2.4, §3.1 rows 12 and 13. */

import type { msdyn_ocliveworkitem, msdyn_sessionevent } from '../../tables/dataverse/index.ts';
import { msdyn_ocsession, msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import type { Values } from '../../tables/index.ts';
import { activity, change, closure, creation, sessionEvent, status } from '../choices.ts';
import type { AgentEnded, BotEnded, CallEnded, LifecycleTimer, SessionClosed } from '../events.ts';
import type { CallLost } from '../internal-events.ts';
import type { WorkstreamFacts } from '../situation.ts';
import { secondsBetween } from '../stopwatch.ts';
import { addSessionEvent, endParticipation, summed } from './change.ts';
import { closeConversation, type Release } from './close.ts';
import { after, type Context, timerKey } from './context.ts';
import { withdraw } from './offer.ts';
import { ownPart } from './own-part.ts';
import { leaveRoom } from './parties.ts';
import { requeue } from './requeue.ts';

type Closure = NonNullable<Values<typeof msdyn_ocsession>['msdyn_closurereason']>;
type Change = NonNullable<Values<typeof msdyn_ocliveworkitem>['msdyn_statuschangereason']>;
type SessionEventType = NonNullable<Values<typeof msdyn_sessionevent>['msdyn_eventtype']>;

/** How the end of the caller's leg reads: on the session, and on a conversation with and without a human in it. A
 *  failure is not the customer's leaving; wrap-up has no reason of its own for it (§1.1), so the session says why. */
export const legEnds: { readonly [by in CallEnded['by']]: LegEnd } = {
  customer: {
    closure: closure.customerEndConversation,
    event: sessionEvent.customerEndConversation,
    inConversation: change.customerLeftActiveConversation,
    before: change.customerLeftOpenConversation,
  },
  lost: {
    closure: closure.customerDisconnect,
    event: sessionEvent.customerDisconnected,
    inConversation: change.customerLeftActiveConversation,
    before: change.customerLeftOpenConversation,
  },
  failure: {
    closure: closure.voiceConnectivityProblem,
    event: sessionEvent.sessionEnd,
    inConversation: change.agentMovedToWrapUp,
    before: change.closedDueToFailure,
  },
};

/** See legEnds. */
export interface LegEnd {
  readonly closure: Closure;
  readonly event: SessionEventType;
  readonly inConversation: Change;
  readonly before: Change;
}

/** The caller is gone while the bot speaks: not abandoned. */
export function callEndsInBot(context: Context, event: CallEnded): void {
  closeUnanswered(context, event, false);
}

/** The caller is gone while waiting for a human: abandoned, unless a human had answered once. */
export function callEndsInWait(context: Context, event: CallEnded): void {
  const { conversation, workstream } = context.situation;
  // After a bot only the caller's own leaving counts; a failure of the line is none (§1.7).
  const left = event.by !== 'failure' || workstream.msdyn_bot_user === null;
  closeUnanswered(context, event, left && conversation.msdyn_isagentaccepted !== true);
}

function closeUnanswered(context: Context, event: CallEnded, abandoned: boolean): void {
  const { closure: reason, event: type, before } = legEnds[event.by];
  closeNow(context, {
    closure: reason,
    event: type,
    change: before,
    abandoned,
    release: { reason: event.reason },
  });
}

/** The bot is done with the caller. */
export function botEnds(context: Context, _event: BotEnded): void {
  closeNow(context, {
    closure: closure.botEndConversation,
    event: sessionEvent.botEndConversation,
    change: change.endedByBot,
    abandoned: false,
    release: { reason: 'ended by the bot', cause: 'botEnded' },
  });
}

export interface NowEnding {
  readonly closure: Closure;
  readonly event: SessionEventType;
  readonly change: Change;
  readonly abandoned: boolean;
  readonly release: Release | null;
}

/** Straight to Closed: whoever was in it leaves, a pending offer is withdrawn, capacity comes back. */
export function closeNow(context: Context, ending: NowEnding, stoppedOn: Date = context.now): void {
  const { situation, people } = context;
  const { conversation, participant, session, agent } = situation;
  withdraw(context);
  leaveRoom(context);
  const worked = participant ? endParticipation(context, participant, null, false, stoppedOn) : null;
  if (agent) {
    const capacity = participant?.msdyn_iscapacityblocking === true;
    people.release(agent, { capacity, session: true, call: true });
  }
  const sums = worked && participant?.msdyn_joinedon && agent ? summed(conversation, worked) : {};
  closeConversation(context, { session: session?.activityid ?? null, ...ending }, sums);
}

/** The agent pressed End. */
export function agentEnds(context: Context, event: AgentEnded): void {
  ownPart(context, event.agent);
  wrapUp(
    context,
    change.agentMovedToWrapUp,
    closure.agentEndConversation,
    sessionEvent.agentEndConversation,
    { reason: 'ended by the agent', cause: 'agentEnded' },
  );
}

/** The caller hung up, or the line was lost or failed, in conversation. */
export function callEnds(context: Context, event: CallEnded): void {
  const { closure: reason, event: type, inConversation } = legEnds[event.by];
  wrapUp(context, inConversation, reason, type, { reason: event.reason });
}

/** Contact is over: stopwatches stop, the participant leaves, notes may be finished. The session has its closure reason
 *  now and its end when wrap-up ends, as a session left in wrap-up shows in the product (behaviour.md §1.3). */
function wrapUp(
  context: Context,
  reason: Change,
  closed: Closure,
  type: SessionEventType,
  release: Release,
): void {
  const { situation, draft, now, people, limits } = context;
  const { conversation, participant, session, agent, workstream, call } = situation;
  const id = conversation.activityid ?? '';
  const blockMs = blockedMs(workstream);
  leaveRoom(context);
  if (participant) {
    const worked = endParticipation(context, participant, null, blockMs !== 0);
    draft.conversation(id, summed(conversation, worked));
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
  const event = { type: 'LifecycleTimer', conversation: id } as const;
  const finite = blockMs !== null && blockMs > 0;
  // Blocking capacity for longer than the limit makes the limit longer (§1.3).
  const wrapUpMs = Math.max(limits.wrapUpMs, finite ? blockMs : 0);
  draft.setTimer(timerKey.lifecycle(id), after(now, wrapUpMs), { ...event, timer: 'wrapup' });
  if (finite)
    draft.setTimer(timerKey.capacity(id), after(now, blockMs), { ...event, timer: 'wrapupCapacity' });
  draft.effect({ type: 'Release', conversation: id, call, ...release });
}

/** How long wrap-up blocks capacity: null for all of it (the default), 0 for not at all. The column in seconds goes
 *  before the one in minutes. Source: behaviour.md §1.5; which column means what is our reading. */
export function blockedMs(workstream: WorkstreamFacts): number | null {
  const seconds = workstream.msdyn_blockcapacityforwrapupinseconds;
  const minutes = workstream.msdyn_blockcapacityforwrapup;
  return seconds !== null ? seconds * 1000 : minutes !== null ? minutes * 60_000 : null;
}

/** The agent closed the session in wrap-up: done. What a failure had ended stays closed due to failure. */
export function closeWrapUp(context: Context, event: SessionClosed): void {
  ownPart(context, event.agent);
  const hadFailed = context.situation.session?.msdyn_closurereason === closure.voiceConnectivityProblem;
  const reason = hadFailed ? change.closedDueToFailure : change.endedByAgent;
  endWrapUp(context, null, sessionEvent.sessionEndAfterWrapUp, reason);
}

export function endWrapUp(
  context: Context,
  closed: Closure | null,
  type: SessionEventType,
  reason: Change,
): void {
  const { situation, draft, now, people } = context;
  const { conversation, participant, session, agent } = situation;
  leaveRoom(context);
  const from = conversation.msdyn_wrapupinitiatedon;
  const seconds = from === null ? 0 : secondsBetween(from, now);
  const sums = {
    msdyn_conversationwrapuptimeinseconds: seconds,
    msdyn_conversationhandletimeinseconds:
      (conversation.msdyn_conversationhandletimeinseconds ?? 0) + seconds,
  };
  if (session?.activityid)
    draft.update(msdyn_ocsession, session.activityid, { msdyn_sessionwrapuptimeinseconds: seconds });
  const capacity = participant?.msdyn_iscapacityblocking === true;
  freeCapacity(context);
  if (agent) people.release(agent, { capacity, session: true });
  draft.cancelTimer(timerKey.capacity(conversation.activityid ?? ''));
  const ending = { closure: closed, event: type, change: reason, abandoned: false, release: null };
  closeConversation(context, { session: session?.activityid ?? null, ...ending }, sums);
}

function freeCapacity({ situation, draft }: Context): void {
  const { participant } = situation;
  if (participant?.msdyn_iscapacityblocking)
    draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
      msdyn_iscapacityblocking: false,
    });
}

/** The session tab was closed without End: the call goes back to its queue (behaviour.md §11 choice 1). */
export function closeWhileTalking(context: Context, event: SessionClosed): void {
  ownPart(context, event.agent);
  requeue(context, {
    closure: closure.agentClosed,
    event: sessionEvent.sessionEnd,
    creation: creation.agentDisconnected,
    leftOnReason: null,
    declined: false,
  });
}

/** A limit of §1.3 has passed. A change meanwhile starts the clock again, so a timer may come early. */
export function limitPasses(context: Context, event: LifecycleTimer): void {
  const { situation, draft, now, limits, people } = context;
  const { conversation, participant, agent, workstream } = situation;
  if (event.timer === 'wrapupCapacity') {
    if (conversation.statuscode !== status.wrapUp || !participant?.msdyn_iscapacityblocking) return;
    freeCapacity(context);
    if (agent) people.release(agent, { capacity: true });
    return;
  }
  const current = timers.get(conversation.statuscode ?? 0);
  if (current !== event.timer) return;
  const limitMs = { open: limits.openMs, active: limits.activeMs, wrapup: limits.wrapUpMs }[event.timer];
  const since = event.timer === 'wrapup' ? conversation.msdyn_wrapupinitiatedon : conversation.modifiedon;
  const due = after(since ?? now, limitMs);
  if (due > now) {
    draft.setTimer(timerKey.lifecycle(event.conversation), due, event);
    return;
  }
  if (event.timer === 'wrapup')
    endWrapUp(context, closure.autoClose, sessionEvent.expiredConversationClose, change.autoClosedBySystem);
  else if (event.timer === 'active' && !situation.offer)
    wrapUp(context, change.agentMovedToWrapUp, closure.callTimedOut, sessionEvent.sessionEnd, {
      reason: 'limit of an active call',
      cause: 'activeLimit',
    });
  else
    closeNow(context, {
      closure: closure.autoClose,
      event: sessionEvent.expiredConversationClose,
      change: change.autoClosedBySystem,
      abandoned: workstream.msdyn_bot_user === null && conversation.msdyn_isagentaccepted !== true,
      release: { reason: 'limit of an open conversation', cause: 'openLimit' },
    });
}

const timers: ReadonlyMap<number, LifecycleTimer['timer']> = new Map([
  [status.open, 'open'],
  [status.active, 'active'],
  [status.wrapUp, 'wrapup'],
]);

/** Somebody closes the rows themselves: the end, from wherever the call was, without wrap-up. The caller did not leave, so
 *  it is not abandoned. Source: behaviour.md §1.1, reason 16. */
export function closeByHand(context: Context): void {
  const { conversation, session } = context.situation;
  if (conversation.statuscode === status.wrapUp) {
    endWrapUp(context, null, sessionEvent.sessionEndAfterWrapUp, change.closedByHand);
    return;
  }
  const closed = session?.msdyn_closurereason ?? closure.conversationClosed;
  closeNow(context, {
    closure: closed,
    event: sessionEvent.sessionEnd,
    change: change.closedByHand,
    abandoned: false,
    release: { reason: 'closed in the rows', cause: 'closedByHand' },
  });
}

/** The server went down with the call. The stopwatches stop when it was last seen alive. */
export function loseCall(context: Context, event: CallLost): void {
  const { conversation, workstream, participant } = context.situation;
  const waited = participant === null || participant.msdyn_joinedon === null;
  const started = participant?.msdyn_starttalktime ?? participant?.msdyn_startholdtime ?? event.lastAliveOn;
  closeNow(
    context,
    {
      closure: closure.voiceConnectivityProblem,
      event: sessionEvent.sessionEnd,
      change: change.closedDueToFailure,
      abandoned: waited && workstream.msdyn_bot_user === null && conversation.msdyn_isagentaccepted !== true,
      release: { reason: 'the server was restarted', cause: 'serverRestarted' },
    },
    // Never in the future, and never before the start: the open stopwatch may be the newest thing that was written.
    new Date(Math.max(Math.min(event.lastAliveOn.getTime(), context.now.getTime()), started.getTime())),
  );
}
