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

  /** The place of a parameter, or its digits when it is one of the column's own options. */
  parameter(parameter: Parameter): string {
    return parameter.inline && Number.isInteger(parameter.value)
      ? String(parameter.value)
      : this.add(parameter.type, parameter.value);
  }
}
