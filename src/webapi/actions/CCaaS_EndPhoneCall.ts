import { callAction } from './call-action.ts';

/** The same as CCaaS_EndCall: every call here is a phone call.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_EndPhoneCall = callAction('AgentEnded');
