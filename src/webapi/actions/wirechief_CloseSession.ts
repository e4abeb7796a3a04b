import { callAction } from './call-action.ts';

/** Closes the caller's session: wrap-up is done.
 *  Shape: no parameters → 204. Refuses recordNotFound, conflict. Source: actions.json (name only; the rest is ours). */
export const wirechief_CloseSession = callAction('SessionClosed');
