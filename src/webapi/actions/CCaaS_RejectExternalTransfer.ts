import { callRequest } from './call-action.ts';

/** Takes a transfer to the outside back before it is answered; the customer is off hold again.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_RejectExternalTransfer = callRequest((asked) => ({
  type: 'ExternalTransferWithdrawn',
  ...asked,
  declined: false,
}));
