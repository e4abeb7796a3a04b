/** What every table of our own has because somebody owns its rows: the columns and relationships that the product gives
 *  to each custom table of that kind. Source: webapi.md §13. */
import type { Column, Relationship } from '../model.ts';

/** Who made, changed and owns a row, when, and its version. */
export const userOwnedColumns = {
  createdby: {
    schemaName: 'CreatedBy',
    type: 'Lookup',
    displayName: 'Created By',
    targets: ['systemuser'],
    noCreate: true,
    noUpdate: true,
  },
  createdon: {
    schemaName: 'CreatedOn',
    type: 'DateTime',
    displayName: 'Created On',
    format: 'DateAndTime',
    behavior: 'UserLocal',
    noCreate: true,
    noUpdate: true,
  },
  modifiedby: {
    schemaName: 'ModifiedBy',
    type: 'Lookup',
    displayName: 'Modified By',
    targets: ['systemuser'],
    noCreate: true,
    noUpdate: true,
  },
  modifiedon: {
    schemaName: 'ModifiedOn',
    type: 'DateTime',
    displayName: 'Modified On',
    format: 'DateAndTime',
    behavior: 'UserLocal',
    noCreate: true,
    noUpdate: true,
  },
  ownerid: {
    schemaName: 'OwnerId',
    type: 'Owner',
    displayName: 'Owner',
    targets: ['systemuser', 'team'],
    required: 'SystemRequired',
  },
  owningbusinessunit: {
    schemaName: 'OwningBusinessUnit',
    type: 'Lookup',
    displayName: 'Owning Business Unit',
    targets: ['businessunit'],
    noCreate: true,
    noUpdate: true,
  },
  versionnumber: {
    schemaName: 'VersionNumber',
    type: 'BigInt',
    displayName: 'Version Number',
    noCreate: true,
    noUpdate: true,
  },
} as const satisfies Record<string, Column>;

/** Their relationships, by the table's logical name. */
export const userOwnedRelationships = <const Name extends string>(table: Name) =>
  [
    {
      schemaName: `business_unit_${table}`,
      column: 'owningbusinessunit',
      target: 'businessunit',
      navigation: 'owningbusinessunit',
      collection: `business_unit_${table}`,
      cascade: { delete: 'Restrict' },
    },
    {
      schemaName: `lk_${table}_createdby`,
      column: 'createdby',
      target: 'systemuser',
      navigation: 'createdby',
      collection: `lk_${table}_createdby`,
    },
    {
      schemaName: `lk_${table}_modifiedby`,
      column: 'modifiedby',
      target: 'systemuser',
      navigation: 'modifiedby',
      collection: `lk_${table}_modifiedby`,
    },
  ] as const satisfies readonly Relationship[];
