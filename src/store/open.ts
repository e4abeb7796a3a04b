/** Opens the store on a database. */
import type pg from 'pg';
import { LogEnd } from './change-feed.ts';
import { logStatements, readChanges } from './change-log.ts';
import { cannotConnect, makeClient, makePool } from './connect.ts';
import { type Ring, startDoorbell } from './doorbell.ts';
import { isRetryable, translate } from './errors.ts';
import { makeReader, runRows } from './read.ts';
import { keepSchema } from './schema.ts';
import { StartError } from './start-error.ts';
import type { Cause, Store, Transaction } from './store.ts';
import { startSubscriptions } from './subscriptions.ts';
import { makeTimers } from './timers.ts';
import { openTransaction } from './transaction.ts';

/** How the store is opened. `url`: of the database. `connections`: at most so many for work (10). `report`: hears of
 *  faults that no caller waits for, as a timer's handler that throws. */
export interface StoreOptions {
  readonly url: string;
  readonly connections?: number;
  readonly report?: (fault: unknown) => void;
}

const mostAttempts = 6;
const changesAtOnce = 1_000;

/** Opens the store, making or bringing up the schema first. Throws StartError when the database cannot be reached or its
 *  tables do not fit. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url, connections = 10, report = () => undefined } = options;
  await prepareDatabase(url);
  const pool = makePool(url, connections, report);
  const reader = makeReader(pool);
  const end = new LogEnd(pool);
  await end.move();
  const subscriptions = startSubscriptions(reader, end, report);
  const timers = makeTimers(pool, report);
  const wakes: Readonly<Record<Ring, () => void>> = { changes: subscriptions.wake, timers: timers.wake };
  const onRing = (ring: Ring) => wakes[ring]();
  const doorbell = startDoorbell({ pool, makeClient: () => makeClient(url), onRing, report });

  return {
    ...reader,
    transact: (cause, work) => transact(pool, (rings) => doorbell.ring(rings), cause, work),
    async changes({ after, conversation, limit = changesAtOnce }) {
      await end.move();
      const span = { after, upTo: end.safe, limit };
      return readChanges(reader, conversation === undefined ? span : { ...span, conversation });
    },
    async changeRange() {
      await end.move();
      const text = 'select coalesce(min(seq), 0) from wirechief.change_log';
      const [row] = await runRows(pool, { text, values: [], name: 'log_oldest_kept' });
      return { oldest: Number(row?.[0]), newest: end.safe };
    },
    subscribe: (listener) => subscriptions.subscribe(listener),
    onTimer: (kind, handler) => timers.on(kind, handler),
    startTimers: () => timers.start(),
    async now() {
      const [row] = await runRows(pool, { text: 'select clock_timestamp()', values: [], name: 'now' });
      return row?.[0] as Date;
    },
    async close() {
      await timers.close();
      await subscriptions.close();
      await doorbell.close();
      await pool.end();
    },
  };
}

async function prepareDatabase(url: string): Promise<void> {
  let client: pg.Client;
  try {
    client = makeClient(url);
    // Without a listener a connection that breaks later would end the process.
    client.on('error', () => undefined);
    await client.connect();
  } catch (error) {
    throw cannotConnect(url, error);
  }
  try {
    await keepSchema(client);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`The tables cannot be made or brought up to date: ${String(error)}`, {
      cause: error,
    });
  } finally {
    await client.end();
  }
}

async function transact<R>(
  pool: pg.Pool,
  ring: (rings: ReadonlySet<Ring>) => void,
  cause: Cause,
  work: (transaction: Transaction) => Promise<R>,
): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(pool, ring, cause, work);
    } catch (error) {
      const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
      if (!isRetryable(reason) || attempt === mostAttempts) throw error;
      // Those that met once should not meet again at the same moment.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
    }
  }
}

async function attemptOnce<R>(
  pool: pg.Pool,
  ring: (rings: ReadonlySet<Ring>) => void,
  cause: Cause,
  work: (transaction: Transaction) => Promise<R>,
): Promise<R> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw translate(error);
  }
  let broken: Error | boolean = false;
  try {
    const now = await begin(client);
    const open = openTransaction(client, cause, now);
    const result = await work(open.transaction);
    await commit(client, logStatements(open.head(), open.changes));
    const rings = new Set<Ring>();
    if (open.changes.length > 0) rings.add('changes');
    if (open.timersSet()) rings.add('timers');
    ring(rings);
    return result;
  } catch (error) {
    // A connection that cannot even roll back is not given to anyone else.
    await client.query('rollback').catch((fault: unknown) => {
      broken = fault instanceof Error ? fault : true;
    });
    throw translate(error);
  } finally {
    client.release(broken);
  }
}

async function begin(client: pg.PoolClient): Promise<Date> {
  const begun = client.query('begin');
  const clock = client.query<{ now: Date }>({ text: 'select now()', name: 'begin_now' });
  await begun;
  const now = (await clock).rows[0]?.now;
  if (now === undefined) throw new Error('the database gave no time');
  return now;
}

/** The last writes and the commit go out together. When a write fails the server turns the commit into a rollback. */
async function commit(client: pg.PoolClient, statements: ReturnType<typeof logStatements>): Promise<void> {
  const sent = [
    ...statements.map(({ text, values, name }) =>
      client.query(name === undefined ? { text, values: [...values] } : { text, values: [...values], name }),
    ),
    client.query('commit'),
  ];
  const ends = await Promise.allSettled(sent);
  for (const one of ends) if (one.status === 'rejected') throw one.reason;
  const last = ends.at(-1);
  if (last?.status === 'fulfilled' && last.value.command !== 'COMMIT') {
    throw new Error('the transaction was rolled back: one of its statements had failed');
  }
}
