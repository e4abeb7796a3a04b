/** In conversation: talk, hold, and the agent's page going and coming back. Source: behaviour.md §1.8, §2.3, §3.9. */
import { msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { activity, closure, creation, sessionEvent } from '../choices.ts';
import { isElsewhere } from '../elsewhere.ts';
import type { HoldRequested, MediaConnected, UnholdRequested } from '../events.ts';
import type { AgentLeft, AgentReturned, AgentStayedAway } from '../internal-events.ts';
import { trigger } from '../messages.ts';
import type { ParticipantFacts } from '../situation.ts';
import { start, stop } from '../stopwatch.ts';
import { talkWatch } from './change.ts';
import { after, type Context, timerKey } from './context.ts';
import { holdReason, putOnHold, takeOffHold } from './hold.ts';
import { pauseForHold, resumeAfterHold } from './keeping.ts';
import { ownPart, primaryPart } from './own-part.ts';
import { say, textOf } from './prompts.ts';
import { requeue } from './requeue.ts';
import { arrange, dialledAs } from './room.ts';

/** Both hear each other: talk time begins. A call that was on hold when the page went stays on hold. */
export function connect(context: Context, event: MediaConnected): void {
  const { situation, draft, now } = context;
  const participant = primaryPart(context, event.agent);
  if (!participant || participant.msdyn_starttalktime !== null || participant.msdyn_startholdtime !== null)
    return;
  writeTalk(context, participant, start(talkWatch(participant), now));
  draft.conversation(situation.conversation.activityid ?? '', {
    msdyn_conversationactivitystate: activity.talk,
  });
}

/** Talk stops, hold begins. Holding twice is holding. Refuses conflict: not your call, or nobody is connected. */
export function hold(context: Context, event: HoldRequested): void {
  const participant = ownPart(context, event.agent);
  if (participant.msdyn_startholdtime !== null) return;
  if (participant.msdyn_starttalktime === null)
    throw new Refusal('conflict', 'The call is not connected, so it cannot be put on hold.');
  putOnHold(context, participant, holdReason.byAgent);
  arrange(context, { held: true, keeping: pauseForHold(context) });
}

/** Hold stops, talk goes on. A call that is not on hold stays as it is. */
export function unhold(context: Context, event: UnholdRequested): void {
  const participant = ownPart(context, event.agent);
  if (participant.msdyn_startholdtime === null) return;
  takeOffHold(context, participant);
  arrange(context, { held: false, keeping: resumeAfterHold(context) });
}

/** The page is gone: nobody talks now; hold goes on. The caller is told and hears music, the others wait on hold, until
 *  the page is back or given up. A call does not wait as long as other work (§1.8). */
export function leaveWhileTalking(context: Context, event: AgentLeft): void {
  const { situation, draft, now, limits } = context;
  const id = situation.conversation.activityid ?? '';
  const participant = primaryPart(context, event.agent);
  if (!participant) return;
  if (participant.msdyn_starttalktime !== null) {
    writeTalk(context, participant, stop(talkWatch(participant), now));
    draft.conversation(id, { msdyn_conversationactivitystate: activity.none });
  }
  arrange(context, { away: true });
  if (situation.kind !== 'voice') return;
  if (dialledAs(context) === null)
    say(context, `away:${now.toISOString()}`, textOf(context, trigger.agentDisconnected));
  const { agent } = event;
  draft.setTimer(timerKey.away(id), after(now, limits.callGraceMs), {
    type: 'AgentStayedAway',
    conversation: id,
    agent,
  });
}

/** The page is back in time: join it to its call again. */
export function comeBack(context: Context, event: AgentReturned): void {
  if (!primaryPart(context, event.agent)) return;
  context.draft.cancelTimer(timerKey.away(event.conversation));
  arrange(context, { away: false });
}

/** Whether the page of whoever has the work is there again. */
export const isBack = ({ situation: { agent, load } }: Context): boolean =>
  agent?.signedIn === true && !agent.lost && !isElsewhere(load, agent);

/** The page did not come back: the work goes back to its queue. Who is there again by now keeps it. */
export function giveUp(context: Context, event: AgentStayedAway): void {
  if (!primaryPart(context, event.agent) || isBack(context)) return;
  requeue(context, {
    closure: closure.agentDisconnected,
    event: sessionEvent.agentDisconnected,
    creation: creation.agentDisconnected,
    leftOnReason: null,
    declined: false,
  });
}

/** Asked for again by the one who has it already: nothing to do. Refuses conflict for anybody else. */
export function repeated(context: Context, event: { readonly agent: string }): void {
  ownPart(context, event.agent);
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
