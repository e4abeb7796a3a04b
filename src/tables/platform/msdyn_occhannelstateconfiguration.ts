import type { Table } from '../model.ts';

/** Channel State Configuration (msdyn_occhannelstateconfigurations): one row for each channel and state of a
 *  conversation, with the minutes after which the system closes it; none for never. The states are those of
 *  msdyn_liveconversation. Source: published article on automatic closure of conversations, and the published columns
 *  of the table; the greatest number of minutes is not among them. */
export const msdyn_occhannelstateconfiguration = {
  logicalName: 'msdyn_occhannelstateconfiguration',
  schemaName: 'msdyn_occhannelstateconfiguration',
  displayName: 'Channel State Configuration',
  displayCollectionName: 'Channel State Configurations',
  entitySetName: 'msdyn_occhannelstateconfigurations',
  primaryId: 'msdyn_occhannelstateconfigurationid',
  primaryName: 'msdyn_name',
  ownership: 'OrganizationOwned',
  isActivity: false,
  isIntersect: false,
  columns: {
    componentidunique: { schemaName: 'ComponentIdUnique', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    componentstate: { schemaName: 'ComponentState', type: 'Picklist', options: [{ value: 0, label: 'Published' }, { value: 1, label: 'Unpublished' }, { value: 2, label: 'Deleted' }, { value: 3, label: 'Deleted Unpublished' }], noCreate: true, noUpdate: true },
    createdby: { schemaName: 'CreatedBy', type: 'Lookup', targets: ['systemuser'], noCreate: true, noUpdate: true },
    createdon: { schemaName: 'CreatedOn', type: 'DateTime', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    createdonbehalfby: { schemaName: 'CreatedOnBehalfBy', type: 'Lookup', targets: ['systemuser'], noCreate: true, noUpdate: true },
    importsequencenumber: { schemaName: 'ImportSequenceNumber', type: 'Integer', min: -2147483648, max: 2147483647, noUpdate: true },
    iscustomizable: { schemaName: 'IsCustomizable', type: 'ManagedProperty' },
    ismanaged: { schemaName: 'IsManaged', type: 'Boolean', options: [{ value: 1, label: 'Managed' }, { value: 0, label: 'Unmanaged' }], default: 0, noCreate: true, noUpdate: true },
    modifiedby: { schemaName: 'ModifiedBy', type: 'Lookup', targets: ['systemuser'], noCreate: true, noUpdate: true },
    modifiedon: { schemaName: 'ModifiedOn', type: 'DateTime', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    modifiedonbehalfby: { schemaName: 'ModifiedOnBehalfBy', type: 'Lookup', targets: ['systemuser'], noCreate: true, noUpdate: true },
    msdyn_autocloseliveworkitemafter: { schemaName: 'msdyn_autocloseliveworkitemafter', type: 'Integer', min: 0, max: 2147483647 },
    msdyn_name: { schemaName: 'msdyn_name', type: 'String', maxLength: 100 },
    msdyn_occhannelconfigurationid: { schemaName: 'msdyn_occhannelconfigurationid', type: 'Lookup', targets: ['msdyn_occhannelconfiguration'] },
    msdyn_occhannelstateconfigurationid: { schemaName: 'msdyn_occhannelstateconfigurationId', type: 'Uniqueidentifier', required: 'SystemRequired', noUpdate: true },
    msdyn_ocliveworkitemstate: { schemaName: 'msdyn_ocliveworkitemstate', type: 'Picklist', options: [{ value: 0, label: 'Open' }, { value: 1, label: 'Active' }, { value: 2, label: 'Waiting' }, { value: 3, label: 'Closed' }, { value: 4, label: 'Wrap-up' }] },
    msdyn_showconfirmationonsessionclose: { schemaName: 'msdyn_showconfirmationonsessionclose', type: 'Boolean', options: [{ value: 1, label: 'Yes' }, { value: 0, label: 'No' }] },
    organizationid: { schemaName: 'OrganizationId', type: 'Lookup', targets: ['organization'], noCreate: true, noUpdate: true },
    overriddencreatedon: { schemaName: 'OverriddenCreatedOn', type: 'DateTime', format: 'DateOnly', behavior: 'UserLocal', noUpdate: true },
    overwritetime: { schemaName: 'OverwriteTime', type: 'DateTime', format: 'DateAndTime', behavior: 'UserLocal', noCreate: true, noUpdate: true },
    solutionid: { schemaName: 'SolutionId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    statecode: { schemaName: 'statecode', type: 'State', options: [{ value: 0, label: 'Active', defaultStatus: 1 }, { value: 1, label: 'Inactive', defaultStatus: 2 }], default: 0, required: 'SystemRequired', noCreate: true },
    statuscode: { schemaName: 'statuscode', type: 'Status', options: [{ value: 1, label: 'Active', state: 0 }, { value: 2, label: 'Inactive', state: 1 }] },
    supportingsolutionid: { schemaName: 'SupportingSolutionId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    timezoneruleversionnumber: { schemaName: 'TimeZoneRuleVersionNumber', type: 'Integer', min: -1, max: 2147483647 },
    utcconversiontimezonecode: { schemaName: 'UTCConversionTimeZoneCode', type: 'Integer', min: -1, max: 2147483647 },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [
    { schemaName: 'lk_msdyn_occhannelstateconfiguration_createdby', column: 'createdby', target: 'systemuser', navigation: 'createdby', collection: 'lk_msdyn_occhannelstateconfiguration_createdby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_occhannelstateconfiguration_createdonbehalfby', column: 'createdonbehalfby', target: 'systemuser', navigation: 'createdonbehalfby', collection: 'lk_msdyn_occhannelstateconfiguration_createdonbehalfby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_occhannelstateconfiguration_modifiedby', column: 'modifiedby', target: 'systemuser', navigation: 'modifiedby', collection: 'lk_msdyn_occhannelstateconfiguration_modifiedby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_occhannelstateconfiguration_modifiedonbehalfby', column: 'modifiedonbehalfby', target: 'systemuser', navigation: 'modifiedonbehalfby', collection: 'lk_msdyn_occhannelstateconfiguration_modifiedonbehalfby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'msdyn_msdyn_occhannelconfiguration_msdyn_occhannelstateconfiguration_occhannelconfigurationid', column: 'msdyn_occhannelconfigurationid', target: 'msdyn_occhannelconfiguration', navigation: 'msdyn_occhannelconfigurationid', collection: 'msdyn_msdyn_occhannelconfiguration_msdyn_occhannelstateconfiguration_occhannelconfigurationid' },
  ],
} as const satisfies Table;
