/** Somebody outside in a call: transferred to or consulted, by number. A transfer takes the customer from the first
 *  representative when the other side accepts and when it refuses. Bridged, the call stays ours and somebody outside is
 *  its primary; not bridged, customer and other side are joined and let go. Source: behaviour.md §2.2, §2.3, §3.9. */
import { msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import type {
  ExternalSessionClosed,
  ExternalTransferRequested,
  ExternalTransferWithdrawn,
  PromoteRequested,
} from '../call-events.ts';
import { activity, change, closure, creation, sessionEvent } from '../choices.ts';
import type {
  AgentEnded,
  CallEnded,
  PartyAnswered,
  PartyLeft,
  PartyRefused,
  SessionClosed,
} from '../events.ts';
import { type PartyFacts, partValue, partyStatus } from '../room-facts.ts';
import { endConsult, partyLeaves, promotable, promoteAgent } from './consult.ts';
import type { Context } from './context.ts';
import { callEnds, closeNow, legEnds } from './end.ts';
import { handOver } from './hand-over.ts';
import { holdReason, putOnHold } from './hold.ts';
import { giveBack } from './invitation.ts';
import { endKeeping, keepWithRepresentative, pauseForHold } from './keeping.ts';
import { ownPart } from './own-part.ts';
import { endParty, inviteNumber, joinedBut, joinParty, partyOf, partyOfAgent } from './parties.ts';
import { requeue } from './requeue.ts';
import { arrange } from './room.ts';
import { transferring } from './transfer.ts';

/** Begins a transfer to a number. The customer is on hold; what is not bridged is not recorded any more. Refuses
 *  conflict: not your call, a transfer under way, or a caller without a number, who cannot be shown to the other side. */
export function transferOutside(context: Context, event: ExternalTransferRequested): void {
  const participant = transferring(context, event.agent);
  const { room, from } = context.situation;
  const bridged = event.bridged ?? room.voice?.msdyn_usebridgetransferforpstntransfer ?? false;
  if (!bridged && from === null)
    throw new Refusal('conflict', 'The customer withholds their number, so the transfer must be bridged.');
  inviteNumber(context, event.number, 'transfer', bridged);
  putOnHold(context, participant, holdReason.transferInTransit);
  if (!bridged) endKeeping(context);
  arrange(context, { held: true, keeping: bridged ? pauseForHold(context) : null });
}

/** Takes the transfer back, or says that the other side declined it by another way. Refuses conflict: not your call, or
 *  no transfer to the outside is under way. */
export function withdrawOutside(context: Context, event: ExternalTransferWithdrawn): void {
  ownPart(context, event.agent);
  const party = context.situation.room.parties.find(
    ({ purpose, agent, joined }) => purpose === 'transfer' && agent === null && !joined,
  );
  if (!party) throw new Refusal('conflict', 'No transfer to the outside is under way.');
  if (event.declined) refuseTransfer(context, party, false);
  else giveBack(context, party, 'withdrawn');
}

/** A consulted party takes the call. When it is from outside the first representative is out of it. Refuses conflict: not
 *  your call, no such party, not there yet. */
export function promote(context: Context, event: PromoteRequested): void {
  ownPart(context, event.agent);
  const party = partyOf(context, event.party);
  promotable(party);
  if (party.agent !== null) promoteAgent(context, event, party);
  else {
    endConsult(context, party);
    becomePrimary(context, party, 'ExternalWarmTransfer');
  }
}

/** Somebody outside picked up. */
export function partyAnswered(context: Context, event: PartyAnswered): void {
  const party = context.situation.room.parties.find(({ id, joined }) => id === event.party && !joined);
  if (!party) return;
  if (party.purpose === 'consult')
    arrange(context, { parties: [...joinedBut(context, party), joinParty(context, party)] });
  else if (party.bridged) becomePrimary(context, joinParty(context, party), 'ExternalBlindTransfer');
  else letGo(context, party);
}

/** Somebody outside did not pick up. */
export function partyRefused(context: Context, event: PartyRefused): void {
  const party = context.situation.room.parties.find(({ id, joined }) => id === event.party && !joined);
  if (!party) return;
  if (party.purpose === 'transfer') refuseTransfer(context, party, true);
  else endParty(context, party, 'declined', true);
}

/** Somebody outside hung up: a helper is gone, or the one whose call it was: then it is over. */
export function partyHungUp(context: Context, event: PartyLeft): void {
  const party = context.situation.room.parties.find(({ id }) => id === event.party);
  if (!party) return;
  if (party.part === 'primary' && party.joined) endOutside(context, 'the other side hung up');
  else if (party.joined) partyLeaves(context, party, true);
  else giveBack(context, party, 'declined', true);
}

/** The session that somebody outside holds is ended: the whole call when it is theirs, else their part of it. Refuses
 *  conflict: not your call, nobody from outside. */
export function closeOutside(context: Context, event: ExternalSessionClosed): void {
  if (isOutside(context)) {
    endOutside(context, `ended by ${event.agent}`);
    return;
  }
  ownPart(context, event.agent);
  const party = partyOf(context, null);
  if (party.joined) partyLeaves(context, party);
  else giveBack(context, party, 'withdrawn');
}

/** The caller is gone. Nobody finishes notes for somebody outside, so their call is closed at once. */
export function callEndsForAll(context: Context, event: CallEnded): void {
  if (!isOutside(context)) {
    callEnds(context, event);
    return;
  }
  const { closure: closed, event: type } = legEnds[event.by];
  closeNow(context, {
    closure: closed,
    event: type,
    change: event.by === 'failure' ? change.closedDueToFailure : change.autoClosedBySystem,
    by: 'customer',
    release: { reason: event.reason },
  });
}

/** What an agent does who ends, or closes the tab: `own` for the primary, for anybody else it is their leaving. */
export const orLeaves =
  <E extends AgentEnded | SessionClosed>(own: (context: Context, event: E) => void) =>
  (context: Context, event: E): void => {
    const party = partyOfAgent(context, event.agent);
    if (party === null) own(context, event);
    else if (party.joined) partyLeaves(context, party);
    else giveBack(context, party, 'declined');
  };

/** Whether the call is that of somebody outside. */
const isOutside = ({ situation }: Context): boolean =>
  situation.room.parties.some(({ part, joined }) => part === 'primary' && joined);

function becomePrimary(context: Context, party: PartyFacts, assignReason: string): void {
  const { room, conversation } = context.situation;
  const { participant } = handOver(context, party, { closure: closure.externalAgentAccept, assignReason });
  // They are in the call already, so nobody will report that they have come: their talk time begins here.
  context.draft.update(msdyn_sessionparticipant, participant, { msdyn_starttalktime: context.now });
  context.draft.conversation(conversation.activityid ?? '', {
    msdyn_conversationactivitystate: activity.talk,
  });
  context.draft.update(wirechief_callparty, party.id, {
    wirechief_part: partValue.primary,
    wirechief_isbridged: true,
    wirechief_isheld: false,
    wirechief_sessionparticipantid: participant,
  });
  const stops = room.voice?.msdyn_stoptranscriptionandrecordingafterpstntransfer === true;
  if (stops) endKeeping(context);
  const first: PartyFacts = { ...party, part: 'primary', held: false, bridged: true, participant };
  arrange(context, {
    held: false,
    primary: null,
    away: false,
    parties: [...joinedBut(context, party), first],
    keeping: stops ? null : keepWithRepresentative(context, participant),
  });
}

/** Not bridged: the call is not ours any more. */
function letGo(context: Context, party: PartyFacts): void {
  const { situation, draft, now } = context;
  const { conversation, call } = situation;
  const id = conversation.activityid ?? '';
  // Before everybody else is let go: this one stays with the customer.
  draft.update(wirechief_callparty, party.id, {
    wirechief_joinedon: now,
    wirechief_lefton: now,
    statecode: 1,
    statuscode: partyStatus.left,
  });
  draft.effect({ type: 'LetGo', conversation: id, call, party: party.id });
  draft.conversation(id, { msdyn_transfercount: (conversation.msdyn_transfercount ?? 0) + 1 });
  closeNow(context, {
    closure: closure.externalAgentTransfer,
    event: sessionEvent.transferedToAgent,
    change: change.endedByAgent,
    by: 'other',
    release: null,
  });
}

/** The other side said no: the first representative is out all the same, and the customer goes back to the queue they
 *  came from, never into silence. */
function refuseTransfer(context: Context, party: PartyFacts, hungUp: boolean): void {
  // Ended by itself first: what follows ends whoever else is there.
  endParty(context, party, 'declined', hungUp);
  requeue(context, {
    closure: closure.externalAgentReject,
    event: sessionEvent.participantInviteRejected,
    creation: creation.agentInviteRejected,
    leftOnReason: null,
    declined: false,
  });
}

function endOutside(context: Context, reason: string): void {
  closeNow(context, {
    closure: closure.agentEndConversation,
    event: sessionEvent.agentEndConversation,
    change: change.endedByAgent,
    by: 'other',
    release: { reason, cause: 'agentEnded' },
  });
}
