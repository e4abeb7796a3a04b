/** The life of a conversation: which stage it is in, what each event means there, and for which kinds of conversation.
 *
 *              CallArrived, ConversationArrived
 *         with bot /         \ without
 *             ┌───▼──┐     ┌──▼──────┐
 *             │ bot  │     │ arrived │
 *             └─┬──┬─┘     └──┬──────┘
 *      BotEnded,│  │BotTrans- │RoutingDue
 *      CallEnded│  │ferred    │
 *               │ ┌▼──────────▼┐  AssignmentDue   ┌─────────┐ AgentAccepted ┌─────────┐
 *               │ │   queued   ├─────────────────►│ offered ├──────────────►│ talking │◄─────────┐
 *               │ └─┬──────▲─▲─┘                  └─┬─────┬─┘               └┬─┬─┬──┬─┘          │
 *               │   │      │ └──────────────────────┘     │                  │ │ │  │AgentEnded, │AgentReopened
 *               │   │      │  AgentRejected,              │                  │ │ │  │CallEnded,  │(messaging)
 *               │   │      │  OfferExpired, AgentLeft     │                  │ │ │  │CustomerLeft│
 *               │   │      ▲──────────────────────────────┼──────────────────┘ │ │  │(live chat),│
 *               │   │      │  AgentReleased,              │     SessionClosed, │ │  │two hours   │
 *               │   │      │  AgentStayedAway,            │     messaging only │ │  │(voice)     │
 *               │   │      │  SessionClosed (voice, chat) │     ┌─────────┐    │ │ ┌▼───────┐    │
 *               │   │      └──────────────────────────────┼─────┤ waiting │◄───┘ │ │ wrapUp │    │
 *               │   │         CustomerMessaged            │     └──┬───┬──┘      │ └─┬──────┘    │
 *               │   │CallEnded, CustomerLeft,             │        │   └─────────┼───┼───────────┘
 *               │   │RecordEnded, limits                  │        │inactivity   │   │SessionClosed, limits
 *               ▼   ▼                                     ▼        ▼   RecordEnded▼   ▼
 *             ┌────────────────────────────────────────────────────────────────────────┐
 *             │ closed                                                                 │
 *             └────────────────────────────────────────────────────────────────────────┘
 *
 *  Closing or deleting the rows by hand (ClosedByHand) leads from every stage to closed, and a time-out rule
 *  (TimeoutRuleDue, messaging) from queued, offered, talking and waiting to closed, from talking to waiting or queued.
 *  SupervisorTransferRequested leads from waiting to offered; another transfer to a person stays in talking.
 *  A conversation that is closed is never reopened. Open in a queue shows as Open, offered and talking as Active, as
 *  in the product; only messaging waits, and a record has no wrap-up. Source: behaviour.md §1.1, §1.2. */
import type { Kind } from './channels.ts';
import { creation, status } from './choices.ts';
import { takeTurn } from './decide/assign.ts';
import { setVariable, transfer } from './decide/bot.ts';
import { botFails } from './decide/bot-failure.ts';
import { acceptCallback, callEndsUnlessCallback, expireCallback } from './decide/callback.ts';
import { consult, dropParty, holdParty, leave, merge, rejoin, sendKey } from './decide/consult.ts';
import type { Context } from './decide/context.ts';
import { agentEndsOrCancels, callEndsOrUnanswered, customerAnswers, orCancels } from './decide/dialled.ts';
import { botEnds, callEndsInWait, closeByHand, closeWhileTalking, loseCall } from './decide/end.ts';
import {
  closeOutside,
  orLeaves,
  partyAnswered,
  partyHungUp,
  partyRefused,
  promote,
  transferOutside,
  withdrawOutside,
} from './decide/external.ts';
import { focus } from './decide/focus.ts';
import { assignToPerson, moveToQueue, pick } from './decide/hand-out.ts';
import { acceptInvitation, expireInvitation, leaveByPage, rejectInvitation } from './decide/invitation.ts';
import { switchKeeping } from './decide/keeping.ts';
import { keepingReady, keepingReadyInCall } from './decide/kept.ts';
import {
  customerLeaves,
  customerMessages,
  customerRejoins,
  customerReturns,
  message,
  moveToWaiting,
  release,
  reopen,
} from './decide/messages.ts';
import { accept, expire, leaveWhileRinging, reject } from './decide/offer.ts';
import { promptEnds } from './decide/prompt-answers.ts';
import { lastWordSaid, prompt, promptLater } from './decide/prompts.ts';
import { enterQueue } from './decide/queue.ts';
import { closeRecord, recordEnds, recordEndsInWork } from './decide/records.ts';
import { forceClose, supervise } from './decide/supervise.ts';
import { comeBack, connect, giveUp, hold, repeated, unhold } from './decide/talk.ts';
import { limitPasses } from './decide/time-outs.ts';
import { timeoutRuleComes } from './decide/timeout-rules.ts';
import {
  transferBySupervisor,
  transferToAgent,
  transferToQueue,
  transferWaiting,
} from './decide/transfer.ts';
import { takeVoicemail } from './decide/voicemail.ts';
import { outsideAnswers, outsideRefuses, waitedTooLong, waitedWhileOffered } from './decide/waited.ts';
import { closeWrapUp } from './decide/wrap-up.ts';
import type { OneConversationEvent } from './internal-events.ts';
import type { Situation } from './situation.ts';

