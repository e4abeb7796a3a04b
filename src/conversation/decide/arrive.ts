/** A conversation comes in, by a call or through a channel: the rows it begins with. Source: behaviour.md §1.6, §2.1, §3.1 rows 1 to 6, §11 choice 15;
 *  mission row S0.1. */
import {
  msdyn_liveconversation,
  msdyn_liveworkitemevent,
  msdyn_ocphonecallengagementctx,
  msdyn_ocsession,
  msdyn_sessionparticipant,
} from '../../tables/dataverse/index.ts';
import type { Guid, Reference, Values } from '../../tables/index.ts';
import { ownConversation } from '../../tables/wirechief/node-columns.ts';
import {
  activity,
  assignReason,
  change,
  channel,
  creation,
  mode,
  sessionEvent,
  sessionState,
  status,
  workItemEvent,
} from '../choices.ts';
import type { Draft } from '../decision.ts';
import type { CallArrived } from '../events.ts';
import type { ConversationArrived } from '../message-events.ts';
import { mirror } from '../mirror.ts';
import type { Arrival, Conversation, MessageArrival, WorkstreamFacts } from '../situation.ts';
import { addSessionEvent, beginSession } from './change.ts';

/** What stands for the number of a caller who withholds it. */
export const withheld = 'Anonymous';

/** Writes the conversation with its ongoing conversation and engagement context, and session 1 with the bot, if the
 *  workstream has one. A number that leads nowhere leaves no row: the call is released. */
export function arrive(draft: Draft, event: CallArrived, arrival: Arrival | null): void {
  const { conversation, call } = event;
  if (arrival === null) {
    const reason = `no workstream answers ${event.to}`;
    draft.effect({ type: 'Release', conversation, call, reason, cause: 'unknownNumber' });
    return;
  }
  const { identified } = arrival;
  const beginning = {
    conversation,
    subject: subjectOf(event, arrival),
    channel: channel.voiceCall,
    provider: event.provider,
    customer: identified.customer,
    regarding: identified.customer,
  };
  openConversation(draft, beginning, arrival, {
    ...(identified.incident ? { msdyn_issueid: identified.incident } : {}),
    wirechief_node: draft.home,
  });
  // The name is the number even for a known caller: the context is there before the caller is identified.
  draft.create(msdyn_ocphonecallengagementctx, {
    msdyn_liveworkitemid: conversation,
    msdyn_callsid: call,
    msdyn_callername: event.from ?? withheld,
    msdyn_fromphone: event.from,
    msdyn_tophone: event.to,
    msdyn_providername: event.provider,
  });
  if (arrival.closed !== null) {
    draft.effect({ type: 'PlayWaiting', conversation, call });
    draft.effect({ type: 'Say', conversation, call, id: 'end:hours', text: arrival.closed });
    turnAway(draft, conversation);
    return;
  }
  if (arrival.greeting !== null)
    draft.effect({ type: 'Say', conversation, call, id: 'greeting', text: arrival.greeting });
  if (arrival.bot === null) draft.effect({ type: 'PlayWaiting', conversation, call });
  else {
    beginWithBot(draft, beginning, arrival, arrival.bot);
    draft.effect({ type: 'StartBot', conversation, call, bot: arrival.bot.id });
  }
}

/** The channel is closed at this hour: the conversation is over before it began; the line is let go when the caller was
 *  told (behaviour.md §3.1 row 4). */
function turnAway(draft: Draft, conversation: Guid<'msdyn_ocliveworkitem'>): void {
  const { now } = draft;
  draft.conversation(conversation, {
    statecode: 1,
    statuscode: status.closed,
    msdyn_statuschangereason: change.autoClosedBySystem,
    msdyn_isabandoned: true,
    msdyn_closedon: now,
    actualend: now,
    msdyn_conversationactivitystate: activity.ended,
  });
}

/** The same for a messaging channel or a record: the context is that of the channel. */
export function arriveByMessage(draft: Draft, event: ConversationArrived, arrival: MessageArrival): void {
  const { conversation, record, customer } = event;
  const name = event.name ?? event.channel.toString();
  const beginning = {
    conversation,
    subject: titled(name, arrival.workstream),
    channel: arrival.channel,
    provider: null,
    customer,
    regarding: record ?? customer,
  };
  openConversation(draft, beginning, arrival, record ? routed(record) : {});
  draft.create(arrival.context, { ...event.context, msdyn_liveworkitemid: conversation });
  if (arrival.bot !== null) beginWithBot(draft, beginning, arrival, arrival.bot);
}

/** What is routed. The lookup beside its name takes few tables; every record is regarded. */
function routed(record: Reference): Values<typeof ownConversation> {
  const { targets } = ownConversation.columns.msdyn_routableobjectid;
  const table = targets.find((target) => target === record.table);
  return {
    msdyn_routableobjectlogicalname: record.table,
    ...(table === undefined ? {} : { msdyn_routableobjectid: { table, id: record.id } }),
  };
}

