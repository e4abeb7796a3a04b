import { changeSharing, principalAccess, setShare } from '../access/sharing.ts';
import type { Perform } from '../operation.ts';

/** Replaces the rights that a row is shared with; `None` ends the sharing.
 *  Shape: {Target: row, PrincipalAccess: {Principal: systemuser or team, AccessMask}} → 204. Refuses as GrantAccess does.
 *  Source: webapi.md §12. */
export const ModifyAccess: Perform = async (call) => {
  const { principal, mask } = principalAccess(call);
  await changeSharing(call, principal, mask, (transaction, shared) =>
    setShare(transaction, shared, 'share', () => mask),
  );
  return null;
};
