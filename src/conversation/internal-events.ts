/** Events the engine sends itself: one event about many conversations becomes one of these for each, and timers bring
 *  theirs back. */
import type { Guid } from '../tables/index.ts';
import type { CallerEvent } from './caller-events.ts';
import type { CustomerDialled } from './dial-event.ts';
import type {
  AgentGone,
  CallArrived,
  CallbackExpired,
  ConversationEvent,
  LifecycleTimer,
  OfferExpired,
} from './events.ts';
import type { ConversationArrived } from './message-events.ts';

type Conversation = Guid<'msdyn_ocliveworkitem'>;
type Agent = Guid<'systemuser'>;

/** A call that no bot answers is to be routed. */
export interface RoutingDue {
  readonly type: 'RoutingDue';
  readonly conversation: Conversation;
}
/** It is this waiting conversation's turn to be assigned. */
export interface AssignmentDue {
  readonly type: 'AssignmentDue';
  readonly conversation: Conversation;
}
/** The page of the agent working on it is gone. */
export interface AgentLeft {
  readonly type: 'AgentLeft';
  readonly conversation: Conversation;
  readonly agent: Agent;
}
/** The page is there again, in time. */
export interface AgentReturned {
  readonly type: 'AgentReturned';
  readonly conversation: Conversation;
  readonly agent: Agent;
}
/** The page did not come back in the time that its work gives it: a timer of the conversation, or of the person. */
export interface AgentStayedAway {
  readonly type: 'AgentStayedAway';
  readonly conversation: Conversation;
  readonly agent: Agent;
}
/** The server went down with the call; `lastAliveOn`: when it was last seen alive, which ends the stopwatches. */
export interface CallLost {
  readonly type: 'CallLost';
  readonly conversation: Conversation;
  readonly lastAliveOn: Date;
}

/** Somebody closes or deletes the conversation, or its session (`ofSession`), past the engine: in the rows. */
export interface ClosedByHand {
  readonly type: 'ClosedByHand';
  readonly conversation: Conversation;
  readonly ofSession: boolean;
}

/** The wait may have passed a limit of the queue's overflow rules. */
export interface OverflowDue {
  readonly type: 'OverflowDue';
  readonly conversation: Conversation;
}
/** A time-out rule of the workstream may be due (behaviour.md §1.4). */
export interface TimeoutRuleDue {
  readonly type: 'TimeoutRuleDue';
  readonly conversation: Conversation;
}
/** Somebody who waits is to be told something; `turn` counts from 1. */
export interface PromptDue {
  readonly type: 'PromptDue';
  readonly conversation: Conversation;
  readonly prompt: 'position' | 'callback';
  readonly turn: number;
}

/** The server came up: nobody's page is connected yet. */
export interface AgentSignedOut {
  readonly type: 'AgentSignedOut';
  readonly agent: Agent;
}

/** A day ended on which the person used something up of a profile that is counted by the day. `made`: their presence was
 *  what their work made it. */
export interface DayEnded {
  readonly type: 'DayEnded';
  readonly agent: Agent;
  readonly made: boolean;
}

/** Every event about one conversation that is there already. */
export type OneConversationEvent =
  | Exclude<
      Extract<ConversationEvent, { readonly conversation: Conversation }>,
      CallArrived | ConversationArrived | CallerEvent | CustomerDialled
    >
  | RoutingDue
  | AssignmentDue
  | AgentLeft
  | AgentReturned
  | AgentStayedAway
  | ClosedByHand
  | OverflowDue
  | TimeoutRuleDue
  | PromptDue
  | CallLost;

/** What a timer may bring. */
export type LaterEvent =
  | AgentStayedAway
  | OfferExpired
  | LifecycleTimer
  | AgentGone
  | DayEnded
  | CallbackExpired
  | OverflowDue
  | TimeoutRuleDue
  | PromptDue;

/** Reads a timer's payload back; null when it is none of ours. */
export function laterEvent(payload: { readonly [name: string]: unknown }): LaterEvent | null {
  const { type, conversation, offer, timer, agent } = payload;
  if (type === 'OfferExpired' && typeof conversation === 'string' && typeof offer === 'string')
    return { type, conversation, offer };
  if (type === 'CallbackExpired' && typeof conversation === 'string') return { type, conversation };
  if ((type === 'OverflowDue' || type === 'TimeoutRuleDue') && typeof conversation === 'string')
    return { type, conversation };
  if (type === 'PromptDue' && typeof conversation === 'string')
    return {
      type,
      conversation,
      prompt: payload.prompt === 'callback' ? 'callback' : 'position',
      turn: Number(payload.turn),
    };
  if (type === 'AgentStayedAway' && typeof conversation === 'string' && typeof agent === 'string')
    return { type, conversation, agent };
  if (type === 'AgentGone' && typeof agent === 'string') return { type, agent };
  if (type === 'DayEnded' && typeof agent === 'string') return { type, agent, made: payload.made === true };
  if (type !== 'LifecycleTimer' || typeof conversation !== 'string') return null;
  const kinds = ['open', 'active', 'waiting', 'wrapup', 'wrapupCapacity', 'reconnect'] as const;
  const kind = kinds.find((one) => one === timer);
  return kind ? { type, conversation, timer: kind } : null;
}
