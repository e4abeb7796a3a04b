// Generated from the published table reference by tools/generate-tables.ts: change it there.
import type { Table } from '../model.ts';

/** Quick reply (msdyn_cannedmessages). */
export const msdyn_cannedmessage = {
  logicalName: 'msdyn_cannedmessage',
  schemaName: 'msdyn_cannedmessage',
  displayName: 'Quick reply',
  displayCollectionName: 'Quick replies',
  entitySetName: 'msdyn_cannedmessages',
  primaryId: 'msdyn_cannedmessageid',
  primaryName: 'msdyn_title',
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
    msdyn_cannedmessageid: { schemaName: 'msdyn_cannedmessageId', type: 'Uniqueidentifier', displayName: 'Quick reply', required: 'SystemRequired', noUpdate: true },
    msdyn_locale_field: { schemaName: 'msdyn_Locale_Field', type: 'Picklist', displayName: 'Locale', options: [{ value: 1025, label: 'ar-SA' }, { value: 1026, label: 'bg-BG' }, { value: 1027, label: 'ca-ES' }, { value: 1028, label: 'zh-TW' }, { value: 1029, label: 'cs-CZ' }, { value: 1030, label: 'da-DK' }, { value: 1031, label: 'de-DE' }, { value: 1032, label: 'el-GR' }, { value: 1033, label: 'en-US' }, { value: 1035, label: 'fi-FI' }, { value: 1036, label: 'fr-FR' }, { value: 1037, label: 'he-IL' }, { value: 1038, label: 'hu-HU' }, { value: 1040, label: 'it-IT' }, { value: 1041, label: 'ja-JP' }, { value: 1042, label: 'ko-KR' }, { value: 1043, label: 'nl-NL' }, { value: 1044, label: 'nb-NO' }, { value: 1045, label: 'pl-PL' }, { value: 1046, label: 'pt-BR' }, { value: 1048, label: 'ro-RO' }, { value: 1049, label: 'ru-RU' }, { value: 1050, label: 'hr-HR' }, { value: 1051, label: 'sk-SK' }, { value: 1053, label: 'sv-SE' }, { value: 1054, label: 'th-TH' }, { value: 1055, label: 'tr-TR' }, { value: 1057, label: 'id-ID' }, { value: 1058, label: 'uk-UA' }, { value: 1060, label: 'sl-SI' }, { value: 1061, label: 'et-EE' }, { value: 1062, label: 'lv-LV' }, { value: 1063, label: 'lt-LT' }, { value: 1066, label: 'vi-VN' }, { value: 1069, label: 'eu-ES' }, { value: 1081, label: 'hi-IN' }, { value: 1086, label: 'ms-MY' }, { value: 1087, label: 'kk-KZ' }, { value: 1110, label: 'gl-ES' }, { value: 2052, label: 'zh-CN' }, { value: 2070, label: 'pt-PT' }, { value: 3076, label: 'zh-HK' }, { value: 3082, label: 'es-ES' }, { value: 3098, label: 'sr-Cyrl-CS' }], default: 1033 },
    msdyn_message: { schemaName: 'msdyn_message', type: 'Memo', displayName: 'Message', maxLength: 4000 },
    msdyn_tagscontrolfield: { schemaName: 'msdyn_tagscontrolfield', type: 'String', displayName: 'TagsControlField', maxLength: 100 },
    msdyn_title: { schemaName: 'msdyn_title', type: 'String', displayName: 'Title', maxLength: 100 },
    organizationid: { schemaName: 'OrganizationId', type: 'Lookup', displayName: 'Organization Id', targets: ['organization'], noCreate: true, noUpdate: true },
    overriddencreatedon: { schemaName: 'OverriddenCreatedOn', type: 'DateTime', displayName: 'Record Created On', format: 'DateOnly', behavior: 'UserLocal', noUpdate: true },
    statecode: { schemaName: 'statecode', type: 'State', displayName: 'Status', options: [{ value: 0, label: 'Active', defaultStatus: 1 }, { value: 1, label: 'Inactive', defaultStatus: 2 }], required: 'SystemRequired', noCreate: true },
    statuscode: { schemaName: 'statuscode', type: 'Status', displayName: 'Status Reason', options: [{ value: 1, label: 'Active', state: 0 }, { value: 2, label: 'Inactive', state: 1 }] },
    timezoneruleversionnumber: { schemaName: 'TimeZoneRuleVersionNumber', type: 'Integer', displayName: 'Time Zone Rule Version Number', min: -1, max: 2147483647 },
    utcconversiontimezonecode: { schemaName: 'UTCConversionTimeZoneCode', type: 'Integer', displayName: 'UTC Conversion Time Zone Code', min: -1, max: 2147483647 },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', displayName: 'Version Number', noCreate: true, noUpdate: true },
  },
  relationships: [
    { schemaName: 'lk_msdyn_cannedmessage_createdby', column: 'createdby', target: 'systemuser', navigation: 'createdby', collection: 'lk_msdyn_cannedmessage_createdby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_cannedmessage_createdonbehalfby', column: 'createdonbehalfby', target: 'systemuser', navigation: 'createdonbehalfby', collection: 'lk_msdyn_cannedmessage_createdonbehalfby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_cannedmessage_modifiedby', column: 'modifiedby', target: 'systemuser', navigation: 'modifiedby', collection: 'lk_msdyn_cannedmessage_modifiedby', cascade: { delete: 'NoCascade' } },
    { schemaName: 'lk_msdyn_cannedmessage_modifiedonbehalfby', column: 'modifiedonbehalfby', target: 'systemuser', navigation: 'modifiedonbehalfby', collection: 'lk_msdyn_cannedmessage_modifiedonbehalfby', cascade: { delete: 'NoCascade' } },
  ],
} as const satisfies Table;
