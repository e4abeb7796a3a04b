import type { ConversationEvent } from '../../conversation/index.ts';
import { Refusal } from '../../tables/index.ts';
import type { OperationHandler } from '../operation.ts';

/** The events that say no more than which agent did it to which conversation. */
type CallEvent = Extract<
  ConversationEvent['type'],
  'AgentAccepted' | 'AgentRejected' | 'HoldRequested' | 'UnholdRequested' | 'AgentEnded' | 'SessionClosed'
>;

/** An action bound to a conversation that takes no parameters and lets one event in, as the caller.
 *  Refuses recordNotFound, conflict. */
export function callAction(type: CallEvent): OperationHandler {
  return {
    parameters: [],
    perform: async ({ id, caller, engine }) => {
      if (id === null) throw new Refusal('invalidArgument', 'The action needs a conversation.');
      await engine.run({ type, conversation: id, agent: caller.userId }, caller.userId);
      return null;
    },
  };
}
