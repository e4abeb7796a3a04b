/** Work that has waited too long, and work that comes back from a number that did not answer. Source: behaviour.md §2.2,
 *  §3.5; rules.md §5. */
import { type ActionConfig, guidOf, nextLapse } from '../../routing/index.ts';
import type { Guid } from '../../tables/index.ts';
import { wirechief_callparty } from '../../tables/wirechief/wirechief_callparty.ts';
import { change, closure, creation, sessionEvent } from '../choices.ts';
import type { PartyAnswered, PartyRefused } from '../events.ts';
import { partyStatus } from '../room-facts.ts';
import { endSession } from './change.ts';
import { after, type Context, timerKey } from './context.ts';
import { callbackWaits } from './dial-back.ts';
import { closeNow } from './end.ts';
import { endRedirection, redirections } from './leave-wait.ts';
import { callOutside, endByOverflow, takeMessage } from './overflow.ts';
import { offerCallbacks } from './prompts.ts';
import { enterQueue } from './queue.ts';
import { overflowRow } from './why-rows.ts';

/** As often work may be moved by overflow; then it stays where it is. The product guards its chains, how is not
 *  published. */
export const mostMoves = 5;

/** The number picked up: caller and it are joined, and the conversation is over. Whoever is being asked is not any
 *  more. */
export function outsideAnswers(context: Context, event: PartyAnswered): void {
  const { situation, draft, now } = context;
  const { conversation, call } = situation;
  if (!redirections(context).some(({ id }) => id === event.party)) return;
  // Before everybody else is let go: this one stays with the customer.
  draft.update(wirechief_callparty, event.party, {
    wirechief_joinedon: now,
    wirechief_lefton: now,
    statecode: 1,
    statuscode: partyStatus.left,
  });
  draft.effect({ type: 'LetGo', conversation: conversation.activityid ?? '', call, party: event.party });
  closeNow(context, {
    closure: closure.externalAgentAccept,
    event: sessionEvent.sessionEnd,
    change: change.closedDueToOverflow,
    by: 'other',
    release: null,
  });
}

/** The number did not pick up: the caller waits in the queue as any other. */
export function outsideRefuses(context: Context, event: PartyRefused): void {
  const { conversation, session } = context.situation;
  if (!redirections(context).some(({ id }) => id === event.party)) return;
  endRedirection(context, event.party);
  context.draft.notes.push(`the number did not answer: ${event.reason}`);
  if (conversation.msdyn_queueitemid !== null) return;
  if (session?.activityid)
    endSession(context, session.activityid, closure.externalAgentReject, sessionEvent.sessionEnd);
  enterQueue(context, creation.overflowAssignToQueue);
}

/** The wait has passed a limit of the queue's rules. Work that an agent is asked to take is looked at again later. */
export function waitedTooLong(context: Context): void {
  const { situation, draft, inqueue } = context;
  const { conversation, session } = situation;
  const id = conversation.activityid ?? '';
  if (inqueue === null || !session?.activityid || callbackWaits(context)) return;
  const { overflow, enteredOn, lapsed } = inqueue;
  const config = overflow.applied?.config;
  const stays = config?.action === 'queue' ? whyItStays(context, config) : null;
  overflowRow(context, situation.routingRun?.id ?? null, {
    stage: 'inqueue',
    queue: inqueue.queue,
    figures: inqueue.figures,
    overflow,
    stays,
  });
  const next = nextLapse(context.waiting?.inqueue ?? null, lapsed);
  if (next !== null)
    draft.setTimer(timerKey.overflow(id), after(enteredOn, next * 1000), {
      type: 'OverflowDue',
      conversation: id,
    });
  if (stays !== null) draft.notes.push(stays);
  else if (config?.action === 'queue') move(context, session.activityid);
  if (config?.action === 'end') endByOverflow(context, session.activityid, 'inqueue');
  if (config?.action === 'voicemail') takeMessage(context, session.activityid, 'inqueue');
  if (config?.action === 'phone') callOutside(context, config);
  if (config?.action === 'callback') offerCallbacks(context);
}

/** Why work is not moved to the queue that an overflow names; null when it is. Queues that overflow to each other end here
 *  too. */
function whyItStays({ situation, board }: Context, { data }: ActionConfig): string | null {
  const { conversation } = situation;
  const moves = conversation.msdyn_overflowtransfercount ?? 0;
  const target = guidOf(data ?? '');
  if (moves >= mostMoves) return `the conversation was moved ${moves} times by overflow and stays`;
  if (target === null || board?.queue.queueid !== target)
    return `there is no queue ${data ?? '(none named)'} to overflow to`;
  return target === conversation.msdyn_cdsqueueid ? 'the queue overflows to itself' : null;
}

/** Moves waiting work to another queue, where it waits anew. */
function move(context: Context, session: Guid<'msdyn_ocsession'>): void {
  const { situation, draft } = context;
  const { conversation } = situation;
  const moves = (conversation.msdyn_overflowtransfercount ?? 0) + 1;
  endSession(context, session, closure.inqueueOverflowQueueTransfer, sessionEvent.transferedToQueue);
  draft.conversation(conversation.activityid ?? '', { msdyn_overflowtransfercount: moves });
  enterQueue(context, creation.overflowQueueTransfer);
}

/** An agent is being asked: the limit is looked at again in a while, if the work comes back. */
export function waitedWhileOffered({ situation, draft, now }: Context): void {
  const id = situation.conversation.activityid ?? '';
  draft.setTimer(timerKey.overflow(id), after(now, 10_000), { type: 'OverflowDue', conversation: id });
}
