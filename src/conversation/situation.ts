/** What decide may look at: the rows of one conversation as they stand under lock, and what routing needs to know.
 *  Everything here is read by read/ and handed in; nothing reads further. */
import type { Candidate, Classification, Overflow, Rank, ReadRuleSet, Route } from '../routing/index.ts';
import type {
  msdyn_liveworkstream,
  msdyn_ocliveworkitem,
  msdyn_ocliveworkstreamcontextvariable,
  msdyn_ocsession,
  msdyn_queueextension,
  msdyn_sessionparticipant,
  queue,
} from '../tables/dataverse/index.ts';
import type { Guid, Reference, Row, Table } from '../tables/index.ts';
import type {
  IdentificationEvaluation,
  IdentificationInput,
  QueueFigures,
  RouteToQueueInput,
} from '../tables/why.ts';
import type { wirechief_offer } from '../tables/wirechief/wirechief_offer.ts';
import type { Abilities, Wants } from './assignment-facts.ts';
import type { Kind } from './channels.ts';
import type { AutoClose } from './limits.ts';
import { isBlocked } from './presence.ts';
import type { RoomFacts } from './room-facts.ts';
import type { TimeoutRule } from './timeout-rules.ts';

/** The columns of each row beside it that decisions rest on. */
export const columns = {
  conversation: [
    'activityid',
    'modifiedon',
    'statuscode',
    'subject',
    'regardingobjectid',
    'msdyn_activeagentid',
    'msdyn_activesessionparticipantid',
    'msdyn_cdsqueueid',
    'msdyn_channel',
    'msdyn_conversationactivechattimeinseconds',
    'msdyn_conversationactivewrapuptimeinseconds',
    'msdyn_conversationactivitystate',
    'msdyn_conversationfirstwaittimeinseconds',
    'msdyn_conversationhandletimeinseconds',
    'msdyn_conversationholdtimeinseconds',
    'msdyn_conversationtalktimeinseconds',
    'msdyn_conversationwrapuptimeinseconds',
    'msdyn_firstwaitstartedon',
    'msdyn_isagentaccepted',
    'msdyn_isoutbound',
    'msdyn_lastactiveownerid',
    'msdyn_queueitemid',
    'msdyn_startedon',
    'msdyn_overflowtransfercount',
    'msdyn_transfercount',
    'msdyn_wrapupinitiatedon',
  ],
  workstream: [
    'msdyn_liveworkstreamid',
    'msdyn_name',
    'msdyn_bot_user',
    'msdyn_bot_queue',
    'msdyn_botfailureactionconfig',
    'msdyn_defaultqueue',
    'msdyn_capacityrequired',
    'msdyn_capacityformat',
    'msdyn_matchinglogic',
    'msdyn_enableagentaffinity',
    'msdyn_enableselectingfrompushbasedworkstreams',
    'msdyn_allowedpresences',
    'msdyn_workdistributionmode',
    'msdyn_autocloseafterinactivity',
    'msdyn_conversationmode',
    'msdyn_requiredispositioncodeforworkstreamconversations',
    'msdyn_useglobalsettingsforrequiringdispositioncode',
    'msdyn_blockcapacityforconsult',
    'msdyn_blockcapacityforwrapup',
    'msdyn_blockcapacityforwrapupinseconds',
    'msdyn_notificationtemplate_incoming_auth',
    'msdyn_notificationtemplate_incoming_unauth',
    'msdyn_notificationtemplate_transfer',
    'msdyn_notificationtemplate_consult',
    'msdyn_notificationtemplate_callback_previewdialing',
  ],
  session: [
    'activityid',
    'msdyn_cdsqueueid',
    'msdyn_sessioncreationreason',
    'msdyn_closurereason',
    'msdyn_sessionclosedon',
    'msdyn_wrapupinitiatedon',
    'msdyn_queueextensionid',
  ],
  participant: [
    'msdyn_sessionparticipantid',
    'msdyn_agentid',
    'msdyn_name',
    'msdyn_joinedon',
    'msdyn_lefton',
    'msdyn_starttalktime',
    'msdyn_talktime',
    'msdyn_startholdtime',
    'msdyn_holdtime',
    'msdyn_startactivetime',
    'msdyn_activetime',
    'msdyn_startinactivetime',
    'msdyn_inactivetime',
    'msdyn_startactivewrapuptime',
    'msdyn_activewrapuptime',
    'msdyn_iscapacityblocking',
  ],
  offer: [
    'wirechief_offerid',
    'wirechief_agentid',
    'wirechief_expireson',
    'wirechief_sessionid',
    'wirechief_sessionparticipantid',
  ],
  segment: [
    'msdyn_queueextensionid',
    'msdyn_queueid',
    'msdyn_starttime',
    'msdyn_agentassignedon',
    'msdyn_agentacceptedon',
    'msdyn_talktime',
    'msdyn_holdtime',
    'msdyn_activetime',
    'msdyn_inactivetime',
    'msdyn_activechattime',
    'msdyn_activewrapuptime',
    'msdyn_handletime',
  ],
} as const;

