import { callAction } from './call-action.ts';

/** Takes the customer of the conversation off hold.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_UnholdCall = callAction('UnholdRequested');
