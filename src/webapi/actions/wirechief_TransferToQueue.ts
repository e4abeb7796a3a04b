import { callRequest } from './call-action.ts';

/** Sends the customer to a queue.
 *  Shape: {QueueId: GUID, RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_TransferToQueue = callRequest((asked, parameters) => ({
  type: 'QueueTransferRequested',
  ...asked,
  queue: parameters.text('QueueId') ?? '',
}));