/** The conversation's row, locked. */
export type Conversation = Pick<Row<typeof msdyn_ocliveworkitem>, (typeof columns.conversation)[number]>;
/** The workstream's settings. */
export type WorkstreamFacts = Pick<Row<typeof msdyn_liveworkstream>, (typeof columns.workstream)[number]>;
/** The newest session. */
export type SessionFacts = Pick<Row<typeof msdyn_ocsession>, (typeof columns.session)[number]>;
/** The primary participant of the newest session: the bot, or whoever the call was put before last. */
export type ParticipantFacts = Pick<
  Row<typeof msdyn_sessionparticipant>,
  (typeof columns.participant)[number]
>;
/** The stay in a queue that is not over. */
export type SegmentFacts = Pick<Row<typeof msdyn_queueextension>, (typeof columns.segment)[number]>;
/** The pending offer. */
export type OfferFacts = Pick<Row<typeof wirechief_offer>, (typeof columns.offer)[number]>;

/** A person and what the system knows of their work now. `statusId` null: never signed in. `lost`: the page is gone
 *  and may come back, `savedPresence` is what it had. `setByPerson`: the presence was chosen by hand.
 *  `node`: the server process that the page is connected to.
 *  `heldUnits`, `sessions`: over all open conversations; `liveCalls`: over those that are calls. */
export interface AgentFacts {
  readonly agent: Guid<'systemuser'>;
  readonly name: string | null;
  readonly maximumUnits: number;
  readonly heldUnits: number;
  readonly profiles: readonly ProfileRoom[];
  readonly sessions: number;
  readonly liveCalls: number;
  readonly statusId: Guid<'msdyn_agentstatus'> | null;
  readonly signedIn: boolean;
  readonly lost: boolean;
  readonly presence: Guid<'msdyn_presence'> | null;
  readonly basePresence: number | null;
  readonly savedPresence: Guid<'msdyn_presence'> | null;
  readonly setByPerson: boolean;
  readonly openHistory: Guid<'msdyn_agentstatushistory'> | null;
  readonly capacityHistory: Guid<'msdyn_agentcapacityupdatehistory'> | null;
  readonly channelState: Guid<'msdyn_agentchannelstate'> | null;
  readonly lastReleasedOn: Date | null;
  readonly defaultPresence: Guid<'msdyn_presence'> | null;
  readonly defaultBasePresence: number | null;
  readonly node: string | null;
}

/** A capacity profile and what a person has of it: how many pieces of work at once (or a day), how many of those are
 *  taken, and whether a full one blocks every other work. `unit`: the row that shows it; `history`: its open one. */
export interface ProfileRoom {
  readonly profile: Guid<'msdyn_capacityprofile'>;
  readonly name: string | null;
  readonly maximum: number;
  readonly held: number;
  readonly blocking: boolean;
  readonly daily: boolean;
  readonly unit: Guid<'msdyn_agentcapacityprofileunit'> | null;
  readonly history: Guid<'msdyn_agentcapacityupdatehistory'> | null;
}

