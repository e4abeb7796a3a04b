/** Finds the rows that repeat a row, by rules of duplicate detection. */
import type { Statement } from '../../store/index.ts';
import { type Column, Refusal, type Table } from '../../tables/index.ts';
import { sqlTypes } from '../../tables/sql-types.ts';
import type { Guarding } from '../access/guard-reader.ts';
import { idIn } from '../access/new-row.ts';
import type { RowRule } from '../plan/asker.ts';
import type { SqlType } from '../plan/condition.ts';
import { sourceText } from '../sql/source.ts';
import { column, quote, Values } from '../sql/text.ts';
import { type Comparison, type DuplicateRule, publishedRules } from './rules.ts';

/** The row that may be repeated: one that is there, with values that stand in for its own, or values alone. `id`: null
 *  when it has none. `rule`: which rows the values that are not given may be read from. */
export interface Subject {
  readonly id: string | null;
  readonly values: { readonly [column: string]: unknown };
  readonly rule: RowRule | null;
}

/** Which of the rows are wanted: those of a page, in order of their keys, or whichever comes first. */
type Wanted = { readonly limit: number; readonly offset: number } | 'any';

/** The statement that finds rows of one table that repeat the subject. `rules`: at least one, all for the same two tables;
 *  `readable`: which rows count. */
export function duplicatesStatement(
  rules: readonly DuplicateRule[],
  subject: Subject,
  readable: RowRule | null,
  wanted: Wanted,
): Statement {
  const [first] = rules;
  if (first === undefined) throw new TypeError('there is no rule to find duplicates by');
  const { base, matching } = first;
  const values = new Values();
  const key = column('m', matching.primaryId);
  const conditions = rules.map((rule) => `(${conditionText(rule, values)})`).join(' or ');
  const itself =
    base === matching && subject.id !== null ? ` and ${key} <> ${values.add('uuid', subject.id)}` : '';
  const text =
    `select ${key} as id from ${sourceText(matching, 'm', readable, values)}, ` +
    `${subjectText(base, rules, subject, values)} b where (${conditions})${itself} ${pageText(wanted, values)}`;
  return { text, values: values.list };
}

/** An order would make PostgreSQL walk the keys where any row will do. */
const pageText = (wanted: Wanted, values: Values): string =>
  wanted === 'any'
    ? 'limit 1'
    : `order by 1 limit ${values.rows(wanted.limit)} offset ${values.add('int4', wanted.offset)}`;

/** Who refuses duplicateFound for a row just written, when a published rule finds another like it among the rows that the
 *  user may read. A change that leaves alone what a rule compares is not looked at by it. Source: webapi.md §2, §4. */
export const detecting = (guarding: Guarding): Guarding => ({
  ...guarding,
  detect: async ({ reader, table, id, columns }) => {
    const written: Subject = { id, values: {}, rule: null };
    for (const rule of await publishedRules(reader, table)) {
      const readable = guarding.access.readable(rule.matching);
      if (readable === undefined || !concerns(rule, columns)) continue;
      const statement = duplicatesStatement([rule], written, readable, 'any');
      if ((await reader.query(statement)).length > 0) throw new Refusal('duplicateFound');
    }
  },
});

/** Whether a rule compares one of the columns, or one that the system works out of others. */
function concerns({ base, comparisons }: DuplicateRule, columns: readonly string[] | null): boolean {
  if (columns === null) return true;
  return comparisons.some(
    ({ base: name }) => columns.includes(name) || base.columns[name]?.noUpdate === true,
  );
}

/** The columns that rules compare, of the row or in its place of the given values, as a FROM item of one row. */
function subjectText(
  table: Table,
  rules: readonly DuplicateRule[],
  { id, values: given, rule }: Subject,
  values: Values,
): string {
  const names = new Set(rules.flatMap(({ comparisons }) => comparisons.map(({ base }) => base)));
  const columns = [...names].map((name) => {
    const definition = table.columns[name];
    const value = given[name];
    if (!definition || value === undefined) return column('s', name);
    return `${values.add(sqlType(definition), plainValue(value))} as ${quote(name)}`;
  });
  const source = sourceText(table, 's', rule, values);
  const key = column('s', table.primaryId);
  return `(select ${columns.join(', ')} from (select 1) o left join ${source} on ${key} = ${values.add('uuid', id)})`;
}

function plainValue(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : typeof value === 'object' ? idIn(value) : value;
}

function sqlType(definition: Column): SqlType {
  if (definition.behavior === 'DateOnly') return 'date';
  // Of the families that rules compare, all are stored as one of these.
  return (sqlTypes[definition.type] ?? 'text') as SqlType;
}

function conditionText(rule: DuplicateRule, values: Values): string {
  const texts = rule.comparisons.map((comparison) => comparisonText(rule, comparison, values));
  const states = rule.excludesInactive ? activeStates(rule.matching) : null;
  if (states !== null) texts.push(`${column('m', 'statecode')} = any (${values.add('int4[]', states)})`);
  return texts.join(' and ');
}

function comparisonText(rule: DuplicateRule, comparison: Comparison, values: Values): string {
  const [own, other] = [column('b', comparison.base), column('m', comparison.matching)];
  const [left, right] = [
    sideText(rule, comparison, rule.matching.columns[comparison.matching], other, values),
    sideText(rule, comparison, rule.base.columns[comparison.base], own, values),
  ];
  const empty = (side: string): string =>
    comparison.family === 'text' ? `coalesce(${side}, '') = ''` : `${side} is null`;
  const same = `(${left} = ${right} and not (${empty(own)}))`;
  return comparison.ignoresBlank ? same : `(${same} or (${empty(own)} and ${empty(other)}))`;
}

/** What of a column is compared. Instants and days are those of UTC. */
function sideText(
  { caseSensitive }: DuplicateRule,
  { operator, length, family }: Comparison,
  definition: Column | undefined,
  side: string,
  values: Values,
): string {
  const folded = family === 'text' && !caseSensitive ? `lower(${side})` : side;
  switch (operator) {
    case 'first':
      return `left(${folded}, ${values.add('int4', length)})`;
    case 'last':
      return `right(${folded}, ${values.add('int4', length)})`;
    case 'date':
      return definition?.behavior === 'DateOnly' ? side : `(${side} at time zone 'UTC')::date`;
    case 'label':
      return labelText(definition, side, values);
    default:
      return definition?.behavior === 'DateOnly' ? `(${side}::timestamp at time zone 'UTC')` : folded;
  }
}

function labelText(definition: Column | undefined, side: string, values: Values): string {
  const options = definition?.options ?? [];
  const numbers = values.add(
    'int4[]',
    options.map(({ value }) => value),
  );
  const labels = values.add(
    'text[]',
    options.map(({ label }) => label.toLowerCase()),
  );
  return `(${labels})[array_position(${numbers}, ${side})]`;
}

/** The states in which rows of the table count as active; null for a table without states. Source: published
 *  documentation, duplicate rule tables, inactive states. */
function activeStates(table: Table): readonly number[] | null {
  const states = table.columns.statecode?.options;
  if (states === undefined) return null;
  const active = states.filter(
    ({ value, label }) => activeLabels.has(label) || (value === 0 && label !== 'Inactive'),
  );
  return active.map(({ value }) => value);
}

const activeLabels: ReadonlySet<string> = new Set(['Active', 'Open', 'Scheduled']);
