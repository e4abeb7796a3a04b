// Generated from the published table reference by tools/generate-tables.ts: change it there.
import type { Table } from '../model.ts';

/** Routing Rule Set Setting (msdyn_routingrulesetsettings). */
export const msdyn_routingrulesetsetting = {
  logicalName: 'msdyn_routingrulesetsetting',
  schemaName: 'msdyn_routingrulesetsetting',
  displayName: 'Routing Rule Set Setting',
  displayCollectionName: 'Routing Rule Set Settings',
  entitySetName: 'msdyn_routingrulesetsettings',
  primaryId: 'msdyn_routingrulesetsettingid',
  primaryName: 'msdyn_name',
  ownership: 'OrganizationOwned',
  isActivity: false,
  isIntersect: false,
  columns: {
    createdby: { schemaName: 'CreatedBy', type: 'Lookup', displayName: 'Created By', targets: ['systemuser'], noCreate: true, noUpdate: true },
    createdon: { schemaName: 'CreatedOn', type: 'DateTime', displayName: 'Created On', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    createdonbehalfby: { schemaName: 'CreatedOnBehalfBy', type: 'Lookup', displayName: 'Created By (Delegate)', targets: ['systemuser'], noCreate: true, noUpdate: true },
    importsequencenumber: { schemaName: 'ImportSequenceNumber', type: 'Integer', displayName: 'Import Sequence Number', min: -2147483648, max: 2147483647, noUpdate: true },
    modifiedby: { schemaName: 'ModifiedBy', type: 'Lookup', displayName: 'Modified By', targets: ['systemuser'], noCreate: true, noUpdate: true },
    modifiedon: { schemaName: 'ModifiedOn', type: 'DateTime', displayName: 'Modified On', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    modifiedonbehalfby: { schemaName: 'ModifiedOnBehalfBy', type: 'Lookup', displayName: 'Modified By (Delegate)', targets: ['systemuser'], noCreate: true, noUpdate: true },
    msdyn_ismultipleactiveroutingrulesetallowed: { schemaName: 'msdyn_ismultipleactiveroutingrulesetallowed', type: 'Boolean', displayName: 'Is Multiple Active Routing Rule Set Allowed', options: [{ value: 1, label: 'Yes' }, { value: 0, label: 'No' }], default: 0 },
    msdyn_name: { schemaName: 'msdyn_name', type: 'String', displayName: 'Name', maxLength: 100 },
    msdyn_routingrulesetsettingid: { schemaName: 'msdyn_routingrulesetsettingId', type: 'Uniqueidentifier', displayName: 'Routing Rule Set Setting', required: 'SystemRequired', noUpdate: true },
    organizationid: { schemaName: 'OrganizationId', type: 'Lookup', displayName: 'Organization Id', targets: ['organization'], noCreate: true, noUpdate: true },
    overriddencreatedon: { schemaName: 'OverriddenCreatedOn', type: 'DateTime', displayName: 'Record Created On', format: 'DateOnly', behavior: 'UserLocal', noUpdate: true },
    statecode: { schemaName: 'statecode', type: 'State', displayName: 'Status', options: [{ value: 0, label: 'Active', defaultStatus: 1 }, { value: 1, label: 'Inactive', defaultStatus: 2 }], required: 'SystemRequired', noCreate: true },
    statuscode: { schemaName: 'statuscode', type: 'Status', displayName: 'Status Reason', options: [{ value: 1, label: 'Active', state: 0 }, { value: 2, label: 'Inactive', state: 1 }] },
    timezoneruleversionnumber: { schemaName: 'TimeZoneRuleVersionNumber', type: 'Integer', displayName: 'Time Zone Rule Version Number', min: -1, max: 2147483647 },
    utcconversiontimezonecode: { schemaName: 'UTCConversionTimeZoneCode', type: 'Integer', displayName: 'UTC Conversion Time Zone Code', min: -1, max: 2147483647 },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', displayName: 'Version Number', noCreate: true, noUpdate: true },
  },
  relationships: [
    { schemaName: 'lk_msdyn_routingrulesetsetting_createdby', column: 'createdby', target: 'systemuser', navigation: 'createdby', collection: 'lk_msdyn_routingrulesetsetting_createdby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_routingrulesetsetting_createdonbehalfby', column: 'createdonbehalfby', target: 'systemuser', navigation: 'createdonbehalfby', collection: 'lk_msdyn_routingrulesetsetting_createdonbehalfby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_routingrulesetsetting_modifiedby', column: 'modifiedby', target: 'systemuser', navigation: 'modifiedby', collection: 'lk_msdyn_routingrulesetsetting_modifiedby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_routingrulesetsetting_modifiedonbehalfby', column: 'modifiedonbehalfby', target: 'systemuser', navigation: 'modifiedonbehalfby', collection: 'lk_msdyn_routingrulesetsetting_modifiedonbehalfby', cascade: { delete: 'NoCascade' } },
  ],
} as const satisfies Table;