/** `<customer name or number>: <workstream>` (behaviour.md §1.6). */
export function subjectOf(event: CallArrived, { identified, workstream }: Arrival): string {
  return titled(identified.name ?? event.from ?? withheld, workstream);
}

/** The same for whoever it is with. */
export const titled = (who: string, { msdyn_name }: Pick<WorkstreamFacts, 'msdyn_name'>): string =>
  `${who}: ${msdyn_name ?? ''}`.slice(0, 200);

/** What a conversation is called, where it comes from and who it is about. */
interface Beginning {
  readonly conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly subject: string;
  readonly channel: MessageArrival['channel'];
  readonly provider: string | null;
  readonly customer: Reference<'account' | 'contact'> | null;
  readonly regarding: Conversation['regardingobjectid'];
}

/** The conversation, its ongoing conversation and the event that it was made. `more`: other values than those of one that
 *  comes in and waits. */
export function openConversation(
  draft: Draft,
  beginning: Beginning,
  arrival: Pick<Arrival, 'workstream' | 'bot'>,
  more: Values<typeof ownConversation>,
): void {
  const { workstream, bot } = arrival;
  const { conversation, subject, customer, regarding } = beginning;
  const { now } = draft;
  const values = {
    subject,
    msdyn_title: subject,
    statuscode: status.open,
    msdyn_statuschangereason: change.awaitingAgentAssignment,
    msdyn_statusupdatedon: now,
    msdyn_channel: [beginning.channel],
    msdyn_channelproviderName: beginning.provider,
    msdyn_liveworkstreamid: workstream.msdyn_liveworkstreamid,
    msdyn_workstreamworkdistributionmode: workstream.msdyn_workdistributionmode,
    msdyn_cdsqueueid: bot ? (workstream.msdyn_bot_queue ?? workstream.msdyn_defaultqueue) : null,
    msdyn_isoutbound: false,
    msdyn_isabandoned: false,
    msdyn_isagentaccepted: false,
    msdyn_isagentsession: false,
    msdyn_transfercount: 0,
    msdyn_escalationcount: 0,
    msdyn_overflowtransfercount: 0,
    msdyn_conversationactivitystate: activity.none,
    msdyn_ocliveworkitemid: conversation,
    msdyn_createdon: now,
    msdyn_modifiedon: now,
    msdyn_initiatedon: now,
    msdyn_startedon: bot ? now : null,
    actualstart: now,
    ...(customer ? { msdyn_customer: customer } : {}),
    ...(regarding ? { regardingobjectid: regarding } : {}),
    ...more,
  };
  draft.create(ownConversation, values, conversation);
  draft.create(msdyn_liveworkitemevent, {
    msdyn_name: 'Created',
    msdyn_liveworkitemid: conversation,
    msdyn_liveworkitemevent: workItemEvent.created,
    msdyn_eventtime: now,
  });
  draft.create(msdyn_liveconversation, mirror(values), conversation);
}

/** Session 1 sits in the bot's queue and is assigned and accepted at once (behaviour.md §2.1). */
function beginWithBot(
  draft: Draft,
  beginning: Beginning,
  { workstream }: Pick<Arrival, 'workstream'>,
  bot: NonNullable<Arrival['bot']>,
): void {
  const { conversation, subject, regarding } = beginning;
  const { now } = draft;
  const queue = workstream.msdyn_bot_queue ?? workstream.msdyn_defaultqueue;
  const heading = {
    activityid: conversation,
    subject,
    regardingobjectid: regarding,
    msdyn_channel: [beginning.channel],
  };
  const session = beginSession({ draft, now }, heading, queue, creation.default);
  draft.update(msdyn_ocsession, session, {
    msdyn_agentassignedon: now,
    msdyn_agentacceptedon: now,
    msdyn_state: sessionState.active,
    msdyn_botengagementmode: 192350000,
  });
  addSessionEvent({ draft, now }, session, sessionEvent.agentAccepted);
  const participant = draft.create(msdyn_sessionparticipant, {
    msdyn_name: bot.name,
    msdyn_omnichannelsession: session,
    msdyn_agentid: bot.id,
    msdyn_cdsqueueid: queue,
    msdyn_mode: mode.primary,
    msdyn_addedon: now,
    msdyn_joinedon: now,
    msdyn_assignreason: assignReason.get(creation.default) ?? null,
    msdyn_iscapacityblocking: false,
    msdyn_modifiedon: now,
  });
  draft.conversation(conversation, {
    msdyn_lastsessionid: session,
    msdyn_activesessionparticipantid: participant,
  });
}
