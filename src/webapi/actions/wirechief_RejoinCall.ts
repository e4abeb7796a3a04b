import { callRequest } from './call-action.ts';

/** Comes into the call again after the page lost it.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_RejoinCall = callRequest((asked) => ({ type: 'RejoinRequested', ...asked }));
