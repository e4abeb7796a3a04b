/** Reads: statements as they are, rows of a table as typed objects. */
import type { Guid, Row, Table } from '../tables/index.ts';
import { isBrief } from './brief-reads.ts';
import { fromJson, isReference, type PhysicalColumn, physicalColumns, quote, sqlTable } from './columns.ts';
import { translate } from './errors.ts';
import { makeFileReader } from './files.ts';
import { type Connection, runRows, toConfig } from './run.ts';
import { shaped, shapeKey } from './shapes.ts';
import type { Reader, ReadOptions, Statement, Where } from './store.ts';

export {
  type Connection,
  runRows,
  type StatementConfig,
  type TransactionConnection,
  toConfig,
} from './run.ts';

/** How a row is locked as it is read: `lock` and `skip` against other writers, `delete` also against those who would
 *  point to it. */
export type LockMode = 'none' | 'lock' | 'skip' | 'delete';

const lockings: Readonly<Record<LockMode, string>> = {
  none: '',
  lock: ' for no key update',
  skip: ' for no key update skip locked',
  delete: ' for update',
};

/** The statement that reads one row by its key. */
export function rowStatement(table: Table, id: Guid, mode: LockMode = 'none'): Statement {
  const rest = `where ${quote(table.primaryId)} = $1${lockings[mode]}`;
  const statement = shaped(`row ${mode} ${shapeKey(table)}`, () => selectRows(table, rest), [id]);
  return mode === 'none' && isBrief(table) ? { ...statement, brief: true } : statement;
}

/** Whole rows travel as one JSON text without the empty columns: a row has up to 261 columns, most of them empty, and
 *  the driver takes a quarter of a millisecond for such a row, for its JSON a twentieth. An int8 is made text, because
 *  a JSON number would lose its last digits. */
function selectRows(table: Table, rest: string): string {
  const columns = physicalColumns(table)
    .filter(({ hidden }) => !hidden)
    .map(({ sqlName, sqlType }) => (sqlType === 'int8' ? `${sqlName}::text` : sqlName));
  return `select json_strip_nulls(row_to_json(t))::text from (select ${columns.join(', ')} from ${sqlTable(table)} ${rest}) t`;
}

const emptyRows = new WeakMap<Table, Readonly<Record<string, null>>>();

/** A row from the text of `selectRows`. */
export function toRow<T extends Table>(table: T, text: unknown): Row<T> {
  let empty = emptyRows.get(table);
  if (empty === undefined) {
    empty = Object.fromEntries(Object.keys(table.columns).map((name) => [name, null]));
    emptyRows.set(table, empty);
  }
  const row: Record<string, unknown> = { ...empty };
  const found = JSON.parse(String(text)) as Record<string, unknown>;
  for (const name of Object.keys(found)) {
    const column = table.columns[name];
    if (column !== undefined) row[name] = fromJson(column, found[name], found[`${name}@table`]);
  }
  // The one place where a row of the database becomes a row of its table.
  return row as Row<T>;
}

/** The reader of a connection. */
export function makeReader(connection: Connection): Reader {
  return {
    files: makeFileReader(connection),
    async query(statement) {
      try {
        // Without rowMode every row is an object by column name.
        return (await connection.query(toConfig(statement))).rows as Record<string, unknown>[];
      } catch (error) {
        throw translate(error);
      }
    },
    async json(statement) {
      const rows = await runRows(connection, statement);
      return rows.map(([text]) => (typeof text === 'string' ? text : null));
    },
    async row(table, id) {
      const [found] = await runRows(connection, rowStatement(table, id));
      return found === undefined ? null : toRow(table, found[0]);
    },
    async rows(table, where, options) {
      const rows = await runRows(connection, whereStatement(table, where, options));
      return rows.map(([text]) => toRow(table, text));
    },
  };
}

function whereStatement<T extends Table>(table: T, where: Where<T>, options: ReadOptions<T> = {}): Statement {
  const values: unknown[] = [];
  const conditions = Object.entries(where).map(([name, wanted]) => condition(table, name, wanted, values));
  const order = (options.orderBy ?? []).map(([name, direction]) => {
    columnOf(table, name);
    // As in Dataverse, null is the lowest value.
    return `${quote(name)} ${direction === 'desc' ? 'desc nulls last' : 'asc nulls first'}`;
  });
  const rest = [
    conditions.length > 0 ? `where ${conditions.join(' and ')}` : '',
    `order by ${[...order, quote(table.primaryId)].join(', ')}`,
    options.top === undefined ? '' : `limit ${Math.max(0, Math.trunc(options.top))}`,
  ].join(' ');
  return shaped(`rows ${shapeKey(table)} ${rest}`, () => selectRows(table, rest), values);
}

function columnOf(table: Table, name: string): PhysicalColumn {
  const column = physicalColumns(table).find((one) => one.name === name && !one.target);
  if (column === undefined) throw new TypeError(`${table.logicalName} keeps no column ${name}`);
  return column;
}

function condition(table: Table, name: string, wanted: unknown, values: unknown[]): string {
  const { sqlName, sqlType } = columnOf(table, name);
  if (wanted === undefined) throw new TypeError(`the condition on ${table.logicalName}.${name} is undefined`);
  if (wanted === null) return `${sqlName} is null`;
  if (sqlType === 'int4[]') {
    values.push(wanted);
    return `${sqlName} = $${values.length}::int4[]`;
  }
  const list: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  const [first] = list;
  if (isReference(first)) {
    const places = list.filter(isReference).map(({ table: target, id }) => {
      values.push(id, target);
      return `(${sqlName} = $${values.length - 1}::uuid and ${quote(`${name}@table`)} = $${values.length})`;
    });
    return `(${places.join(' or ')})`;
  }
  if (sqlType === 'text') {
    // Text compares without case, and the indexes are on lower(column).
    values.push(list.length === 1 ? list[0] : list);
    const place = `$${values.length}`;
    return list.length === 1
      ? `lower(${sqlName}) = lower(${place})`
      : `lower(${sqlName}) = any (array(select lower(x) from unnest(${place}::text[]) x))`;
  }
  values.push(list.length === 1 ? list[0] : list);
  return list.length === 1
    ? `${sqlName} = $${values.length}::${sqlType}`
    : `${sqlName} = any ($${values.length}::${sqlType}[])`;
}
