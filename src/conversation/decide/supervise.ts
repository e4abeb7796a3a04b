/** A supervisor in a call: listens, whispers, joins, leaves, or closes the conversation. Who may is the Web API's to say.
 *  Source: behaviour.md §1.2, §1.7, §3.9. */
import { msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import type { ForceCloseRequested, SupervisionRequested } from '../call-events.ts';
import { change, closure, mode, sessionEvent, status } from '../choices.ts';
import { requireHere } from '../elsewhere.ts';
import { type PartyFacts, partValue, partyStatus, purposeValue } from '../room-facts.ts';
import { addSessionEvent } from './change.ts';
import type { Context } from './context.ts';
import { closeNow } from './end.ts';
import { joinedBut, mostParties, partyOfAgent } from './parties.ts';
import { arrange } from './room.ts';
import { endWrapUp } from './wrap-up.ts';

const assignReasons = {
  monitor: 'AgentMonitor',
  whisper: 'AgentMonitor',
  barge: 'AgentConversationJoin',
} as const;

/** Comes in, or changes from one part to another. Twice is once. Refuses conflict: one's own call, or in it to help. */
export function supervise(context: Context, event: SupervisionRequested): void {
  const { situation, draft, now } = context;
  const { conversation, session } = situation;
  notOwn(context, event.agent);
  const known = partyOfAgent(context, event.agent);
  if (known && known.purpose !== 'supervision')
    throw new Refusal('conflict', 'You are in this call to help: leave it first.');
  if (known?.part === event.part) return;
  if (!known && situation.room.parties.length >= mostParties)
    throw new Refusal('conflict', `A call has at most ${mostParties} others in it.`);
  if (known) {
    draft.update(wirechief_callparty, known.id, { wirechief_part: partValue[event.part] });
    settle(context, [...joinedBut(context, known), { ...known, part: event.part }]);
    return;
  }
  requireHere(situation.load, context.call.other);
  const name = context.call.other?.name ?? null;
  const part = draft.create(msdyn_sessionparticipant, {
    msdyn_name: name,
    msdyn_omnichannelsession: session?.activityid ?? null,
    msdyn_agentid: event.agent,
    msdyn_mode: mode.monitor,
    msdyn_addedon: now,
    msdyn_joinedon: now,
    msdyn_assignreason: assignReasons[event.part],
    msdyn_iscapacityblocking: false,
    msdyn_modifiedon: now,
  });
  const id = draft.create(wirechief_callparty, {
    wirechief_name: name,
    wirechief_conversationid: conversation.activityid,
    wirechief_agentid: event.agent,
    wirechief_part: partValue[event.part],
    wirechief_purpose: purposeValue.supervision,
    wirechief_sessionparticipantid: part,
    wirechief_isheld: false,
    wirechief_joinedon: now,
    statuscode: partyStatus.inCall,
  });
  if (session?.activityid)
    addSessionEvent(context, session.activityid, sessionEvent.participantInviteAccepted);
  // Monitoring starts the clock of an active call again (§1.3).
  draft.conversation(conversation.activityid ?? '', {});
  const one: PartyFacts = {
    id,
    agent: event.agent,
    number: null,
    name,
    part: event.part,
    purpose: 'supervision',
    joined: true,
    held: false,
    bridged: false,
    bySupervisor: false,
    queue: null,
    blocks: false,
    participant: part,
    offerExpiresOn: null,
  };
  settle(context, [...joinedBut(context, null), one]);
}

/** In wrap-up the call is over: there is nothing to hear, only to see. */
function settle(context: Context, parties: readonly PartyFacts[]): void {
  if (context.situation.conversation.statuscode === status.active) arrange(context, { parties });
}

/** Straight to Closed, from wherever it stands. Refuses conflict: one's own. */
export function forceClose(context: Context, event: ForceCloseRequested): void {
  const { conversation } = context.situation;
  notOwn(context, event.agent);
  if (conversation.statuscode === status.wrapUp) {
    endWrapUp(context, closure.forceClose, sessionEvent.supervisorForceClose, change.forceClosedBySupervisor);
    return;
  }
  closeNow(context, {
    closure: closure.forceClose,
    event: sessionEvent.supervisorForceClose,
    change: change.forceClosedBySupervisor,
    by: 'supervisor',
    release: { reason: 'closed by a supervisor', cause: 'forceClosed' },
  });
}

function notOwn({ situation }: Context, agent: string): void {
  if (situation.conversation.msdyn_activeagentid === agent)
    throw new Refusal('conflict', 'This is your own call: supervision is for the calls of others.');
}
