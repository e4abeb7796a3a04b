/** A message is left: the caller hears what to do, and speaks after the tone. Source: behaviour.md §3.4. */
import type { Context } from './context.ts';
import { writeControl } from './control.ts';

/** The longest message (§3.4). */
const mostMs = 5 * 60_000;

/** What the caller hears before the tone. */
export const voicemailPrompt = 'Please leave a message after the tone. Press the hash key when you are done.';

/** Begins the message. The caller of this closes the conversation without releasing the leg. */
export function beginMessage(context: Context, prompt = voicemailPrompt): void {
  const { situation, draft } = context;
  const message = draft.id();
  writeControl(context, { wirechief_messageid: message });
  const conversation = situation.conversation.activityid ?? '';
  draft.effect({ type: 'TakeMessage', conversation, call: situation.call, id: message, prompt, mostMs });
}
