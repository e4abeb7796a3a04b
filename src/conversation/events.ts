/** What can happen to a conversation or an agent: the only things that enter `run`. Ids are GUIDs unless said.
 *  `request`: an id that the asker chose; the same one again has no effect. */
import type { Guid } from '../tables/index.ts';
import type { CallRequest } from './call-events.ts';
import type { CallerEvent } from './caller-events.ts';
import type { CustomerDialled } from './dial-event.ts';
import type { HandEvent } from './hand-events.ts';
import type { MessageEvent } from './message-events.ts';

type Conversation = Guid<'msdyn_ocliveworkitem'>;
type Agent = Guid<'systemuser'>;

/** A call reached one of our numbers. `call`: the voice layer's id of the leg, kept as msdyn_callsid.
 *  `from`: E.164 or null when withheld; `to`: the number dialled. `conversation` is chosen by the caller of `run`. */
export interface CallArrived {
  readonly type: 'CallArrived';
  readonly conversation: Conversation;
  readonly call: string;
  readonly from: string | null;
  readonly to: string;
  readonly provider: string;
}
/** The bot set a context variable. Unknown names are refused invalidArgument and leave no trace. */
export interface VariableSet {
  readonly type: 'VariableSet';
  readonly conversation: Conversation;
  readonly name: string;
  readonly value: string;
}
/** The bot hands over to a human; `variables` are set first. */
export interface BotTransferred {
  readonly type: 'BotTransferred';
  readonly conversation: Conversation;
  readonly variables: { readonly [name: string]: string };
}
/** The bot cannot go on: its flow is missing or broke off. `reason` in words for the log. What the caller hears next is
 *  the workstream's fallback (behaviour.md §3.6). */
export interface BotFailed {
  readonly type: 'BotFailed';
  readonly conversation: Conversation;
  readonly reason: string;
}
/** The bot ended the conversation by itself. */
export interface BotEnded {
  readonly type: 'BotEnded';
  readonly conversation: Conversation;
}
/** The agent pressed Accept. */
export interface AgentAccepted {
  readonly type: 'AgentAccepted';
  readonly conversation: Conversation;
  readonly agent: Agent;
  readonly request?: string;
}
/** The agent pressed Reject. */
export interface AgentRejected {
  readonly type: 'AgentRejected';
  readonly conversation: Conversation;
  readonly agent: Agent;
  readonly request?: string;
}
/** The offer's deadline passed (a timer). */
export interface OfferExpired {
  readonly type: 'OfferExpired';
  readonly conversation: Conversation;
  readonly offer: Guid<'wirechief_offer'>;
}
/** Caller and agent hear each other. */
export interface MediaConnected {
  readonly type: 'MediaConnected';
  readonly conversation: Conversation;
  readonly agent: Agent;
}
/** The agent puts the caller on hold; a second time changes nothing. */
export interface HoldRequested {
  readonly type: 'HoldRequested';
  readonly conversation: Conversation;
  readonly agent: Agent;
  readonly request?: string;
}
/** The agent takes the caller off hold; a second time changes nothing. */
export interface UnholdRequested {
  readonly type: 'UnholdRequested';
  readonly conversation: Conversation;
  readonly agent: Agent;
  readonly request?: string;
}
/** The agent pressed End: the call is over, the conversation goes to wrap-up. */
export interface AgentEnded {
  readonly type: 'AgentEnded';
  readonly conversation: Conversation;
  readonly agent: Agent;
  readonly request?: string;
}
/** The caller's leg ended: hang-up, lost media or a failed dialog. `reason` in words for the log. `refused`: a customer
 *  whom we called did not pick up: the status of SIP, `noReply` when it rang for as long as it may, 0 when it did not come
 *  to ringing. */
export interface CallEnded {
  readonly type: 'CallEnded';
  readonly conversation: Conversation;
  readonly by: 'customer' | 'lost' | 'failure';
  readonly reason: string;
  readonly refused?: number | 'noReply';
}
/** The agent closed the workspace session: wrap-up done. */
export interface SessionClosed {
  readonly type: 'SessionClosed';
  readonly conversation: Conversation;
  readonly agent: Agent;
  readonly request?: string;
}
/** A lifecycle timer of behaviour.md §1.3 is due (open, active, waiting, wrap-up, block-capacity), or the time that a
 *  lost customer had to come back (§1.8). */
export interface LifecycleTimer {
  readonly type: 'LifecycleTimer';
  readonly conversation: Conversation;
  readonly timer: 'open' | 'active' | 'waiting' | 'wrapup' | 'wrapupCapacity' | 'reconnect';
}
/** The agent's page has a working device and its media is up. */
export interface AgentConnected {
  readonly type: 'AgentConnected';
  readonly agent: Agent;
}
/** The agent's page is gone (closed, reloaded, network): offers to it are withdrawn at once; a call in progress waits
 *  for the grace period. `node`: the server process it was connected to, when that is not this one. */
