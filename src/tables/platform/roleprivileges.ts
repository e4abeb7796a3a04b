import type { Table } from '../model.ts';

/** Role privilege (roleprivilegescollection): which privileges a role holds and how deep. `privilegedepthmask`: 1 user,
 *  2 business unit, 4 parent: child business units, 8 organization. Source: published Web API reference, roleprivileges. */
export const roleprivileges = {
  logicalName: 'roleprivileges',
  schemaName: 'RolePrivileges',
  displayName: 'Role Privilege',
  displayCollectionName: 'Role Privileges',
  entitySetName: 'roleprivilegescollection',
  primaryId: 'roleprivilegeid',
  primaryName: null,
  ownership: 'None',
  isActivity: false,
  isIntersect: true,
  columns: {
    canbedeleted: { schemaName: 'CanBeDeleted', type: 'ManagedProperty' },
    componentstate: { schemaName: 'ComponentState', type: 'Picklist', displayName: 'Component State', options: [{ value: 0, label: 'Published' }, { value: 1, label: 'Unpublished' }, { value: 2, label: 'Deleted' }, { value: 3, label: 'Deleted Unpublished' }], noCreate: true, noUpdate: true },
    ismanaged: { schemaName: 'IsManaged', type: 'Boolean', displayName: 'State', options: [{ value: 1, label: 'Managed' }, { value: 0, label: 'Unmanaged' }], default: 0, noCreate: true, noUpdate: true },
    overwritetime: { schemaName: 'OverwriteTime', type: 'DateTime', displayName: 'Record Overwrite Time', format: 'DateOnly', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    privilegedepthmask: { schemaName: 'PrivilegeDepthMask', type: 'Integer', min: -2147483648, max: 2147483647 },
    privilegeid: { schemaName: 'PrivilegeId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    roleid: { schemaName: 'RoleId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    roleprivilegeid: { schemaName: 'RolePrivilegeId', type: 'Uniqueidentifier', required: 'SystemRequired', noUpdate: true },
    roleprivilegeidunique: { schemaName: 'RolePrivilegeIdUnique', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    solutionid: { schemaName: 'SolutionId', type: 'Uniqueidentifier', displayName: 'Solution', noCreate: true, noUpdate: true },
    supportingsolutionid: { schemaName: 'SupportingSolutionId', type: 'Uniqueidentifier', displayName: 'Solution', noCreate: true, noUpdate: true },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [],
} as const satisfies Table;
