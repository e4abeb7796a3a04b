import { callRequest } from './call-action.ts';

/** Hands the customer to another representative, who is offered the call.
 *  Shape: {AgentId: GUID, RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_TransferToAgent = callRequest((asked, parameters) => ({
  type: 'AgentTransferRequested',
  ...asked,
  to: parameters.text('AgentId') ?? '',
}));
