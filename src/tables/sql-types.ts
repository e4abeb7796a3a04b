import type { ColumnType } from './model.ts';

/** The PostgreSQL type of each stored column type. Money and Decimal keep their digits; File holds the id of a file. */
export const sqlTypes: Readonly<Record<ColumnType, string | null>> = {
  String: 'text',
  Memo: 'text',
  EntityName: 'text',
  Integer: 'int4',
  BigInt: 'int8',
  Decimal: 'numeric',
  Money: 'numeric',
  Double: 'float8',
  Boolean: 'bool',
  ManagedProperty: 'bool',
  DateTime: 'timestamptz',
  Picklist: 'int4',
  State: 'int4',
  Status: 'int4',
  MultiSelectPicklist: 'int4[]',
  Lookup: 'uuid',
  Customer: 'uuid',
  Owner: 'uuid',
  Uniqueidentifier: 'uuid',
  Image: 'bytea',
  File: 'uuid',
  PartyList: null,
  Virtual: null,
};
