// Generated from the published table reference by tools/generate-tables.ts: change it there.
import type { Table } from '../model.ts';

/** Team role (teamrolescollection). */
export const teamroles = {
  logicalName: 'teamroles',
  schemaName: 'TeamRoles',
  displayName: 'Team role',
  displayCollectionName: 'Team roles',
  entitySetName: 'teamrolescollection',
  primaryId: 'teamroleid',
  primaryName: null,
  ownership: 'None',
  isActivity: false,
  isIntersect: true,
  columns: {
    roleid: { schemaName: 'RoleId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    teamid: { schemaName: 'TeamId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    teamroleid: { schemaName: 'TeamRoleId', type: 'Uniqueidentifier', required: 'SystemRequired', noUpdate: true },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [
  ],
} as const satisfies Table;
