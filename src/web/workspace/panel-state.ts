/** What the communication panel shows: the phone's word while there is a call, the conversation's row otherwise.
 *  Source: behaviour.md §1.1, §5. */
import type { SoftphoneCall } from '../../tables/softphone.ts';
import { type Conversation, status } from '../conversation/rows.ts';
import { isInCall } from '../softphone/phone-state.ts';

/** `waiting`: with nobody, or still ringing. `connecting`: taken, sound not yet there. `ending`: the call is over, its
 *  rows are on their way. */
export type PanelState = 'waiting' | 'connecting' | 'talking' | 'held' | 'ending' | 'wrapUp' | 'closed';

/** The panel's state for one conversation. */
export function panelState(conversation: Conversation, call: SoftphoneCall): PanelState {
  if (conversation.status === status.closed) return 'closed';
  if (conversation.status === status.wrapUp) return 'wrapUp';
  const isThis = call.conversation === conversation.id;
  if (isThis && isInCall(call)) return call.state === 'held' ? 'held' : 'talking';
  if (isThis && call.state === 'ended' && conversation.status === status.active) return 'ending';
  if (conversation.status === status.active && !conversation.isAwaitingAcceptance) return 'connecting';
  return 'waiting';
}
