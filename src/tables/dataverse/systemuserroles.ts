// Generated from the published table reference by tools/generate-tables.ts: change it there.
import type { Table } from '../model.ts';

/** User role (systemuserrolescollection). */
export const systemuserroles = {
  logicalName: 'systemuserroles',
  schemaName: 'SystemUserRoles',
  displayName: 'User role',
  displayCollectionName: 'User roles',
  entitySetName: 'systemuserrolescollection',
  primaryId: 'systemuserroleid',
  primaryName: null,
  ownership: 'None',
  isActivity: false,
  isIntersect: true,
  columns: {
    roleid: { schemaName: 'RoleId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    systemuserid: { schemaName: 'SystemUserId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    systemuserroleid: { schemaName: 'SystemUserRoleId', type: 'Uniqueidentifier', required: 'SystemRequired', noUpdate: true },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [
  ],
} as const satisfies Table;
