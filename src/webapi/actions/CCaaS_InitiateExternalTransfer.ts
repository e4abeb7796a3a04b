import { callRequest, phoneNumberIn } from './call-action.ts';

/** Begins to hand the customer to a number outside. Without IsBridged the voice settings say whether it is.
 *  Shape: {PhoneNumber: E.164, IsBridged?: true or false, RequestId?: text} → 204. Refuses recordNotFound, conflict, invalidArgument.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_InitiateExternalTransfer = callRequest((asked, parameters) => ({
  type: 'ExternalTransferRequested',
  ...asked,
  number: phoneNumberIn(parameters) ?? '',
  bridged: parameters.flag('IsBridged'),
}));
