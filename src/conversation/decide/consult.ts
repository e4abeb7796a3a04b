/** Help in a call: others are asked, held one by one, made the primary, or joined with the customer. The inviter stays
 *  primary; the customer is put on hold and taken off it by hand, so a consult is private until then.
 *  Source: behaviour.md §3.9. */
import { msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import type {
  ConsultRequested,
  KeyRequested,
  LeaveRequested,
  MergeRequested,
  PartyDropRequested,
  PartyHoldRequested,
  PromoteRequested,
  RejoinRequested,
} from '../call-events.ts';
import { activity } from '../choices.ts';
import type { PartyFacts } from '../room-facts.ts';
import { consultQueue } from './consult-queue.ts';
import type { Context } from './context.ts';
import { closeParty, handOver, stayAsHelper, toAgent } from './hand-over.ts';
import { holdReason, putOnHold, takeOffHold } from './hold.ts';
import { giveBack } from './invitation.ts';
import { keepWithRepresentative, pauseForHold, resumeAfterHold } from './keeping.ts';
import { ownPart } from './own-part.ts';
import {
  endParty,
  type Invitation,
  invitable,
  inviteAgent,
  inviteNumber,
  joinedBut,
  partyOf,
  partyOfAgent,
} from './parties.ts';
import { arrange, standingOf } from './room.ts';

/** Asks somebody for help. Refuses conflict: not your call, not connected, not available. */
export function consult(context: Context, event: ConsultRequested): void {
  const participant = ownPart(context, event.agent);
  if (participant.msdyn_starttalktime === null && participant.msdyn_startholdtime === null)
    throw new Refusal('conflict', 'The call is not connected, so nobody can be consulted.');
  if (event.queue != null) consultQueue(context, event.queue);
  else if (event.to !== null) inviteAgent(context, invitable(context, event.to), directly(context));
  else if (event.number !== null) inviteNumber(context, event.number, 'consult', true);
  putOnHold(context, participant, holdReason.byAgent);
  arrange(context, { held: true, keeping: pauseForHold(context) });
}

/** msdyn_blockcapacityforconsult: Voice consult. */
const voiceConsult = 192350002;

/** Who is asked by name gives capacity only where the workstream says so. */
const directly = ({ situation }: Context): Invitation => ({
  purpose: 'consult',
  blocks: situation.workstream.msdyn_blockcapacityforconsult?.includes(voiceConsult) === true,
});

/** Puts one of the others on hold or takes them off it. Refuses conflict: not your call, no such party, not there yet. */
export function holdParty(context: Context, event: PartyHoldRequested): void {
  ownPart(context, event.agent);
  const party = partyOf(context, event.party);
  if (!party.joined) throw new Refusal('conflict', `${party.name ?? 'The party'} is not in the call yet.`);
  if (party.purpose === 'supervision') throw new Refusal('conflict', 'A supervisor cannot be put on hold.');
  if (party.held === event.held) return;
  context.draft.update(wirechief_callparty, party.id, { wirechief_isheld: event.held });
  const held = { ...party, held: event.held };
  const parties = standingOf(context.situation).parties;
  arrange(context, { parties: parties.map((one) => (one.id === party.id ? held : one)) });
}

/** Lets one of the others go, or takes an invitation back. Refuses conflict: not your call, no such party. */
export function dropParty(context: Context, event: PartyDropRequested): void {
  ownPart(context, event.agent);
  const party = partyOf(context, event.party);
  if (party.purpose === 'supervision')
    throw new Refusal('conflict', 'A supervisor leaves the call on their own.');
  if (party.joined) partyLeaves(context, party);
  else giveBack(context, party, 'withdrawn');
}

/** Somebody else than the primary leaves. Twice is once. Refuses conflict: for the primary. */
export function leave(context: Context, event: Pick<LeaveRequested, 'agent'>): void {
  const party = partyOfAgent(context, event.agent);
  if (party === null) {
    ownPart(context, event.agent);
    throw new Refusal(
      'conflict',
      'The primary representative ends or transfers the call instead of leaving it.',
    );
  }
  if (party.joined) partyLeaves(context, party);
  else giveBack(context, party, 'declined');
}

/** A party that was in the call is gone from it. `hungUp`: the leg too. */
export function partyLeaves(context: Context, party: PartyFacts, hungUp = false): void {
  endParty(context, party, 'left', hungUp);
  arrange(context, { parties: joinedBut(context, party) });
}

/** All are taken off hold. Refuses conflict: not your call, or nobody else is in it. */
export function merge(context: Context, event: MergeRequested): void {
  const participant = ownPart(context, event.agent);
  const { parties } = standingOf(context.situation);
  if (!parties.some(({ part }) => part === 'consult'))
    throw new Refusal('conflict', 'Nobody is consulted in this call.');
  for (const party of parties)
    if (party.held) context.draft.update(wirechief_callparty, party.id, { wirechief_isheld: false });
  takeOffHold(context, participant);
  const together = parties.map((party) => ({ ...party, held: false }));
  arrange(context, { held: false, parties: together, keeping: resumeAfterHold(context) });
}

/** A consulted representative becomes the primary; the first one stays as a helper and may leave. The customer is off
 *  hold. Refuses conflict: not your call, not there yet. */
export function promoteAgent(context: Context, event: PromoteRequested, party: PartyFacts): void {
  const own = ownPart(context, event.agent);
  const { draft, now, people, call, situation } = context;
  endConsult(context, party);
  const { session, participant } = handOver(context, party, toAgent);
  closeParty(context, party);
  // They are in the call already, so nobody will report that they have come: their talk time begins here.
  draft.update(msdyn_sessionparticipant, participant, { msdyn_starttalktime: now });
  draft.conversation(situation.conversation.activityid ?? '', {
    msdyn_conversationactivitystate: activity.talk,
  });
  if (call.other) {
    // Who gave capacity as a helper goes on giving it.
    if (!party.blocks) people.reserve(call.other);
    people.accept(call.other);
    draft.reserves = call.other.agent;
  }
  const first = stayAsHelper(context, own, session);
  arrange(context, {
    held: false,
    primary: party.agent,
    away: false,
    parties: [...joinedBut(context, party), first],
    keeping: keepWithRepresentative(context, participant),
  });
}

/** Refuses conflict for whoever is not consulted and in the call. */
export function promotable(party: PartyFacts): void {
  if (party.purpose !== 'consult' || !party.joined)
    throw new Refusal('conflict', `${party.name ?? 'The party'} is not consulted in this call.`);
}

/** The helper's own row ends: another one says what they are now. */
export function endConsult({ draft, now }: Context, party: PartyFacts): void {
  if (party.participant !== null)
    draft.update(msdyn_sessionparticipant, party.participant, {
      msdyn_lefton: now,
      msdyn_modifiedon: now,
      statecode: 1,
      statuscode: 2,
    });
}

/** A key for somebody outside. It goes to them and nowhere else: no row holds it. Refuses conflict: not your call, no such
 *  party; invalidArgument: no key. */
export function sendKey(context: Context, event: KeyRequested): void {
  ownPart(context, event.agent);
  if (!/^[0-9*#A-D]$/.test(event.key))
    throw new Refusal('invalidArgument', 'A key is one of 0 to 9, *, # and A to D.');
  const party = partyOf(context, event.party);
  if (party.agent !== null || !party.joined)
    throw new Refusal('conflict', `${party.name ?? 'The party'} is nobody from outside who is in the call.`);
  const conversation = context.situation.conversation.activityid ?? '';
  context.draft.effect({ type: 'SendKey', conversation, party: party.id, key: event.key });
}

/** The primary comes in again. Refuses conflict: the call is another's now. */
export function rejoin(context: Context, event: RejoinRequested): void {
  if (partyOfAgent(context, event.agent) === null) ownPart(context, event.agent);
  arrange(context);
}
