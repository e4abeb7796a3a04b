import { supervisorRequest } from './call-action.ts';

/** A supervisor closes the conversation, wherever it stands.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict, privilegeMissing, accessDenied.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_ForceCloseConversation = supervisorRequest((asked) => ({
  type: 'ForceCloseRequested',
  ...asked,
}));
