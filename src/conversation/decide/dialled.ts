/** The customer was called, by a representative or back, and has not picked up yet: the representative is in the call
 *  alone. Source: behaviour.md §3.4, §3.10, §6.4. */
import type { Values } from '../../tables/index.ts';
import type { wirechief_callcontrol } from '../../tables/wirechief/wirechief_callcontrol.ts';
import { change, closure, creation, sessionEvent } from '../choices.ts';
import type { AgentEnded, CallEnded, CustomerAnswered, SessionClosed } from '../events.ts';
import type { AgentStayedAway } from '../internal-events.ts';
import { callStep } from '../room-facts.ts';
import type { Context } from './context.ts';
import { writeControl } from './control.ts';
import { agentEnds, closeNow, legEnds } from './end.ts';
import { callEndsForAll } from './external.ts';
import { keepWithRepresentative } from './keeping.ts';
import { ownPart, primaryPart } from './own-part.ts';
import { requeue } from './requeue.ts';
import { arrange, dialledAs } from './room.ts';
import { isBack } from './talk.ts';
import { wrapUp } from './wrap-up.ts';

type Outcome = NonNullable<Values<typeof wirechief_callcontrol>['wirechief_dialoutcome']>;

/** wirechief_dialoutcome, named as the results of §6.4. */
const outcome = {
  liveAnswer: 1,
  busy: 2,
  noAnswer: 3,
  invalidAddress: 4,
  nonRetriableError: 5,
  callFailed: 6,
  cancelled: 7,
} as const satisfies { readonly [name: string]: Outcome };

const outcomes: ReadonlyMap<CallEnded['refused'], Outcome> = new Map<CallEnded['refused'], Outcome>([
  ['noReply', outcome.noAnswer],
  ...[603, 607].map((code) => [code, outcome.noAnswer] as const),
  ...[486, 600].map((code) => [code, outcome.busy] as const),
  ...[404, 410, 484, 485, 604].map((code) => [code, outcome.invalidAddress] as const),
  ...[401, 405, 407, 415, 488, 501, 505].map((code) => [code, outcome.nonRetriableError] as const),
]);

/** The customer picked up: they talk, and what the profile or the workstream keeps of calls begins to be kept. */
export function customerAnswers(context: Context, _event: CustomerAnswered): void {
  const { participant } = context.situation;
  const dialled = dialledAs(context);
  if (dialled === null) return;
  settle(context, dialled === 'outbound' ? outcome.liveAnswer : null);
  arrange(context, { keeping: keepWithRepresentative(context, participant?.msdyn_sessionparticipantid) });
}

/** The call is over. A customer who did not pick up leaves nothing to finish when they were called back; who called by
 *  themselves notes what became of it. */
export function callEndsOrUnanswered(context: Context, event: CallEnded): void {
  const dialled = dialledAs(context);
  if (dialled === null) {
    callEndsForAll(context, event);
    return;
  }
  if (dialled === 'callback') {
    settle(context, null);
    closeNow(context, {
      closure: closure.conversationClosed,
      event: sessionEvent.sessionEnd,
      change: change.autoClosedBySystem,
      by: 'other',
      release: null,
    });
    return;
  }
  settle(context, outcomes.get(event.refused) ?? outcome.callFailed);
  const failed = event.by === 'failure';
  const closed = failed ? closure.voiceConnectivityProblem : closure.conversationClosed;
  const { inConversation } = legEnds[event.by];
  wrapUp(context, inConversation, closed, sessionEvent.sessionEnd, { reason: event.reason });
}

/** The representative ends the call, or gives up waiting for the customer to pick up. */
export function agentEndsOrCancels(context: Context, event: AgentEnded): void {
  ownPart(context, event.agent);
  if (dialledAs(context) === 'outbound') settle(context, outcome.cancelled);
  agentEnds(context, event);
}

/** The representative closes the tab, or their page stays away, before the customer picks up: nobody else takes a call
 *  that they placed; a callback waits for its turn again. `otherwise`: what it means once they talk. */
export const orCancels =
  <E extends SessionClosed | AgentStayedAway>(otherwise: (context: Context, event: E) => void) =>
  (context: Context, event: E): void => {
    const dialled = dialledAs(context);
    const closes = event.type === 'SessionClosed';
    if (dialled === null || !primaryPart(context, event.agent)) otherwise(context, event);
    else if (!closes && isBack(context)) return;
    else if (dialled === 'callback') callBackLater(context);
    else cancel(context, closes);
  };

function cancel(context: Context, closes: boolean): void {
  settle(context, outcome.cancelled);
  closeNow(context, {
    closure: closes ? closure.agentClosed : closure.agentDisconnected,
    event: closes ? sessionEvent.sessionEnd : sessionEvent.agentDisconnected,
    change: change.endedByAgent,
    by: 'other',
    release: { reason: 'nobody waits for the customer to pick up', cause: 'agentEnded' },
  });
}

function callBackLater(context: Context): void {
  const { situation, draft } = context;
  const { conversation, call } = situation;
  writeControl(context, { wirechief_step: callStep.callbackWaits });
  draft.conversation(conversation.activityid ?? '', { wirechief_node: null });
  const reason = 'nobody waits for the customer to pick up';
  draft.effect({ type: 'Release', conversation: conversation.activityid ?? '', call, reason });
  requeue(context, {
    closure: closure.agentDisconnected,
    event: sessionEvent.agentDisconnected,
    creation: creation.agentDisconnected,
    leftOnReason: null,
    declined: false,
  });
}

function settle(context: Context, result: Outcome | null): void {
  writeControl(context, {
    wirechief_step: null,
    ...(result === null ? {} : { wirechief_dialoutcome: result }),
  });
}
