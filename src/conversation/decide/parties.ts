/** Those in a call besides the caller and the primary representative: invited, there, gone. Source: behaviour.md §2.3,
 *  §3.9. */
import { msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import { type Guid, Refusal, type Values } from '../../tables/index.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import { wirechief_offer } from '../../tables/wirechief/wirechief_offer.ts';
import { base, mode, offerStatus, sessionEvent } from '../choices.ts';
import { requireHere } from '../elsewhere.ts';
import { offerPurpose, type PartyFacts, partValue, partyStatus, purposeValue } from '../room-facts.ts';
import type { AgentFacts } from '../situation.ts';
import { addSessionEvent } from './change.ts';
import { after, type Context, timerKey } from './context.ts';
import { endKeeping, pauseForHold } from './keeping.ts';
import { answerOffer } from './offer-row.ts';
import { arrange, standingOf } from './room.ts';

/** The documents advise at most five helpers; more are refused. */
export const mostParties = 5;

/** Everybody in the call but those `without`. */
export const joinedBut = ({ situation }: Context, without: PartyFacts | null): readonly PartyFacts[] =>
  standingOf(situation).parties.filter(({ id }) => id !== without?.id);

/** The party of this id. Refuses conflict when there is none. `id` null: the only one from outside. */
export function partyOf({ situation }: Context, id: string | null): PartyFacts {
  const { parties } = situation.room;
  const outside = parties.filter(({ agent }) => agent === null);
  const found =
    id === null ? (outside.length === 1 ? outside[0] : undefined) : parties.find((one) => one.id === id);
  if (found) return found;
  if (id !== null) throw new Refusal('conflict', `The call has no party ${id}.`);
  const many = outside.length > 1;
  throw new Refusal(
    'conflict',
    many ? 'The call has several parties from outside: name one.' : 'The call has no party from outside.',
  );
}

/** The party behind which this agent is. */
export const partyOfAgent = ({ situation }: Context, agent: string): PartyFacts | null =>
  situation.room.parties.find((one) => one.agent === agent) ?? null;

/** How somebody is asked. `bySupervisor`: a transfer that a supervisor asks for. `queue`: for which they were found, where
 *  one is consulted. `blocks`: a helper who gives capacity to it. */
export interface Invitation {
  readonly purpose: 'transfer' | 'consult';
  readonly bySupervisor?: boolean;
  readonly queue?: Guid<'queue'> | null;
  readonly blocks?: boolean;
}

/** Puts the call before another agent. A helper's capacity is taken at once, when it is; a transfer's by who asks. */
export function inviteAgent(
  context: Context,
  target: AgentFacts,
  { purpose, bySupervisor = false, queue = null, blocks = false }: Invitation,
): void {
  const { situation, draft, now, call, people } = context;
  const { conversation, session, participant: own } = situation;
  const id = conversation.activityid ?? '';
  const participant =
    purpose === 'consult'
      ? draft.create(msdyn_sessionparticipant, {
          msdyn_name: target.name,
          msdyn_omnichannelsession: session?.activityid ?? null,
          msdyn_agentid: target.agent,
          msdyn_cdsqueueid: queue ?? session?.msdyn_cdsqueueid ?? null,
          msdyn_mode: mode.consult,
          msdyn_consultmode: 2,
          msdyn_conversationaccess: 2,
          msdyn_addedon: now,
          msdyn_assignreason: 'AgentConsult',
          msdyn_iscapacityblocking: blocks,
          msdyn_modifiedon: now,
        })
      : null;
  const expiresOn = after(now, call.offerSeconds * 1000);
  const party: string = draft.create(wirechief_callparty, {
    wirechief_name: target.name,
    wirechief_conversationid: id,
    wirechief_agentid: target.agent,
    wirechief_part: purpose === 'transfer' ? partValue.primary : partValue.consult,
    wirechief_purpose: purposeValue[purpose],
    wirechief_sessionparticipantid: participant,
    wirechief_isbysupervisor: bySupervisor,
    wirechief_queueid: queue,
    wirechief_iscapacityblocking: blocks,
    wirechief_isheld: false,
    statuscode: partyStatus.invited,
  });
  // The offer carries the party's id, by which either is found from the other.
  draft.create(
    wirechief_offer,
    {
      wirechief_name: conversation.subject,
      wirechief_agentid: target.agent,
      wirechief_conversationid: id,
      wirechief_queueid: queue ?? session?.msdyn_cdsqueueid ?? null,
      wirechief_sessionid: session?.activityid ?? null,
      wirechief_sessionparticipantid: participant ?? own?.msdyn_sessionparticipantid ?? null,
      wirechief_expireson: expiresOn,
      wirechief_purpose: offerPurpose[purpose],
      statuscode: offerStatus.pending,
      ownerid: { table: 'systemuser', id: target.agent },
    },
    party,
  );
  draft.setTimer(timerKey.offer(party), expiresOn, { type: 'OfferExpired', conversation: id, offer: party });
  note(context, sessionEvent.participantInvited);
  // Transfer and consult start the clock of an active call again (§1.3).
  draft.conversation(id, {});
  draft.effect({ type: 'RingAgent', conversation: id, agent: target.agent });
  if (!blocks) return;
  people.reserve(target);
  draft.reserves = target.agent;
}

/** The person whom somebody named. Refuses conflict: they are in the call, signed out, or not to be disturbed. */
export function invitable(context: Context, to: string): AgentFacts {
  const { call, situation } = context;
  const { other } = call;
  const { participant, room } = situation;
  const refuse = (message: string): never => {
    throw new Refusal('conflict', message);
  };
  if (participant?.msdyn_agentid === to) return refuse('This is your own call.');
  if (other === null || other.agent !== to) return refuse(`There is no representative ${to}.`);
  const name = other.name ?? 'This representative';
  if (partyOfAgent(context, to) !== null) return refuse(`${name} is in this call already, or invited to it.`);
  if (room.parties.length >= mostParties) return refuse(`A call has at most ${mostParties} others in it.`);
  const presence = other.basePresence;
  const hidden = presence === base.away || presence === base.offline || presence === base.doNotDisturb;
  if (!other.signedIn || other.lost || hidden) return refuse(`${name} is not available.`);
  requireHere(situation.load, other);
  return other;
}

/** Calls somebody outside into the call. */
export function inviteNumber(
  context: Context,
  number: string,
  purpose: 'transfer' | 'consult',
  bridged: boolean,
): void {
  const { situation, draft, now } = context;
  const { conversation, session, room, from } = situation;
  const id = conversation.activityid ?? '';
  if (room.parties.some((one) => one.number === number))
    throw new Refusal('conflict', `${number} is in this call already, or being called.`);
  if (room.parties.length >= mostParties)
    throw new Refusal('conflict', `A call has at most ${mostParties} others in it.`);
  const participant =
    purpose === 'consult'
      ? draft.create(msdyn_sessionparticipant, {
          ...outside(number),
          msdyn_omnichannelsession: session?.activityid ?? null,
          msdyn_mode: mode.consult,
          msdyn_consultmode: 2,
          msdyn_conversationaccess: 2,
          msdyn_addedon: now,
          msdyn_assignreason: 'AgentConsult',
          msdyn_iscapacityblocking: false,
          msdyn_modifiedon: now,
        })
      : null;
  const party = draft.create(wirechief_callparty, {
    wirechief_name: number,
    wirechief_conversationid: id,
    wirechief_phonenumber: number,
    wirechief_part: purpose === 'transfer' ? partValue.primary : partValue.consult,
    wirechief_purpose: purposeValue[purpose],
    wirechief_isbridged: bridged,
    wirechief_isheld: false,
    wirechief_sessionparticipantid: participant,
    statuscode: partyStatus.invited,
  });
  note(context, sessionEvent.participantInvited);
  draft.conversation(id, {});
  // A transfer that is not bridged is a new call of the customer's; everything else is ours (§3.9).
  const caller = purpose === 'transfer' && !bridged ? from : room.dialled;
  draft.effect({ type: 'CallParty', conversation: id, party, number, caller });
}

/** How a participant from outside reads. */
export const outside = (number: string): Values<typeof msdyn_sessionparticipant> => ({
  msdyn_name: number,
  msdyn_externalparticipantchannel: number,
  msdyn_externalparticipantchanneltype: 426120000,
});

/** An invited party comes in. Gives it as it is now. */
export function joinParty(context: Context, party: PartyFacts): PartyFacts {
  const { draft, now } = context;
  draft.update(wirechief_callparty, party.id, { statuscode: partyStatus.inCall, wirechief_joinedon: now });
  if (party.participant !== null)
    draft.update(msdyn_sessionparticipant, party.participant, { msdyn_joinedon: now, msdyn_modifiedon: now });
  if (party.agent !== null) settleOffer(context, party, offerStatus.accepted);
  note(context, sessionEvent.participantInviteAccepted);
  return { ...party, joined: true };
}

/** How somebody goes: left the call; or, not yet in it, said no, did not answer in time, or was not wanted any more. */
export type Going = 'left' | 'declined' | 'timedOut' | 'withdrawn';

const goings: { readonly [G in Going]: Ending } = {
  left: { reason: null, event: sessionEvent.participantLeft, offer: offerStatus.withdrawn },
  declined: {
    reason: 'AgentReject',
    event: sessionEvent.participantInviteRejected,
    offer: offerStatus.rejected,
  },
  timedOut: {
    reason: 'AgentTimeout',
    event: sessionEvent.participantInviteTimeout,
    offer: offerStatus.expired,
  },
  withdrawn: { reason: null, event: sessionEvent.participantEnd, offer: offerStatus.withdrawn },
};

interface Ending {
  readonly reason: string | null;
  readonly event: (typeof sessionEvent)[keyof typeof sessionEvent];
  readonly offer: (typeof offerStatus)[keyof typeof offerStatus];
}

/** A party goes. `hungUp`: somebody outside whose leg is gone already. Whoever was offered a transfer gets their
 *  capacity back. */
export function endParty(context: Context, party: PartyFacts, how: Going, hungUp = false): void {
  const { situation, draft, now, people, call } = context;
  const { reason, event, offer } = goings[how];
  draft.update(wirechief_callparty, party.id, {
    wirechief_lefton: now,
    statecode: 1,
    statuscode: party.joined ? partyStatus.left : partyStatus.didNotCome,
  });
  if (party.participant !== null)
    draft.update(msdyn_sessionparticipant, party.participant, {
      msdyn_lefton: now,
      msdyn_leftonreason: reason,
      msdyn_modifiedon: now,
      statecode: 1,
      statuscode: 2,
    });
  // Whom an overflow called was never invited by anybody in the call.
  if (party.purpose !== 'redirection') note(context, event);
  if (party.agent !== null && !party.joined) {
    settleOffer(context, party, offer);
    if (party.purpose === 'transfer' && call.other?.agent === party.agent)
      people.release(call.other, { capacity: true, session: true, call: true });
  }
  const helper = party.blocks ? call.helpers.find(({ agent }) => agent === party.agent) : undefined;
  if (helper) people.release(helper, { capacity: true, session: true, call: true });
  if (party.agent === null && !hungUp)
    draft.effect({
      type: 'DropParty',
      conversation: situation.conversation.activityid ?? '',
      party: party.id,
    });
}

/** All others go, and nothing is kept any more: the call is over. */
export function leaveRoom(context: Context): void {
  dismiss(context);
  endKeeping(context);
}

/** All others go, because the caller goes back to a queue; what is kept is paused until somebody is there again. */
export function leaveForQueue(context: Context): void {
  const { participant } = context.situation;
  dismiss(context);
  if (participant?.msdyn_joinedon == null) return;
  const keeping = pauseForHold(context, true);
  arrange(context, { held: false, primary: null, away: false, parties: [], keeping });
}

function dismiss(context: Context): void {
  for (const party of context.situation.room.parties)
    if (!context.draft.ends(wirechief_callparty, party.id))
      endParty(context, party, party.joined ? 'left' : 'withdrawn');
}

function settleOffer(context: Context, party: PartyFacts, answered: Ending['offer']): void {
  if (party.joined || party.agent === null) return;
  answerOffer(context, party.id, answered);
  const conversation = context.situation.conversation.activityid ?? '';
  context.draft.effect({ type: 'StopRinging', conversation, agent: party.agent });
}

function note(context: Context, event: Ending['event']): void {
  const session = context.situation.session?.activityid;
  if (session) addSessionEvent(context, session, event);
}
