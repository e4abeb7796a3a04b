import type { Perform } from '../operation.ts';
import { askedBy } from './caller-action.ts';

/** Takes the newest link of a conversation back, with all that it tied; without a link the customer is taken off. A contact
 *  that was made stays. 204. Who may: see wirechief_LinkCaller. Refuses recordNotFound, conflict.
 *  Source: behaviour.md §3.2; the product's own message is not published. */
export const wirechief_UnlinkCaller: Perform = async (call) => {
  await call.engine.run({ type: 'CallerUnlinked', ...askedBy(call) }, call.caller.userId);
  return null;
};
