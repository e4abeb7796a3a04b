/** What a decision may know of a call with several parties: who is in it or invited, what is kept of it, and how the
 *  number that was dialled is set up. Read by read/room.ts. */
import type { msdyn_ocvoicechannelsetting } from '../tables/dataverse/index.ts';
import type { Guid, Row } from '../tables/index.ts';
import type { wirechief_callcontrol } from '../tables/wirechief/wirechief_callcontrol.ts';
import type { wirechief_callparty } from '../tables/wirechief/wirechief_callparty.ts';
import type { Party } from './room.ts';
import type { AgentFacts } from './situation.ts';

/** The columns of each row that decisions rest on. */
export const roomColumns = {
  control: [
    'wirechief_callcontrolid',
    'wirechief_isrecording',
    'wirechief_keepingstate',
    'wirechief_lastmessageby',
    'wirechief_lastmessageon',
    'wirechief_messageid',
    'wirechief_requests',
    'wirechief_step',
    'wirechief_transcriptid',
  ],
  voice: [
    'msdyn_ocvoicechannelsettingid',
    'msdyn_agentexternalparticipantcontrolenabled',
    'msdyn_agentexternalparticipanttransfercontrolenabled',
    'msdyn_agentrecordingcontrolsenabled',
    'msdyn_agenttranscriptioncontrolsenabled',
    'msdyn_enablestoprecordingtranscriptiononhold',
    'msdyn_recordingenabled',
    'msdyn_recordingmode',
    'msdyn_stoptranscriptionandrecordingafterpstntransfer',
    'msdyn_transcriptionenabled',
    'msdyn_transcriptionmode',
    'msdyn_usebridgetransferforpstntransfer',
  ],
  party: [
    'wirechief_callpartyid',
    'wirechief_agentid',
    'wirechief_isbridged',
    'wirechief_isbysupervisor',
    'wirechief_iscapacityblocking',
    'wirechief_isheld',
    'wirechief_name',
    'wirechief_part',
    'wirechief_phonenumber',
    'wirechief_purpose',
    'wirechief_queueid',
    'wirechief_sessionparticipantid',
    'statuscode',
  ],
} as const;

/** What the engine remembers of the call; the row is made when there is something. */
export type ControlFacts = Pick<Row<typeof wirechief_callcontrol>, (typeof roomColumns.control)[number]>;
/** The voice settings of the workstream. */
export type VoiceFacts = Pick<Row<typeof msdyn_ocvoicechannelsetting>, (typeof roomColumns.voice)[number]>;

/** Somebody who is in the call (`joined`) or invited to it, besides the caller and the primary representative. Called as a
 *  `redirection`: instead of a representative, because of an overflow or a bot that failed.
 *  `bySupervisor`: a transfer that a supervisor asked for. `queue`: for which they were found, where a queue is consulted;
 *  `blocks`: a helper who gives capacity to it. `offerExpiresOn`: until when an invited agent may accept; the offer carries the party's id. */
export interface PartyFacts {
  readonly id: Guid<'wirechief_callparty'>;
  readonly agent: Guid<'systemuser'> | null;
  readonly number: string | null;
  readonly name: string | null;
  readonly part: Party['part'];
  readonly purpose: 'transfer' | 'consult' | 'supervision' | 'redirection';
  readonly joined: boolean;
  readonly held: boolean;
  readonly bridged: boolean;
  readonly bySupervisor: boolean;
  readonly queue: Guid<'queue'> | null;
  readonly blocks: boolean;
  readonly participant: Guid<'msdyn_sessionparticipant'> | null;
  readonly offerExpiresOn: Date | null;
}

/** `dialled`: our number that was called. `context`: the engagement context, which names the leg. `primaryLost`: the page of the primary representative is gone and may come
 *  back. `transferHold`: the customer is on hold because of a transfer, not by hand. `transcriptionEvent`: the open
 *  one, and since when. */
export interface RoomFacts {
  readonly parties: readonly PartyFacts[];
  readonly control: ControlFacts | null;
  readonly voice: VoiceFacts | null;
  readonly dialled: string | null;
  readonly context: Guid<'msdyn_ocphonecallengagementctx'> | null;
  readonly primaryLost: boolean;
  readonly transferHold: boolean;
  readonly transcriptionEvent: {
    readonly id: Guid<'msdyn_ocsessionparticipantevent'>;
    readonly startedOn: Date | null;
  } | null;
}

/** What a call-control event needs besides. `other`: the person it concerns besides the primary representative, locked:
 *  who is offered a transfer, or is to be asked. `helpers`: those who give capacity to the call without having it, locked.
 *  `offerSeconds`: the countdown of an invitation. `queue`: where the call
 *  is to go. `kept`: the rows that a complete recording or transcript belongs to. */
export interface CallReadings {
  readonly other: AgentFacts | null;
  readonly helpers: readonly AgentFacts[];
  readonly offerSeconds: number;
  readonly queue: TargetQueue | null;
  readonly kept: { readonly recording: boolean } | null;
}

/** A queue that a call is to be sent to. `type`: msdyn_queuetype. */
export interface TargetQueue {
  readonly id: Guid<'queue'>;
  readonly name: string | null;
  readonly type: number | null;
  readonly isOpen: boolean;
}

type PartyValue<K extends 'wirechief_part' | 'wirechief_purpose'> = NonNullable<
  Row<typeof wirechief_callparty>[K]
>;

/** The parts by their values in wirechief_callparty. */
export const partValue: { readonly [P in Party['part']]: PartyValue<'wirechief_part'> } = {
  primary: 1,
  consult: 2,
  monitor: 3,
  whisper: 4,
  barge: 5,
};

/** The purposes by their values in wirechief_callparty; an offer has the same for the first two, one higher. */
export const purposeValue: { readonly [P in PartyFacts['purpose']]: PartyValue<'wirechief_purpose'> } = {
  transfer: 1,
  consult: 2,
  supervision: 3,
  redirection: 4,
};

/** wirechief_callparty.statuscode. */
export const partyStatus = { invited: 1, inCall: 2, left: 3, didNotCome: 4 } as const;

/** wirechief_offer.wirechief_purpose. */
export const offerPurpose = { assignment: 1, transfer: 2, consult: 3, callback: 4 } as const;

/** wirechief_callcontrol.wirechief_keepingstate. */
export const keepingState = { running: 1, paused: 2, pausedByHold: 3, stopped: 4 } as const;

/** wirechief_callcontrol.wirechief_step. */
export const callStep = { callbackWaits: 1, callbackDialled: 2, voicemail: 3, customerDialled: 4 } as const;
