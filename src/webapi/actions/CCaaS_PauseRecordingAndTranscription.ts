import { callRequest } from './call-action.ts';

/** Pauses the recording: nothing is kept until it goes on.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_PauseRecordingAndTranscription = callRequest((asked) => ({
  type: 'KeepingRequested',
  ...asked,
  wish: 'pauseRecording',
}));
