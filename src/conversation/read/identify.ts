/** The searches for a caller, asked of the rows. Identifiers come from the table definitions, values are parameters.
 *  Source: behaviour.md §3.2. */
import { type Guid, tables } from '../../tables/index.ts';
import { e164Column, isPhoneColumn } from '../../tables/phone-columns.ts';
import type { Found } from '../identify.ts';
import { type Comparison, type Condition, forms, type Search, type Variable } from '../identify-rule.ts';
import { type RowReader, text } from './rows.ts';

/** What is known of the caller. `e164`: how a number becomes E.164; `values`: what a variable says, undefined when
 *  nothing. */
export interface Known {
  readonly e164: (number: string) => string | null;
  readonly value: (variable: Variable) => string | undefined;
}

/** A search as it is asked; `told`: its conditions in words. */
interface Asked {
  readonly sql: string;
  readonly told: readonly string[];
}

/** What a search found, and what it asked in words. */
export interface Searched extends Found {
  readonly told: readonly string[];
}

/** Asks all searches in one statement. */
export async function readMatches(
  reader: RowReader,
  searches: readonly Search[],
  known: Known,
): Promise<Searched[]> {
  const values: unknown[] = [];
  const asked = searches.map((search) => askSearch(search, known, values));
  const parts = asked.flatMap((one, place) => (one ? [partOf(searches[place], one.sql, place)] : []));
  const records = parts.length === 0 ? [] : await reader.query({ text: parts.join(' union all '), values });
  return searches.map((search, place) => ({
    search,
    asked: asked[place] !== null,
    told: asked[place]?.told ?? [],
    matches: records
      .filter((record) => record.search === place)
      .map(({ id, name }) => ({ id: text(id) ?? '', name: text(name) })),
  }));
}

/** Two are enough to know that a search is ambiguous, as in the product's own rule ("top 2"). */
function partOf(search: Search | undefined, sql: string, place: number): string {
  const table = search && tables.get(search.table);
  if (!table) throw new TypeError('a search is of a table');
  return `(select ${place} as search, "${table.primaryId}" as id, "${table.primaryName}" as name
    from "dataverse"."${table.logicalName}" where "statecode" = 0 and (${sql}) limit 2)`;
}

/** Null when nothing of what the search asks for is known: without that it would find everybody. */
function askSearch(search: Search, known: Known, values: unknown[]): Asked | null {
  const told: string[] = [];
  const before = values.length;
  const used = { variables: 0 };
  const sql = askCondition(search, search.condition, known, { values, told, used });
  if (sql !== null && used.variables > 0) return { sql, told };
  // The parameters of a search that is not asked would have no place in the statement.
  values.length = before;
  return null;
}

interface Asking {
  readonly values: unknown[];
  readonly told: string[];
  readonly used: { variables: number };
}

/** Null for a condition on what nobody told: it counts as absent (behaviour.md §3.2). */
function askCondition(search: Search, condition: Condition, known: Known, asking: Asking): string | null {
  if (!('parts' in condition)) return askComparison(search, condition, known, asking);
  const parts = condition.parts.flatMap((part) => askCondition(search, part, known, asking) ?? []);
  return parts.length === 0 ? null : `(${parts.join(condition.all ? ' and ' : ' or ')})`;
}

function askComparison(
  { table }: Search,
  { column, kind, operator, values: literals, variable }: Comparison,
  { e164, value }: Known,
  { values, told, used }: Asking,
): string | null {
  const given = variable === null ? undefined : value(variable);
  if (variable !== null && (given === undefined || given === '' || !forms[kind].test(given))) return null;
  const wanted = given === undefined ? literals : [given];
  if (variable !== null) used.variables += 1;
  told.push([column, operator, wanted.join(', ')].join(' ').trim());
  const place = (one: string, type: string): string => {
    values.push(type === 'int4' ? Number(one) : one);
    return `$${values.length}::${type}`;
  };
  const name = `"${column}"`;
  if (operator === 'null') return `${name} is null`;
  if (operator === 'not-null') return `${name} is not null`;
  if (kind !== 'text') {
    const type = kind === 'number' ? 'int4' : 'uuid';
    const list = wanted.map((one) => place(one, type)).join(', ');
    return operator === 'ne' ? `${name} is distinct from ${list}` : `${name} in (${list})`;
  }
  const exact = (one: string): string => {
    const number = isPhoneColumn(table, column) ? e164(one) : null;
    return number === null
      ? `lower(${name}) = lower(${place(one, 'text')})`
      : `"${e164Column(column)}" = ${place(number, 'text')}`;
  };
  switch (operator) {
    case 'eq':
    case 'in':
      return `(${wanted.map(exact).join(' or ')})`;
    case 'ne':
      return `(${wanted.map(exact).join(' or ')}) is not true`;
    case 'like':
      return `${name} ilike ${place(wanted[0] ?? '', 'text')}`;
    case 'begins-with':
      return `starts_with(lower(${name}), lower(${place(wanted[0] ?? '', 'text')}))`;
    case 'ends-with':
      return `starts_with(reverse(lower(${name})), reverse(lower(${place(wanted[0] ?? '', 'text')})))`;
  }
}

/** The customer's one active case; null when there is none or more than one. */
export async function readOnlyCase(reader: RowReader, customer: Guid): Promise<Guid<'incident'> | null> {
  const records = await reader.query({
    text: `select "incidentid" as id from "dataverse"."incident" where "customerid" = $1 and "statecode" = 0 limit 2`,
    values: [customer],
    name: 'engine_case',
  });
  return records.length === 1 ? text(records[0]?.id) : null;
}