/** Where a conversation stands. */
export type Stage = 'arrived' | 'bot' | 'queued' | 'offered' | 'talking' | 'waiting' | 'wrapUp' | 'closed';

/** The stage, from the rows alone. */
export function stageOf({ conversation, session, participant, offer }: Situation): Stage {
  if (conversation.statuscode === status.closed) return 'closed';
  if (conversation.statuscode === status.wrapUp) return 'wrapUp';
  if (conversation.statuscode === status.waiting) return 'waiting';
  if (conversation.statuscode === status.active) return offer ? 'offered' : 'talking';
  if (session === null) return 'arrived';
  return participant ? 'bot' : 'queued';
}

/** Events by the name of their type. */
export type EventMap = { readonly [E in OneConversationEvent as E['type']]: E };

/** What is done about an event. */
type Handler<E> = (context: Context, event: E) => void;
/** What an event means at a stage: the same for every kind of conversation, or for those that are named. */
export type Meaning<E> = Handler<E> | { readonly [K in Kind]?: Handler<E> };
type Meanings = { readonly [K in keyof EventMap]?: Meaning<EventMap[K]> };

/** The meaning for one kind of conversation, if it has any. */
export function meaningFor<E>(meaning: Meaning<E> | undefined, kind: Kind): Handler<E> | undefined {
  return typeof meaning === 'function' ? meaning : meaning?.[kind];
}

/** A customer who writes is heard, wherever the conversation stands. */
const heard: Meaning<EventMap['CustomerMessaged']> = {
  liveChat: customerMessages,
  messaging: customerMessages,
};

/** Whoever has the conversation ends it; anybody else in it ends their own part. */
const ends = orLeaves(agentEndsOrCancels);

/** A supervisor closes calls and messages, never records (behaviour.md §3.9). */
const forced: Meaning<EventMap['ForceCloseRequested']> = {
  voice: forceClose,
  liveChat: forceClose,
  messaging: forceClose,
};

/** What an event means at a stage. What is missing is refused when a person or the bot asks for it, and means nothing
 *  when it only reports what has been overtaken (`reports`). */
