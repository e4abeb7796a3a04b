import { callRequest } from './call-action.ts';

/** Begins to transcribe the call without recording it.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_StartTranscription = callRequest((asked) => ({
  type: 'KeepingRequested',
  ...asked,
  wish: 'startTranscription',
}));
