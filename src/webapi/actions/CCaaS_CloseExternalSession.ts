import { callRequest } from './call-action.ts';

/** Ends the session that somebody outside holds: the call when it is theirs, else their part of it.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_CloseExternalSession = callRequest((asked) => ({
  type: 'ExternalSessionClosed',
  ...asked,
}));
