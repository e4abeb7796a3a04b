/** What the definition of a table puts into a new row where its writer says nothing. It is the same in all rows, so it
 *  stands in the text of the statement and does not travel with each of them. */
import type { Column, Table } from '../tables/index.ts';
import { type PhysicalColumn, physicalColumns, toParameter } from './columns.ts';
import { addTo, type Entry } from './log-entry.ts';
import { defaultsOf, type Written } from './values.ts';

/** Columns with their values as SQL, and what the change log tells of them: members of a JSON object, each led by a
 *  comma. */
export interface Fill {
  readonly columns: readonly PhysicalColumn[];
  readonly sources: readonly string[];
  readonly members: string;
}

const fills = new WeakMap<Table, Map<string, Fill>>();
/** A client chooses which defaults it says itself. */
const mostFills = 500;

/** The fill of rows of the table in which these columns are said. */
export function fillOf(table: Table, said: readonly string[]): Fill {
  const defaults = defaultsOf(table);
  const instead = said.filter((name) => name in defaults).sort();
  const key = instead.join();
  const known = fills.get(table) ?? new Map<string, Fill>();
  fills.set(table, known);
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= mostFills) known.clear();
  const made = makeFill(table, defaults, new Set(instead));
  known.set(key, made);
  return made;
}

function makeFill(table: Table, defaults: Readonly<Written>, said: ReadonlySet<string>): Fill {
  const columns = physicalColumns(table).filter(({ name }) => name in defaults && !said.has(name));
  const entry: Entry = {};
  for (const { name, column } of columns) addTo(entry, name, column, defaults[name]);
  return {
    columns,
    sources: columns.map(({ name, column, sqlType }) => `${literal(column, defaults[name])}::${sqlType}`),
    members: membersOf(entry),
  };
}

/** The members of an entry, each led by a comma. */
export function membersOf(entry: Entry): string {
  const text = JSON.stringify(entry).slice(1, -1);
  return text === '' ? '' : `,${text}`;
}

/** A default is a number, a boolean, a list of numbers or the name of the table. */
function literal(column: Column, value: unknown): string {
  const known = toParameter(column, value);
  if (typeof known === 'number' || typeof known === 'boolean') return String(known);
  return quoteLiteral(Array.isArray(known) ? `{${known.join()}}` : String(known));
}

/** Text as an SQL literal. */
export const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;
