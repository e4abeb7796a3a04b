/** The clock of a state: how long a conversation may stay in it, and what happens then. Set in one place whenever the
 *  state changes, whoever changes it. Source: behaviour.md §1.3, §1.8. */
import { msdyn_ocliveworkitem } from '../../tables/dataverse/index.ts';
import { change, closure, sessionEvent, status } from '../choices.ts';
import type { Draft } from '../decision.ts';
import type { LifecycleTimer } from '../events.ts';
import { closesAfterMs } from '../limits.ts';
import type { Situation } from '../situation.ts';
import { closeConversation } from './close.ts';
import { after, type Context, timerKey } from './context.ts';
import { closeNow } from './end.ts';
import { customerIsLost } from './messages.ts';
import { blockedMs, endWrapUp, unblock, wrapUp } from './wrap-up.ts';

const timers: ReadonlyMap<number, LifecycleTimer['timer']> = new Map([
  [status.open, 'open'],
  [status.active, 'active'],
  [status.waiting, 'waiting'],
  [status.wrapUp, 'wrapup'],
]);

/** What the limits of a conversation depend on. */
type Limited = Pick<Situation, 'kind' | 'closesAfter' | 'workstream'>;

/** Sets the clock of the state that this decision brings the conversation to, and stops those of the state it leaves. */
export function keepClock(draft: Draft, conversation: string, limited: Limited): void {
  const entered = draft.values(msdyn_ocliveworkitem, conversation)?.statuscode;
  if (typeof entered !== 'number') return;
  if (entered === status.closed || entered === status.wrapUp) {
    draft.cancelTimer(timerKey.rejoin(conversation));
    draft.cancelTimer(timerKey.away(conversation));
  }
  if (entered === status.closed) draft.cancelTimer(timerKey.capacity(conversation));
  const timer = timers.get(entered);
  const limitMs = limitOf(limited, entered);
  const key = timerKey.lifecycle(conversation);
  if (timer === undefined || limitMs === null) draft.cancelTimer(key);
  else draft.setTimer(key, after(draft.now, limitMs), { type: 'LifecycleTimer', conversation, timer });
}

/** The limit of a state, milliseconds; null for none. Blocking capacity in wrap-up for longer than the limit makes the
 *  limit longer. */
function limitOf({ kind, closesAfter, workstream }: Limited, statuscode: number): number | null {
  const limitMs = closesAfterMs(kind, statuscode, closesAfter, workstream.msdyn_autocloseafterinactivity);
  if (limitMs === null || statuscode !== status.wrapUp) return limitMs;
  return Math.max(limitMs, blockedMs(workstream) ?? 0);
}

/** A timer of the conversation is due. A change meanwhile starts the clock of a state again, so a timer may come early. */
export function limitPasses(context: Context, event: LifecycleTimer): void {
  const { conversation } = context.situation;
  if (event.timer === 'reconnect') {
    customerIsLost(context);
    return;
  }
  if (event.timer === 'wrapupCapacity') {
    if (conversation.statuscode === status.wrapUp) unblock(context);
    return;
  }
  const statuscode = conversation.statuscode ?? 0;
  if (timers.get(statuscode) !== event.timer) return;
  const limitMs = limitOf(context.situation, statuscode);
  if (limitMs === null) return;
  const since = event.timer === 'wrapup' ? conversation.msdyn_wrapupinitiatedon : conversation.modifiedon;
  const due = after(since ?? context.now, limitMs);
  if (due > context.now) context.draft.setTimer(timerKey.lifecycle(event.conversation), due, event);
  else end(context, event.timer);
}

/** The limit of the state has passed. A call goes to wrap-up if somebody is there for it, everything else is closed. */
function end(context: Context, timer: 'open' | 'active' | 'waiting' | 'wrapup'): void {
  const { kind, offer, conversation } = context.situation;
  const isCall = timer === 'active' && kind === 'voice' && !offer;
  if (timer === 'wrapup')
    endWrapUp(context, closure.autoClose, sessionEvent.expiredConversationClose, change.autoClosedBySystem);
  else if (timer === 'waiting')
    closeConversation(context, {
      session: null,
      closure: null,
      event: sessionEvent.expiredConversationClose,
      change: change.autoClosedFromWaiting,
      by: 'system',
      release: null,
    });
  else if (isCall && conversation.msdyn_activeagentid !== null)
    wrapUp(context, change.agentMovedToWrapUp, closure.callTimedOut, sessionEvent.sessionEnd, {
      reason: 'limit of an active call',
      cause: 'activeLimit',
    });
  else
    closeNow(context, {
      closure: isCall ? closure.callTimedOut : closure.autoClose,
      event: sessionEvent.expiredConversationClose,
      change: change.autoClosedBySystem,
      by: 'system',
      release: isCall
        ? { reason: 'limit of an active call', cause: 'activeLimit' }
        : { reason: 'limit of an open conversation', cause: 'openLimit' },
    });
}
