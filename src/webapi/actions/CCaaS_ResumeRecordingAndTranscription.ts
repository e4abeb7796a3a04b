import { callRequest } from './call-action.ts';

/** Goes on with the recording; begins one where none was begun.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_ResumeRecordingAndTranscription = callRequest((asked) => ({
  type: 'KeepingRequested',
  ...asked,
  wish: 'resumeRecording',
}));
