/** How an update stands in the change log, written by the database as it updates: the same shape as log-entry.ts makes
 *  (write-together.test.ts compares the two), for statements that must not come back before they log. */
import type { Column } from '../tables/index.ts';
import { isLookup, isPolymorphic, quote } from './columns.ts';
import { isLogged, isSecret } from './log-entry.ts';

/** A column whose value an entry tells. */
export interface Told {
  readonly name: string;
  readonly column: Column;
}

/** The members that differ between two rows, as they are in `alias`: with `null` where there is no value. */
export function changedEntrySql(told: readonly Told[], alias: string, before: string, after: string): string {
  const members = told
    .filter(({ name, column }) => isLogged(name, column))
    .map((one) => {
      const none = `'${literal(`${key(one)}null`)}'`;
      return `case when ${differs(one, before, after)} then coalesce(${member(one, alias)}, ${none}) end`;
    });
  return objectSql(members);
}

/** Whether the column's value differs between two rows. */
export function differs({ name, column }: Told, before: string, after: string): string {
  const one = `${before}.${quote(name)} is distinct from ${after}.${quote(name)}`;
  if (!isPolymorphic(column)) return one;
  const target = quote(`${name}@table`);
  return `(${one} or ${before}.${target} is distinct from ${after}.${target})`;
}

/** A function takes at most 100 arguments, a row has up to 261 columns. */
const mostArguments = 90;

function objectSql(members: readonly string[]): string {
  if (members.length === 0) return `'{}'`;
  const parts: string[] = [];
  for (let from = 0; from < members.length; from += mostArguments)
    parts.push(`concat_ws(',', ${members.slice(from, from + mostArguments).join(', ')})`);
  const all = parts.length === 1 ? parts[0] : `concat_ws(',', ${parts.map((part) => `nullif(${part}, '')`)})`;
  return `'{' || ${all} || '}'`;
}

const key = ({ name, column }: Told): string =>
  `${JSON.stringify(isLookup(column) ? `_${name}_value` : name)}:`;

/** SQL text of `"name":value`, null where there is no value. */
function member(told: Told, alias: string): string {
  const { name, column } = told;
  const own = `${alias}.${quote(name)}`;
  const start = `'${literal(key(told))}' || ${valueSql(told, own)}`;
  if (!isPolymorphic(column)) return start;
  const annotation = JSON.stringify(`_${name}_value@Microsoft.Dynamics.CRM.lookuplogicalname`);
  return `${start} || ',${literal(annotation)}:' || to_json(${alias}.${quote(`${name}@table`)})::text`;
}

function valueSql({ name, column }: Told, own: string): string {
  switch (column.type) {
    case 'DateTime':
      return column.behavior === 'DateOnly'
        ? `to_json(to_char(${own}, 'YYYY-MM-DD'))::text`
        : `to_json(to_char(${own} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text`;
    case 'MultiSelectPicklist':
      return `to_json(array_to_string(${own}, ','))::text`;
    case 'Decimal':
    case 'Money':
      return `trim_scale(${own})::text`;
    case 'String':
    case 'Memo':
    case 'EntityName':
      return isSecret(name) ? `case when ${own} is not null then '"***"' end` : `to_json(${own})::text`;
    default:
      return `to_json(${own})::text`;
  }
}

const literal = (text: string): string => text.replaceAll("'", "''");
