// Generated from the published table reference by tools/generate-tables.ts: change it there.
import type { Table } from '../model.ts';

/** Team membership (teammemberships). */
export const teammembership = {
  logicalName: 'teammembership',
  schemaName: 'TeamMembership',
  displayName: 'Team membership',
  displayCollectionName: 'Team memberships',
  entitySetName: 'teammemberships',
  primaryId: 'teammembershipid',
  primaryName: null,
  ownership: 'None',
  isActivity: false,
  isIntersect: true,
  columns: {
    systemuserid: { schemaName: 'SystemUserId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    teamid: { schemaName: 'TeamId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    teammembershipid: { schemaName: 'TeamMembershipId', type: 'Uniqueidentifier', required: 'SystemRequired', noUpdate: true },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [
  ],
} as const satisfies Table;
