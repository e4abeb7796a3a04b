/** How a row stands in the change log: named and shaped as on the Web API. A lookup is `_x_value`, with
 *  `_x_value@Microsoft.Dynamics.CRM.lookuplogicalname` beside it when it may point to several tables; instants are ISO
 *  with milliseconds; a multiple choice is `1,2`. Columns without a value are left out of a whole row. */
import type { Column, Table } from '../tables/index.ts';
import { isLookup, isReference } from './columns.ts';
import type { Written } from './values.ts';

/** Column name on the wire → JSON value. */
export type Entry = Record<string, unknown>;

const secret = /password|secret|api_?key$|sastoken|subscriptionkey/i;

/** Text columns that hold a file in base64: no bytes in the log. */
const bodies: ReadonlySet<string> = new Set(['documentbody', 'body']);
/** Whether the column holds the bytes of a file. */
export const isFileBody = (name: string, { maxLength = 0 }: Column): boolean =>
  bodies.has(name) && maxLength >= 1_073_741_823;

/** Whether entries tell the column: pictures and files are left out, and `versionnumber`, for which the log has a column
 *  of its own. */
export const isLogged = (name: string, column: Column): boolean =>
  name !== 'versionnumber' && column.type !== 'Image' && !isFileBody(name, column);

/** Whether the column's text is told only as set or not. */
export const isSecret = (name: string): boolean => secret.test(name);

/** Adds one column to an entry. */
export function addTo(entry: Entry, name: string, column: Column, value: unknown): void {
  if (!isLogged(name, column)) return;
  if (!isLookup(column)) {
    entry[name] = toJson(name, column, value);
    return;
  }
  const wire = `_${name}_value`;
  entry[wire] = isReference(value) ? value.id : (value ?? null);
  if (isReference(value)) entry[`${wire}@Microsoft.Dynamics.CRM.lookuplogicalname`] = value.table;
}

function toJson(name: string, column: Column, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Date)
    return column.behavior === 'DateOnly' ? value.toISOString().slice(0, 10) : value.toISOString();
  if (Array.isArray(value)) return value.join(',');
  if (column.type === 'BigInt') return Number(value);
  return typeof value === 'string' && isSecret(name) ? '***' : value;
}

/** The entry of a whole row. */
export function wholeEntry(table: Table, row: Readonly<Written>): Entry {
  const entry: Entry = {};
  for (const name of Object.keys(row)) {
    const column = table.columns[name];
    const value = row[name];
    if (column !== undefined && value !== null && value !== undefined) addTo(entry, name, column, value);
  }
  return entry;
}

/** What an update changed, of the columns it wrote: before and after, equal ones left out. A secret that was replaced by
 *  another shows nothing. */
export function changedEntries(
  table: Table,
  before: Readonly<Written>,
  after: Readonly<Written>,
): { before: Entry; after: Entry } {
  const entries = { before: {} as Entry, after: {} as Entry };
  for (const name of Object.keys(after)) {
    const column = table.columns[name];
    if (column === undefined || isSame(before[name], after[name])) continue;
    addTo(entries.before, name, column, before[name]);
    addTo(entries.after, name, column, after[name]);
  }
  return entries;
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other || (one ?? null) === (other ?? null)) return true;
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  if (isReference(one) && isReference(other)) return one.id === other.id && one.table === other.table;
  if (Array.isArray(one) && Array.isArray(other)) return one.join() === other.join();
  return false;
}
