/** The port through which the engine acts on live calls. The engine declares it, voice implements it, server joins
 *  them. Effects are performed after commit, in order, and may be repeated: each must be safe to do twice.
 *  An effect for a call or agent that is no longer there is dropped silently; voice reports what is gone by events. */
import type { Guid } from '../tables/index.ts';

type Conversation = Guid<'msdyn_ocliveworkitem'>;
type Agent = Guid<'systemuser'>;

/** What to do with a live call. `call` is the leg id of CallArrived. */
export type CallEffect =
  /** Answer, then run the flow of this bot from its start; key presses and transfer come back as events. */
  | {
      readonly type: 'StartBot';
      readonly conversation: Conversation;
      readonly call: string;
      readonly bot: Agent;
    }
  /** Answer if not yet answered, and play the wait music until something else is said. */
  | { readonly type: 'PlayWaiting'; readonly conversation: Conversation; readonly call: string }
  /** Show the agent's softphone as ringing, or no longer. The offer itself reaches the page by the push stream. */
  | { readonly type: 'RingAgent'; readonly conversation: Conversation; readonly agent: Agent }
  | { readonly type: 'StopRinging'; readonly conversation: Conversation; readonly agent: Agent }
  /** Join caller and agent; report MediaConnected when both directions are up. */
  | {
      readonly type: 'Connect';
      readonly conversation: Conversation;
      readonly call: string;
      readonly agent: Agent;
    }
  /** Caller hears hold music and not the agent; agent hears nothing. */
  | {
      readonly type: 'Hold';
      readonly conversation: Conversation;
      readonly call: string;
      readonly agent: Agent;
    }
  | {
      readonly type: 'Unhold';
      readonly conversation: Conversation;
      readonly call: string;
      readonly agent: Agent;
    }
  /** Take the agent out of the room; the caller hears wait music. */
  | {
      readonly type: 'Detach';
      readonly conversation: Conversation;
      readonly call: string;
      readonly agent: Agent;
    }
  /** End the caller's leg (BYE, or a SIP refusal when not yet answered) and free everything. */
  | {
      readonly type: 'Release';
      readonly conversation: Conversation;
      readonly call: string;
      readonly reason: string;
      readonly cause?: ReleaseCause;
    };

/** Why a call is released, as far as its parties are told more than that it has ended; `reason` says it to the log.
 *  `notSupported`: the number leads to something that cannot be done yet. */
export type ReleaseCause =
  | 'unknownNumber'
  | 'notSupported'
  | 'agentEnded'
  | 'botEnded'
  | 'activeLimit'
  | 'openLimit'
  | 'closedByHand'
  | 'serverRestarted';

/** Implemented by voice. Rejects only on a fault of its own. */
export interface CallControl {
  perform(effect: CallEffect): Promise<void>;
}
