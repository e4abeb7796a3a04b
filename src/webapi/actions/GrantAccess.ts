import { changeSharing, principalAccess, setShare } from '../access/sharing.ts';
import type { Perform } from '../operation.ts';

/** Shares a row with a user or team: adds rights to those they have of it. Rows that its relationships share along get
 *  the same. Shape: {Target: row, PrincipalAccess: {Principal: systemuser or team, AccessMask}} → 204.
 *  Refuses accessDenied without the right to share, or for a right the caller does not have. Source: webapi.md §12. */
export const GrantAccess: Perform = async (call) => {
  const { principal, mask } = principalAccess(call);
  await changeSharing(call, principal, mask, (transaction, shared) =>
    setShare(transaction, shared, 'share', (present) => present | mask),
  );
  return null;
};
