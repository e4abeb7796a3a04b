/** Reads: statements as they are, rows of a table as typed objects. */
import type { QueryArrayConfig, QueryArrayResult, QueryConfig, QueryResult } from 'pg';
import type { Guid, Row, Table } from '../tables/index.ts';
import {
  fromDatabase,
  isReference,
  type PhysicalColumn,
  physicalColumns,
  quote,
  sqlTable,
} from './columns.ts';
import { translate } from './errors.ts';
import type { Reader, ReadOptions, Statement, Where } from './store.ts';

/** What runs statements: a pool or one connection. */
export interface Connection {
  query(config: QueryArrayConfig): Promise<QueryArrayResult>;
  query(config: QueryConfig): Promise<QueryResult<Record<string, unknown>>>;
}

/** Runs a statement; rows as lists of values. Refuses unavailable, recordExists. */
export async function runRows(connection: Connection, statement: Statement): Promise<unknown[][]> {
  try {
    return (await connection.query({ ...toConfig(statement), rowMode: 'array' })).rows as unknown[][];
  } catch (error) {
    throw translate(error);
  }
}

function toConfig({ text, values, name }: Statement): QueryConfig {
  return name === undefined ? { text, values: [...values] } : { text, values: [...values], name };
}

/** The statement that reads one row by its key, `ending` after it (a lock). */
export function rowStatement(table: Table, id: Guid, ending: '' | 'lock' | 'skip' = ''): Statement {
  const plan = readPlan(table);
  return { text: plan.byKey[ending], values: [id], name: `row${ending}_${table.logicalName}`.slice(0, 63) };
}

interface ReadPlan {
  readonly columns: readonly PhysicalColumn[];
  readonly select: string;
  readonly byKey: Readonly<Record<'' | 'lock' | 'skip', string>>;
  /** Every column null: the row begins as a copy, so all rows of a table have one hidden class. */
  readonly empty: Readonly<Record<string, null>>;
}

const plans = new WeakMap<Table, ReadPlan>();

function readPlan(table: Table): ReadPlan {
  const found = plans.get(table);
  if (found !== undefined) return found;
  const columns = physicalColumns(table);
  const select = `select ${columns.map(({ sqlName }) => sqlName).join(', ')} from ${sqlTable(table)}`;
  const byKey = `${select} where ${quote(table.primaryId)} = $1`;
  // NO KEY: others may still point to the row meanwhile.
  const lock = `${byKey} for no key update`;
  const plan: ReadPlan = {
    columns,
    select,
    byKey: { '': byKey, lock, skip: `${lock} skip locked` },
    empty: Object.fromEntries(Object.keys(table.columns).map((name) => [name, null])),
  };
  plans.set(table, plan);
  return plan;
}

/** A row from the values of its physical columns. */
export function toRow<T extends Table>(table: T, values: readonly unknown[]): Row<T> {
  const { columns, empty } = readPlan(table);
  const row: Record<string, unknown> = { ...empty };
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i];
    const value = values[i];
    if (column === undefined || column.target || value === null) continue;
    row[column.name] = fromDatabase(column.column, value, values[i + 1]);
  }
  // The one place where a row of the database becomes a row of its table.
  return row as Row<T>;
}

/** The reader of a connection. */
export function makeReader(connection: Connection): Reader {
  return {
    async query(statement) {
      try {
        return (await connection.query(toConfig(statement))).rows;
      } catch (error) {
        throw translate(error);
      }
    },
    async json(statement) {
      const rows = await runRows(connection, statement);
      return rows.map(([text]) => (typeof text === 'string' ? text : null));
    },
    async row(table, id) {
      const [values] = await runRows(connection, rowStatement(table, id));
      return values === undefined ? null : toRow(table, values);
    },
    async rows(table, where, options) {
      const rows = await runRows(connection, whereStatement(table, where, options));
      return rows.map((values) => toRow(table, values));
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
  const text = [
    readPlan(table).select,
    conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '',
    ` order by ${[...order, quote(table.primaryId)].join(', ')}`,
    options.top === undefined ? '' : ` limit ${Math.max(0, Math.trunc(options.top))}`,
  ].join('');
  return { text, values };
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
