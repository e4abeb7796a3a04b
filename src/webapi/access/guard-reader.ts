/** Reads of rows in the name of a caller. */
import type { Reader, ReadOptions, Where } from '../../store/index.ts';
import type { Guid, Row, Table } from '../../tables/index.ts';
import type { Access } from '../plan/asker.ts';
import { ruleText } from '../sql/source.ts';
import { column, tableName, Values } from '../sql/text.ts';
import { Checks } from './checks.ts';
import type { DepthOf } from './role-limits.ts';

/** A row just written. `columns`: those that were changed; null for a new row. */
export interface Detected {
  readonly reader: Reader;
  readonly table: Table;
  readonly id: Guid;
  readonly columns: readonly string[] | null;
}

/** In whose name a request works. `behalf`: the caller who impersonates, null when nobody does. `wrote`:
 *  told of the table of every row that is written. */
export interface Guarding {
  readonly access: Access;
  readonly depthOf: DepthOf;
  /** The rights of a user or team; null when there is none. */
  readonly accessOf: (principalId: string) => Promise<Access | null>;
  /** Reads shares past the rules, for messages that have asked for the row they are of. */
  readonly sharing: Pick<Reader, 'rows'>;
  /** Refuses privilegeMissing for a privilege that is about no table. */
  readonly requirePrivilege: (name: string) => void;
  readonly userId: string;
  readonly businessUnitId: string;
  readonly behalf: Guid<'systemuser'> | null;
  /** Refuses a row that has just been made, or changed in the columns given, when it repeats another; left out where
   *  nobody asked for that. */
  readonly detect?: (written: Detected) => Promise<void>;
  readonly wrote: (table: string) => void;
}

/** A reader whose rows are those the caller may read: one row that may not is refused (accessDenied), of several it is
 *  left out. Statements given as text pass. */
export function guardReader(reader: Reader, { access, userId }: Guarding): Reader {
  return {
    // Asked for by few requests, and made when it is.
    get files() {
      return reader.files;
    },
    query: (statement) => reader.query(statement),
    json: (statement) => reader.json(statement),
    async row(table, id) {
      await new Checks(access, userId).need(table, id, 'read').answer(reader);
      return reader.row(table, id);
    },
    rows: (table, where, options) => readRows(reader, access, table, where, options),
  };
}

async function readRows<T extends Table>(
  reader: Reader,
  access: Access,
  table: T,
  where: Where<T>,
  options: ReadOptions<T> = {},
): Promise<Row<T>[]> {
  const rule = access.rule(table, 'read');
  if (rule === null) return reader.rows(table, where, options);
  // The limit counts what may be read.
  const { top, ...unlimited } = options;
  const rows = await reader.rows(table, where, unlimited);
  const allowed = await readableIds(
    reader,
    access,
    table,
    rows.map((row) => keyOf(table, row)),
  );
  return rows.filter((row) => allowed.has(keyOf(table, row))).slice(0, top);
}

const keyOf = <T extends Table>(table: T, row: Row<T>): string =>
  String((row as Record<string, unknown>)[table.primaryId]);

/** Which of the rows that are there may be read; none when the privilege is missing. */
export async function readableIds(
  reader: Pick<Reader, 'query'>,
  access: Access,
  table: Table,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rule = access.readable(table);
  if (rule === null) return new Set(ids);
  if (rule === undefined || ids.length === 0) return new Set();
  const values = new Values();
  const key = column('r', table.primaryId);
  const wanted = values.add('uuid[]', ids);
  const text = `select ${key} as id from ${tableName(table)} r where ${key} = any (${wanted}) and ${ruleText(table, 'r', rule, values)}`;
  return new Set((await reader.query({ text, values: values.list })).map(({ id }) => String(id)));
}
