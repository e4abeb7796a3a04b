/** In conversation: talk, hold, and the agent's page going and coming back. Source: behaviour.md §1.8, §2.3, §3.9. */
import { msdyn_ocsessionparticipantevent, msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { activity, closure, creation, sessionEvent } from '../choices.ts';
import type { HoldRequested, MediaConnected, UnholdRequested } from '../events.ts';
import type { AgentLeft, AgentReturned, AgentStayedAway } from '../internal-events.ts';
import type { ParticipantFacts } from '../situation.ts';
import { start, stop } from '../stopwatch.ts';
import { endHoldEvent, holdWatch, talkWatch } from './change.ts';
import type { Context } from './context.ts';
import { requeue } from './requeue.ts';

/** Both hear each other: talk time begins. A call that was on hold when the page went stays on hold. */
export function connect(context: Context, event: MediaConnected): void {
  const { situation, draft, now } = context;
  const participant = primary(context, event.agent);
  if (!participant || participant.msdyn_starttalktime !== null) return;
  const id = situation.conversation.activityid ?? '';
  if (participant.msdyn_startholdtime !== null) {
    draft.effect({ type: 'Hold', conversation: id, call: situation.call, agent: event.agent });
    return;
  }
  writeTalk(context, participant, start(talkWatch(participant), now));
  draft.conversation(id, { msdyn_conversationactivitystate: activity.talk });
}

/** Talk stops, hold begins. Holding twice is holding. Refuses conflict: not your call, or nobody is connected. */
export function hold(context: Context, event: HoldRequested): void {
  const { situation, draft, now } = context;
  const participant = ownPart(context, event.agent);
  if (participant.msdyn_startholdtime !== null) return;
  if (participant.msdyn_starttalktime === null)
    throw new Refusal('conflict', 'The call is not connected, so it cannot be put on hold.');
  const talk = stop(talkWatch(participant), now);
  const held = start(holdWatch(participant), now);
  draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
    msdyn_talktime: talk.seconds,
    msdyn_starttalktime: talk.startedOn,
    msdyn_startholdtime: held.startedOn,
    msdyn_modifiedon: now,
  });
  draft.create(msdyn_ocsessionparticipantevent, {
    msdyn_name: 'Hold',
    msdyn_sessionid: situation.session?.activityid ?? null,
    msdyn_sessionparticipantid: participant.msdyn_sessionparticipantid,
    msdyn_eventtype: 192350001,
    msdyn_eventreason: 192350000,
    msdyn_eventstarttime: now,
  });
  const id = situation.conversation.activityid ?? '';
  draft.conversation(id, { msdyn_conversationactivitystate: activity.hold });
  draft.effect({ type: 'Hold', conversation: id, call: situation.call, agent: event.agent });
}

/** Hold stops, talk goes on. A call that is not on hold stays as it is. */
export function unhold(context: Context, event: UnholdRequested): void {
  const { situation, draft, now } = context;
  const participant = ownPart(context, event.agent);
  if (participant.msdyn_startholdtime === null) return;
  const held = stop(holdWatch(participant), now);
  const talk = start(talkWatch(participant), now);
  draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
    msdyn_holdtime: held.seconds,
    msdyn_startholdtime: held.startedOn,
    msdyn_starttalktime: talk.startedOn,
    msdyn_modifiedon: now,
  });
  if (situation.holdEvent !== null) endHoldEvent(context, situation.holdEvent, participant, now);
  const id = situation.conversation.activityid ?? '';
  draft.conversation(id, { msdyn_conversationactivitystate: activity.talk });
  draft.effect({ type: 'Unhold', conversation: id, call: situation.call, agent: event.agent });
}

/** The page is gone: nobody talks now; hold goes on. The caller hears music until the page is back or given up. */
export function leaveWhileTalking(context: Context, event: AgentLeft): void {
  const { situation, draft, now } = context;
  const participant = primary(context, event.agent);
  if (!participant) return;
  const id = situation.conversation.activityid ?? '';
  if (participant.msdyn_starttalktime !== null) {
    writeTalk(context, participant, stop(talkWatch(participant), now));
    draft.conversation(id, { msdyn_conversationactivitystate: activity.none });
  }
  draft.effect({ type: 'Detach', conversation: id, call: situation.call, agent: event.agent });
}

/** The page is back in time: join it to its call again. */
export function comeBack(context: Context, event: AgentReturned): void {
  const { situation, draft } = context;
  if (!primary(context, event.agent)) return;
  const conversation = situation.conversation.activityid ?? '';
  draft.effect({ type: 'Connect', conversation, call: situation.call, agent: event.agent });
}

/** The page did not come back: the call goes back to its queue. */
export function giveUp(context: Context, event: AgentStayedAway): void {
  const { situation, draft } = context;
  if (!primary(context, event.agent)) return;
  requeue(context, {
    closure: closure.agentDisconnected,
    event: sessionEvent.agentDisconnected,
    creation: creation.agentDisconnected,
    leftOnReason: null,
    declined: false,
  });
  const conversation = situation.conversation.activityid ?? '';
  draft.effect({ type: 'PlayWaiting', conversation, call: situation.call });
}

/** Asked for again by the one who has it already: nothing to do. Refuses conflict for anybody else. */
export function repeated(context: Context, event: { readonly agent: string }): void {
  ownPart(context, event.agent);
}

/** The primary participant if that is this agent. */
function primary({ situation }: Context, agent: string): ParticipantFacts | null {
  const { participant } = situation;
  return participant?.msdyn_agentid === agent ? participant : null;
}

/** The same for a person's request. Refuses conflict. */
export function ownPart(context: Context, agent: string): ParticipantFacts {
  const found = primary(context, agent);
  if (found) return found;
  const name = context.situation.participant?.msdyn_name ?? 'somebody else';
  throw new Refusal('conflict', `This is the call of ${name}.`);
}

function writeTalk(
  { draft, now }: Context,
  participant: ParticipantFacts,
  talk: { readonly startedOn: Date | null; readonly seconds: number },
): void {
  draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
    msdyn_talktime: talk.seconds,
    msdyn_starttalktime: talk.startedOn,
    msdyn_modifiedon: now,
  });
}
