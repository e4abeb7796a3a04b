/** What becomes of an offer: accepted, rejected, run out, withdrawn. Source: behaviour.md §2.3, §3.1 rows 10 to 11b,
 *  §4.8, §4.9. */
import { msdyn_ocsession, msdyn_sessionparticipant, queueitem } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { change, closure, creation, offerStatus, sessionEvent, sessionState } from '../choices.ts';
import type { AgentAccepted, AgentRejected, OfferExpired } from '../events.ts';
import type { AgentLeft } from '../internal-events.ts';
import type { OfferFacts } from '../situation.ts';
import { secondsBetween } from '../stopwatch.ts';
import { addSessionEvent } from './change.ts';
import type { Context } from './context.ts';
import { callbackWaits, dialBack } from './dial-back.ts';
import { focusedOnAccept } from './focus.ts';
import { keepWithRepresentative } from './keeping.ts';
import { leaveWait } from './leave-wait.ts';
import { answerOffer, type OfferAnswer } from './offer-row.ts';
import { requeue } from './requeue.ts';
import { arrange } from './room.ts';

/** The agent of the pending offer takes the call. Refuses conflict: somebody else's offer, or too late. */
export function accept(context: Context, event: AgentAccepted): void {
  const { situation, draft, now, people } = context;
  const { conversation, participant, session, agent } = situation;
  const offer = offerOf(context, event.agent);
  const expiresOn = offer.wirechief_expireson;
  if (expiresOn !== null && now >= expiresOn)
    throw new Refusal('conflict', `The offer ran out at ${expiresOn.toISOString()}.`);
  const id = conversation.activityid ?? '';
  answer(context, offer, offerStatus.accepted);
  leaveWait(context);
  draft.update(msdyn_sessionparticipant, participant?.msdyn_sessionparticipantid ?? '', {
    msdyn_joinedon: now,
    msdyn_talktime: 0,
    msdyn_holdtime: 0,
    ...(situation.kind === 'voice' ? {} : focusedOnAccept(now)),
    msdyn_modifiedon: now,
  });
  if (session?.activityid) {
    draft.update(msdyn_ocsession, session.activityid, {
      msdyn_agentacceptedon: now,
      msdyn_state: sessionState.active,
      msdyn_sessionmodifiedon: now,
    });
    addSessionEvent(context, session.activityid, sessionEvent.agentAccepted);
  }
  if (conversation.msdyn_queueitemid !== null)
    draft.update(queueitem, conversation.msdyn_queueitemid, {
      workerid: { table: 'systemuser', id: event.agent },
    });
  const waited = conversation.msdyn_firstwaitstartedon;
  draft.conversation(id, {
    msdyn_statuschangereason: change.inConversation,
    msdyn_statusupdatedon: now,
    msdyn_startedon: conversation.msdyn_startedon ?? now,
    msdyn_isagentaccepted: true,
    ...(waited !== null && conversation.msdyn_conversationfirstwaittimeinseconds === null
      ? { msdyn_conversationfirstwaittimeinseconds: secondsBetween(waited, now) }
      : {}),
  });
  if (agent) people.accept(agent);
  draft.effect({ type: 'StopRinging', conversation: id, agent: event.agent });
  if (callbackWaits(context)) dialBack(context);
  else
    arrange(context, {
      held: false,
      primary: event.agent,
      away: false,
      keeping: keepWithRepresentative(context, participant?.msdyn_sessionparticipantid),
    });
}

/** The agent declines; the work goes back to its queue and on to the next. */
export function reject(context: Context, event: AgentRejected): void {
  answer(context, offerOf(context, event.agent), offerStatus.rejected);
  stopRinging(context);
  requeue(context, {
    closure: closure.agentReject,
    event: sessionEvent.agentInviteRejected,
    creation: creation.agentInviteRejected,
    leftOnReason: 'AgentReject',
    declined: true,
  });
}

/** The countdown is over. A timer that is late for its offer means nothing. */
export function expire(context: Context, event: OfferExpired): void {
  const { offer } = context.situation;
  if (offer?.wirechief_offerid !== event.offer) return;
  answer(context, offer, offerStatus.expired);
  stopRinging(context);
  requeue(context, {
    closure: closure.agentTimeout,
    event: sessionEvent.agentInviteTimeout,
    creation: creation.agentInviteTimeout,
    leftOnReason: 'AgentTimeout',
    declined: true,
  });
}

/** The page went away while ringing: no decline, but the offer is void. Source: §2.2 row 064. */
export function leaveWhileRinging(context: Context, event: AgentLeft): void {
  const { offer } = context.situation;
  if (offer?.wirechief_agentid !== event.agent) return;
  withdraw(context);
  requeue(context, {
    closure: closure.autoRejectedDueToBrowserRefresh,
    event: sessionEvent.agentDisconnected,
    creation: creation.agentDisconnected,
    leftOnReason: null,
    declined: false,
  });
}

/** Takes the pending offer back, if there is one: the call it was for is no more. */
export function withdraw(context: Context): void {
  const { offer } = context.situation;
  if (!offer) return;
  answer(context, offer, offerStatus.withdrawn);
  stopRinging(context);
}

function offerOf({ situation }: Context, agent: string): OfferFacts {
  const { offer, participant } = situation;
  if (!offer) throw new Refusal('conflict', 'The offer is no longer open.');
  if (offer.wirechief_agentid !== agent)
    throw new Refusal('conflict', `The call is offered to ${participant?.msdyn_name ?? 'somebody else'}.`);
  return offer;
}

function answer(context: Context, offer: OfferFacts, answered: OfferAnswer): void {
  answerOffer(context, offer.wirechief_offerid ?? '', answered);
}

function stopRinging({ situation, draft }: Context): void {
  const agent = situation.offer?.wirechief_agentid;
  if (agent)
    draft.effect({ type: 'StopRinging', conversation: situation.conversation.activityid ?? '', agent });
}
