/** What the screens need of a conversation's rows, read from Web API records. Source: behaviour.md §1, §2. */
import {
  instant,
  type LookupValue,
  label,
  lookup,
  number,
  records,
  text,
  type WebRecord,
} from '../kit/record.ts';

/** Status reasons of a conversation (behaviour.md §1.1). */
export const status = { open: 1, active: 2, waiting: 3, closed: 4, wrapUp: 5 } as const;

/** Active, but still ringing at the agent: AwaitingAgentAcceptance. */
const awaitingAcceptance = 192350002;

/** One conversation. Durations in seconds. */
export interface Conversation {
  readonly id: string;
  readonly subject: string;
  readonly status: number;
  readonly statusLabel: string;
  readonly isAwaitingAcceptance: boolean;
  readonly isAbandoned: boolean;
  readonly channel: string;
  readonly customer: LookupValue | null;
  readonly workstream: LookupValue | null;
  readonly queue: LookupValue | null;
  readonly agent: LookupValue | null;
  readonly createdOn: Date | null;
  readonly agentAssignedOn: Date | null;
  readonly waitStartedOn: Date | null;
  readonly waitSeconds: number | null;
  readonly wrapUpOn: Date | null;
  readonly closedOn: Date | null;
  readonly talkSeconds: number | null;
  readonly holdSeconds: number | null;
}

/** The columns that readConversation looks at, for $select. */
export const conversationColumns = [
  'subject',
  'statuscode',
  'statecode',
  'msdyn_statuschangereason',
  'msdyn_isabandoned',
  'msdyn_channel',
  '_regardingobjectid_value',
  '_msdyn_customer_value',
  '_msdyn_liveworkstreamid_value',
  '_msdyn_cdsqueueid_value',
  '_msdyn_activeagentid_value',
  'createdon',
  'msdyn_createdon',
  'msdyn_initiatedon',
  'msdyn_activeagentassignedon',
  'msdyn_firstwaitstartedon',
  'msdyn_conversationfirstwaittimeinseconds',
  'msdyn_wrapupinitiatedon',
  'msdyn_closedon',
  'msdyn_conversationtalktimeinseconds',
  'msdyn_conversationholdtimeinseconds',
].join(',');

const statusLabels: { readonly [code: number]: string } = {
  1: 'Open',
  2: 'Active',
  3: 'Waiting',
  4: 'Closed',
  5: 'Wrap-up',
};

/** Reads a msdyn_ocliveworkitem record. */
export function readConversation(row: WebRecord): Conversation {
  const code = number(row, 'statuscode') ?? status.open;
  return {
    id: text(row, 'activityid') ?? '',
    subject: text(row, 'subject') ?? 'Conversation',
    status: code,
    statusLabel: label(row, 'statuscode') ?? statusLabels[code] ?? String(code),
    isAwaitingAcceptance:
      code === status.active && number(row, 'msdyn_statuschangereason') === awaitingAcceptance,
    isAbandoned: row.msdyn_isabandoned === true,
    channel: label(row, 'msdyn_channel') ?? 'Voice call',
    customer: lookup(row, 'regardingobjectid') ?? lookup(row, 'msdyn_customer'),
    workstream: lookup(row, 'msdyn_liveworkstreamid'),
    queue: lookup(row, 'msdyn_cdsqueueid'),
    agent: lookup(row, 'msdyn_activeagentid'),
    createdOn:
      instant(row, 'msdyn_initiatedon') ?? instant(row, 'msdyn_createdon') ?? instant(row, 'createdon'),
    agentAssignedOn: instant(row, 'msdyn_activeagentassignedon'),
    waitStartedOn: instant(row, 'msdyn_firstwaitstartedon'),
    waitSeconds: number(row, 'msdyn_conversationfirstwaittimeinseconds'),
    wrapUpOn: instant(row, 'msdyn_wrapupinitiatedon'),
    closedOn: instant(row, 'msdyn_closedon'),
    talkSeconds: number(row, 'msdyn_conversationtalktimeinseconds'),
    holdSeconds: number(row, 'msdyn_conversationholdtimeinseconds'),
  };
}

/** The phone call behind a conversation. */
export interface Engagement {
  readonly from: string | null;
  readonly to: string | null;
  readonly callerName: string | null;
  readonly call: string | null;
}

