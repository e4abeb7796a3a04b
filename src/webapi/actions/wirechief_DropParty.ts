import { callRequest } from './call-action.ts';

/** Lets one of the others go, or takes an invitation back.
 *  Shape: {PartyId: GUID, RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_DropParty = callRequest((asked, parameters) => ({
  type: 'PartyDropRequested',
  ...asked,
  party: parameters.text('PartyId') ?? '',
}));
