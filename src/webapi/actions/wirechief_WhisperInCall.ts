import { supervisorRequest } from './call-action.ts';

/** A supervisor listens to the call and is heard by the representative only.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict, privilegeMissing, accessDenied.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_WhisperInCall = supervisorRequest((asked) => ({
  type: 'SupervisionRequested',
  ...asked,
  part: 'whisper',
}));
