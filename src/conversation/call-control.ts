/** The port through which the engine acts on live calls. The engine declares it, voice implements it, server joins
 *  them. Effects are performed after commit, in order, and may be repeated: each must be safe to do twice.
 *  An effect for a call or agent that is no longer there is dropped silently; voice reports what is gone by events. */
import type { Guid } from '../tables/index.ts';
import type { RoomPlan } from './room.ts';

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
  /** The agent's softphone is connected to another server process now: the page here is closed as by a second tab. */
  | { readonly type: 'ReplacePage'; readonly agent: Agent }
  /** End the caller's leg (BYE, or a SIP refusal when not yet answered) and free everything. */
  | {
      readonly type: 'Release';
      readonly conversation: Conversation;
      readonly call: string;
      readonly reason: string;
      readonly cause?: ReleaseCause;
    }
  | RoomEffect;

/** What concerns more than a caller and one agent. */
export type RoomEffect =
  /** Brings the call to this state: who is in it, who hears whom (room.ts), what is recorded. Whoever is in the room and
   *  not in the plan leaves it. Agents without sound come in when it is up. Reports MediaConnected for each agent that
   *  comes in, KeepingReady when a recording or transcript that was begun ends. */
  | {
      readonly type: 'Arrange';
      readonly conversation: Conversation;
      readonly call: string;
      readonly room: RoomPlan;
    }
  /** Says something to the caller, over whatever they hear, then what they heard before goes on. `id`: which prompt, so
   *  that the same one twice is said once. With `keys`, the first of these that the caller presses ends it and is
   *  reported; PromptEnded tells either. Text is spoken by the speech engine. */
  | {
      readonly type: 'Say';
      readonly conversation: Conversation;
      readonly call: string;
      readonly id: string;
      readonly text: string;
      readonly keys?: readonly string[];
      readonly waitMs?: number;
    }
  /** Calls somebody outside into this conversation: PartyAnswered, PartyRefused or PartyLeft tell what became of it.
   *  `caller`: the number shown to them. Not in the room until an Arrange says so. */
  | {
      readonly type: 'CallParty';
      readonly conversation: Conversation;
      readonly party: Guid;
      readonly number: string;
      readonly caller: string | null;
    }
  /** Ends the leg of an external party; for one that is gone, nothing. */
  | { readonly type: 'DropParty'; readonly conversation: Conversation; readonly party: Guid }
  /** A key to an external party, or to the caller when `party` is null. */
  | {
      readonly type: 'SendKey';
      readonly conversation: Conversation;
      readonly party: Guid | null;
      readonly key: string;
    }
  /** Leaves caller and external party joined to each other and lets go of both: the conversation hears no more of them
   *  (transfer that is not bridged). The caller's leg counts as ended. */
  | {
      readonly type: 'LetGo';
      readonly conversation: Conversation;
      readonly call: string;
      readonly party: Guid;
    }
  /** Records what the caller says after a tone, until they press #, hang up or `mostMs` pass. Reports KeepingReady. */
  | {
      readonly type: 'TakeMessage';
      readonly conversation: Conversation;
      readonly call: string;
      readonly id: Guid;
      readonly prompt: string;
      readonly mostMs: number;
    }
  /** Calls the customer (callback, outbound): the leg gets the id `call`. CustomerAnswered or CallEnded tell what became
   *  of it. `from`: our number that is shown. `agent`: who called, and hears it ring. */
  | {
      readonly type: 'CallCustomer';
      readonly conversation: Conversation;
      readonly call: string;
      readonly number: string;
      readonly from: string | null;
      readonly agent: Agent | null;
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
  | 'overflow'
  | 'outOfHours'
  | 'forceClosed'
  | 'callbackAccepted'
  | 'messageTaken'
  | 'botFailed'
  | 'closedByHand'
  | 'serverRestarted';

/** Implemented by voice. Rejects only on a fault of its own. */
export interface CallControl {
  perform(effect: CallEffect): Promise<void>;
}
