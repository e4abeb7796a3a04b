/** What PostgreSQL and the driver may answer, and what that is to the caller. */
import pg from 'pg';
import { Refusal, type RefusalKey } from '../tables/index.ts';

const busy = 'The database is busy: try again.';
const gone = 'The database cannot be reached: try again.';

/** SQLSTATE → the refusal. What is not here is our bug and stays as it is. */
const refusalOf: Readonly<Record<string, readonly [key: RefusalKey, ...values: string[]]>> = {
  '22021': ['invalidArgument', 'A text holds a character that cannot be kept.'],
  '23505': ['recordExists'],
  '40001': ['unavailable', busy],
  '40P01': ['unavailable', busy],
  '53100': ['unavailable', 'The disk of the database is full.'],
  '53200': ['unavailable', 'The database is out of memory.'],
  '53300': ['unavailable', 'The database has no connection left: try again.'],
  '55P03': ['unavailable', busy],
  '57014': ['unavailable', 'The database took too long and the statement was given up.'],
  '57P01': ['unavailable', gone],
  '57P02': ['unavailable', gone],
  '57P03': ['unavailable', gone],
  '25P03': ['unavailable', gone],
};

const driverCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);
const driverWords =
  /Connection terminated|not queryable|timeout exceeded when trying to connect|Query read timeout|Client was closed/;

/** SQLSTATE of a serialization failure or a deadlock: the whole transaction may be tried again. */
export function isRetryable(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01');
}

/** The SQLSTATE of an error, or of what it was translated from; empty when there is none. */
export function codeOf(error: unknown): string {
  const source = error instanceof Refusal ? error.cause : error;
  return source instanceof Error && 'code' in source && typeof source.code === 'string' ? source.code : '';
}

/** The refusal that an error of the database stands for, with the error as its cause; any other value as it came. */
export function translate(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = refusalOf[code];
  let refusal: Refusal;
  if (known !== undefined) refusal = new Refusal(...known);
  else if (driverCodes.has(code) || code.startsWith('08') || driverWords.test(error.message)) {
    refusal = new Refusal('unavailable', gone);
  } else return error;
  refusal.cause = error;
  return refusal;
}
