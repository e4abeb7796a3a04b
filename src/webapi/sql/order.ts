import type { Choice } from '../../tables/index.ts';
import type { Cursor } from '../plan/cursor.ts';
import type { OrderKey } from '../plan/order.ts';
import { comparable } from './condition.ts';
import { column, literal, type Values } from './text.ts';

/** The value a key orders by. */
export function keyText(key: OrderKey): string {
  const [field] = key.fields;
  if (key.labels && field) return labelText(column(field.alias, field.property.column), key.labels);
  const [first = '', ...more] = key.fields.map(comparable);
  return more.length > 0 ? `coalesce(${[first, ...more].join(', ')})` : first;
}

/** The label of a choice's value, in lower case; nothing for an unknown one. */
export function labelText(value: string, labels: readonly Choice[]): string {
  const cases = labels.map((choice) => `when ${choice.value} then ${literal(choice.label.toLowerCase())}`);
  return `(case ${value} ${cases.join(' ')} end)`;
}

/** An ORDER BY as SQL Server orders: empty values lowest. Columns that are never empty say nothing about it, so that
 *  their plain indexes serve. */
export function orderText(keys: readonly OrderKey[]): string {
  return keys
    .map((key) => {
      const nulls = key.nullable ? (key.descending ? ' nulls last' : ' nulls first') : '';
      return `${keyText(key)}${key.descending ? ' desc' : ' asc'}${nulls}`;
    })
    .join(', ');
}

/** The condition that a row comes after the cursor. */
export function afterText(keys: readonly OrderKey[], cursor: Cursor, values: Values): string {
  const [key, ...rest] = keys;
  const [last = null, ...lasts] = cursor.last;
  if (!key) return 'false';
  const value = keyText(key);
  const place = last === null ? null : values.add(key.type, last);
  const beyond = beyondText(key, value, place);
  if (rest.length === 0) return `(${beyond})`;
  const same = place === null ? `${value} is null` : `${value} = ${place}`;
  return `(${beyond} or (${same} and ${afterText(rest, { page: cursor.page, last: lasts }, values)}))`;
}

function beyondText(key: OrderKey, value: string, place: string | null): string {
  if (place === null) return key.descending ? 'false' : `${value} is not null`;
  if (!key.descending) return `${value} > ${place}`;
  return key.nullable ? `${value} < ${place} or ${value} is null` : `${value} < ${place}`;
}

/** A key's value as the text that a cursor keeps; `value` is its SQL. */
export function cursorText(key: OrderKey, value: string): string {
  return key.type === 'timestamptz'
    ? `to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    : `${value}::text`;
}
