/** Messaging and live chat: either side writes, the customer leaves and comes back, the agent puts the conversation aside
 *  and takes it up again. Source: behaviour.md §1.2, §1.3, §1.8. */
import {
  msdyn_liveworkitemevent,
  msdyn_ocsession,
  msdyn_sessionparticipant,
} from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import {
  activity,
  assignReason,
  change,
  closure,
  creation,
  mode,
  sessionEvent,
  sessionState,
  status,
  workItemEvent,
} from '../choices.ts';
import type { SessionClosed } from '../events.ts';
import type { AgentMessaged, AgentReleased, AgentReopened, CustomerLeft } from '../message-events.ts';
import { addSessionEvent, beginSession, endParticipation, endSession, leaveQueue, summed } from './change.ts';
import { after, type Context, timerKey } from './context.ts';
import { requireDisposition } from './dispositions.ts';
import { closeNow } from './end.ts';
import { focusedOnAccept } from './focus.ts';
import { noteMessage } from './last-message.ts';
import { ownPart } from './own-part.ts';
import { leaveRoom } from './parties.ts';
import { enterQueue } from './queue.ts';
import { requeue } from './requeue.ts';
import { wrapUp } from './wrap-up.ts';

/** The customer wrote: the clock of the state starts again, and one who was thought lost is not. */
export function customerMessages(context: Context): void {
  const id = context.situation.conversation.activityid ?? '';
  context.draft.cancelTimer(timerKey.rejoin(id));
  noteMessage(context, 'customer');
  context.draft.conversation(id, {});
}

/** The agent wrote: the clock of the state starts again. Refuses conflict: it is not theirs. */
export function message(context: Context, event: AgentMessaged): void {
  ownPart(context, event.agent);
  noteMessage(context, 'representative');
  context.draft.conversation(context.situation.conversation.activityid ?? '', {});
}

/** The customer ended a live chat, which is the end of it; or is lost, and has a while to come back. */
export function customerLeaves(context: Context, event: CustomerLeft): void {
  if (event.by === 'customer') {
    customerIsGone(context, closure.customerEndConversation, sessionEvent.customerEndConversation);
    return;
  }
  const { situation, draft, now, limits } = context;
  const conversation = situation.conversation.activityid ?? '';
  draft.setTimer(timerKey.rejoin(conversation), after(now, limits.rejoinMs), {
    type: 'LifecycleTimer',
    conversation,
    timer: 'reconnect',
  });
}

/** The lost customer is there again, in time. */
export function customerReturns(context: Context): void {
  customerMessages(context);
}

/** The lost customer did not come back. */
export function customerIsLost(context: Context): void {
  const { statuscode } = context.situation.conversation;
  if (statuscode !== status.open && statuscode !== status.active) return;
  customerIsGone(context, closure.customerDisconnect, sessionEvent.customerDisconnected);
}

/** In conversation the agent wraps up; before that the chat is over. */
function customerIsGone(
  context: Context,
  closed: typeof closure.customerEndConversation | typeof closure.customerDisconnect,
  event: typeof sessionEvent.customerEndConversation | typeof sessionEvent.customerDisconnected,
): void {
  const { conversation, offer } = context.situation;
  const answered = conversation.statuscode === status.active && !offer;
  if (answered) {
    wrapUp(context, change.customerLeftActiveConversation, closed, event, { reason: 'left the chat' });
    return;
  }
  closeNow(context, {
    closure: closed,
    event,
    change: change.customerLeftOpenConversation,
    by: 'customer',
    release: null,
  });
}

/** The agent closed the tab without End: the conversation waits for its customer, and the agent is free. Refuses
 *  conflict: it is not theirs, or a disposition code is missing. */
export function moveToWaiting(context: Context, event: SessionClosed): void {
  ownPart(context, event.agent);
  requireDisposition(context);
  putAside(context, closure.agentMovedConversationToWaiting);
}

