/** Connections to the database. */
import pg from 'pg';
import { StartError } from './start-error.ts';

/** Instants in JSON are UTC; queries are short, so compiling them never pays. */
const sessionOptions = '-c timezone=UTC -c datestyle=ISO -c jit=off';

/** No statement, and no wait for a lock, holds a connection longer, in milliseconds. */
const limits = { statement_timeout: 30_000, lock_timeout: 10_000 };

/** A pool of at most `size` connections. `report` hears of idle connections that broke. */
export function makePool(url: string, size: number, report: (fault: unknown) => void): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOf(url),
    max: size,
    idleTimeoutMillis: 60_000,
    ...limits,
    idle_in_transaction_session_timeout: 60_000,
  });
  pool.on('error', report);
  // A connection that breaks while it is lent out fails the statements of its borrower; unheard, it would also end the
  // process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A connection of its own, for LISTEN and for the schema: no time limits. */
export function makeClient(url: string): pg.Client {
  return new pg.Client(connectionOf(url));
}

/** A connection of its own that runs statements within the limits of the pool's. */
export function makeLine(url: string): pg.Client {
  return new pg.Client({ ...connectionOf(url), ...limits });
}

function connectionOf(url: string): pg.ClientConfig & { pipeline: boolean } {
  return {
    connectionString: url,
    application_name: 'wirechief',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    options: sessionOptions,
    types: { getTypeParser },
    // Statements given together go out together: a transaction's last write and its commit are one round trip.
    pipeline: true,
  };
}

const dateOid = 1082;

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  // The driver reads a date as midnight of this machine's zone; a day is the same everywhere.
  oid === dateOid ? (text: string) => new Date(`${text}T00:00:00Z`) : pg.types.getTypeParser(oid, format);

/** Says in one line why a database cannot be opened. */
export function cannotConnect(url: string, error: unknown): StartError {
  const reason =
    error instanceof Error ? error.message || String('code' in error ? error.code : error) : String(error);
  let where =
    'the address in DATABASE_URL, which is not of the form postgres://user:password@host:port/database';
  try {
    const { hostname, port, pathname } = new URL(url);
    where = `${hostname}:${port || '5432'}${pathname}`;
  } catch {
    // Said in `where`; the address itself may hold a password.
  }
  return new StartError(
    `PostgreSQL at ${where} cannot be used: ${reason}. Start it or correct DATABASE_URL, or unset DATABASE_URL to use the embedded one.`,
  );
}
