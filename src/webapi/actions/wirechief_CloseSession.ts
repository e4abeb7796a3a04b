import { callAction } from './call-action.ts';

/** Closes the caller's session: wrap-up is done.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_CloseSession = callAction('SessionClosed');
