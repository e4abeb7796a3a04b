import type { Table } from '../model.ts';

/** Sharing of one row with one user or team (principalobjectaccessset). The masks are sums of AccessRights bits: what
 *  was granted on the row itself, and what came down from a parent row. Written by GrantAccess, ModifyAccess and
 *  RevokeAccess only. Source: published Web API reference, principalobjectaccess. */
export const principalobjectaccess = {
  logicalName: 'principalobjectaccess',
  schemaName: 'PrincipalObjectAccess',
  displayName: 'Principal Object Access',
  displayCollectionName: 'Principal Object Accesses',
  entitySetName: 'principalobjectaccessset',
  primaryId: 'principalobjectaccessid',
  primaryName: null,
  ownership: 'None',
  isActivity: false,
  isIntersect: false,
  columns: {
    accessrightsmask: { schemaName: 'AccessRightsMask', type: 'Integer', min: -2147483648, max: 2147483647 },
    changedon: { schemaName: 'ChangedOn', type: 'DateTime', format: 'DateOnly', behavior: 'UserLocal' },
    inheritedaccessrightsmask: { schemaName: 'InheritedAccessRightsMask', type: 'Integer', required: 'SystemRequired', min: -2147483648, max: 2147483647 },
    objectid: { schemaName: 'ObjectId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    objecttypecode: { schemaName: 'ObjectTypeCode', type: 'EntityName', required: 'SystemRequired' },
    principalid: { schemaName: 'PrincipalId', type: 'Uniqueidentifier', noCreate: true, noUpdate: true },
    principalobjectaccessid: { schemaName: 'PrincipalObjectAccessId', type: 'Uniqueidentifier', required: 'SystemRequired', noUpdate: true },
    principaltypecode: { schemaName: 'PrincipalTypeCode', type: 'EntityName', required: 'SystemRequired' },
    timezoneruleversionnumber: { schemaName: 'TimeZoneRuleVersionNumber', type: 'Integer', min: -1, max: 2147483647 },
    utcconversiontimezonecode: { schemaName: 'UTCConversionTimeZoneCode', type: 'Integer', min: -1, max: 2147483647 },
    versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', noCreate: true, noUpdate: true },
  },
  relationships: [],
} as const satisfies Table;
