/** Active time: how long the agent's tab of a conversation was the one in focus. It is what handle time counts for
 *  everything but calls. Source: behaviour.md §2.3, §2.4. */
import { msdyn_sessionparticipant } from '../../tables/dataverse/index.ts';
import { status } from '../choices.ts';
import type { SessionFocused } from '../message-events.ts';
import type { ParticipantFacts } from '../situation.ts';
import { type Stopwatch, start, stop } from '../stopwatch.ts';
import type { Context } from './context.ts';
import { primaryPart } from './own-part.ts';

/** The tab is in focus. */
export const activeWatch = (participant: ParticipantFacts): Stopwatch => ({
  startedOn: participant.msdyn_startactivetime,
  seconds: participant.msdyn_activetime ?? 0,
});

/** The tab is open and another one is in focus. */
export const inactiveWatch = (participant: ParticipantFacts): Stopwatch => ({
  startedOn: participant.msdyn_startinactivetime,
  seconds: participant.msdyn_inactivetime ?? 0,
});

/** The tab is in focus while the conversation is in wrap-up. */
export const activeWrapUpWatch = (participant: ParticipantFacts): Stopwatch => ({
  startedOn: participant.msdyn_startactivewrapuptime,
  seconds: participant.msdyn_activewrapuptime ?? 0,
});

/** The agent turned to the tab, or away from it. A second time changes nothing. A call has no active time: it is handled
 *  for as long as it is talked, held and wrapped up. */
export function focus(context: Context, { agent, focused }: SessionFocused): void {
  const { situation, draft, now } = context;
  const participant = primaryPart(context, agent);
  if (situation.kind === 'voice' || !participant) return;
  const id = participant.msdyn_sessionparticipantid ?? '';
  if (situation.conversation.statuscode === status.wrapUp) {
    const watch = activeWrapUpWatch(participant);
    const turned = focused ? start(watch, now) : stop(watch, now);
    draft.update(msdyn_sessionparticipant, id, {
      msdyn_activewrapuptime: turned.seconds,
      msdyn_startactivewrapuptime: turned.startedOn,
    });
    return;
  }
  const active = focused ? start(activeWatch(participant), now) : stop(activeWatch(participant), now);
  const inactive = focused ? stop(inactiveWatch(participant), now) : start(inactiveWatch(participant), now);
  draft.update(msdyn_sessionparticipant, id, {
    msdyn_activetime: active.seconds,
    msdyn_activechattime: active.seconds,
    msdyn_startactivetime: active.startedOn,
    msdyn_inactivetime: inactive.seconds,
    msdyn_startinactivetime: inactive.startedOn,
  });
}

/** Who accepts anything but a call has its tab in focus: it opens then. */
export const focusedOnAccept = (now: Date) =>
  ({
    msdyn_activetime: 0,
    msdyn_activechattime: 0,
    msdyn_inactivetime: 0,
    msdyn_startactivetime: now,
  }) as const;

/** Both stopwatches after they were stopped, as columns; the seconds of active time beside them. */
export function unfocused(participant: ParticipantFacts, at: Date) {
  const active = stop(activeWatch(participant), at).seconds;
  return {
    activeSeconds: active,
    values: {
      msdyn_activetime: active,
      msdyn_activechattime: active,
      msdyn_startactivetime: null,
      msdyn_inactivetime: stop(inactiveWatch(participant), at).seconds,
      msdyn_startinactivetime: null,
    },
  };
}
