import { callRequest } from './call-action.ts';

/** Leaves the call: for helpers and supervisors.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_LeaveCall = callRequest((asked) => ({ type: 'LeaveRequested', ...asked }));
