// Generated from the published table reference by tools/generate-tables.ts: change it there.
import type { Table } from '../model.ts';

/** msdyn_sessiontemplate_applicationtab (msdyn_sessiontemplate_applicationtabset). */
export const msdyn_sessiontemplate_applicationtab = {
  logicalName: 'msdyn_sessiontemplate_applicationtab',
  schemaName: 'msdyn_sessiontemplate_applicationtab',
  displayName: 'msdyn_sessiontemplate_applicationtab',
  displayCollectionName: 'msdyn_sessiontemplate_applicationtab',
  entitySetName: 'msdyn_sessiontemplate_applicationtabset',
  primaryId: 'msdyn_sessiontemplate_applicationtabid',
  primaryName: null,
  ownership: 'None',
  isActivity: false,
  isIntersect: true,
  columns: {
    componentidunique: { schemaName: 'ComponentIdUnique', type: 'Uniqueidentifier', displayName: 'Row id unique', noCreate: true, noUpdate: true },
    componentstate: { schemaName: 'ComponentState', type: 'Picklist', displayName: 'Component State', options: [{ value: 0, label: 'Published' }, { value: 1, label: 'Unpublished' }, { value: 2, label: 'Deleted' }, { value: 3, label: 'Deleted Unpublished' }], noCreate: true, noUpdate: true },
    iscustomizable: { schemaName: 'iscustomizable', type: 'ManagedProperty' },
    ismanaged: { schemaName: 'IsManaged', type: 'Boolean', displayName: 'Is Managed', options: [{ value: 1, label: 'Managed' }, { value: 0, label: 'Unmanaged' }], default: 0, noCreate: true, noUpdate: true },
    msdyn_applicationtabtemplateid: { schemaName: 'msdyn_applicationtabtemplateid', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    msdyn_sessiontemplate_applicationtabid: { schemaName: 'msdyn_sessiontemplate_applicationtabid', type: 'Uniqueidentifier', required: 'SystemRequired', noUpdate: true },
    msdyn_sessiontemplateid: { schemaName: 'msdyn_sessiontemplateid', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    overwritetime: { schemaName: 'OverwriteTime', type: 'DateTime', displayName: 'Record Overwrite Time', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    solutionid: { schemaName: 'SolutionId', type: 'Uniqueidentifier', displayName: 'Solution', noCreate: true, noUpdate: true },
    supportingsolutionid: { schemaName: 'SupportingSolutionId', type: 'Uniqueidentifier', displayName: 'Solution', noCreate: true, noUpdate: true },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [
  ],
} as const satisfies Table;
