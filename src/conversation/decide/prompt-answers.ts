/** What follows from the keys a waiting caller presses. Source: behaviour.md §3.4. */
import type { PromptEnded } from '../events.ts';
import { trigger } from '../messages.ts';
import { acceptCallback } from './callback.ts';
import type { Context } from './context.ts';
import { callbackWaits } from './dial-back.ts';
import { say, textOf } from './prompts.ts';

/** The caller answered an offer, or heard that it is settled. */
export function promptEnds(context: Context, event: PromptEnded): void {
  if (event.prompt.startsWith('callback:') && event.key === '1') {
    if (!say(context, 'callback-accepted', textOf(context, trigger.callbackResponse)))
      acceptCallback(context);
  } else if (event.prompt === 'callback-accepted' && !callbackWaits(context)) acceptCallback(context);
}
