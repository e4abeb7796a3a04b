/** Runs statements on a connection. */
import type { Guid } from '../tables/index.ts';
import { translate } from './errors.ts';
import type { Statement } from './store.ts';

/** What runs statements: a pool or one connection. */
export interface Connection {
  query(config: StatementConfig): Promise<{ readonly rows: unknown[] }>;
}

/** The connection of a transaction that begins with its first statement. */
export interface TransactionConnection extends Connection {
  /** Whether that has been sent. */
  hasBegun(): boolean;
  /** Runs a statement by itself before it: what the statement writes is committed with it. Each row it gives is a change
   *  in the log under this transaction. */
  alone(config: StatementConfig, transaction: Guid): Promise<{ readonly rows: unknown[] }>;
}

/** A statement as the driver takes it; with rowMode its rows are lists of values. */
export interface StatementConfig {
  readonly text: string;
  readonly values: unknown[];
  readonly name?: string;
  readonly rowMode?: 'array';
  readonly brief?: true;
}

/** Runs a statement; rows as lists of values. Refuses unavailable, recordExists. */
export async function runRows(connection: Connection, statement: Statement): Promise<unknown[][]> {
  try {
    // rowMode makes every row a list.
    return (await connection.query({ ...toConfig(statement), rowMode: 'array' })).rows as unknown[][];
  } catch (error) {
    throw translate(error);
  }
}

/** A statement as the driver takes it. */
export function toConfig({ text, values, name, brief }: Statement): StatementConfig {
  const config = { text, values: [...values], ...(brief === true ? { brief } : {}) };
  return name === undefined ? config : { ...config, name };
}
