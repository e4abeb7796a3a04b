// Generated from the published table reference by tools/generate-tables.ts: change it there.
import type { Table } from '../model.ts';

/** Conversation Analytic (msdyn_ocliveworkitemextensions). */
export const msdyn_ocliveworkitemextension = {
  logicalName: 'msdyn_ocliveworkitemextension',
  schemaName: 'msdyn_ocliveworkitemextension',
  displayName: 'Conversation Analytic',
  displayCollectionName: 'Conversation Analytics',
  entitySetName: 'msdyn_ocliveworkitemextensions',
  primaryId: 'msdyn_ocliveworkitemextensionid',
  primaryName: 'msdyn_name',
  ownership: 'OrganizationOwned',
  isActivity: false,
  isIntersect: false,
  columns: {
    createdby: { schemaName: 'CreatedBy', type: 'Lookup', targets: ['systemuser'], noCreate: true, noUpdate: true },
    createdon: { schemaName: 'CreatedOn', type: 'DateTime', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    createdonbehalfby: { schemaName: 'CreatedOnBehalfBy', type: 'Lookup', targets: ['systemuser'], noCreate: true, noUpdate: true },
    importsequencenumber: { schemaName: 'ImportSequenceNumber', type: 'Integer', min: -2147483648, max: 2147483647, noUpdate: true },
    modifiedby: { schemaName: 'ModifiedBy', type: 'Lookup', targets: ['systemuser'], noCreate: true, noUpdate: true },
    modifiedon: { schemaName: 'ModifiedOn', type: 'DateTime', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    modifiedonbehalfby: { schemaName: 'ModifiedOnBehalfBy', type: 'Lookup', targets: ['systemuser'], noCreate: true, noUpdate: true },
    msdyn_lobbyendtime: { schemaName: 'msdyn_lobbyendtime', type: 'DateTime' },
    msdyn_lobbystarttime: { schemaName: 'msdyn_lobbystarttime', type: 'DateTime' },
    msdyn_name: { schemaName: 'msdyn_Name', type: 'String' },
    msdyn_ocliveworkitemextensionid: { schemaName: 'msdyn_ocliveworkitemextensionId', type: 'Uniqueidentifier', required: 'SystemRequired', noUpdate: true },
    organizationid: { schemaName: 'OrganizationId', type: 'Lookup', targets: ['organization'], noCreate: true, noUpdate: true },
    overriddencreatedon: { schemaName: 'OverriddenCreatedOn', type: 'DateTime', format: 'DateOnly', behavior: 'UserLocal', noUpdate: true },
    statecode: { schemaName: 'statecode', type: 'State', options: [{ value: 0, label: 'Active', defaultStatus: 1 }, { value: 1, label: 'Inactive', defaultStatus: 2 }], required: 'SystemRequired', noCreate: true },
    statuscode: { schemaName: 'statuscode', type: 'Status', options: [{ value: 1, label: 'Active', state: 0 }, { value: 2, label: 'Inactive', state: 1 }] },
    timezoneruleversionnumber: { schemaName: 'TimeZoneRuleVersionNumber', type: 'Integer', min: -1, max: 2147483647 },
    utcconversiontimezonecode: { schemaName: 'UTCConversionTimeZoneCode', type: 'Integer', min: -1, max: 2147483647 },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [
    { schemaName: 'lk_msdyn_ocliveworkitemextension_createdby', column: 'createdby', target: 'systemuser', navigation: 'createdby', collection: 'lk_msdyn_ocliveworkitemextension_createdby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_ocliveworkitemextension_createdonbehalfby', column: 'createdonbehalfby', target: 'systemuser', navigation: 'createdonbehalfby', collection: 'lk_msdyn_ocliveworkitemextension_createdonbehalfby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_ocliveworkitemextension_modifiedby', column: 'modifiedby', target: 'systemuser', navigation: 'modifiedby', collection: 'lk_msdyn_ocliveworkitemextension_modifiedby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_ocliveworkitemextension_modifiedonbehalfby', column: 'modifiedonbehalfby', target: 'systemuser', navigation: 'modifiedonbehalfby', collection: 'lk_msdyn_ocliveworkitemextension_modifiedonbehalfby', cascade: { delete: 'NoCascade' } },
  ],
} as const satisfies Table;
