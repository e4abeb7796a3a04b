import type { OperationHandler } from '../operation.ts';

/** Who the caller is. Shape: no parameters → {BusinessUnitId, UserId, OrganizationId}. Source: webapi.md §11. */
export const WhoAmI: OperationHandler = {
  parameters: [],
  perform: async ({ caller }) => ({
    BusinessUnitId: caller.businessUnitId,
    UserId: caller.userId,
    OrganizationId: caller.organizationId,
  }),
};
