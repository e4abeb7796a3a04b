/** One try to find somebody for a waiting conversation, and the offer if there is one. What was looked at is kept.
 *  Source: behaviour.md §3.1 row 10, §4.4 to §4.9; mission row B3. */
import {
  type msdyn_ocliveworkitem,
  msdyn_ocliveworkitemcapacityprofile,
  msdyn_ocsession,
  msdyn_sessionparticipant,
  msdyn_unifiedroutingdiagnostic,
  msdyn_unifiedroutingrun,
} from '../../tables/dataverse/index.ts';
import type { Guid, Values } from '../../tables/index.ts';
import type { AssignmentEvaluation, AssignmentInput, AssignmentOutput } from '../../tables/why.ts';
import { wirechief_offer } from '../../tables/wirechief/wirechief_offer.ts';
import { asideOf } from '../assignment-facts.ts';
import {
  assignReason,
  change,
  creation,
  diagnostic,
  mode,
  offerStatus,
  routingStatus,
  sessionEvent,
  status,
} from '../choices.ts';
import { consider } from '../consider.ts';
import { offerPurpose } from '../room-facts.ts';
import type { Board, Member } from '../situation.ts';
import { secondsBetween } from '../stopwatch.ts';
import { addSessionEvent } from './change.ts';
import { after, type Context, timerKey } from './context.ts';
import { callbackWaits } from './dial-back.ts';

/** Where the conversation waits: its session and why that was made, its routing run and since when, and whether it is
 *  its turn already. */
export interface Place {
  readonly session: Guid<'msdyn_ocsession'>;
  readonly reason: NonNullable<Values<typeof msdyn_ocsession>['msdyn_sessioncreationreason']>;
  readonly run: Guid<'msdyn_unifiedroutingrun'> | null;
  readonly startedOn: Date;
  readonly itsTurn: boolean;
}

/** Tries. Work that waits already goes first: then this asks only for its turn. */
export function tryAssign(context: Context, board: Board, place: Place, declinedBy: Guid | null): void {
  const { draft, situation, limits, people, now } = context;
  const aside = declinedBy === null ? null : asideOf(board.wants, place.reason, situation.workstream);
  if (aside !== null && situation.agent !== null) people.setAside(situation.agent, aside);
  if (board.othersWait && !place.itsTurn) {
    draft.workAvailable = true;
    return;
  }
  const members = board.members.map((member) => {
    const current = people.current(member, now);
    return member.agent === declinedBy ? { ...current, declines: member.declines + 1 } : current;
  });
  const { workstream, load, conversation } = situation;
  const { session, reason: cause } = place;
  const lastAgent = conversation.msdyn_lastactiveownerid;
  const work = { session, workstream, load, reason: cause, lastAgent, declines: limits.declines };
  const { result, chosen, reason, input } = consider(work, board, members);
  const offer = chosen ? makeOffer(context, board, place, chosen) : null;
  keep(context, board, place, input, result.folded, { agent: chosen?.agent ?? null, offer, reason });
}

/** It is the turn of this waiting conversation (behaviour.md §4.4). */
export function takeTurn(context: Context): void {
  const place = placeOf(context);
  if (context.board && place) tryAssign(context, context.board, place, null);
}

/** Where the conversation waits now; null when it does not. */
export function placeOf({ situation, now }: Context): Place | null {
  const { session, routingRun } = situation;
  if (!session?.activityid) return null;
  return {
    session: session.activityid,
    reason: session.msdyn_sessioncreationreason ?? creation.default,
    run: routingRun?.id ?? null,
    startedOn: routingRun?.startedOn ?? now,
    itsTurn: true,
  };
}

/** Puts the work before a person whom somebody named. */
export function offerTo(context: Context, board: Board, place: Place, member: Member, how: How): void {
  const offer = makeOffer(context, board, place, member, how);
  const reason = `${how.assignReason}: nobody else was looked at`;
  const input: AssignmentInput = {
    session: place.session,
    queue: board.queue.queueid ?? '',
    workstream: context.situation.workstream.msdyn_liveworkstreamid ?? '',
    method: null,
    requiredUnits: context.situation.load.units,
    allowedPresences: [],
  };
  keep(context, board, place, input, { candidates: [] }, { agent: member.agent, offer, reason });
}

/** How an offer reads in the rows: the conversation's status-change reason, the participant's reason. */
interface How {
  readonly change: NonNullable<Values<typeof msdyn_ocliveworkitem>['msdyn_statuschangereason']>;
  readonly assignReason: string | null;
}

