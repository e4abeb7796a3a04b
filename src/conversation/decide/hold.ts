/** The customer goes on hold and comes off it: the rows of it. Source: behaviour.md §2.3, §3.9. */
import { msdyn_ocsessionparticipantevent, msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import { activity } from '../choices.ts';
import type { ParticipantFacts } from '../situation.ts';
import { start, stop } from '../stopwatch.ts';
import { endHoldEvent, holdWatch, talkWatch } from './change.ts';
import type { Context } from './context.ts';

/** msdyn_ocsessionparticipantevent.msdyn_eventreason: who put the customer on hold. */
export const holdReason = { byAgent: 192350000, transferInTransit: 192350001 } as const;

/** Talk stops, hold begins, and an event says why. One who is on hold stays so. */
export function putOnHold(
  { situation, draft, now }: Context,
  participant: ParticipantFacts,
  reason: (typeof holdReason)[keyof typeof holdReason],
): void {
  if (participant.msdyn_startholdtime !== null) return;
  const talk = stop(talkWatch(participant), now);
  draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
    msdyn_talktime: talk.seconds,
    msdyn_starttalktime: talk.startedOn,
    msdyn_startholdtime: start(holdWatch(participant), now).startedOn,
    msdyn_modifiedon: now,
  });
  draft.create(msdyn_ocsessionparticipantevent, {
    msdyn_name: 'Hold',
    msdyn_sessionid: situation.session?.activityid ?? null,
    msdyn_sessionparticipantid: participant.msdyn_sessionparticipantid,
    msdyn_eventtype: 192350001,
    msdyn_eventreason: reason,
    msdyn_eventstarttime: now,
  });
  draft.conversation(situation.conversation.activityid ?? '', {
    msdyn_conversationactivitystate: activity.hold,
  });
}

/** Hold stops, talk goes on. One who is not on hold stays so. */
export function takeOffHold({ situation, draft, now }: Context, participant: ParticipantFacts): void {
  if (participant.msdyn_startholdtime === null) return;
  const held = stop(holdWatch(participant), now);
  draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
    msdyn_holdtime: held.seconds,
    msdyn_startholdtime: held.startedOn,
    msdyn_starttalktime: start(talkWatch(participant), now).startedOn,
    msdyn_modifiedon: now,
  });
  if (situation.holdEvent !== null) endHoldEvent({ draft }, situation.holdEvent, participant, now);
  draft.conversation(situation.conversation.activityid ?? '', {
    msdyn_conversationactivitystate: activity.talk,
  });
}