/** The conversation waits for its customer, and whoever had it is free. `closed`: why its session ends. */
export function putAside(
  context: Context,
  closed:
    | typeof closure.agentMovedConversationToWaiting
    | typeof closure.customerNonResponseTimeoutRule
    | typeof closure.agentNonResponseTimeoutRule,
): void {
  const { situation, draft, now, people } = context;
  const { conversation, session, participant, agent } = situation;
  const worked = participant && endParticipation(context, participant, null);
  if (session?.activityid) endSession(context, session.activityid, closed, sessionEvent.sessionEnd);
  leaveRoom(context);
  leaveQueue(context);
  if (agent) {
    const capacity = participant?.msdyn_iscapacityblocking === true;
    people.release(agent, { capacity, session: true, call: true });
  }
  draft.conversation(conversation.activityid ?? '', {
    ...(worked ? summed(conversation, worked) : {}),
    statecode: 0,
    statuscode: status.waiting,
    msdyn_statuschangereason: change.awaitingCustomerResponse,
    msdyn_statusupdatedon: now,
    msdyn_activeagentid: null,
    msdyn_activesessionparticipantid: null,
    msdyn_conversationactivitystate: activity.none,
  });
}

/** The customer came back inside the time-out: the conversation goes to its queue again. */
export function customerRejoins(context: Context): void {
  const { situation, draft, now } = context;
  noteMessage(context, 'customer');
  draft.create(msdyn_liveworkitemevent, {
    msdyn_name: 'CustomerRejoin',
    msdyn_liveworkitemid: situation.conversation.activityid,
    msdyn_liveworkitemevent: workItemEvent.customerRejoin,
    msdyn_eventtime: now,
  });
  enterQueue(context, creation.customerRejoin);
}

/** An agent takes the waiting conversation up again: a session of its own, theirs from the beginning. */
export function reopen(context: Context, event: AgentReopened): void {
  const { situation, draft, now, people } = context;
  const { conversation } = situation;
  const agent = context.actor;
  if (!agent) throw new Refusal('recordNotFound', 'systemuser', event.agent);
  const reason = creation.agentConversationJoin;
  const session = beginSession(context, conversation, conversation.msdyn_cdsqueueid, reason, {
    msdyn_agentassignedon: now,
    msdyn_agentacceptedon: now,
    msdyn_state: sessionState.active,
  });
  addSessionEvent(context, session, sessionEvent.agentAccepted);
  const participant = draft.create(msdyn_sessionparticipant, {
    msdyn_name: agent.name,
    msdyn_omnichannelsession: session,
    msdyn_agentid: event.agent,
    msdyn_cdsqueueid: conversation.msdyn_cdsqueueid,
    msdyn_mode: mode.primary,
    msdyn_addedon: now,
    msdyn_joinedon: now,
    msdyn_assignreason: assignReason.get(reason) ?? null,
    msdyn_iscapacityblocking: true,
    msdyn_modifiedon: now,
    ...focusedOnAccept(now),
  });
  draft.update(msdyn_ocsession, session, { msdyn_sessionmodifiedon: now });
  draft.conversation(conversation.activityid ?? '', {
    statecode: 0,
    statuscode: status.active,
    msdyn_statuschangereason: change.inConversation,
    msdyn_statusupdatedon: now,
    msdyn_activeagentid: event.agent,
    msdyn_activeagentassignedon: now,
    msdyn_lastactiveownerid: event.agent,
    msdyn_activesessionparticipantid: participant,
    msdyn_lastsessionid: session,
  });
  people.reserve(agent);
  people.accept(agent);
  draft.reserves = event.agent;
}

/** The agent gives the work back: it goes to its queue again, and it is no decline. Refuses conflict: it is not theirs. */
export function release(context: Context, event: AgentReleased): void {
  ownPart(context, event.agent);
  const { conversation, call } = context.situation;
  const id = conversation.activityid ?? '';
  requeue(context, {
    closure: closure.agentReRouted,
    event: sessionEvent.sessionEnd,
    creation: creation.default,
    leftOnReason: null,
    declined: false,
  });
  context.draft.effect({ type: 'PlayWaiting', conversation: id, call });
}
