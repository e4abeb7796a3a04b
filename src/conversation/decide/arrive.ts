/** A call comes in: the rows it begins with. Source: behaviour.md §1.6, §2.1, §3.1 rows 1 to 6, §11 choice 15;
 *  mission row S0.1. */
import {
  msdyn_liveconversation,
  msdyn_ocliveworkitem,
  msdyn_ocphonecallengagementctx,
  msdyn_ocsession,
  msdyn_sessionparticipant,
} from '../../tables/dataverse/index.ts';
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
} from '../choices.ts';
import type { Draft } from '../decision.ts';
import type { CallArrived } from '../events.ts';
import type { Limits } from '../limits.ts';
import { mirror } from '../mirror.ts';
import type { Arrival } from '../situation.ts';
import { addSessionEvent, beginSession } from './change.ts';
import { after, timerKey } from './context.ts';

/** What stands for the number of a caller who withholds it. */
export const withheld = 'Anonymous';

/** Writes the conversation with its ongoing conversation and engagement context, and session 1 with the bot, if the
 *  workstream has one. A number that leads nowhere leaves no row: the call is released. */
export function arrive(draft: Draft, event: CallArrived, arrival: Arrival | null, limits: Limits): void {
  const { conversation, call } = event;
  if (arrival === null) {
    const reason = `no workstream answers ${event.to}`;
    draft.effect({ type: 'Release', conversation, call, reason, cause: 'unknownNumber' });
    return;
  }
  writeConversation(draft, event, arrival);
  draft.setTimer(timerKey.lifecycle(conversation), after(draft.now, limits.openMs), {
    type: 'LifecycleTimer',
    conversation,
    timer: 'open',
  });
  if (arrival.bot === null) draft.effect({ type: 'PlayWaiting', conversation, call });
  else beginWithBot(draft, event, arrival, arrival.bot);
}

/** `<customer name or number>: <workstream>` (behaviour.md §1.6). */
export function subjectOf(event: CallArrived, { identified, workstream }: Arrival): string {
  return `${identified.name ?? event.from ?? withheld}: ${workstream.msdyn_name ?? ''}`.slice(0, 200);
}

function writeConversation(draft: Draft, event: CallArrived, arrival: Arrival): void {
  const { identified, workstream } = arrival;
  const { now } = draft;
  const subject = subjectOf(event, arrival);
  const values = {
    subject,
    msdyn_title: subject,
    statuscode: status.open,
    msdyn_statuschangereason: change.awaitingAgentAssignment,
    msdyn_statusupdatedon: now,
    msdyn_channel: [channel.voiceCall],
    msdyn_channelproviderName: event.provider,
    msdyn_liveworkstreamid: workstream.msdyn_liveworkstreamid,
    msdyn_workstreamworkdistributionmode: workstream.msdyn_workdistributionmode,
    msdyn_cdsqueueid: arrival.bot ? (workstream.msdyn_bot_queue ?? workstream.msdyn_defaultqueue) : null,
    msdyn_isoutbound: false,
    msdyn_isabandoned: false,
    msdyn_isagentaccepted: false,
    msdyn_isagentsession: false,
    msdyn_transfercount: 0,
    msdyn_escalationcount: 0,
    msdyn_overflowtransfercount: 0,
    msdyn_conversationactivitystate: activity.none,
    msdyn_ocliveworkitemid: event.conversation,
    msdyn_createdon: now,
    msdyn_modifiedon: now,
    msdyn_initiatedon: now,
    msdyn_startedon: arrival.bot ? now : null,
    actualstart: now,
    ...(identified.customer
      ? { msdyn_customer: identified.customer, regardingobjectid: identified.customer }
      : {}),
    ...(identified.incident ? { msdyn_issueid: identified.incident } : {}),
  } as const;
  draft.create(msdyn_ocliveworkitem, values, event.conversation);
  // The name is the number even for a known caller: the context is there before the caller is identified.
  draft.create(msdyn_ocphonecallengagementctx, {
    msdyn_liveworkitemid: event.conversation,
    msdyn_callsid: event.call,
    msdyn_callername: event.from ?? withheld,
    msdyn_fromphone: event.from,
    msdyn_tophone: event.to,
    msdyn_providername: event.provider,
  });
  draft.create(msdyn_liveconversation, mirror(values), event.conversation);
}

/** Session 1 sits in the bot's queue and is assigned and accepted at once (behaviour.md §2.1). */
function beginWithBot(
  draft: Draft,
  event: CallArrived,
  arrival: Arrival,
  bot: NonNullable<Arrival['bot']>,
): void {
  const { conversation, call } = event;
  const { workstream, identified } = arrival;
  const { now } = draft;
  const queue = workstream.msdyn_bot_queue ?? workstream.msdyn_defaultqueue;
  const heading = {
    activityid: conversation,
    subject: subjectOf(event, arrival),
    regardingobjectid: identified.customer,
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
  draft.effect({ type: 'StartBot', conversation, call, bot: bot.id });
}
