/** Runs a piece of work in one transaction, from begin to commit, again when it collided with another. */
import type pg from 'pg';
import { logStatements } from './change-log.ts';
import type { Clock } from './clock.ts';
import type { Ring } from './doorbell.ts';
import { isRetryable, translate } from './errors.ts';
import type { E164 } from './numbers.ts';
import { openTransaction } from './open-transaction.ts';
import { type TransactionConnection, toConfig } from './read.ts';
import type { Steps } from './steps.ts';
import type { Cause, Statement, StoreWatch, Transaction } from './store.ts';

/** Where transactions run, and who is to hear that one was committed. */
export interface TransactParts {
  readonly pool: pg.Pool;
  readonly clock: Pick<Clock, 'now'>;
  readonly ring: (rings: ReadonlySet<Ring>) => void;
  readonly steps: Steps;
  /** Learns the definitions anew, after a transaction that changed them. */
  readonly learn: () => Promise<void>;
  readonly e164: E164;
  /** Hears of what fails after a commit: the caller's work is done and must not be told otherwise. */
  readonly report: (fault: unknown) => void;
}

/** Work that is committed. `after`: what is left to do, which never throws. */
interface Committed<R> {
  readonly result: R;
  readonly after: () => Promise<void>;
}

const mostAttempts = 6;
const firstPauseMs = 20;

/** Store.transact. */
export async function transact<R>(
  parts: TransactParts,
  cause: Cause,
  work: (transaction: Transaction) => Promise<R>,
): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    let committed: Committed<R>;
    try {
      committed = await attemptOnce(parts, cause, work);
    } catch (error) {
      const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
      if (!isRetryable(reason) || attempt === mostAttempts) throw error;
      // Those that met once should not meet again at the same moment.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * firstPauseMs * 2 ** (attempt - 1)));
      continue;
    }
    await committed.after();
    return committed.result;
  }
}

async function attemptOnce<R>(
  { pool, clock, ring, learn, steps, report, e164 }: TransactParts,
  cause: Cause,
  work: (transaction: Transaction) => Promise<R>,
): Promise<Committed<R>> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw translate(error);
  }
  const { watch } = cause;
  const connection = beginWithFirst(client, watch);
  const open = openTransaction(connection, cause, clock.now(), steps, e164);
  let broken: Error | boolean = false;
  try {
    const result = await work(open.transaction);
    const { head, changes, logged, timersSet, defined, committed } = open.end();
    const changed = changes.length + logged;
    const log = logStatements(head, changes);
    for (const _ of log) watch?.statement();
    if (connection.hasBegun()) {
      if (changed > 0) watch?.committing(head.transaction, changed);
      await commit(client, log);
    }
    const rings = new Set<Ring>();
    if (changed > 0) rings.add('changes');
    if (timersSet) rings.add('timers');
    if (rings.size > 0) ring(rings);
    return { result, after: () => after(committed, defined ? learn : null, report) };
  } catch (error) {
    open.abandon();
    // A connection that cannot even roll back is not given to anyone else.
    if (connection.hasBegun())
      await client.query('rollback').catch((fault: unknown) => {
        broken = fault instanceof Error ? fault : true;
      });
    throw translate(error);
  } finally {
    client.release(broken);
  }
}

/** What follows a commit: each of the acts, whatever becomes of the others, and the definitions learned anew. */
async function after(
  acts: readonly (() => void)[],
  learn: (() => Promise<void>) | null,
  report: (fault: unknown) => void,
): Promise<void> {
  for (const act of acts) {
    try {
      act();
    } catch (error) {
      report(error);
    }
  }
  await learn?.().catch(report);
}

/** The client as a transaction sees it: its first statement goes out together with `begin`, so that opening a transaction
 *  costs no round trip of its own. */
function beginWithFirst(client: pg.PoolClient, watch: StoreWatch | undefined): TransactionConnection {
  let begun = false;
  const begin = (): void => {
    begun = true;
    const { stream } = client.connection;
    stream.cork();
    process.nextTick(() => stream.uncork());
    // When it fails the connection is lost, and the statement behind it fails too and is heard.
    client.query('begin').catch(() => undefined);
  };
  return {
    hasBegun: () => begun,
    query: (config) => {
      if (!begun) begin();
      watch?.statement();
      return client.query(config);
    },
    async alone(config, transaction) {
      watch?.statement();
      // Said before, because readers of the log may see the change before we hear that it is made.
      watch?.committing(transaction, 1);
      let changes = 0;
      try {
        const result = await client.query(config);
        changes = result.rows.length;
        return result;
      } finally {
        if (changes !== 1) watch?.committing(transaction, changes - 1);
      }
    },
  };
}

/** The last writes and the commit go out together. When a write fails the server turns the commit into a rollback. */
async function commit(client: pg.PoolClient, statements: readonly Statement[]): Promise<void> {
  const { stream } = client.connection;
  stream.cork();
  const sent = [...statements.map((statement) => client.query(toConfig(statement))), client.query('commit')];
  stream.uncork();
  const ends = await Promise.allSettled(sent);
  for (const one of ends) if (one.status === 'rejected') throw one.reason;
  const last = ends.at(-1);
  if (last?.status === 'fulfilled' && last.value.command !== 'COMMIT') {
    throw new Error('the transaction was rolled back: one of its statements had failed');
  }
}
