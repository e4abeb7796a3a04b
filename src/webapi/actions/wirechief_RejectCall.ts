import { callAction } from './call-action.ts';

/** Turns down the call that is offered to the caller.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_RejectCall = callAction('AgentRejected');
