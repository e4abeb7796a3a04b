import type { Table } from '../../tables/index.ts';
import type { Parameter, SqlType } from '../plan/condition.ts';

/** A name from the table definitions as an SQL identifier. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A name from the table definitions as an SQL text. */
export const literal = (name: string): string => `'${name.replaceAll("'", "''")}'`;

/** The table as SQL writes it, schema and all. */
export const tableName = (table: Table): string => `dataverse.${quote(table.logicalName)}`;

/** A column of the row that `alias` stands for. */
export const column = (alias: string, name: string): string => `${alias}.${quote(name)}`;

/** The column beside a polymorphic lookup that holds the name of the row's table. */
export const discriminator = (alias: string, name: string): string => column(alias, `${name}@table`);

/** How an amount in the currency `alias` is written: its digits after the point, a blank, its sign. */
export const currencyText = (alias: string): string =>
  `coalesce(${column(alias, 'currencyprecision')}, 2) || ' ' || ${column(alias, 'currencysymbol')}`;

/** Sizes of pages that clients ask for, each with the row behind it that tells whether there is another page. */
const usualNumbers: ReadonlySet<number> = new Set(
  [1, 2, 3, 5, 10, 15, 20, 25, 30, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000].flatMap((size) => [
    size,
    size + 1,
  ]),
);

/** The values of a statement being written. Nothing a caller sent gets into the text: each value becomes a typed
 *  parameter, and equal values share one. */
export class Values {
  readonly list: unknown[] = [];
  private readonly places = new Map<string, string>();

  /** The place of a value, cast to its type. */
  add(type: SqlType | `${SqlType}[]`, value: unknown): string {
    const key = `${type} ${JSON.stringify(value)}`;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.list.push(value);
    const place = `$${this.list.length}::${type}`;
    this.places.set(key, place);
    return place;
  }

  /** How many rows are wanted. A usual number stands in the text, because a parameter hides from PostgreSQL how few they
   *  are: it plans the statement anew at every run, which was measured to take as long as reading 50 rows. */
  rows(count: number): string {
    return usualNumbers.has(count) ? String(count) : this.add('int4', count);
  }

  /** The place of a parameter, or its digits when it is one of the column's own options. */
  parameter(parameter: Parameter): string {
    return parameter.inline && Number.isInteger(parameter.value)
      ? String(parameter.value)
      : this.add(parameter.type, parameter.value);
  }
}
