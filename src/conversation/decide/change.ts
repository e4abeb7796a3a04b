/** The changes that several events share: a session begins and ends, a person leaves, the conversation changes state. */
import {
  msdyn_ocsession,
  msdyn_ocsessionparticipantevent,
  msdyn_sessionevent,
  msdyn_sessionparticipant,
  queueitem,
} from '../../tables/dataverse/index.ts';
import type { Guid, Values } from '../../tables/index.ts';
import { channel, sessionEvent, sessionState } from '../choices.ts';
import type { Conversation, ParticipantFacts } from '../situation.ts';
import { type Stopwatch, secondsBetween, stop } from '../stopwatch.ts';
import type { Context } from './context.ts';
import { unfocused } from './focus.ts';

/** The columns a session takes over from its conversation. */
type Heading = Pick<Conversation, 'activityid' | 'subject' | 'regardingobjectid' | 'msdyn_channel'>;

/** Begins a session in a queue; its events too. `reason`: why it is made, kept as creation and as queue reason. */
export function beginSession(
  { draft, now }: Pick<Context, 'draft' | 'now'>,
  heading: Heading,
  queue: Guid<'queue'> | null,
  reason: NonNullable<Values<typeof msdyn_ocsession>['msdyn_sessioncreationreason']>,
  more: Values<typeof msdyn_ocsession> = {},
): Guid<'msdyn_ocsession'> {
  const session = draft.create(msdyn_ocsession, {
    subject: heading.subject,
    regardingobjectid: heading.regardingobjectid,
    msdyn_liveworkitemid: heading.activityid,
    msdyn_channel: heading.msdyn_channel?.[0] ?? channel.voiceCall,
    msdyn_cdsqueueid: queue,
    msdyn_queueassignedon: now,
    msdyn_queueassignedreason: reason,
    msdyn_sessioncreationreason: reason,
    msdyn_sessioncreatedon: now,
    msdyn_sessionmodifiedon: now,
    msdyn_state: sessionState.new,
    actualstart: now,
    ...more,
  });
  addSessionEvent({ draft, now }, session, sessionEvent.queueAssigned);
  return session;
}

/** Ends a session: Completed, with its closure reason, and how it ended as an event. */
export function endSession(
  { draft, now }: Pick<Context, 'draft' | 'now'>,
  session: Guid<'msdyn_ocsession'>,
  reason: NonNullable<Values<typeof msdyn_ocsession>['msdyn_closurereason']> | null,
  event: NonNullable<Values<typeof msdyn_sessionevent>['msdyn_eventtype']>,
  more: Values<typeof msdyn_ocsession> = {},
): void {
  draft.update(msdyn_ocsession, session, {
    ...(reason === null ? {} : { msdyn_closurereason: reason }),
    msdyn_sessionclosedon: now,
    msdyn_sessionmodifiedon: now,
    msdyn_state: sessionState.closed,
    actualend: now,
    statecode: 1,
    statuscode: 2,
    ...more,
  });
  addSessionEvent({ draft, now }, session, event);
}

/** Notes what happened in a session (the journey of a conversation is read from these). */
export function addSessionEvent(
  { draft, now }: Pick<Context, 'draft' | 'now'>,
  session: Guid<'msdyn_ocsession'>,
  type: NonNullable<Values<typeof msdyn_sessionevent>['msdyn_eventtype']>,
): void {
  const name = eventNames.get(type) ?? null;
  draft.create(msdyn_sessionevent, {
    msdyn_name: name,
    msdyn_omnichannelsession: session,
    msdyn_eventtype: type,
    msdyn_eventtime: now,
  });
}

const eventNames: ReadonlyMap<number, string> = new Map(
  Object.entries(sessionEvent).map(([name, value]) => [value, name.charAt(0).toUpperCase() + name.slice(1)]),
);

/** A participant's talk, hold and active chat after all were stopped. */
export interface Worked {
  readonly talkSeconds: number;
  readonly holdSeconds: number;
  readonly activeSeconds: number;
}

/** The participant leaves: stopwatches stop at `stoppedOn`, the rest happens now. Gives the totals. */
export function endParticipation(
  { draft, now, situation }: Context,
  participant: ParticipantFacts,
  leftOnReason: string | null,
  capacityStays = false,
  stoppedOn: Date = now,
): Worked {
  const talk = stop(talkWatch(participant), stoppedOn);
  const hold = stop(holdWatch(participant), stoppedOn);
  const timed = participant.msdyn_joinedon !== null;
  const focus = unfocused(participant, stoppedOn);
  draft.update(msdyn_sessionparticipant, participant.msdyn_sessionparticipantid ?? '', {
    msdyn_lefton: now,
    msdyn_leftonreason: leftOnReason,
    msdyn_modifiedon: now,
    statecode: 1,
    statuscode: 2,
    ...(timed ? { msdyn_talktime: talk.seconds, msdyn_starttalktime: null } : {}),
    ...(timed ? { msdyn_holdtime: hold.seconds, msdyn_startholdtime: null } : {}),
    ...(timed && situation.kind !== 'voice' ? focus.values : {}),
    ...(capacityStays ? {} : { msdyn_iscapacityblocking: false }),
  });
  if (situation.holdEvent !== null) endHoldEvent({ draft }, situation.holdEvent, participant, stoppedOn);
  return { talkSeconds: talk.seconds, holdSeconds: hold.seconds, activeSeconds: focus.activeSeconds };
}

/** Ends the open hold event of a participant. */
export function endHoldEvent(
  { draft }: Pick<Context, 'draft'>,
  event: Guid,
  participant: ParticipantFacts,
  at: Date,
): void {
  const from = participant.msdyn_startholdtime;
  draft.update(msdyn_ocsessionparticipantevent, event, {
    msdyn_eventendtime: at,
    msdyn_eventduration: from ? secondsBetween(from, at) : 0,
  });
}

/** The talk stopwatch as it stands in the participant's row. */
export const talkWatch = (participant: ParticipantFacts): Stopwatch => ({
  startedOn: participant.msdyn_starttalktime,
  seconds: participant.msdyn_talktime ?? 0,
});

/** The hold stopwatch as it stands in the participant's row. */
export const holdWatch = (participant: ParticipantFacts): Stopwatch => ({
  startedOn: participant.msdyn_startholdtime,
  seconds: participant.msdyn_holdtime ?? 0,
});

/** The conversation's sums over all representatives, with what one more worked (behaviour.md §2.4). Wrap-up, which comes
 *  last, adds to them when it ends. */
export function summed(conversation: Conversation, { talkSeconds, holdSeconds, activeSeconds }: Worked) {
  const talk = (conversation.msdyn_conversationtalktimeinseconds ?? 0) + talkSeconds;
  const hold = (conversation.msdyn_conversationholdtimeinseconds ?? 0) + holdSeconds;
  const active = (conversation.msdyn_conversationactivechattimeinseconds ?? 0) + activeSeconds;
  return {
    msdyn_conversationtalktimeinseconds: talk,
    msdyn_conversationholdtimeinseconds: hold,
    msdyn_conversationactivechattimeinseconds: active,
    msdyn_conversationhandletimeinseconds: talk + hold + active,
  };
}

/** Takes the conversation's queue item out of its queue. */
export function leaveQueue({ draft, situation }: Pick<Context, 'draft' | 'situation'>): void {
  const item = situation.conversation.msdyn_queueitemid;
  if (item !== null) draft.update(queueitem, item, { statecode: 1, statuscode: 2 });
}
