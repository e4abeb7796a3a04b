import type { Column, Relationship, Table } from '../../tables/index.ts';

type Columns = Readonly<Record<string, Column>>;

const users = ['systemuser'];
const instant = { type: 'DateTime', format: 'DateAndTime', behavior: 'UserLocal' } as const;
const readOnly = { noCreate: true, noUpdate: true } as const;
const person = (schemaName: string, displayName: string): Column => ({
  schemaName,
  type: 'Lookup',
  displayName,
  targets: users,
  ...readOnly,
});

const common: Columns = {
  createdby: person('CreatedBy', 'Created By'),
  createdon: { schemaName: 'CreatedOn', displayName: 'Created On', ...instant, ...readOnly },
  createdonbehalfby: person('CreatedOnBehalfBy', 'Created By (Delegate)'),
  importsequencenumber: {
    ...{ schemaName: 'ImportSequenceNumber', type: 'Integer', displayName: 'Import Sequence Number' },
    ...{ min: -2_147_483_648, max: 2_147_483_647, noUpdate: true },
  },
  modifiedby: person('ModifiedBy', 'Modified By'),
  modifiedon: { schemaName: 'ModifiedOn', displayName: 'Modified On', ...instant, ...readOnly },
  modifiedonbehalfby: person('ModifiedOnBehalfBy', 'Modified By (Delegate)'),
  overriddencreatedon: {
    ...{ schemaName: 'OverriddenCreatedOn', displayName: 'Record Created On', ...instant },
    ...{ format: 'DateOnly', noUpdate: true },
  },
  statecode: {
    ...{ schemaName: 'statecode', type: 'State', displayName: 'Status', required: 'SystemRequired' },
    options: [
      { value: 0, label: 'Active', defaultStatus: 1 },
      { value: 1, label: 'Inactive', defaultStatus: 2 },
    ],
    noCreate: true,
  },
  statuscode: {
    ...{ schemaName: 'statuscode', type: 'Status', displayName: 'Status Reason' },
    options: [
      { value: 1, label: 'Active', state: 0 },
      { value: 2, label: 'Inactive', state: 1 },
    ],
  },
  timezoneruleversionnumber: {
    ...{ schemaName: 'TimeZoneRuleVersionNumber', type: 'Integer', min: -1, max: 2_147_483_647 },
    displayName: 'Time Zone Rule Version Number',
  },
  utcconversiontimezonecode: {
    ...{ schemaName: 'UTCConversionTimeZoneCode', type: 'Integer', min: -1, max: 2_147_483_647 },
    displayName: 'UTC Conversion Time Zone Code',
  },
  versionnumber: { schemaName: 'VersionNumber', type: 'BigInt', displayName: 'Version Number', ...readOnly },
};

const owners: Columns = {
  ownerid: {
    ...{ schemaName: 'OwnerId', type: 'Owner', displayName: 'Owner' },
    ...{ targets: ['systemuser', 'team'], required: 'SystemRequired' },
  },
  owningbusinessunit: {
    ...{ schemaName: 'OwningBusinessUnit', type: 'Lookup', displayName: 'Owning Business Unit' },
    ...{ targets: ['businessunit'], ...readOnly },
  },
  owningteam: {
    ...{ schemaName: 'OwningTeam', type: 'Lookup', displayName: 'Owning Team' },
    ...{ targets: ['team'], ...readOnly },
  },
  owninguser: {
    ...{ schemaName: 'OwningUser', type: 'Lookup', displayName: 'Owning User' },
    ...{ targets: users, ...readOnly },
  },
};

const organization: Columns = {
  organizationid: {
    ...{ schemaName: 'OrganizationId', type: 'Lookup', displayName: 'Organization Id' },
    ...{ targets: ['organization'], ...readOnly },
  },
};

/** The columns that the system gives every new table, by ownership. Source: the tables of the product's own solutions,
 *  which are made the same way. */
export const standardColumns = (ownership: Table['ownership']): Columns => ({
  ...common,
  ...(ownership === 'UserOwned' ? owners : organization),
});

/** The relationships of those columns; the owner's leads to both principals and is none of its own. */
export function standardRelationships(logicalName: string, ownership: Table['ownership']): Relationship[] {
  const one = (column: string, target: string, schemaName: string): Relationship => ({
    ...{ schemaName, column, target, navigation: column, collection: schemaName },
    ...{ cascade: { delete: 'NoCascade' }, custom: true },
  });
  const writers = ['createdby', 'createdonbehalfby', 'modifiedby', 'modifiedonbehalfby'].map((column) =>
    one(column, 'systemuser', `lk_${logicalName}_${column}`),
  );
  if (ownership !== 'UserOwned') return writers;
  return [
    ...writers,
    one('owningbusinessunit', 'businessunit', `business_unit_${logicalName}`),
    one('owningteam', 'team', `team_${logicalName}`),
    one('owninguser', 'systemuser', `user_${logicalName}`),
  ];
}

/** The columns that an amount needs beside it. */
export const currencyColumns: Columns = {
  exchangerate: {
    ...{ schemaName: 'ExchangeRate', type: 'Decimal', displayName: 'Exchange Rate', precision: 10 },
    ...{ min: 0.000_000_000_1, max: 100_000_000_000, ...readOnly },
  },
  transactioncurrencyid: {
    ...{ schemaName: 'TransactionCurrencyId', type: 'Lookup', displayName: 'Currency' },
    targets: ['transactioncurrency'],
  },
};

/** The relationship of the currency. */
export const currencyRelationship = (logicalName: string): Relationship => ({
  schemaName: `TransactionCurrency_${logicalName}`,
  column: 'transactioncurrencyid',
  target: 'transactioncurrency',
  navigation: 'transactioncurrencyid',
  collection: `TransactionCurrency_${logicalName}`,
  cascade: { delete: 'NoCascade' },
  custom: true,
});
