/** Opens the store on a database. */
import type pg from 'pg';
import { definitionMarks, noDefinitions, setDefinitions } from '../tables/index.ts';
import { BriefReads } from './brief-reads.ts';
import { countChangedRows, readChangedRows, readChanges } from './change-log.ts';
import { DatabaseClock } from './clock.ts';
import { cannotConnect, makeClient, makeLine, makePool } from './connect.ts';
import { hasDefinitions, readDefinitions } from './define.ts';
import { type Doorbell, type Ring, startDoorbell } from './doorbell.ts';
import { LogEnd } from './log-end.ts';
import { makeNodes, type Nodes } from './nodes.ts';
import { internationally, type Numbering, Numbers } from './numbers.ts';
import { type Connection, makeReader, runRows } from './read.ts';
import { keepSchema } from './schema.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import { StartError } from './start-error.ts';
import { Steps } from './steps.ts';
import type { Reader, Store, StoreWatch } from './store.ts';
import { databaseStoreClock, simulatedStoreClock } from './store-clock.ts';
import { startSubscriptions } from './subscriptions.ts';
import { makeTimers } from './timers.ts';
import { transact } from './transact.ts';
import { newGuid } from './uuid.ts';

/** How the store is opened. `url`: of the database. `connections`: at most so many for work (10). `report`: hears of
 *  faults that no caller waits for, as a timer's handler that throws (else they are warnings of the process). `clock`: in place of the database's, for tests and simulations. `numbers`: how
 *  telephone numbers become E.164, by default only those that are written internationally. */
export interface StoreOptions {
  readonly url: string;
  readonly connections?: number;
  readonly report?: (fault: unknown) => void;
  readonly clock?: SimulatedClock;
  readonly numbers?: Numbering;
}

const noMarks = { version: 0, changed: new Map<string, number>(), deleted: [] };
const changesAtOnce = 1_000;

/** Opens the store, making or bringing up the schema first. Throws StartError when the database cannot be reached or its
 *  tables do not fit. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url, connections = 10, report = warn, clock: simulated } = options;
  const numbers = new Numbers(options.numbers ?? internationally);
  await prepareDatabase(url);
  let closed = false;
  const reportBroken = (fault: unknown) => {
    // Connections that are being closed may still be told that the server goes too.
    if (!closed) report(fault);
  };
  const pool = makePool(url, connections, reportBroken);
  // News and timers do not queue behind the work.
  const own = makePool(url, 2, reportBroken);
  const reads = new BriefReads(pool, () => makeLine(url), reportBroken);
  const reader = makeReader(reads);
  const ownClock = new DatabaseClock(own);
  const clock = simulated ?? ownClock;
  const end = new LogEnd(own);
  await Promise.all([end.move(), ownClock.measure(), numbers.keep(own)]);
  const subscriptions = startSubscriptions(makeReader(own), end, report);
  subscriptions.subscribe((changes) => numbers.hear(changes, own, reportBroken));
  const node = newGuid();
  const timers = makeTimers({ connection: own, clock, byHand: simulated !== undefined, node, report });
  const leave = simulated?.join(timers);
  const learner = makeLearner(own);
  const steps = new Steps();
  const { doorbell, nodes } = startBell(
    { node, url, connection: own, report: reportBroken },
    {
      changes: subscriptions.wake,
      timers: () => timers.wake(),
      definitions: () => void learner().catch(reportBroken),
      clock: () =>
        void ownClock
          .learn()
          .then(() => timers.wake())
          .catch(reportBroken),
    },
  );
  const { e164 } = numbers;
  const parts = { pool, clock, ring: doorbell.ring, learn: learner, steps, e164, report: reportBroken };

  const store: Store = {
    ...reader,
    transact: (cause, work) => transact(parts, cause, work),
    ...logOf(pool, reader, end),
    heardBy: (watch) => heard(store, watch, reads, end),
    e164,
    nodes,
    subscribe: (listener) => subscriptions.subscribe(listener),
    beforeChange: (table, step) => steps.on(table, step),
    onTimer: (kind, handler) => timers.on(kind, handler),
    startTimers: () => timers.start(),
    clock:
      simulated === undefined
        ? databaseStoreClock(ownClock, timers, () => doorbell.ring(new Set(['clock'])))
        : simulatedStoreClock(simulated, timers),
    async now() {
      await ownClock.learn();
      return clock.now();
    },
    async close() {
      leave?.();
      await timers.close();
      await nodes.leave();
      await subscriptions.close();
      await doorbell.close();
      closed = true;
      await Promise.all([pool.end(), own.end(), reads.close()]);
    },
  };
  return store;
}

/** The doorbell with what each ring wakes, and the nodes, who ring it for each other. */
function startBell(
  {
    node,
    url,
    connection,
    report,
  }: {
    readonly node: string;
    readonly url: string;
    readonly connection: pg.Pool;
    readonly report: (fault: unknown) => void;
  },
  wakes: Readonly<Record<Exclude<Ring, 'nodes' | 'mail'>, () => void>>,
): { readonly doorbell: Doorbell; readonly nodes: Nodes } {
  const client = () => makeClient(url);
  const ring: Doorbell['ring'] = (rings) => doorbell.ring(rings);
  const nodes = makeNodes({ id: node, connection, makeClient: client, ring, report });
  const all: Readonly<Record<Ring, () => void>> = {
    ...wakes,
    nodes: () => nodes.wake(),
    mail: () => void nodes.collect().catch(report),
  };
  const onRing = (one: Ring) => all[one]();
  const doorbell = startDoorbell({ pool: connection, makeClient: client, onRing, report });
  return { doorbell, nodes };
}

