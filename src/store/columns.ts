/** How the columns of a table stand in PostgreSQL, and how their values travel. The rule that the Web API's SQL relies
 *  on: a table is "dataverse"."<logical name>", a column is "<logical name>" in its own case; a lookup with several
 *  targets has a second column "<name>@table" with the target's logical name; companions, PartyList and Virtual columns
 *  are not stored. A telephone number has its E.164 form beside it, "<name>@e164", which no table definition knows.
 *  Only the key and versionnumber are NOT NULL. */
import type { Column, Reference, Table } from '../tables/index.ts';
import { e164Column, phoneColumns } from '../tables/phone-columns.ts';
import { sqlTypes } from '../tables/sql-types.ts';

/** One physical column. `target`: it holds the table name of the polymorphic lookup `name`. `hidden`: it is the store's
 *  own, neither read as a part of a row nor told in the change log. */
export interface PhysicalColumn {
  readonly name: string;
  readonly sqlName: string;
  readonly sqlType: string;
  readonly column: Column;
  readonly target: boolean;
  readonly hidden?: true;
}

/** Whether the column is a lookup of any kind. */
export function isLookup(column: Column): boolean {
  return column.type === 'Lookup' || column.type === 'Customer' || column.type === 'Owner';
}

/** Whether the lookup's value has to say which table it points to. */
export function isPolymorphic(column: Column): boolean {
  return isLookup(column) && column.targets?.length !== 1;
}

/** Whether the column has a place in the database. */
export function isStored(column: Column): boolean {
  return column.companion !== true && sqlTypes[column.type] !== null;
}

/** A name as an SQL identifier. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The table as SQL writes it, schema and all. */
export function sqlTable(table: Table): string {
  return `"dataverse".${quote(table.logicalName)}`;
}

/** The PostgreSQL type of a stored column. Throws on one that is not stored. */
export function sqlType(column: Column): string {
  // Behaviour DateOnly is a day without a zone; format DateOnly alone is only how an instant is shown.
  if (column.behavior === 'DateOnly') return 'date';
  const type = sqlTypes[column.type];
  if (type === null) throw new TypeError(`a ${column.type} column is not stored`);
  return type;
}

const known = new WeakMap<Table, readonly PhysicalColumn[]>();

/** The physical columns of a table, in the order of its definition. */
export function physicalColumns(table: Table): readonly PhysicalColumn[] {
  const found = known.get(table);
  if (found !== undefined) return found;
  const made = Object.entries(table.columns)
    .filter(([, column]) => isStored(column))
    .flatMap(([name, column]): PhysicalColumn[] => {
      const plain = { name, sqlName: quote(name), sqlType: sqlType(column), column, target: false };
      if (!isPolymorphic(column)) return [plain];
      return [plain, { ...plain, sqlName: quote(`${name}@table`), sqlType: 'text', target: true }];
    });
  const all = [...made, ...numbersOf(table)];
  known.set(table, all);
  return all;
}

const numberText: Column = { schemaName: 'E164', type: 'String' };

function numbersOf(table: Table): PhysicalColumn[] {
  const names = (phoneColumns[table.logicalName] ?? []).filter((name) => name in table.columns);
  return names.map(e164Column).map((name) => ({
    name,
    sqlName: quote(name),
    sqlType: 'text',
    column: numberText,
    target: false,
    hidden: true,
  }));
}

/** A value of a row as a statement parameter. */
export function toParameter(column: Column, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) {
    return column.behavior === 'DateOnly' ? value.toISOString().slice(0, 10) : value.toISOString();
  }
  if (column.type === 'Image') return Buffer.from(String(value), 'base64');
  if (isReference(value)) return value.id;
  return value;
}

/** A value as node-postgres gives it, as a value of a row. `target`: of the "@table" column beside it. */
export function fromDatabase(column: Column, value: unknown, target?: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (column.type) {
    case 'Decimal':
    case 'Money':
      return Number(value);
    case 'Image':
      return Buffer.isBuffer(value) ? value.toString('base64') : value;
    default:
      return isPolymorphic(column) ? { table: target, id: value } : value;
  }
}

/** A value out of `row_to_json`, never null, as a value of a row. `target`: of the "@table" column beside it. */
export function fromJson(column: Column, value: unknown, target?: unknown): unknown {
  switch (column.type) {
    case 'DateTime':
      return new Date(String(value));
    case 'Image':
      // PostgreSQL writes bytes as \x and hexadecimal digits.
      return Buffer.from(String(value).slice(2), 'hex').toString('base64');
    default:
      return isPolymorphic(column) ? { table: target, id: value } : value;
  }
}

/** Whether a value is a polymorphic lookup's. */
export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && 'table' in value && 'id' in value;
}