/** Reads a msdyn_ocphonecallengagementctx record. */
export function readEngagement(row: WebRecord): Engagement {
  return {
    from: text(row, 'msdyn_fromphone'),
    to: text(row, 'msdyn_tophone'),
    callerName: text(row, 'msdyn_callername'),
    call: text(row, 'msdyn_callsid'),
  };
}

/** Someone's part in a session. Durations in seconds. */
export interface Participant {
  readonly id: string;
  readonly agent: LookupValue | null;
  readonly isBot: boolean;
  readonly addedOn: Date | null;
  readonly joinedOn: Date | null;
  readonly leftOn: Date | null;
  readonly leftReason: string | null;
  readonly assignReason: string | null;
  readonly talkSeconds: number;
  readonly talkStartedOn: Date | null;
  readonly holdSeconds: number;
  readonly holdStartedOn: Date | null;
}

/** One attempt to get the conversation handled in one queue, with who took part. */
export interface SessionRow {
  readonly id: string;
  readonly queue: LookupValue | null;
  readonly createdOn: Date | null;
  readonly closedOn: Date | null;
  readonly agentAcceptedOn: Date | null;
  readonly closureReason: string | null;
  readonly closureLabel: string | null;
  readonly participants: readonly Participant[];
}

const nestedParticipants = 'msdyn_ocsession_sessionparticipant_nested';
const botTransferToAgent = 192350026;
const botEndings = new Set([192350009, botTransferToAgent, 192350027]);

const participantColumns = [
  '_msdyn_agentid_value',
  'msdyn_addedon',
  'msdyn_joinedon',
  'msdyn_lefton',
  'msdyn_leftonreason',
  'msdyn_assignreason',
  'msdyn_talktime',
  'msdyn_starttalktime',
  'msdyn_holdtime',
  'msdyn_startholdtime',
].join(',');

/** The query for the sessions of a conversation with their participants, oldest first. */
export function sessionsQuery(conversation: string): string {
  const columns = [
    '_msdyn_cdsqueueid_value',
    'msdyn_sessioncreatedon',
    'createdon',
    'msdyn_sessionclosedon',
    'msdyn_agentacceptedon',
    'msdyn_closurereason',
  ].join(',');
  return (
    `msdyn_ocsessions?$select=${columns}&$filter=_msdyn_liveworkitemid_value eq ${conversation}` +
    `&$orderby=createdon asc&$expand=${nestedParticipants}($select=${participantColumns})`
  );
}

/** Reads a msdyn_ocsession record with its participants. `bots`: ids of the users that are bots. */
export function readSession(row: WebRecord, bots: ReadonlySet<string>): SessionRow {
  const closure = number(row, 'msdyn_closurereason');
  const participants = records(row, nestedParticipants).map((entry) => readParticipant(entry, bots));
  const wasBots = closure !== null && botEndings.has(closure);
  return {
    id: text(row, 'activityid') ?? '',
    queue: lookup(row, 'msdyn_cdsqueueid'),
    createdOn: instant(row, 'msdyn_sessioncreatedon') ?? instant(row, 'createdon'),
    closedOn: instant(row, 'msdyn_sessionclosedon'),
    agentAcceptedOn: instant(row, 'msdyn_agentacceptedon'),
    closureReason: closure === null ? null : String(closure),
    closureLabel: label(row, 'msdyn_closurereason'),
    participants: participants
      .map((participant) => (wasBots ? { ...participant, isBot: true } : participant))
      .toSorted((a, b) => (a.addedOn?.getTime() ?? 0) - (b.addedOn?.getTime() ?? 0)),
  };
}

function readParticipant(row: WebRecord, bots: ReadonlySet<string>): Participant {
  const agent = lookup(row, 'msdyn_agentid');
  return {
    id: text(row, 'msdyn_sessionparticipantid') ?? '',
    agent,
    isBot: agent !== null && bots.has(agent.id),
    addedOn: instant(row, 'msdyn_addedon'),
    joinedOn: instant(row, 'msdyn_joinedon'),
    leftOn: instant(row, 'msdyn_lefton'),
    leftReason: text(row, 'msdyn_leftonreason'),
    assignReason: text(row, 'msdyn_assignreason'),
    talkSeconds: number(row, 'msdyn_talktime') ?? 0,
    talkStartedOn: instant(row, 'msdyn_starttalktime'),
    holdSeconds: number(row, 'msdyn_holdtime') ?? 0,
    holdStartedOn: instant(row, 'msdyn_startholdtime'),
  };
}
