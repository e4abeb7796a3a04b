import { callRequest } from './call-action.ts';

/** Puts one of the others in the call on hold.
 *  Shape: {PartyId: GUID, RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_HoldParty = callRequest((asked, parameters) => ({
  type: 'PartyHoldRequested',
  ...asked,
  party: parameters.text('PartyId') ?? '',
  held: true,
}));
