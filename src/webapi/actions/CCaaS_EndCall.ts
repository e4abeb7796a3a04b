import { callAction } from './call-action.ts';

/** Ends the call; the conversation goes to wrap-up. For anybody but the primary representative: ends their part of it.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_EndCall = callAction('AgentEnded');
