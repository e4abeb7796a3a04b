/** A representative calls a customer: the conversation begins with them in it, outbound, and the customer is dialled. No
 *  queue is asked and nobody is offered anything. Source: behaviour.md §3.10. */
import {
  msdyn_ocliveworkitemcapacityprofile,
  msdyn_ocphonecallengagementctx,
  msdyn_ocsession,
  msdyn_sessionparticipant,
} from '../../tables/dataverse/index.ts';
import { wirechief_callcontrol } from '../../tables/wirechief/wirechief_callcontrol.ts';
import { change, channel, creation, mode, sessionEvent, sessionState, status } from '../choices.ts';
import type { Draft } from '../decision.ts';
import type { CustomerDialled } from '../dial-event.ts';
import type { OutboundProfile } from '../read/outbound.ts';
import { callStep } from '../room-facts.ts';
import type { AgentFacts, Identified } from '../situation.ts';
import { openConversation, titled } from './arrive.ts';
import { addSessionEvent, beginSession } from './change.ts';
import { noteIdentified, withContact } from './identified.ts';

/** By whom, with which profile, and who the number is. */
export interface Dialling {
  readonly profile: OutboundProfile;
  readonly agent: AgentFacts;
  readonly identified: Identified;
}

/** Writes it down, and has the customer called where the representative's softphone is (`draft.home`). */
export function dial(
  draft: Draft,
  event: CustomerDialled,
  { profile, agent, identified: read }: Dialling,
): void {
  const { now } = draft;
  const { conversation, number } = event;
  const { identified } = withContact(draft, { identified: read });
  const { customer, incident, name } = identified;
  const subject = titled(name ?? number, profile.workstream);
  openConversation(
    draft,
    { conversation, subject, channel: channel.voiceCall, provider, customer, regarding: customer },
    { workstream: profile.workstream, bot: null },
    {
      ...(incident ? { msdyn_issueid: incident } : {}),
      wirechief_node: draft.home,
      msdyn_isoutbound: true,
      statuscode: status.active,
      msdyn_statuschangereason: change.inConversation,
      msdyn_cdsqueueid: profile.queue,
      msdyn_startedon: now,
      msdyn_isagentaccepted: true,
      msdyn_activeagentid: agent.agent,
      msdyn_activeagentassignedon: now,
      msdyn_lastactiveownerid: agent.agent,
    },
  );
  noteIdentified(draft, event, { identified });
  const call = draft.id();
  draft.create(msdyn_ocphonecallengagementctx, {
    msdyn_liveworkitemid: conversation,
    msdyn_callsid: call,
    msdyn_callername: name ?? number,
    msdyn_fromphone: number,
    msdyn_tophone: profile.number,
    msdyn_providername: provider,
  });
  const heading = {
    activityid: conversation,
    subject,
    regardingobjectid: customer,
    msdyn_channel: [channel.voiceCall],
  };
  takeIt(draft, heading, { profile, agent });
  for (const { id } of profile.capacity)
    draft.create(msdyn_ocliveworkitemcapacityprofile, {
      msdyn_ocliveworkitemid: conversation,
      msdyn_capacityprofileid: id,
    });
  draft.create(
    wirechief_callcontrol,
    {
      wirechief_name: subject,
      wirechief_conversationid: conversation,
      wirechief_step: callStep.customerDialled,
    },
    conversation,
  );
  const { shown: from } = profile;
  draft.effect({ type: 'CallCustomer', conversation, call, number, from, agent: agent.agent });
}

/** Calls to the outside go by SIP. */
const provider = 'sip';

/** The one session, which is the representative's from its beginning. */
function takeIt(
  draft: Draft,
  heading: Parameters<typeof beginSession>[1],
  { profile, agent }: Pick<Dialling, 'profile' | 'agent'>,
): void {
  const { now } = draft;
  const session = beginSession({ draft, now }, heading, profile.queue, creation.default);
  draft.update(msdyn_ocsession, session, {
    msdyn_agentassignedon: now,
    msdyn_agentacceptedon: now,
    msdyn_state: sessionState.active,
  });
  addSessionEvent({ draft, now }, session, sessionEvent.agentAssigned);
  addSessionEvent({ draft, now }, session, sessionEvent.agentAccepted);
  const participant = draft.create(msdyn_sessionparticipant, {
    msdyn_name: agent.name,
    msdyn_omnichannelsession: session,
    msdyn_agentid: agent.agent,
    msdyn_cdsqueueid: profile.queue,
    msdyn_mode: mode.primary,
    msdyn_addedon: now,
    msdyn_joinedon: now,
    msdyn_talktime: 0,
    msdyn_holdtime: 0,
    msdyn_iscapacityblocking: true,
    msdyn_modifiedon: now,
  });
  draft.conversation(heading.activityid ?? '', {
    msdyn_lastsessionid: session,
    msdyn_activesessionparticipantid: participant,
  });
}
