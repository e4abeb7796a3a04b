import type { Perform } from '../operation.ts';
import { apiVersion } from './RetrieveVersion.ts';

/** The organization behind this address. Shape: {AccessType?} → {Detail}. There is one organization and one address, so
 *  the access type changes nothing. Source: webapi.md §11. */
export const RetrieveCurrentOrganization: Perform = async ({ caller, origin }) => ({
  Detail: {
    OrganizationId: caller.organizationId,
    FriendlyName: 'Wirechief',
    OrganizationVersion: apiVersion,
    EnvironmentId: caller.organizationId,
    Geo: 'NA',
    TenantId: caller.organizationId,
    UrlName: 'wirechief',
    UniqueName: 'wirechief',
    Endpoints: {
      Count: 2,
      IsReadOnly: false,
      Keys: ['WebApplication', 'OrganizationDataService'],
      Values: [`${origin}/`, `${origin}/api/data/`],
    },
    State: 'Enabled',
  },
});
