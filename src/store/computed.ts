/** Columns that the system fills from others of the same row. On the Web API they are read-only. A writer inside that
 *  gives such a column itself, as for a row that is brought in from elsewhere, is taken at its word. */
import { type Table, tables } from '../tables/index.ts';
import { e164Column, phoneColumns } from '../tables/phone-columns.ts';
import { isReference } from './columns.ts';
import type { E164 } from './numbers.ts';
import type { Written } from './values.ts';

/** How one column is filled. */
export interface Computation {
  readonly column: string;
  /** A write of one of these fills the column anew. */
  readonly from: readonly string[];
  readonly value: (row: Readonly<Written>, now: Date, e164: E164) => unknown;
}

/** "First Last", the organisation's default of how names are shown; the phonetic name is the plain one where it is not
 *  given. Source: webapi.md §6, read-only columns. */
const names: readonly Computation[] = [
  {
    column: 'fullname',
    from: ['firstname', 'lastname'],
    value: ({ firstname, lastname }) => joined(firstname, lastname),
  },
  {
    column: 'yomifullname',
    from: ['firstname', 'lastname', 'yomifirstname', 'yomilastname'],
    value: ({ firstname, lastname, yomifirstname, yomilastname }) =>
      joined(yomifirstname, yomilastname) ?? joined(firstname, lastname),
  },
];

/** The number in E.164 beside the number as it is written. */
const numbers = (table: string): readonly Computation[] =>
  (phoneColumns[table] ?? []).map((name) => ({
    column: e164Column(name),
    from: [name],
    value: (row, _now, e164) => {
      const written = row[name];
      return typeof written === 'string' ? e164(written) : null;
    },
  }));

const computations: Readonly<Record<string, readonly Computation[]>> = {
  account: numbers('account'),
  contact: [...names, ...numbers('contact')],
  msdyn_ocphonecallengagementctx: numbers('msdyn_ocphonecallengagementctx'),
  systemuser: names,
  queueitem: [
    { column: 'enteredon', from: ['queueid'], value: (_row, now) => now },
    {
      column: 'workeridmodifiedon',
      from: ['workerid'],
      value: ({ workerid }, now) => (workerid == null ? null : now),
    },
    { column: 'objecttypecode', from: ['objectid'], value: ({ objectid }) => typeCodeOf(objectid) },
  ],
};

/** What a write of these columns makes the system fill. */
export function computationsFor(table: Table, written: Readonly<Written>): readonly Computation[] {
  const all = computations[table.logicalName];
  if (all === undefined) return [];
  return all.filter(
    ({ column, from }) =>
      written[column] === undefined && from.some((source) => written[source] !== undefined),
  );
}

/** Fills the columns, in place, from the row as it will be. `given`: the instant, and how numbers become E.164. */
export function compute(
  table: Table,
  wanted: readonly Computation[],
  written: Written,
  row: Readonly<Written>,
  given: { readonly now: Date; readonly e164: E164 },
): void {
  for (const { column, value } of wanted) {
    const result = value(row, given.now, given.e164) ?? null;
    const { maxLength } = table.columns[column] ?? {};
    written[column] = typeof result === 'string' ? result.slice(0, maxLength) : result;
  }
}

function joined(...parts: readonly unknown[]): string | null {
  const texts = parts.flatMap((part) => (typeof part === 'string' ? [part.trim()] : []));
  return texts.filter((text) => text !== '').join(' ') || null;
}

/** The options of queueitem.objecttypecode are named as the tables are. */
function typeCodeOf(objectid: unknown): number | null {
  if (!isReference(objectid)) return null;
  const name = tables.get(objectid.table)?.displayName;
  const options = tables.get('queueitem')?.columns.objecttypecode?.options;
  return options?.find(({ label }) => label === name)?.value ?? null;
}
