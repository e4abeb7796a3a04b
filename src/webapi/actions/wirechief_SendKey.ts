import { callRequest } from './call-action.ts';

/** Sends a key to somebody outside who is in the call. No row, log or event holds it.
 *  Shape: {Key: one of 0-9 * # A-D, PartyId?: GUID, RequestId?: text} → 204. Refuses recordNotFound, conflict, invalidArgument.
 *  Source: behaviour.md §3.9; a message of ours. */
export const wirechief_SendKey = callRequest((asked, parameters) => ({
  type: 'KeyRequested',
  ...asked,
  party: parameters.text('PartyId'),
  key: parameters.text('Key') ?? '',
}));
