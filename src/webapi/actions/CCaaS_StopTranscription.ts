import { callRequest } from './call-action.ts';

/** Ends the transcription of a call that is not recorded.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_StopTranscription = callRequest((asked) => ({
  type: 'KeepingRequested',
  ...asked,
  wish: 'stopTranscription',
}));
