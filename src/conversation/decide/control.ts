/** The row of what the engine remembers of a call. */
import type { Values } from '../../tables/index.ts';
import { wirechief_callcontrol } from '../../tables/wirechief/wirechief_callcontrol.ts';
import type { Context } from './context.ts';

/** Changes the row, or makes it. */
export function writeControl(
  { situation, draft }: Context,
  values: Values<typeof wirechief_callcontrol>,
): void {
  const { conversation, room } = situation;
  const id = conversation.activityid ?? '';
  if (room.control !== null || draft.makes(wirechief_callcontrol, id))
    draft.update(wirechief_callcontrol, id, values);
  else {
    const identity = { wirechief_name: conversation.subject, wirechief_conversationid: id };
    draft.create(wirechief_callcontrol, { ...identity, ...values }, id);
  }
}

/** How many ids of requests are remembered of one call: enough for any client that tries again. */
export const rememberedRequests = 50;

/** The ids of the requests that were carried out, newest last. */
export function requestsOf(
  control: { readonly wirechief_requests: string | null } | null,
): readonly string[] {
  return control?.wirechief_requests?.split(' ') ?? [];
}

/** Remembers that a request was carried out. */
export function remember(context: Context, request: string): void {
  const known = requestsOf(context.situation.room.control);
  writeControl(context, { wirechief_requests: [...known, request].slice(-rememberedRequests).join(' ') });
}
