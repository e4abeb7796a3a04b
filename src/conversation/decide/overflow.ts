/** What an overflow does: before queueing, and while the work waits. Source: behaviour.md §1.7, §2.2, §3.5; rules.md §5. */
import { type ActionConfig, guidOf, nextLapse } from '../../routing/index.ts';
import type { Guid } from '../../tables/index.ts';
import { change, closure, creation, sessionEvent } from '../choices.ts';
import type { PartyAnswered, PartyRefused } from '../events.ts';
import { trigger } from '../messages.ts';
import { endSession } from './change.ts';
import { closeConversation } from './close.ts';
import { after, type Context, timerKey } from './context.ts';
import { callbackWaits } from './dial-back.ts';
import { offerCallbacks, say, textOf } from './prompts.ts';
import { enterQueue } from './queue.ts';
import { beginMessage } from './voicemail.ts';
import { overflowRow } from './why-rows.ts';

type Stage = 'prequeue' | 'inqueue';

/** As often work may be moved by overflow; then it stays where it is. The product guards its chains, how is not
 *  published. */
export const mostMoves = 5;

const closes = {
  prequeue: closure.overflowEndConversation,
  inqueue: closure.inqueueOverflowEndConversation,
} as const;

/** Ends the conversation in `session`: the caller is told, and let go when that is said. */
export function endByOverflow(context: Context, session: Guid<'msdyn_ocsession'>, stage: Stage): void {
  const told = say(context, 'end:overflow', textOf(context, trigger.overflowEnd));
  close(context, session, stage, told ? null : { reason: 'the queue overflows', cause: 'overflow' });
}

/** The caller leaves a message; the conversation is over when it begins. */
export function takeMessage(context: Context, session: Guid<'msdyn_ocsession'>, stage: Stage): void {
  beginMessage(context, textOf(context, trigger.offerVoicemail) ?? undefined);
  close(context, session, stage, null);
}

/** Without a bot every end before a human answers is abandonment, that of overflow too; after a bot only the caller's own
 *  leaving is (§1.7). */
const isAbandoned = ({ workstream, conversation }: Context['situation']): boolean =>
  workstream.msdyn_bot_user === null && conversation.msdyn_isagentaccepted !== true;

function close(
  context: Context,
  session: Guid<'msdyn_ocsession'>,
  stage: Stage,
  release: Parameters<typeof closeConversation>[1]['release'],
): void {
  closeConversation(context, {
    session,
    closure: closes[stage],
    event: sessionEvent.sessionEnd,
    change: change.closedDueToOverflow,
    abandoned: isAbandoned(context.situation),
    release,
  });
}

/** Calls the number; the caller hears music until somebody picks up. False: there is no number to call. */
export function callOutside({ situation, draft }: Context, config: ActionConfig): boolean {
  if (config.data === null || situation.kind !== 'voice') {
    draft.notes.push('an overflow to a phone names no number');
    return false;
  }
  const conversation = situation.conversation.activityid ?? '';
  draft.effect({
    type: 'CallParty',
    conversation,
    party: draft.id(),
    number: config.data,
    caller: situation.from,
  });
  return true;
}

/** The number picked up: caller and it are joined, and the conversation is over. */
export function outsideAnswers(context: Context, event: PartyAnswered): void {
  const { situation, draft } = context;
  const { conversation, session, call } = situation;
  const id = conversation.activityid ?? '';
  draft.effect({ type: 'LetGo', conversation: id, call, party: event.party });
  closeConversation(context, {
    session: session?.activityid ?? null,
    closure: closure.externalAgentAccept,
    event: sessionEvent.sessionEnd,
    change: change.closedDueToOverflow,
    abandoned: false,
    release: null,
  });
}

/** The number did not pick up: the caller waits in the queue as any other. */
export function outsideRefuses(context: Context, event: PartyRefused): void {
  const { conversation, session } = context.situation;
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
  overflowRow(context, situation.routingRun?.id ?? null, {
    stage: 'inqueue',
    queue: inqueue.queue,
    figures: inqueue.figures,
    overflow,
  });
  const next = nextLapse(context.waiting?.inqueue ?? null, lapsed);
  if (next !== null)
    draft.setTimer(timerKey.overflow(id), after(enteredOn, next * 1000), {
      type: 'OverflowDue',
      conversation: id,
    });
  const config = overflow.applied?.config;
  if (config?.action === 'queue') move(context, session.activityid, config);
  if (config?.action === 'end') endByOverflow(context, session.activityid, 'inqueue');
  if (config?.action === 'voicemail') takeMessage(context, session.activityid, 'inqueue');
  if (config?.action === 'phone') callOutside(context, config);
  if (config?.action === 'callback') offerCallbacks(context);
}

/** Moves waiting work to another queue, where it waits anew. */
function move(context: Context, session: Guid<'msdyn_ocsession'>, config: ActionConfig): void {
  const { situation, draft, board } = context;
  const { conversation } = situation;
  const moves = conversation.msdyn_overflowtransfercount ?? 0;
  const target = guidOf(config.data ?? '');
  const fault =
    moves >= mostMoves
      ? `the conversation was moved ${moves} times by overflow and stays`
      : target === null || board?.queue.queueid !== target
        ? `there is no queue ${config.data ?? '(none named)'} to overflow to`
        : target === conversation.msdyn_cdsqueueid
          ? 'the queue overflows to itself'
          : null;
  if (fault !== null) {
    draft.notes.push(fault);
    return;
  }
  endSession(context, session, closure.inqueueOverflowQueueTransfer, sessionEvent.transferedToQueue);
  draft.conversation(conversation.activityid ?? '', { msdyn_overflowtransfercount: moves + 1 });
  enterQueue(context, creation.overflowQueueTransfer);
}

/** An agent is being asked: the limit is looked at again in a while, if the work comes back. */
export function waitedWhileOffered({ situation, draft, now }: Context): void {
  const id = situation.conversation.activityid ?? '';
  draft.setTimer(timerKey.overflow(id), after(now, 10_000), { type: 'OverflowDue', conversation: id });
}
