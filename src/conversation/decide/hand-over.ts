/** Another takes the call: the first representative is free at once, the conversation stays Active, a new session has a
 *  new primary. Source: behaviour.md §1.2 (voice transfer), §1.6, §2.1, §2.3. */
import { msdyn_ocsession, msdyn_sessionparticipant, queueitem } from '../../tables/dataverse/index.ts';
import type { Guid, Values } from '../../tables/index.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import { activity, closure, creation, mode, sessionEvent, sessionState } from '../choices.ts';
import { type PartyFacts, partValue, partyStatus, purposeValue } from '../room-facts.ts';
import type { ParticipantFacts } from '../situation.ts';
import { addSessionEvent, beginSession, endParticipation, endSession, summed } from './change.ts';
import type { Context } from './context.ts';
import { focusedOnAccept } from './focus.ts';
import { outside } from './parties.ts';

/** How the first session reads that it is over, why the next one is made, and how the new participant came. */
export interface Takeover {
  readonly closure: NonNullable<Values<typeof msdyn_ocsession>['msdyn_closurereason']>;
  readonly creation?: typeof creation.agentTransfer | typeof creation.supervisorTransferToAgent;
  readonly assignReason: string;
}

/** To another representative (§2.2 row 006). */
export const toAgent: Takeover = { closure: closure.agentTransferred, assignReason: 'AgentTransfer' };

/** The same, because a supervisor wishes it (§2.2 row 012). */
export const bySupervisor: Takeover = {
  closure: closure.supervisorTransferToAgent,
  creation: creation.supervisorTransferToAgent,
  assignReason: 'SupervisorTransferToAgent',
};

/** Hands the call to the party. Gives the new session and participant. */
export function handOver(
  context: Context,
  party: PartyFacts,
  how: Takeover,
): { readonly session: Guid<'msdyn_ocsession'>; readonly participant: Guid<'msdyn_sessionparticipant'> } {
  const { situation, draft, now, people } = context;
  const { conversation, participant, session, agent } = situation;
  const id = conversation.activityid ?? '';
  if (participant) {
    const worked = endParticipation(context, participant, null);
    draft.conversation(id, summed(conversation, worked));
  }
  if (session?.activityid)
    endSession(context, session.activityid, how.closure, sessionEvent.transferedToAgent);
  if (agent) {
    const capacity = participant?.msdyn_iscapacityblocking === true;
    people.release(agent, { capacity, session: true, call: true });
  }
  const queue = session?.msdyn_cdsqueueid ?? conversation.msdyn_cdsqueueid;
  const next = beginSession(context, conversation, queue, how.creation ?? creation.agentTransfer);
  draft.update(msdyn_ocsession, next, {
    msdyn_agentassignedon: now,
    msdyn_agentacceptedon: now,
    msdyn_state: sessionState.active,
  });
  addSessionEvent(context, next, sessionEvent.agentAccepted);
  const part = draft.create(msdyn_sessionparticipant, {
    ...(party.agent === null ? outside(party.number ?? '') : { msdyn_name: party.name }),
    msdyn_omnichannelsession: next,
    msdyn_agentid: party.agent,
    msdyn_cdsqueueid: queue,
    msdyn_mode: mode.primary,
    msdyn_addedon: now,
    msdyn_joinedon: now,
    msdyn_talktime: 0,
    msdyn_holdtime: 0,
    ...(situation.kind === 'voice' ? {} : focusedOnAccept(now)),
    msdyn_assignreason: how.assignReason,
    msdyn_iscapacityblocking: party.agent !== null,
    msdyn_modifiedon: now,
  });
  draft.conversation(id, {
    msdyn_lastsessionid: next,
    msdyn_activesessionparticipantid: part,
    msdyn_activeagentid: party.agent,
    msdyn_transfercount: (conversation.msdyn_transfercount ?? 0) + 1,
    ...(situation.kind === 'voice' ? { msdyn_conversationactivitystate: activity.none } : {}),
    ...(party.agent === null
      ? {}
      : { msdyn_activeagentassignedon: now, msdyn_lastactiveownerid: party.agent }),
  });
  for (const other of situation.room.parties)
    if (other.id !== party.id) moveAlong(context, other, next, queue);
  if (conversation.msdyn_queueitemid !== null)
    draft.update(queueitem, conversation.msdyn_queueitemid, {
      workerid: party.agent === null ? null : { table: 'systemuser', id: party.agent },
    });
  return { session: next, participant: part };
}

