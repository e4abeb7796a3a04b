/** Who wrote last in a conversation of messages, and when: what time-out rules count from. Source: behaviour.md §1.4. */
import type { Side } from '../timeout-rules.ts';
import type { Context } from './context.ts';
import { writeControl } from './control.ts';

/** wirechief_lastmessageby. */
export const author = { customer: 1, representative: 2 } as const;

/** Notes that this side has written now. */
export function noteMessage(context: Context, by: Side): void {
  if (context.situation.kind !== 'messaging') return;
  writeControl(context, { wirechief_lastmessageby: author[by], wirechief_lastmessageon: context.now });
}
