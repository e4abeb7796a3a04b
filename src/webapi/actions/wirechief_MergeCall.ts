import { callRequest } from './call-action.ts';

/** Takes everybody off hold: all talk with each other.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_MergeCall = callRequest((asked) => ({ type: 'MergeRequested', ...asked }));