function makeOffer(
  context: Context,
  board: Board,
  place: Place,
  member: Member,
  how: How = { change: change.awaitingAgentAcceptance, assignReason: assignReason.get(place.reason) ?? null },
): Guid<'wirechief_offer'> {
  const { draft, situation, people, now } = context;
  const { conversation } = situation;
  const id = conversation.activityid ?? '';
  const { agent } = member;
  const participant = draft.create(msdyn_sessionparticipant, {
    msdyn_name: member.name,
    msdyn_omnichannelsession: place.session,
    msdyn_agentid: agent,
    msdyn_cdsqueueid: board.queue.queueid,
    msdyn_mode: mode.primary,
    msdyn_addedon: now,
    msdyn_assignreason: how.assignReason,
    msdyn_iscapacityblocking: true,
    msdyn_modifiedon: now,
  });
  draft.update(msdyn_ocsession, place.session, { msdyn_agentassignedon: now, msdyn_sessionmodifiedon: now });
  addSessionEvent(context, place.session, sessionEvent.agentAssigned);
  const expiresOn = after(now, board.offerSeconds * 1000);
  const offer = draft.create(wirechief_offer, {
    wirechief_name: conversation.subject,
    wirechief_agentid: agent,
    wirechief_conversationid: id,
    wirechief_queueid: board.queue.queueid,
    wirechief_sessionid: place.session,
    wirechief_sessionparticipantid: participant,
    wirechief_expireson: expiresOn,
    wirechief_purpose: callbackWaits(context) ? offerPurpose.callback : offerPurpose.assignment,
    statuscode: offerStatus.pending,
    ownerid: { table: 'systemuser', id: agent },
  });
  draft.conversation(id, {
    statecode: 0,
    statuscode: status.active,
    msdyn_statuschangereason: how.change,
    msdyn_statusupdatedon: now,
    msdyn_activeagentid: agent,
    msdyn_activeagentassignedon: now,
    msdyn_lastactiveownerid: agent,
    msdyn_activesessionparticipantid: participant,
  });
  for (const profile of situation.load.unkept)
    draft.create(msdyn_ocliveworkitemcapacityprofile, {
      msdyn_ocliveworkitemid: id,
      msdyn_capacityprofileid: profile,
    });
  people.reserve(member);
  draft.reserves = agent;
  draft.setTimer(timerKey.offer(offer), expiresOn, { type: 'OfferExpired', conversation: id, offer });
  draft.effect({ type: 'RingAgent', conversation: id, agent });
  return offer;
}

/** How many rows a run keeps of tries that found nobody; later ones change the last (behaviour.md §4.11). */
const keptTries = 3;

/** `found`: who was looked at. */
function keep(
  { draft, situation, now }: Context,
  board: Board,
  place: Place,
  input: AssignmentInput,
  found: AssignmentEvaluation,
  output: AssignmentOutput,
): void {
  const last = place.itsTurn ? board.lastAssignment : null;
  const evaluation = JSON.stringify({
    ...(board.rank === null ? {} : { priority: board.rank.trace }),
    ...found,
  });
  if (output.agent === null && last?.evaluation === evaluation) return;
  if (place.run !== null && output.agent !== null)
    draft.update(msdyn_unifiedroutingrun, place.run, {
      msdyn_assignedagent: output.agent,
      msdyn_endtime: now,
      msdyn_routingstatus: routingStatus.assigned,
      msdyn_routingdurationinseconds: secondsBetween(place.startedOn, now),
    });
  const values = {
    msdyn_completedon: now,
    msdyn_inputdata: JSON.stringify(input),
    msdyn_evaluation: evaluation,
    msdyn_outputdata: JSON.stringify(output),
  };
  if (output.agent === null && last !== null && last.number > keptTries) {
    draft.update(msdyn_unifiedroutingdiagnostic, last.id, values);
    return;
  }
  draft.create(msdyn_unifiedroutingdiagnostic, {
    msdyn_name: 'Assignment',
    msdyn_unifiedroutingrunid: place.run,
    msdyn_ocliveworkitemid: situation.conversation.activityid,
    msdyn_targetobject: { table: 'msdyn_ocliveworkitem', id: situation.conversation.activityid ?? '' },
    msdyn_diagnosticdatatype: diagnostic.assignment.data,
    msdyn_ruletype: diagnostic.assignment.rule,
    msdyn_sequencenumber: (last?.number ?? 1) + 1,
    msdyn_startedon: now,
    ...values,
  });
}