export interface AgentLost {
  readonly type: 'AgentLost';
  readonly agent: Agent;
  readonly node?: string;
}
/** The grace period after AgentLost passed (a timer). */
export interface AgentGone {
  readonly type: 'AgentGone';
  readonly agent: Agent;
}
/** The agent (or a supervisor) chose a presence. Refuses invalidArgument for an unknown one or a system-only one. */
export interface PresenceSet {
  readonly type: 'PresenceSet';
  readonly agent: Agent;
  readonly presence: Guid<'msdyn_presence'>;
  readonly by: Agent;
}
/** Someone may fit some waiting work: queue membership, presence, capacity or configuration changed. */
export interface WorkAvailable {
  readonly type: 'WorkAvailable';
}
/** The server came up, and no other one lives on its database; calls that were live when it went down are closed with a
 *  fitting reason. `lastAliveOn`: when it was last seen alive, which is where running stopwatches stop; without it, when
 *  a conversation last changed. */
export interface ServerStarted {
  readonly type: 'ServerStarted';
  readonly lastAliveOn?: Date;
}
/** One of several server processes on the database is gone: its calls are closed with a fitting reason, its people have
 *  the grace period to come back, to another one. `lastAliveOn` as of ServerStarted. */
export interface NodeLost {
  readonly type: 'NodeLost';
  readonly node: string;
  readonly lastAliveOn?: Date;
}

/** A prompt was said to its end, or ended by a key; `key` null: none was pressed in time. */
export interface PromptEnded {
  readonly type: 'PromptEnded';
  readonly conversation: Conversation;
  readonly prompt: string;
  readonly key: string | null;
}
/** The external party picked up. */
export interface PartyAnswered {
  readonly type: 'PartyAnswered';
  readonly conversation: Conversation;
  readonly party: Guid;
}
/** The external party did not: `status` of SIP, 0 when there was none. */
export interface PartyRefused {
  readonly type: 'PartyRefused';
  readonly conversation: Conversation;
  readonly party: Guid;
  readonly status: number;
  readonly reason: string;
}
/** The external party hung up or was lost. */
export interface PartyLeft {
  readonly type: 'PartyLeft';
  readonly conversation: Conversation;
  readonly party: Guid;
}
/** The customer we called picked up; when they do not, CallEnded says why. */
export interface CustomerAnswered {
  readonly type: 'CustomerAnswered';
  readonly conversation: Conversation;
}
/** A recording, transcript or message is complete. `audio`: a WAV, two channels (customer left) for a recording, one for
 *  a message. `seconds`: how long it is. `lines`: what was understood, in order, `atMs` from the beginning. `early`: it
 *  ended though nobody wished it: `full`, by its size or the disk's, or `interrupted` with the engine that wrote it. */
export interface KeepingReady {
  readonly type: 'KeepingReady';
  readonly conversation: Conversation;
  readonly keeping: Guid;
  readonly kind: 'recording' | 'message';
  readonly audio: Uint8Array | null;
  readonly seconds: number;
  readonly lines: readonly TranscriptLine[];
  readonly early?: 'full' | 'interrupted';
}
/** One thing that was said. `speaker`: null for the customer, and for an external `party`. */
export interface TranscriptLine {
  readonly speaker: Agent | null;
  readonly party?: Guid;
  readonly text: string;
  readonly atMs: number;
  readonly durationMs: number;
}

/** The caller chose to be called back instead of waiting. A rule that offers it may as well call `acceptCallback`
 *  (decide/callback.ts) in its own decision. The call ends, the conversation keeps its place in the queue. */
export interface CallbackAccepted {
  readonly type: 'CallbackAccepted';
  readonly conversation: Conversation;
}
/** A callback that nobody could make in time is given up (a timer). */
export interface CallbackExpired {
  readonly type: 'CallbackExpired';
  readonly conversation: Conversation;
}
/** The caller is to leave a message instead of waiting. A rule that says so may as well call `takeVoicemail`
 *  (decide/voicemail.ts) in its own decision. The message itself arrives as KeepingReady. */
export interface VoicemailTaken {
  readonly type: 'VoicemailTaken';
  readonly conversation: Conversation;
}

/** Every event. */
export type ConversationEvent =
  | HandEvent
  | CallArrived
  | VariableSet
  | BotTransferred
  | BotFailed
  | BotEnded
  | AgentAccepted
  | AgentRejected
  | OfferExpired
  | MediaConnected
  | HoldRequested
  | UnholdRequested
  | AgentEnded
  | CallEnded
  | CustomerDialled
  | SessionClosed
  | LifecycleTimer
  | AgentConnected
  | AgentLost
  | AgentGone
  | PresenceSet
  | WorkAvailable
  | ServerStarted
  | NodeLost
  | PromptEnded
  | PartyAnswered
  | PartyRefused
  | PartyLeft
  | CustomerAnswered
  | KeepingReady
  | CallbackAccepted
  | CallbackExpired
  | VoicemailTaken
  | CallRequest
  | MessageEvent
  | CallerEvent;
