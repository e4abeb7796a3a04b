/** A conversation enters a queue: new session, queue item, routing run, and at once the first try to find somebody.
 *  Source: behaviour.md §2.1, §3.1 rows 8 to 10, §3.3, §3.4, §3.5. */
import { type ActionConfig, nextLapse } from '../../routing/index.ts';
import { queueitem } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import { activity, change, closure, creation, sessionEvent, status } from '../choices.ts';
import type { Board } from '../situation.ts';
import { type Place, tryAssign } from './assign.ts';
import { beginSession, endSession } from './change.ts';
import { writeClassification } from './classified.ts';
import { closeConversation } from './close.ts';
import { after, type Context, timerKey } from './context.ts';
import { callOutside, endByOverflow, takeMessage } from './overflow.ts';
import { announceWait, offerCallbacks } from './prompts.ts';
import { beginRun } from './why-rows.ts';

/** Puts the conversation into the queue of `board`, for `reason`, and tries to assign it. `declinedBy`: who has just
 *  declined it. When rules were asked, what classification and overflow before queueing say is done first. A queue
 *  without members, or no queue at all, ends the conversation: nobody could ever take it. */
export function enterQueue(context: Context, reason: Place['reason'], declinedBy: Guid | null = null): void {
  const readsFirst = writeClassification(context);
  const config = context.routing?.route.overflow?.applied?.config ?? null;
  const entered = config === null ? reason : overflowFirst(context, reason, config);
  if (entered === null) return;
  stand(context, entered, declinedBy, readsFirst);
  if (config?.action === 'callback') offerCallbacks(context);
}

/** Does what an overflow before queueing says. Gives for what reason the work stands in line after all, null when it
 *  does not. */
function overflowFirst(
  context: Context,
  reason: Place['reason'],
  config: ActionConfig,
): Place['reason'] | null {
  const { routing, situation, draft } = context;
  const { conversation } = situation;
  if (config.action === 'queue' && routing !== null && routing.queue !== routing.chosen) {
    const session = beginSession(context, conversation, routing.chosen, reason);
    endSession(context, session, closure.overflowQueueTransfer, sessionEvent.transferedToQueue);
    const moves = (conversation.msdyn_overflowtransfercount ?? 0) + 1;
    draft.conversation(conversation.activityid ?? '', { msdyn_overflowtransfercount: moves });
    return creation.overflowQueueTransfer;
  }
  const outside = config.action === 'phone' && callOutside(context, config);
  if (config.action !== 'end' && config.action !== 'voicemail' && !outside)
    return creation.overflowAssignToQueue;
  const session = stayOutside(context, reason);
  if (config.action === 'end') endByOverflow(context, session, 'prequeue');
  if (config.action === 'voicemail') takeMessage(context, session, 'prequeue');
  return null;
}

/** The conversation is in a session of the queue that overflows, but no agent is looked for. */
function stayOutside(context: Context, reason: Place['reason']): Guid<'msdyn_ocsession'> {
  const { situation, draft, routing, board } = context;
  const queue = routing?.chosen ?? null;
  const session = beginSession(context, situation.conversation, queue, reason);
  draft.conversation(situation.conversation.activityid ?? '', waitingIn(context, queue, session));
  beginRun(context, { id: queue, name: board?.queue.name ?? null });
  return session;
}

const waitingIn = (
  { situation, now }: Context,
  queue: Guid<'queue'> | null,
  session: Guid<'msdyn_ocsession'>,
) =>
  ({
    statecode: 0,
    statuscode: status.open,
    msdyn_statuschangereason: change.awaitingAgentAssignment,
    msdyn_statusupdatedon: now,
    msdyn_cdsqueueid: queue,
    msdyn_lastsessionid: session,
    msdyn_activesessionparticipantid: null,
    msdyn_activeagentid: null,
    msdyn_firstwaitstartedon: situation.conversation.msdyn_firstwaitstartedon ?? now,
    msdyn_conversationactivitystate: activity.none,
  }) as const;

/** Stands in line. `readsFirst`: what the work needs was only written now, so it is assigned in a turn of its own. */
function stand(
  context: Context,
  reason: Place['reason'],
  declinedBy: Guid | null,
  readsFirst: boolean,
): void {
  const { situation, draft, now, board } = context;
  const { conversation } = situation;
  const id = conversation.activityid ?? '';
  const queue = board?.queue.queueid ?? null;
  const session = beginSession(context, conversation, queue, reason);
  const changes = waitingIn(context, queue, session);
  // Records stay in a queue that nobody is a member of (behaviour.md §1.2).
  if (board === null || (board.members.length === 0 && situation.kind !== 'record')) {
    draft.notes.push(board ? `queue ${board.queue.name} has no members` : 'there is no queue to go to');
    draft.conversation(id, changes);
    endWithoutMembers(context, session);
    return;
  }
  draft.conversation(id, { ...changes, msdyn_queueitemid: enterItem(context, board) });
  const run = beginRun(context, { id: board.queue.queueid, name: board.queue.name });
  watchTheWait(context, reason);
  if (declinedBy === null) announceWait(context, session);
  if (readsFirst) draft.workAvailable = true;
  else tryAssign(context, board, { session, reason, run, startedOn: now, itsTurn: false }, declinedBy);
}

/** Entries after which the limits of in-queue overflow count (behaviour.md §3.5); the fallback queue ignores them. */
const watched: ReadonlySet<Place['reason']> = new Set([
  creation.queueTransfer,
  creation.assignToQueueBySupervisor,
  creation.overflowQueueTransfer,
]);

function watchTheWait({ situation, draft, now, routing, waiting }: Context, reason: Place['reason']): void {
  const byRule = routing !== null && routing.route.fallbackReason === null;
  const seconds = byRule || watched.has(reason) ? nextLapse(waiting?.inqueue ?? null, 0) : null;
  if (seconds === null) return;
  const conversation = situation.conversation.activityid ?? '';
  draft.setTimer(timerKey.overflow(conversation), after(now, seconds * 1000), {
    type: 'OverflowDue',
    conversation,
  });
}

function endWithoutMembers(context: Context, session: Guid<'msdyn_ocsession'>): void {
  closeConversation(context, {
    session,
    closure: closure.conversationClosed,
    event: sessionEvent.sessionEnd,
    change: change.autoClosedBySystem,
    by: 'system',
    release: { reason: 'nobody can take the call' },
  });
}

/** The queue item is made once and stays the same while the conversation waits anew. */
function enterItem({ situation, draft, now }: Context, board: Board): Guid<'queueitem'> {
  const { conversation, workstream } = situation;
  const existing = conversation.msdyn_queueitemid;
  if (existing !== null) {
    const moved = board.queue.queueid !== conversation.msdyn_cdsqueueid;
    // What waited for its customer had left its queue.
    const back = conversation.statuscode === status.waiting;
    draft.update(queueitem, existing, {
      workerid: null,
      ...(back ? { statecode: 0, statuscode: 1 } : {}),
      ...(moved ? { queueid: board.queue.queueid } : {}),
      ...(moved || back ? { enteredon: now } : {}),
    });
    return existing;
  }
  return draft.create(queueitem, {
    title: conversation.subject,
    objectid: { table: 'msdyn_ocliveworkitem', id: conversation.activityid ?? '' },
    queueid: board.queue.queueid,
    enteredon: now,
    msdyn_liveworkstreamid: workstream.msdyn_liveworkstreamid,
  });
}
