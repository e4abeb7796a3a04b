import { callAction } from './call-action.ts';

/** Answers the call that is offered to the caller.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_AcceptCall = callAction('AgentAccepted');
