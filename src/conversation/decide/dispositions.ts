/** Disposition codes: what came of a conversation, said by whoever closes it. Source: behaviour.md §1.5; published
 *  article on disposition codes. */
import { Refusal } from '../../tables/index.ts';
import type { Context } from './context.ts';

/** Refuses conflict: the workstream asks for a disposition code and the closing agent gave none, or gave more than are
 *  allowed. Each agent gives their own: after a transfer the codes of the one before do not count. A workstream that
 *  goes by the settings of the organization asks for none, because those settings are in no published table. */
export function requireDisposition({ situation, limits, dispositions }: Context): void {
  const { workstream } = situation;
  if (dispositions > limits.dispositionCodes)
    throw new Refusal(
      'conflict',
      `${dispositions} disposition codes were given; a conversation takes ${limits.dispositionCodes} of one agent. ` +
        'Delete rows of msdyn_conversationdispositioncodemap and close the session again.',
    );
  const ofItsOwn = workstream.msdyn_useglobalsettingsforrequiringdispositioncode !== true;
  const required = workstream.msdyn_requiredispositioncodeforworkstreamconversations === true;
  if (ofItsOwn && required && dispositions === 0)
    throw new Refusal(
      'conflict',
      'The session cannot be closed without a disposition code: create a row of ' +
        'msdyn_conversationdispositioncodemap for the conversation first.',
    );
}
