import { callRequest } from './call-action.ts';

/** A consulted party from outside takes the call, and the caller of this is out of it. PartyId may be left out where
 *  there is one only.
 *  Shape: {PartyId?: GUID, RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: actions.json (name only; the rest is ours). */
export const CCaaS_ExternalCallTransfer = callRequest((asked, parameters) => ({
  type: 'PromoteRequested',
  ...asked,
  party: parameters.text('PartyId'),
}));
