/** An assigned conversation goes back to its queue: the session ends, the person is free, another session begins.
 *  Source: behaviour.md §1.2 (Active → Open), §2.1. */
import type { msdyn_ocsession, msdyn_sessionevent } from '../../tables/dataverse/index.ts';
import type { Values } from '../../tables/index.ts';
import type { Place } from './assign.ts';
import { endParticipation, endSession, summed } from './change.ts';
import type { Context } from './context.ts';
import { leaveForQueue } from './parties.ts';
import { enterQueue } from './queue.ts';

/** Why: the closure reason and event of the old session, the creation reason of the new one, what stands as the
 *  participant's reason for leaving, and whether it counts as a decline. */
export interface Return {
  readonly closure: NonNullable<Values<typeof msdyn_ocsession>['msdyn_closurereason']>;
  readonly event: NonNullable<Values<typeof msdyn_sessionevent>['msdyn_eventtype']>;
  readonly creation: Place['reason'];
  readonly leftOnReason: string | null;
  readonly declined: boolean;
}

/** Sends it back. Capacity is given back before anybody is looked for, so the same person may be found again. */
export function requeue(context: Context, why: Return): void {
  const { situation, draft, people } = context;
  const { conversation, participant, session, agent } = situation;
  leaveForQueue(context);
  if (participant) {
    const worked = endParticipation(context, participant, why.leftOnReason);
    if (participant.msdyn_joinedon !== null)
      draft.conversation(conversation.activityid ?? '', summed(conversation, worked));
  }
  if (session?.activityid) endSession(context, session.activityid, why.closure, why.event);
  if (agent) {
    const capacity = participant?.msdyn_iscapacityblocking === true;
    people.release(agent, { capacity, session: true, call: true });
  }
  enterQueue(context, why.creation, why.declined ? (agent?.agent ?? null) : null);
}
