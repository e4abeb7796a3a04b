/** A conversation is closed: the last change it ever sees. Source: behaviour.md §1.1, §1.2, §1.6, §2.4. */
import type {
  msdyn_ocliveworkitem,
  msdyn_ocsession,
  msdyn_sessionevent,
} from '../../tables/dataverse/index.ts';
import type { Guid, Values } from '../../tables/index.ts';
import type { ReleaseCause } from '../call-control.ts';
import { activity, status } from '../choices.ts';
import { secondsBetween } from '../stopwatch.ts';
import { type EndedBy, isAbandoned } from './abandoned.ts';
import { endSession, leaveQueue } from './change.ts';
import type { Context } from './context.ts';
import { leaveWait } from './leave-wait.ts';

/** How it ends. `session`: the one to end, with its closure reason (null keeps the one it has) and event. `by`: who or
 *  what ended it. `release`: why the caller's leg ends, null when there is none any more. */
export interface Ending {
  readonly session: Guid<'msdyn_ocsession'> | null;
  readonly closure: NonNullable<Values<typeof msdyn_ocsession>['msdyn_closurereason']> | null;
  readonly event: NonNullable<Values<typeof msdyn_sessionevent>['msdyn_eventtype']>;
  readonly change: NonNullable<Values<typeof msdyn_ocliveworkitem>['msdyn_statuschangereason']>;
  readonly by: EndedBy;
  readonly release: Release | null;
}

/** Why the caller's leg ends, as in the Release effect. */
export interface Release {
  readonly reason: string;
  readonly cause?: ReleaseCause;
}

/** Closes session, queue item and conversation; the timers of the conversation go with it. */
export function closeConversation(
  context: Context,
  ending: Ending,
  sums: Values<typeof msdyn_ocliveworkitem> = {},
): void {
  const { situation, draft, now } = context;
  const { conversation, call } = situation;
  const id = conversation.activityid ?? '';
  if (ending.session !== null) endSession(context, ending.session, ending.closure, ending.event);
  leaveQueue(context);
  leaveWait(context);
  const waited = conversation.msdyn_firstwaitstartedon;
  draft.conversation(id, {
    statecode: 1,
    statuscode: status.closed,
    msdyn_statuschangereason: ending.change,
    msdyn_statusupdatedon: now,
    msdyn_closedon: now,
    actualend: now,
    msdyn_isabandoned: isAbandoned(situation, ending.by),
    msdyn_conversationactivitystate: activity.ended,
    ...(waited !== null && conversation.msdyn_conversationfirstwaittimeinseconds === null
      ? { msdyn_conversationfirstwaittimeinseconds: secondsBetween(waited, now) }
      : {}),
    ...sums,
  });
  if (ending.release !== null) draft.effect({ type: 'Release', conversation: id, call, ...ending.release });
}
