// Generated from the published table reference by tools/generate-tables.ts: change it there.
import type { Table } from '../model.ts';

/** Queue Membership (queuememberships). */
export const queuemembership = {
  logicalName: 'queuemembership',
  schemaName: 'QueueMembership',
  displayName: 'Queue Membership',
  displayCollectionName: 'Queue Memberships',
  entitySetName: 'queuememberships',
  primaryId: 'queuemembershipid',
  primaryName: null,
  ownership: 'None',
  isActivity: false,
  isIntersect: true,
  columns: {
    queueid: { schemaName: 'QueueId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    queuemembershipid: { schemaName: 'QueueMembershipId', type: 'Uniqueidentifier', required: 'SystemRequired', noUpdate: true },
    systemuserid: { schemaName: 'SystemUserId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [
  ],
} as const satisfies Table;
