/** The read side's view of a transaction: what the store gives, named here because only run.ts may know the store. */
import type { Guid, Row, Table } from '../../tables/index.ts';

/** Reads rows. A transaction of the store is one. */
export interface RowReader {
  query(statement: {
    readonly text: string;
    readonly values: readonly unknown[];
    readonly name?: string;
  }): Promise<Record<string, unknown>[]>;
  row<T extends Table>(table: T, id: Guid): Promise<Row<T> | null>;
}

/** The columns of a table under an alias, each named `<alias>.<column>`. */
export function select(alias: string, names: readonly string[]): string {
  return names.map((name) => `${alias}."${name}" as "${alias}.${name}"`).join(', ');
}

/** Takes the columns of `select` out of a record; null when the row was not there. */
export function pick<T extends Table, K extends keyof Row<T> & string>(
  record: Record<string, unknown>,
  alias: string,
  table: T,
  names: readonly K[],
): Pick<Row<T>, K> | null {
  if (record[`${alias}.${table.primaryId}`] == null) return null;
  // The database edge: node-postgres gives these columns the very types that rows have.
  return Object.fromEntries(names.map((name) => [name, record[`${alias}.${name}`] ?? null])) as Pick<
    Row<T>,
    K
  >;
}

/** A column as text; null when it is empty. */
export const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
/** A column as a number; 0 when it is empty. */
export const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
/** A column as a number; null when it is empty. */
export const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
/** A column as an instant; null when it is empty. */
export const instant = (value: unknown): Date | null => (value instanceof Date ? value : null);

/** A whole record of a table, as `select *` gives it, as a row: a polymorphic lookup together with what it points to. */
export const rowOf = (
  table: Table,
  record: Record<string, unknown>,
): { readonly [column: string]: unknown } =>
  Object.fromEntries(
    Object.entries(table.columns).map(([name, { type }]) => {
      const value = record[name] ?? null;
      if (value === null) return [name, null];
      if (type === 'Decimal' || type === 'Money') return [name, Number(value)];
      const target = record[`${name}@table`];
      return [name, target === undefined ? value : { table: target, id: value }];
    }),
  );
