/** What becomes of an invitation into a call, and of those in it when their page goes. Source: behaviour.md §1.8, §2.3,
 *  §3.9. */

import { Refusal } from '../../tables/index.ts';
import { offerStatus } from '../choices.ts';
import type { AgentAccepted, AgentRejected, OfferExpired } from '../events.ts';
import type { AgentLeft } from '../internal-events.ts';
import type { PartyFacts } from '../room-facts.ts';
import { askNext } from './consult-queue.ts';
import type { Context } from './context.ts';
import { bySupervisor, closeParty, handOver, stayAsHelper, toAgent } from './hand-over.ts';
import { takeOffHold } from './hold.ts';
import { keepWithRepresentative, resumeAfterHold } from './keeping.ts';
import { answerOffer } from './offer-row.ts';
import { endParty, type Going, joinedBut, joinParty, partyOfAgent } from './parties.ts';
import { arrange } from './room.ts';
import { leaveWhileTalking, repeated } from './talk.ts';

/** An agent accepts while the call is another's: they come in as a helper, or it is theirs from now on. Asked for again
 *  by whoever is in it: nothing. Refuses conflict: not invited, or too late. */
export function acceptInvitation(context: Context, event: AgentAccepted): void {
  const party = partyOfAgent(context, event.agent);
  if (party === null) repeated(context, event);
  if (party === null || party.joined) return;
  const { now } = context;
  if (party.offerExpiresOn !== null && now >= party.offerExpiresOn)
    throw new Refusal('conflict', `The offer ran out at ${party.offerExpiresOn.toISOString()}.`);
  if (party.purpose === 'transfer') takeTransfer(context, party);
  else arrange(context, { parties: [...joinedBut(context, party), joinParty(context, party)] });
}

/** The customer comes off hold by itself; after a transfer by a supervisor the first representative helps (§3.9). */
function takeTransfer(context: Context, party: PartyFacts): void {
  const { situation, draft, people, call } = context;
  const own = situation.participant;
  const { session, participant } = handOver(context, party, party.bySupervisor ? bySupervisor : toAgent);
  closeParty(context, party);
  if (party.bySupervisor && own) stayAsHelper(context, own, session);
  answerOffer(context, party.id, offerStatus.accepted);
  if (call.other) people.accept(call.other);
  const conversation = situation.conversation.activityid ?? '';
  draft.effect({ type: 'StopRinging', conversation, agent: party.agent ?? '' });
  arrange(context, {
    held: false,
    primary: party.agent,
    away: false,
    keeping: keepWithRepresentative(context, participant),
  });
}

/** An invited agent declines. Refuses conflict: not invited. */
export function rejectInvitation(context: Context, event: AgentRejected): void {
  const party = partyOfAgent(context, event.agent);
  if (party === null || party.joined)
    throw new Refusal('conflict', 'The call is not offered to this representative.');
  giveBack(context, party, 'declined');
}

/** An invitation ran out. A timer that is late for its offer means nothing. */
export function expireInvitation(context: Context, event: OfferExpired): void {
  const offer: string = event.offer;
  const party = context.situation.room.parties.find(({ id, joined }) => id === offer && !joined);
  if (party) giveBack(context, party, 'timedOut');
}

/** The page of the primary representative is gone: all wait. That of another: their part is over at once. */
export function leaveByPage(context: Context, event: AgentLeft): void {
  const party = partyOfAgent(context, event.agent);
  if (party === null) leaveWhileTalking(context, event);
  else if (party.joined) {
    endParty(context, party, 'left');
    arrange(context, { parties: joinedBut(context, party) });
  } else {
    giveBack(context, party, 'withdrawn');
    askNext(context, party);
  }
}

/** The party does not come. After a transfer the first representative has the customer back, off the hold that the
 *  transfer put them on. `hungUp`: their leg is gone already. */
export function giveBack(context: Context, party: PartyFacts, how: Going, hungUp = false): void {
  endParty(context, party, how, hungUp);
  if (how !== 'withdrawn') askNext(context, party);
  const { participant, room } = context.situation;
  if (party.purpose !== 'transfer' || !room.transferHold || !participant) return;
  takeOffHold(context, participant);
  arrange(context, { held: false, keeping: resumeAfterHold(context) });
}
