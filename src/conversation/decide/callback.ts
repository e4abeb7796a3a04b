/** Direct callback: the caller hangs up and keeps their place; when it is their turn a representative is offered the call
 *  as a preview, and the customer is dialled once they accept. Source: behaviour.md §1.3, §3.4. */
import { Refusal } from '../../tables/index.ts';
import { change, closure, sessionEvent } from '../choices.ts';
import type { CallEnded } from '../events.ts';
import { callStep } from '../room-facts.ts';
import { after, type Context, timerKey } from './context.ts';
import { writeControl } from './control.ts';
import { callbackWaits } from './dial-back.ts';
import { callEndsInWait, closeNow } from './end.ts';

/** Callbacks that nobody could make are given up after seven days (§1.3). */
const callbackMs = 7 * 24 * 60 * 60_000;

/** The caller's leg ends, the conversation stays where it is in its queue. Refuses conflict: the number is withheld. */
export function acceptCallback(context: Context): void {
  const { situation, draft, now } = context;
  const { conversation, call, from } = situation;
  if (from === null)
    throw new Refusal('conflict', 'The customer withholds their number and cannot be called back.');
  if (callbackWaits(context)) return;
  const id = conversation.activityid ?? '';
  writeControl(context, { wirechief_step: callStep.callbackWaits });
  // Without a call it is at no server: whoever takes it dials from theirs.
  draft.conversation(id, { wirechief_node: null });
  draft.setTimer(timerKey.callback(id), after(now, callbackMs), {
    type: 'CallbackExpired',
    conversation: id,
  });
  const reason = 'to be called back';
  draft.effect({ type: 'Release', conversation: id, call, reason, cause: 'callbackAccepted' });
}

/** The leg of a caller who waits ends; that of one who is called back has ended before. */
export function callEndsUnlessCallback(context: Context, event: CallEnded): void {
  if (!callbackWaits(context)) callEndsInWait(context, event);
}

/** Nobody could call back in seven days. */
export function expireCallback(context: Context): void {
  if (!callbackWaits(context)) return;
  writeControl(context, { wirechief_step: null });
  closeNow(context, {
    closure: closure.autoClose,
    event: sessionEvent.expiredConversationClose,
    change: change.autoClosedBySystem,
    by: 'system',
    release: null,
  });
}
