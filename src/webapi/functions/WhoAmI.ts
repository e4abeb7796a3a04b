import type { Perform } from '../operation.ts';

/** Who the caller is. Shape: no parameters → {BusinessUnitId, UserId, OrganizationId}. Source: webapi.md §11. */
export const WhoAmI: Perform = async ({ caller }) => ({
  BusinessUnitId: caller.businessUnitId,
  UserId: caller.userId,
  OrganizationId: caller.organizationId,
});