/** What a conversation takes of a person's capacity: units (none when the workstream goes by profiles) and one of each
 *  profile (behaviour.md §4.8); a call also their telephone, on the server process that has it (`node`; null: none has).
 *  `unkept`: profiles of the workstream that the conversation has no row of yet. */
export interface Load {
  readonly units: number;
  readonly telephone: boolean;
  readonly node: string | null;
  readonly profiles: readonly { readonly id: Guid<'msdyn_capacityprofile'>; readonly name: string | null }[];
  readonly unkept: readonly Guid<'msdyn_capacityprofile'>[];
}

/** A conversation and the rows beside it. `call` and `from` come from the engagement context. `routingRun`: the newest
 *  run with its number. `holdEvent`: the open hold. `segment`: the stay in a queue that is not over.
 *  `closesAfter`: the limits of its channel by rows. `timeoutRules`: of its workstream, for messaging. `agent`: the active agent, locked when the event touches them. */
export interface Situation {
  readonly kind: Kind;
  readonly conversation: Conversation;
  readonly workstream: WorkstreamFacts;
  readonly load: Load;
  readonly call: string;
  readonly from: string | null;
  readonly session: SessionFacts | null;
  readonly segment: SegmentFacts | null;
  readonly closesAfter: AutoClose;
  readonly timeoutRules: readonly TimeoutRule[];
  readonly participant: ParticipantFacts | null;
  readonly offer: OfferFacts | null;
  readonly routingRun: {
    readonly id: Guid<'msdyn_unifiedroutingrun'>;
    readonly number: number;
    readonly startedOn: Date | null;
  } | null;
  readonly holdEvent: Guid<'msdyn_ocsessionparticipantevent'> | null;
  readonly room: RoomFacts;
  readonly agent: AgentFacts | null;
}

/** A member of the queue: the person, and what assignment needs besides. `isMember` false: only named by somebody. */
export interface Member extends AgentFacts, Abilities {
  readonly lastAssignedOn: Date | null;
  readonly isMember: boolean;
  readonly joinedRank: number;
  readonly declines: number;
}

/** A queue seen from one conversation. `others`: members who are looked at and get nothing here. `rank`: where it stands in a queue that orders its work by rules. `othersWait`: other work waits somewhere, so this one must take its turn.
 *  `offerSeconds`: the countdown of the notification template. `lastAssignment`: the newest assignment diagnostic of
 *  the conversation. */
export interface Board {
  readonly queue: Pick<Row<typeof queue>, 'queueid' | 'name' | 'msdyn_assignmentstrategy'>;
  readonly members: readonly Member[];
  readonly others: readonly Candidate[];
  readonly wants: Wants;
  readonly rank: Rank | null;
  readonly othersWait: boolean;
  readonly offerSeconds: number;
  readonly lastAssignment: {
    readonly id: Guid<'msdyn_unifiedroutingdiagnostic'>;
    readonly number: number;
    readonly evaluation: string | null;
  } | null;
}

/** What routing decided and looked at. `classification` null: the workstream has none. `chosen`: the queue the rules or
 *  the fallback gave; `queue`: the one to enter, which an overflow may have made another. `figures`: how `chosen` stood.
 *  `heldSkills`: characteristics the conversation had before. */
export interface Routing {
  readonly classification: Classification | null;
  readonly route: Route;
  readonly input: RouteToQueueInput;
  readonly ruleSet: Guid<'msdyn_decisionruleset'> | null;
  readonly chosen: Guid<'queue'> | null;
  readonly queue: Guid<'queue'> | null;
  readonly figures: QueueFigures | null;
  readonly heldSkills: readonly string[];
}

/** What a caller is told while waiting: automated messages by trigger, whether the place is announced, the average wait in
 *  seconds where that is announced and known, and the rules that look at the wait in the queue. */