/** Whoever else is in the call, or asked to it, goes on in the new session: the old one ends with everybody in it. */
function moveAlong(
  { draft, now }: Context,
  other: PartyFacts,
  session: Guid<'msdyn_ocsession'>,
  queue: Guid<'queue'> | null,
): void {
  if (other.participant === null) return;
  draft.update(msdyn_sessionparticipant, other.participant, {
    msdyn_lefton: now,
    msdyn_modifiedon: now,
    statecode: 1,
    statuscode: 2,
  });
  const part = draft.create(msdyn_sessionparticipant, {
    ...(other.agent === null ? outside(other.number ?? '') : { msdyn_name: other.name }),
    msdyn_omnichannelsession: session,
    msdyn_agentid: other.agent,
    msdyn_cdsqueueid: queue,
    msdyn_mode: other.purpose === 'consult' ? mode.consult : mode.monitor,
    msdyn_addedon: now,
    msdyn_joinedon: other.joined ? now : null,
    msdyn_assignreason: assignReasons[other.part],
    msdyn_iscapacityblocking: other.blocks,
    msdyn_modifiedon: now,
  });
  draft.update(wirechief_callparty, other.id, { wirechief_sessionparticipantid: part });
}

/** Why somebody is in a call who is not its primary representative (§2.3). */
const assignReasons: { readonly [P in PartyFacts['part']]: string } = {
  primary: 'AgentTransfer',
  consult: 'AgentConsult',
  monitor: 'AgentMonitor',
  whisper: 'AgentMonitor',
  barge: 'AgentConversationJoin',
};

/** Whoever was the primary stays as a helper in the new session, and may leave. Gives them as they are then. */
export function stayAsHelper(
  { situation, draft, now }: Context,
  own: ParticipantFacts,
  session: Guid<'msdyn_ocsession'>,
): PartyFacts {
  const { msdyn_name: name, msdyn_agentid: agent } = own;
  const participant = draft.create(msdyn_sessionparticipant, {
    msdyn_name: name,
    msdyn_omnichannelsession: session,
    msdyn_agentid: agent,
    msdyn_mode: mode.consult,
    msdyn_consultmode: 2,
    msdyn_addedon: now,
    msdyn_joinedon: now,
    msdyn_assignreason: 'AgentConsult',
    msdyn_iscapacityblocking: false,
    msdyn_modifiedon: now,
  });
  const id = draft.create(wirechief_callparty, {
    wirechief_name: name,
    wirechief_conversationid: situation.conversation.activityid,
    wirechief_agentid: agent,
    wirechief_part: partValue.consult,
    wirechief_purpose: purposeValue.consult,
    wirechief_sessionparticipantid: participant,
    wirechief_isheld: false,
    wirechief_joinedon: now,
    statuscode: partyStatus.inCall,
  });
  return {
    ...{ id, agent, number: null, name, participant },
    ...{ part: 'consult', purpose: 'consult', joined: true, held: false },
    ...{ bridged: false, bySupervisor: false, queue: null, blocks: false, offerExpiresOn: null },
  };
}

/** The party is the primary now, and one of the others no more: its row says that it was. */
export function closeParty({ draft, now }: Context, party: PartyFacts): void {
  draft.update(wirechief_callparty, party.id, {
    ...(party.joined ? {} : { wirechief_joinedon: now }),
    wirechief_lefton: now,
    statecode: 1,
    statuscode: partyStatus.left,
  });
}
