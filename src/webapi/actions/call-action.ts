import type { ConversationEvent } from '../../conversation/index.ts';
import { boundRow, type Perform } from '../operation.ts';

/** The events that say no more than which agent did it to which conversation. */
type CallEvent = Extract<
  ConversationEvent['type'],
  | 'AgentAccepted'
  | 'AgentRejected'
  | 'HoldRequested'
  | 'UnholdRequested'
  | 'AgentEnded'
  | 'SessionClosed'
  | 'WorkPicked'
>;

/** An action bound to a conversation that takes no parameters and lets one event in, as the caller.
 *  Refuses recordNotFound, conflict. */
export function callAction(type: CallEvent): Perform {
  return async (call) => {
    const { caller, engine } = call;
    const { id } = boundRow(call);
    await engine.run({ type, conversation: id, agent: caller.userId }, caller.userId);
    return null;
  };
}