/** The change log as it is read. */
function logOf(
  pool: Connection,
  reader: Reader,
  end: LogEnd,
): Pick<Store, 'changes' | 'changedRows' | 'changedRowCount' | 'changeRange'> {
  return {
    async changes({ after, conversation, limit = changesAtOnce }) {
      await end.move();
      const span = { after, upTo: end.safe, limit };
      return readChanges(reader, conversation === undefined ? span : { ...span, conversation });
    },
    changedRows: (query) => readChangedRows(reader, query),
    changedRowCount: (query) => countChangedRows(reader, query),
    async changeRange() {
      await end.move();
      const text = 'select coalesce(min(seq), 0) from wirechief.change_log';
      const [row] = await runRows(pool, { text, values: [], name: 'log_oldest_kept' });
      return { oldest: Number(row?.[0]), newest: end.safe };
    },
  };
}

/** The store with a watch. */
function heard(store: Store, watch: StoreWatch, reads: Connection, end: LogEnd): Store {
  const reader = makeReader(watched(reads, watch));
  const transact: Store['transact'] = (cause, work) => store.transact({ ...cause, watch }, work);
  return { ...store, ...reader, ...logOf(reads, reader, end), transact };
}

/** The connection, with its statements told to the watch as they are asked for. */
function watched(connection: Connection, watch: StoreWatch): Connection {
  return {
    query: (config) => {
      watch.statement();
      return connection.query(config);
    },
  };
}

/** Learns the definitions of the database; calls that come while one runs are answered by a fresh run. */
function makeLearner(connection: Connection): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  return () => {
    running = running.catch(() => undefined).then(() => learn(connection));
    return running;
  };
}

async function learn(connection: Connection): Promise<void> {
  const { definitions, marks } = await readDefinitions(connection);
  if (marks.version !== definitionMarks().version) setDefinitions(definitions, marks);
}

function warn(fault: unknown): void {
  process.emitWarning(fault instanceof Error ? fault : String(fault));
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
    if (await hasDefinitions(client)) {
      const { definitions, marks } = await readDefinitions(client);
      setDefinitions(definitions, marks);
    } else setDefinitions(noDefinitions, noMarks);
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
