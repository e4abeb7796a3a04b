/** A callback is due and somebody takes it. Source: behaviour.md §3.4. */
import { msdyn_ocphonecallengagementctx } from '../../tables/dataverse/index.ts';
import { callStep } from '../room-facts.ts';
import { type Context, timerKey } from './context.ts';
import { writeControl } from './control.ts';

/** Whether the conversation waits for its callback, without a call. */
export const callbackWaits = ({ situation }: Pick<Context, 'situation'>): boolean =>
  situation.room.control?.wirechief_step === callStep.callbackWaits;

/** The representative took the preview: the customer is dialled, as a new leg of the same conversation, where the
 *  representative's softphone is. */
export function dialBack(context: Context): void {
  const { situation, draft, node } = context;
  const { conversation, room, from, agent } = situation;
  const id = conversation.activityid ?? '';
  const call = draft.id();
  draft.home = agent?.node ?? node;
  draft.conversation(id, { wirechief_node: draft.home });
  writeControl(context, { wirechief_step: callStep.callbackDialled });
  draft.cancelTimer(timerKey.callback(id));
  if (room.context !== null)
    draft.update(msdyn_ocphonecallengagementctx, room.context, { msdyn_callsid: call });
  draft.effect({
    type: 'CallCustomer',
    conversation: id,
    call,
    number: from ?? '',
    from: room.dialled,
    agent: agent?.agent ?? null,
  });
}
