import { callRequest } from './call-action.ts';

/** The other side of a transfer to the outside declines it, told by another way than the call itself.
 *  Shape: {RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_ExternalCallReject = callRequest((asked) => ({
  type: 'ExternalTransferWithdrawn',
  ...asked,
  declined: true,
}));
