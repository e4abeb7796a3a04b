import { callAction } from './call-action.ts';

/** Puts the customer of the conversation on hold.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_HoldCall = callAction('HoldRequested');
