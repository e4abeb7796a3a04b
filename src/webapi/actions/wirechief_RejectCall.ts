import { callAction } from './call-action.ts';

/** Turns down the call that is offered to the caller.
 *  Shape: no parameters → 204. Refuses recordNotFound, conflict. Source: actions.json (name only; the rest is ours). */
export const wirechief_RejectCall = callAction('AgentRejected');
