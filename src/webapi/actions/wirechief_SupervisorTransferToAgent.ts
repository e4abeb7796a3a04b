import { supervisorRequest } from './call-action.ts';

/** A supervisor hands a chat or messages, active or waiting for the customer, to another member of its queue, who is asked.
 *  Shape: {AgentId: GUID, RequestId?: text} → 204. Refuses recordNotFound, conflict, privilegeMissing, accessDenied.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_SupervisorTransferToAgent = supervisorRequest((asked, parameters) => ({
  type: 'SupervisorTransferRequested',
  ...asked,
  to: parameters.text('AgentId') ?? '',
}));
