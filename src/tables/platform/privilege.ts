import type { Table } from '../model.ts';

/** Privilege (privileges): the right to one kind of operation on one table, or on several (all activities share theirs).
 *  Rows come with the tables: src/webapi/access/keep-privileges.ts. `accessright` is a bit of AccessRights.
 *  Source: published table reference, Privilege. */
export const privilege = {
  logicalName: 'privilege',
  schemaName: 'Privilege',
  displayName: 'Privilege',
  displayCollectionName: 'Privileges',
  entitySetName: 'privileges',
  primaryId: 'privilegeid',
  primaryName: 'name',
  ownership: 'None',
  isActivity: false,
  isIntersect: false,
  columns: {
    accessright: { schemaName: 'AccessRight', type: 'Integer', min: -2147483648, max: 2147483647 },
    canbebasic: { schemaName: 'CanBeBasic', type: 'Boolean' },
    canbedeep: { schemaName: 'CanBeDeep', type: 'Boolean' },
    canbeentityreference: { schemaName: 'CanBeEntityReference', type: 'Boolean' },
    canbeglobal: { schemaName: 'CanBeGlobal', type: 'Boolean' },
    canbelocal: { schemaName: 'CanBeLocal', type: 'Boolean' },
    canbeparententityreference: { schemaName: 'CanBeParentEntityReference', type: 'Boolean' },
    canberecordfilter: { schemaName: 'CanBeRecordFilter', type: 'Boolean' },
    componentstate: { schemaName: 'ComponentState', type: 'Picklist', displayName: 'Component State', options: [{ value: 0, label: 'Published' }, { value: 1, label: 'Unpublished' }, { value: 2, label: 'Deleted' }, { value: 3, label: 'Deleted Unpublished' }], noCreate: true, noUpdate: true },
    introducedversion: { schemaName: 'IntroducedVersion', type: 'String', displayName: 'Introduced Version', maxLength: 48 },
    isdisabledwhenintegrated: { schemaName: 'IsDisabledWhenIntegrated', type: 'Boolean', noCreate: true, noUpdate: true },
    ismanaged: { schemaName: 'IsManaged', type: 'Boolean', displayName: 'State', options: [{ value: 1, label: 'Managed' }, { value: 0, label: 'Unmanaged' }], default: 0, noCreate: true, noUpdate: true },
    name: { schemaName: 'Name', type: 'String', maxLength: 100 },
    overwritetime: { schemaName: 'OverwriteTime', type: 'DateTime', displayName: 'Record Overwrite Time', format: 'DateOnly', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    privilegeid: { schemaName: 'PrivilegeId', type: 'Uniqueidentifier', required: 'SystemRequired', noUpdate: true },
    privilegerowid: { schemaName: 'PrivilegeRowId', type: 'Uniqueidentifier', noUpdate: true },
    solutionid: { schemaName: 'SolutionId', type: 'Uniqueidentifier', displayName: 'Solution', noCreate: true, noUpdate: true },
    supportingsolutionid: { schemaName: 'SupportingSolutionId', type: 'Uniqueidentifier', displayName: 'Solution', noCreate: true, noUpdate: true },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [],
} as const satisfies Table;
