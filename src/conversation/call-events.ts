/** What people ask of a live call beyond accept, hold and end: transfer, consult, supervision, recording. `agent`: who asks.
 *  `request`: an id the asker chose; the same one again has no effect. Source: behaviour.md §3.8, §3.9. */
import type { Guid } from '../tables/index.ts';

type Agent = Guid<'systemuser'>;
type PartyId = Guid<'wirechief_callparty'>;

interface Asked {
  readonly conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly agent: Agent;
  readonly request?: string;
}

/** The primary representative hands the customer to another one, who is offered the call. */
export interface AgentTransferRequested extends Asked {
  readonly type: 'AgentTransferRequested';
  readonly to: Agent;
}
/** A supervisor hands a chat or messages to another representative: what somebody has, or what waits for its customer. */
export interface SupervisorTransferRequested extends Asked {
  readonly type: 'SupervisorTransferRequested';
  readonly to: Agent;
}
/** The primary representative sends the customer to a queue. */
export interface QueueTransferRequested extends Asked {
  readonly type: 'QueueTransferRequested';
  readonly queue: Guid<'queue'>;
}
/** The primary representative hands the customer to a number outside. `bridged` null: as the voice settings say. */
export interface ExternalTransferRequested extends Asked {
  readonly type: 'ExternalTransferRequested';
  readonly number: string;
  readonly bridged: boolean | null;
}
/** The primary representative takes a transfer to the outside back before it is answered; with `declined` it was the
 *  other side that said no, by another way than the call itself. */
export interface ExternalTransferWithdrawn extends Asked {
  readonly type: 'ExternalTransferWithdrawn';
  readonly declined: boolean;
}
/** The primary representative asks another one, whoever fits of a queue, or somebody outside, for help. Exactly one of the
 *  three is given. */
export interface ConsultRequested extends Asked {
  readonly type: 'ConsultRequested';
  readonly to: Agent | null;
  readonly queue?: Guid<'queue'> | null;
  readonly number: string | null;
}
/** The primary representative puts one of the others on hold, or takes them off it. */
export interface PartyHoldRequested extends Asked {
  readonly type: 'PartyHoldRequested';
  readonly party: PartyId;
  readonly held: boolean;
}
/** The primary representative lets one of the others go, or takes an invitation back. */
export interface PartyDropRequested extends Asked {
  readonly type: 'PartyDropRequested';
  readonly party: PartyId;
}
/** The primary representative makes a consulted party the primary one. `party` null: the only one from outside. */
export interface PromoteRequested extends Asked {
  readonly type: 'PromoteRequested';
  readonly party: PartyId | null;
}
/** Everybody is taken off hold: all talk with each other. */
export interface MergeRequested extends Asked {
  readonly type: 'MergeRequested';
}
/** A key to a party from outside; `party` null: the only one. */
export interface KeyRequested extends Asked {
  readonly type: 'KeyRequested';
  readonly party: PartyId | null;
  readonly key: string;
}
/** Somebody who is not the primary representative leaves the call. */
export interface LeaveRequested extends Asked {
  readonly type: 'LeaveRequested';
}
/** The primary representative, whose page may have lost the call, wants to be in it again. */
export interface RejoinRequested extends Asked {
  readonly type: 'RejoinRequested';
}
/** A supervisor listens, whispers to the representative, or joins; from one to another at any time. */
export interface SupervisionRequested extends Asked {
  readonly type: 'SupervisionRequested';
  readonly part: 'monitor' | 'whisper' | 'barge';
}
/** A supervisor closes the conversation, wherever it stands. */
export interface ForceCloseRequested extends Asked {
  readonly type: 'ForceCloseRequested';
}
/** The primary representative begins, pauses, goes on with or ends what is kept of the call. */
export interface KeepingRequested extends Asked {
  readonly type: 'KeepingRequested';
  readonly wish:
    | 'startRecording'
    | 'pauseRecording'
    | 'resumeRecording'
    | 'startTranscription'
    | 'stopTranscription';
}
/** The session that somebody outside holds is ended: as the one whose call it is, or as a party. */
export interface ExternalSessionClosed extends Asked {
  readonly type: 'ExternalSessionClosed';
}

/** Every one of them. */
export type CallRequest =
  | AgentTransferRequested
  | SupervisorTransferRequested
  | QueueTransferRequested
  | ExternalTransferRequested
  | ExternalTransferWithdrawn
  | ConsultRequested
  | PartyHoldRequested
  | PartyDropRequested
  | PromoteRequested
  | MergeRequested
  | KeyRequested
  | LeaveRequested
  | RejoinRequested
  | SupervisionRequested
  | ForceCloseRequested
  | KeepingRequested
  | ExternalSessionClosed;