export const lifecycle: { readonly [S in Stage]: Meanings } = {
  arrived: {
    RoutingDue: (context) => enterQueue(context, creation.default),
    ForceCloseRequested: forced,
    CallEnded: callEndsInWait,
    CustomerMessaged: heard,
    CustomerLeft: { liveChat: customerLeaves },
    CustomerReturned: { liveChat: customerReturns },
    RecordEnded: { record: recordEnds },
    LifecycleTimer: limitPasses,
    CallLost: loseCall,
    ClosedByHand: closeByHand,
  },
  bot: {
    VariableSet: setVariable,
    BotTransferred: transfer,
    BotFailed: botFails,
    BotEnded: botEnds,
    ForceCloseRequested: forced,
    CallEnded: callEndsInWait,
    CustomerMessaged: heard,
    CustomerLeft: { liveChat: customerLeaves },
    CustomerReturned: { liveChat: customerReturns },
    RecordEnded: { record: recordEnds },
    LifecycleTimer: limitPasses,
    CallLost: loseCall,
    ClosedByHand: closeByHand,
  },
  queued: {
    AssignmentDue: takeTurn,
    WorkAssigned: assignToPerson,
    WorkPicked: pick,
    WorkMoved: moveToQueue,
    OverflowDue: waitedTooLong,
    PromptDue: prompt,
    PromptEnded: promptEnds,
    PartyAnswered: { voice: outsideAnswers },
    PartyRefused: { voice: outsideRefuses },
    CallbackAccepted: { voice: acceptCallback },
    CallbackExpired: { voice: expireCallback },
    VoicemailTaken: { voice: takeVoicemail },
    KeepingReady: keepingReady,
    ForceCloseRequested: forced,
    CallEnded: callEndsUnlessCallback,
    CustomerMessaged: heard,
    CustomerLeft: { liveChat: customerLeaves },
    CustomerReturned: { liveChat: customerReturns },
    RecordEnded: { record: recordEnds },
    LifecycleTimer: limitPasses,
    TimeoutRuleDue: { messaging: timeoutRuleComes },
    CallLost: loseCall,
    ClosedByHand: closeByHand,
  },
  offered: {
    AgentAccepted: accept,
    OverflowDue: waitedWhileOffered,
    PromptDue: promptLater,
    AgentRejected: reject,
    OfferExpired: expire,
    AgentLeft: leaveWhileRinging,
    PartyAnswered: { voice: outsideAnswers },
    PartyRefused: { voice: outsideRefuses },
    CallbackExpired: { voice: expireCallback },
    KeepingReady: keepingReady,
    ForceCloseRequested: forced,
    CallEnded: callEndsUnlessCallback,
    CustomerMessaged: heard,
    CustomerLeft: { liveChat: customerLeaves },
    CustomerReturned: { liveChat: customerReturns },
    RecordEnded: { record: recordEnds },
    LifecycleTimer: limitPasses,
    TimeoutRuleDue: { messaging: timeoutRuleComes },
    CallLost: loseCall,
    ClosedByHand: closeByHand,
  },
  talking: {
    AgentAccepted: acceptInvitation,
    AgentRejected: rejectInvitation,
    OfferExpired: expireInvitation,
    MediaConnected: connect,
    HoldRequested: hold,
    UnholdRequested: unhold,
    AgentTransferRequested: transferToAgent,
    SupervisorTransferRequested: transferBySupervisor,
    QueueTransferRequested: transferToQueue,
    ExternalTransferRequested: { voice: transferOutside },
    ExternalTransferWithdrawn: { voice: withdrawOutside },
    ExternalSessionClosed: { voice: closeOutside },
    ConsultRequested: { voice: consult },
    PartyHoldRequested: { voice: holdParty },
    PartyDropRequested: { voice: dropParty },
    PromoteRequested: { voice: promote },
    MergeRequested: { voice: merge },
    KeyRequested: { voice: sendKey },
    LeaveRequested: leave,
    RejoinRequested: { voice: rejoin },
    SupervisionRequested: { voice: supervise },
    KeepingRequested: { voice: switchKeeping },
    PartyAnswered: partyAnswered,
    PartyRefused: partyRefused,
    PartyLeft: partyHungUp,
    CustomerAnswered: customerAnswers,
    KeepingReady: keepingReadyInCall,
    ForceCloseRequested: forced,
    AgentEnded: { voice: ends, liveChat: ends, messaging: ends },
    CallEnded: callEndsOrUnanswered,
    SessionClosed: {
      voice: orLeaves(orCancels(closeWhileTalking)),
      liveChat: orLeaves(closeWhileTalking),
      messaging: orLeaves(moveToWaiting),
      record: orLeaves(closeRecord),
    },
    AgentLeft: leaveByPage,
    AgentReturned: comeBack,
    AgentStayedAway: orCancels(giveUp),
    AgentReleased: release,
    SessionFocused: focus,
    AgentMessaged: { liveChat: message, messaging: message, record: message },
    CustomerMessaged: heard,
    CustomerLeft: { liveChat: customerLeaves },
    CustomerReturned: { liveChat: customerReturns },
    RecordEnded: { record: recordEndsInWork },
    LifecycleTimer: limitPasses,
    TimeoutRuleDue: { messaging: timeoutRuleComes },
    CallLost: loseCall,
    ClosedByHand: closeByHand,
  },
  waiting: {
    CustomerMessaged: { messaging: customerRejoins },
    AgentReopened: { messaging: reopen },
    SupervisorTransferRequested: { messaging: transferWaiting },
    ForceCloseRequested: forced,
    LifecycleTimer: limitPasses,
    TimeoutRuleDue: { messaging: timeoutRuleComes },
    ClosedByHand: closeByHand,
  },
  wrapUp: {
    AgentEnded: repeated,
    SupervisionRequested: { voice: supervise },
    LeaveRequested: { voice: leave },
    KeepingReady: keepingReady,
    ForceCloseRequested: forced,
    SessionFocused: focus,
    SessionClosed: closeWrapUp,
    LifecycleTimer: limitPasses,
    ClosedByHand: closeByHand,
  },
  closed: {
    SessionClosed: repeated,
    KeepingReady: keepingReady,
    PromptEnded: lastWordSaid,
    ClosedByHand: () => {},
  },
};

/** Events that report something. Late ones are no mistake of anybody. */
export const reports: ReadonlySet<keyof EventMap> = new Set([
  'OfferExpired',
  'MediaConnected',
  'CallEnded',
  'BotEnded',
  'LifecycleTimer',
  'TimeoutRuleDue',
  'RoutingDue',
  'AssignmentDue',
  'OverflowDue',
  'PromptDue',
  'BotFailed',
  'AgentLeft',
  'AgentReturned',
  'AgentStayedAway',
  'CallLost',
  'PromptEnded',
  'PartyAnswered',
  'PartyRefused',
  'PartyLeft',
  'CustomerAnswered',
  'KeepingReady',
  'CallbackExpired',
  'CustomerMessaged',
  'CustomerLeft',
  'CustomerReturned',
  'SessionFocused',
  'RecordEnded',
]);

/** Each stage as a person would say it, for refusals. */
export const inWords: { readonly [S in Stage]: string } = {
  arrived: 'on its way to a queue',
  bot: 'with the bot',
  queued: 'waiting in its queue',
  offered: 'offered to an agent who has not answered yet',
  talking: 'in conversation with an agent',
  waiting: 'waiting for its customer',
  wrapUp: 'in wrap-up',
  closed: 'closed',
};
