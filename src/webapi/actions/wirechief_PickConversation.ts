import { callAction } from './call-action.ts';

/** Takes a waiting conversation from the open work items, beyond one's own capacity too. 204.
 *  Refuses recordNotFound, conflict. Source: behaviour.md §4.8; the product's own message is not published. */
export const wirechief_PickConversation = callAction('WorkPicked');
