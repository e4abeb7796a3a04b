import { changeSharing, setShare } from '../access/sharing.ts';
import type { Perform } from '../operation.ts';

/** Ends the sharing of a row with a user or team, and of the rows it reached. One that is not shared stays so.
 *  Shape: {Target: row, Revokee: systemuser or team} → 204. Refuses accessDenied. Source: webapi.md §12. */
export const RevokeAccess: Perform = async (call) => {
  const revokee = call.parameters.row('Revokee');
  if (revokee === null) throw new TypeError('the parameter Revokee was not asked for');
  await changeSharing(call, revokee, 0, (transaction, shared) =>
    setShare(transaction, shared, 'unshare', () => 0),
  );
  return null;
};
