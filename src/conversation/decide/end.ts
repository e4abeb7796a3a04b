/** The ways a conversation ends: either side hangs up, the bot ends it, somebody closes its rows, the server went down.
 *  Source: behaviour.md §1.1, §1.2, §1.7, §3.1 row 12. */

import type {
  msdyn_ocliveworkitem,
  msdyn_ocsession,
  msdyn_sessionevent,
} from '../../tables/dataverse/index.ts';
import type { Values } from '../../tables/index.ts';
import { change, closure, creation, sessionEvent, status } from '../choices.ts';
import type { AgentEnded, BotEnded, CallEnded, SessionClosed } from '../events.ts';
import type { CallLost, ClosedByHand } from '../internal-events.ts';
import type { EndedBy } from './abandoned.ts';
import { endParticipation, summed } from './change.ts';
import { closeConversation, type Release } from './close.ts';
import type { Context } from './context.ts';
import { withdraw } from './offer.ts';
import { ownPart } from './own-part.ts';
import { leaveRoom } from './parties.ts';
import { requeue } from './requeue.ts';
import { endWrapUp, wrapUp } from './wrap-up.ts';

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

/** The caller is gone while the bot speaks or while waiting for a human. */
export function callEndsInWait(context: Context, event: CallEnded): void {
  const { closure: reason, event: type, before } = legEnds[event.by];
  closeNow(context, {
    closure: reason,
    event: type,
    change: before,
    by: event.by === 'failure' ? 'system' : 'customer',
    release: { reason: event.reason },
  });
}

/** The bot is done with the caller. */
export function botEnds(context: Context, _event: BotEnded): void {
  closeNow(context, {
    closure: closure.botEndConversation,
    event: sessionEvent.botEndConversation,
    change: change.endedByBot,
    by: 'other',
    release: { reason: 'ended by the bot', cause: 'botEnded' },
  });
}

/** How a conversation ends at once. `event` and `closure` are of its last session. */
export interface NowEnding {
  readonly closure: Closure;
  readonly event: SessionEventType;
  readonly change: Change;
  readonly by: EndedBy;
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
  // Representatives from outside are representatives; a bot is none (§2.4).
  const counts = participant?.msdyn_joinedon && conversation.msdyn_isagentaccepted === true;
  const sums = worked && counts ? summed(conversation, worked) : {};
  const open = session?.msdyn_sessionclosedon === null ? session.activityid : null;
  closeConversation(context, { session: open, ...ending }, sums);
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

/** Somebody closes the rows themselves: the end, from wherever the call was, without wrap-up. Source: behaviour.md §1.1,
 *  reason 16. */
export function closeByHand(context: Context, event: ClosedByHand): void {
  const { conversation, session } = context.situation;
  if (conversation.statuscode === status.wrapUp) {
    endWrapUp(context, null, sessionEvent.sessionEndAfterWrapUp, change.closedByHand);
    return;
  }
  const cause = event.ofSession ? closure.manuallyClosedSession : closure.conversationClosed;
  const closed = session?.msdyn_closurereason ?? cause;
  closeNow(context, {
    closure: closed,
    event: sessionEvent.sessionEnd,
    change: change.closedByHand,
    by: 'other',
    release: { reason: 'closed in the rows', cause: 'closedByHand' },
  });
}

/** The server went down with the call. The stopwatches stop when it was last seen alive. */
export function loseCall(context: Context, event: CallLost): void {
  const { participant } = context.situation;
  const started = participant?.msdyn_starttalktime ?? participant?.msdyn_startholdtime ?? event.lastAliveOn;
  closeNow(
    context,
    {
      closure: closure.voiceConnectivityProblem,
      event: sessionEvent.sessionEnd,
      change: change.closedDueToFailure,
      by: 'system',
      release: { reason: 'the server was restarted', cause: 'serverRestarted' },
    },
    // Never in the future, and never before the start: the open stopwatch may be the newest thing that was written.
    new Date(Math.max(Math.min(event.lastAliveOn.getTime(), context.now.getTime()), started.getTime())),
  );
}
