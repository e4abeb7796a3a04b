import { callRequest } from './call-action.ts';

/** Makes a consulted party the primary one; a representative who was it stays as a helper.
 *  Shape: {PartyId: GUID, RequestId?: text} → 204. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_PromoteParty = callRequest((asked, parameters) => ({
  type: 'PromoteRequested',
  ...asked,
  party: parameters.text('PartyId') ?? '',
}));