export interface Waiting {
  readonly queueName: string | null;
  readonly texts: ReadonlyMap<number, string>;
  readonly position: boolean;
  readonly averageWait: number | null;
  readonly inqueue: ReadRuleSet | null;
}

/** What the in-queue rules say of the wait in `queue`, `lapsed` seconds after `enteredOn`. */
export interface InQueue {
  readonly queue: Guid<'queue'>;
  readonly enteredOn: Date;
  readonly lapsed: number;
  readonly figures: QueueFigures;
  readonly overflow: Overflow;
}

/** What is done when the bot fails (msdyn_botfailureactiontype), with the number of a transfer. */
export interface BotFailure {
  readonly action: 'end' | 'phone' | 'promptAndEscalate' | 'escalate';
  readonly number: string | null;
}

/** A context variable of the workstream, and the conversation's item for it if there is one. */
export interface ContextVariable
  extends Pick<
    Row<typeof msdyn_ocliveworkstreamcontextvariable>,
    'msdyn_ocliveworkstreamcontextvariableid' | 'msdyn_name' | 'msdyn_datatype' | 'msdyn_isdisplayable'
  > {
  readonly item: Guid<'msdyn_ocliveworkitemcontextitem'> | null;
  readonly value: string | null;
}

/** Who called, found by number. `provisional`: the number, in E.164, of the contact that is to be made for a caller nobody
 *  knows; `history`: earlier conversations of that number, to become its own too. `trace` null: no number came along. */
export interface Identified {
  readonly customer: Reference<'account' | 'contact'> | null;
  readonly name: string | null;
  readonly incident: Guid<'incident'> | null;
  readonly provisional: string | null;
  readonly history: readonly Tie[];
  readonly trace: {
    readonly input: IdentificationInput;
    readonly evaluation: IdentificationEvaluation;
    readonly reason: string;
  } | null;
}

/** A conversation with all rows that say who its customer is, as they stand, locked. `workstream`: its name; `number`:
 *  the caller's as it came. */
export interface Tie {
  readonly conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly workstream: string | null;
  readonly number: string | null;
  readonly rows: readonly TieRow[];
}

/** One of those rows, with the columns that say it. */
export interface TieRow {
  readonly table: TiedTable;
  readonly id: Guid;
  readonly values: { readonly [column: string]: TieValue };
}
export type TieValue = string | Reference | null;
export type TiedTable =
  | 'msdyn_ocliveworkitem'
  | 'msdyn_liveconversation'
  | 'msdyn_ocsession'
  | 'msdyn_ocphonecallengagementctx';

/** A dialled number that leads somewhere. `bot` null: the workstream has none, people answer at once. `closed`:
 *  what the caller is told when the channel is closed at this hour, null when it is open; `greeting`: what first. */
export interface Arrival {
  readonly workstream: WorkstreamFacts;
  readonly closesAfter: AutoClose;
  readonly bot: { readonly id: Guid<'systemuser'>; readonly name: string | null } | null;
  readonly identified: Identified;
  readonly closed: string | null;
  readonly greeting: string | null;
}

/** Where a message or a record leads. `context`: the engagement context of its channel. */
export interface MessageArrival extends Pick<Arrival, 'workstream' | 'closesAfter' | 'bot'> {
  readonly channel: NonNullable<Conversation['msdyn_channel']>[number];
  readonly context: Table;
}

/** A member as assignment sees it. */
export const toCandidate = (member: Member): Candidate => ({
  agent: member.agent,
  name: member.name,
  signedIn: member.signedIn && !member.lost,
  basePresence: member.basePresence,
  availableUnits: member.maximumUnits - member.heldUnits,
  profiles: member.profiles.map(({ profile, maximum, held }) => ({ profile, available: maximum - held })),
  blocked: isBlocked(member),
  skills: member.skills,
  sessions: member.sessions,
  facts: member.facts,
  liveCalls: member.liveCalls,
  node: member.node,
  lastReleasedOn: member.lastReleasedOn,
  lastAssignedOn: member.lastAssignedOn,
  joinedRank: member.joinedRank,
  declines: member.declines,
});
