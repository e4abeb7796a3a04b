/** Copies of rows, made in the database: a large world is there in seconds, and each of its rows is like one that the
 *  engine made. */
import { createHash } from 'node:crypto';
import { physicalColumns, sqlTable } from '../../src/store/columns.ts';
import type { Store } from '../../src/store/index.ts';
import { tables } from '../../src/tables/index.ts';

/** A row. */
export interface Made {
  readonly table: string;
  readonly id: string;
}

/** How copies differ from their originals, in SQL of the number `n` of the copy. `columns`: by table and column;
 *  `pointing`: what stands in every column where the original points to a row that is not copied along. */
export interface Differences {
  readonly columns?: { readonly [table: string]: { readonly [column: string]: string } };
  readonly pointing?: ReadonlyMap<string, string>;
  /** Parameters of that SQL, from $1. */
  readonly values?: readonly unknown[];
}

/** The id of copy `n` of a row, as SQL; `n` too is SQL. */
export const copyInSql = (id: string, n = 'n'): string =>
  `overlay(md5(${id}::text || ':' || (${n})) placing '4' from 13)::uuid`;

/** The same, computed here. */
export function copyOf(id: string, n: number): string {
  const hash = createHash('md5').update(`${id}:${n}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-${hash.slice(16, 20)}-${hash.slice(20)}`;
}

/** The rows that `work` makes, by the change log. */
export async function rowsMade(store: Store, work: () => Promise<unknown>): Promise<Made[]> {
  const { newest } = await store.changeRange();
  await work();
  const changes = await store.changes({ after: newest });
  return changes.flatMap(({ operation, table, id }) => (operation === 'create' ? [{ table, id }] : []));
}

/** Copies rows `count` times, from copy `first` on; where they point to each other, so do their copies. */
export async function copy(
  store: Store,
  rows: readonly Made[],
  count: number,
  { columns = {}, pointing = new Map(), values = [] }: Differences,
  first = 1,
): Promise<void> {
  const copied = `array[${rows.map(({ id }) => `'${id}'`).join()}]::uuid[]`;
  for (const { table: name, id } of rows) {
    const table = tables.get(name);
    if (table === undefined) throw new Error(`there is no table ${name}`);
    const all = physicalColumns(table);
    const sources = all.map(({ name: column, sqlName, sqlType, target }) => {
      const given = target ? undefined : columns[name]?.[column];
      if (given !== undefined) return given;
      if (column === 'versionnumber') return `nextval('wirechief.version')`;
      if (sqlType !== 'uuid') return `r.${sqlName}`;
      const others = [...pointing].map(([from, to]) => `when r.${sqlName} = '${from}' then ${to}`).join(' ');
      return `case when r.${sqlName} = any(${copied}) then ${copyInSql(`r.${sqlName}`)} ${others} else r.${sqlName} end`;
    });
    await store.query({
      text: `insert into ${sqlTable(table)} (${all.map(({ sqlName }) => sqlName).join()})
        select ${sources.join()} from ${sqlTable(table)} r
          cross join generate_series(${first}, ${first + count - 1}) n
        where r."${table.primaryId}" = '${id}'`,
      values,
    });
  }
}
