import { callRequest } from './call-action.ts';

/** Begins to record the call, which includes its transcription.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_StartRecordingAndTranscription = callRequest((asked) => ({
  type: 'KeepingRequested',
  ...asked,
  wish: 'startRecording',
}));
