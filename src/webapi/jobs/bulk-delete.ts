/** Jobs of BulkDelete: a timer takes a step, which deletes up to a hundred rows, each in a transaction of its own, notes how
 *  far it came, and sets the timer of the next step. */
import type { Reader, Store, Timer } from '../../store/index.ts';
import { systemuser } from '../../tables/dataverse/index.ts';
import {
  type Guid,
  organizationId,
  Refusal,
  rootBusinessUnitId,
  type Table,
  tables,
} from '../../tables/index.ts';
import { asyncoperation, bulkdeleteoperation } from '../../tables/platform/index.ts';
import { type Books, identify } from '../access/identity.ts';
import { guardedDatabase, ownDatabase } from '../exchange.ts';
import { parseFetch } from '../fetch/parse/fetch.ts';
import { planFetch } from '../fetch/plan/plan.ts';
import type { JsonObject } from '../parse/body.ts';
import type { Asker } from '../plan/asker.ts';
import { printCursor } from '../plan/cursor.ts';
import { entityOf } from '../plan/entity.ts';
import { Planning } from '../plan/filter.ts';
import { planPlace } from '../plan/place.ts';
import { readRow } from '../read.ts';
import { rowsToSql } from '../sql/rowset.ts';
import { deleteRow } from '../write.ts';

/** The kind of timer that takes a step. */
export const bulkDelete = 'bulk-delete';
/** Rows of one step: it must be done before the timer's lease ends, however much hangs on each of them. */
export const stepSize = 100;

const inProgress = { statecode: 2, statuscode: 20 } as const;
const ends = { succeeded: 30, failed: 31, canceled: 32 } as const;
const canceled = { statecode: 3, statuscode: ends.canceled } as const;

/** What a job has to do, and how far it is: its queries in FetchXML, which of them is next, and where in it. `behalf`: who
 *  asked in the user's name; the rows then are those that both may delete. */
interface Task {
  readonly job: Guid;
  readonly operation: Guid;
  readonly user: Guid<'systemuser'>;
  readonly behalf: Guid<'systemuser'> | null;
  readonly queries: readonly string[];
  readonly query: number;
  readonly token: string | null;
}

/** The timer that takes the next step of a job. */
export const stepTimer = (task: Task, due: Date): Timer => ({
  key: `${bulkDelete} ${task.job}`,
  due,
  kind: bulkDelete,
  payload: { ...task },
});

/** Takes a step. A job that was canceled or deleted meanwhile stops; one whose user or table is gone has failed. */
export async function stepOfBulkDelete(store: Store, books: Books, timer: Timer): Promise<void> {
  // The payload is what `stepTimer` made.
  const task = timer.payload as unknown as Task;
  const job = await store.row(asyncoperation, task.job);
  if (job === null || job.statecode === 3) {
    await finish(store, task, 'canceled', [0, 0], null);
    return;
  }
  try {
    await step(store, books, task);
  } catch (error) {
    if (!isFinal(error)) throw error;
    await finish(store, task, 'failed', [0, 0], error.message);
  }
}

/** A database that is busy or away is no answer: the timer fires again. */
const isFinal = (error: unknown): error is Refusal => error instanceof Refusal && error.key !== 'unavailable';

async function step(store: Store, books: Books, task: Task): Promise<void> {
  const userId = task.behalf ?? task.user;
  const user = await store.row(systemuser, userId);
  const caller = { userId, businessUnitId: user?.businessunitid ?? rootBusinessUnitId, organizationId };
  const headers = task.behalf === null ? {} : { mscrmcallerid: task.user };
  const { asker, guarding } = await identify(store, books, caller, headers);
  const { database, table, rows, next } = await readStep(store, asker, task, guarding);
  const cause = { actor: task.user, cause: 'POST BulkDelete' };
  let [deleted, failed] = [0, 0];
  for (const id of new Set(rows)) {
    try {
      await database.transact(cause, (transaction) => deleteRow(transaction, table, id));
      deleted += 1;
    } catch (error) {
      if (!isFinal(error)) throw error;
      failed += 1;
    }
  }
  if (next === null) await finish(store, task, 'succeeded', [deleted, failed], null);
  else await goOn(store, next, [deleted, failed]);
}

/** The rows of a step, and the task that is left behind it; null when nothing is. */
async function readStep(
  store: Store,
  asker: Asker,
  task: Task,
  guarding: Parameters<typeof guardedDatabase>[1],
): Promise<{
  readonly database: ReturnType<typeof guardedDatabase>;
  readonly table: Table;
  readonly rows: readonly Guid[];
  readonly next: Task | null;
}> {
  const database = guardedDatabase(ownDatabase(store), guarding);
  const { table, rows, token } = await readQuery(
    database.reader,
    task.queries[task.query] ?? '',
    task.token,
    asker,
  );
  const rest = { ...task, query: task.query + 1, token: null };
  const next = token !== null ? { ...task, token } : rest.query < task.queries.length ? rest : null;
  return { database, table, rows, next };
}

/** One page of a query's keys. Refuses what the query's parts refuse, and invalidArgument for a table that is gone.
 *  `token`: continues the page before. */
export async function readQuery(
  reader: Reader,
  xml: string,
  token: string | null,
  asker: Asker,
): Promise<{ readonly table: Table; readonly rows: readonly Guid[]; readonly token: string | null }> {
  const fetch = parseFetch(xml);
  const table = tables.get(fetch.entity.name);
  if (table === undefined) throw new Refusal('invalidArgument', `There is no table '${fetch.entity.name}'.`);
  const planning = new Planning(new Map(), asker);
  const [at] = planPlace({ root: entityOf(table), rootId: null, steps: [] }, planning);
  if (!at) throw new Error('a place has at least one plan');
  const { query } = planFetch(fetch, at, { count: false, maxPageSize: null, token }, planning);
  if (query.kind !== 'rows') throw new TypeError('the query of a bulk delete has no aggregates');
  const row = await readRow(reader, rowsToSql(query, null));
  const found = JSON.parse(`[${row?.value ?? ''}]`) as JsonObject[];
  const edge = (text: string | null | undefined) => (text ? (JSON.parse(text) as (string | null)[]) : []);
  return {
    table,
    rows: found.map((one) => String(one[table.primaryId])),
    token: row?.more
      ? printCursor(query.order, query.page.number + 1, edge(row.first), edge(row.last))
      : null,
  };
}

type Counts = readonly [deleted: number, failed: number];

async function goOn(store: Store, task: Task, counts: Counts): Promise<void> {
  await store.transact({ actor: task.user, cause: bulkDelete }, async (transaction) => {
    const operation = await transaction.lock(bulkdeleteoperation, task.operation);
    if (operation === null) return;
    const job = await transaction.lock(asyncoperation, task.job);
    const isOver = job === null || job.statecode === 3;
    await transaction.update(bulkdeleteoperation, task.operation, {
      ...(isOver ? canceled : inProgress),
      ...sums(operation, counts),
      processingqeindex: task.query,
    });
    if (isOver) return;
    const startedon = job.startedon ?? transaction.now;
    await transaction.update(asyncoperation, task.job, { ...inProgress, startedon });
    await transaction.setTimer(stepTimer(task, transaction.now));
  });
}

const sums = (
  row: { readonly successcount: number | null; readonly failurecount: number | null },
  [deleted, failed]: Counts,
) => ({ successcount: (row.successcount ?? 0) + deleted, failurecount: (row.failurecount ?? 0) + failed });

/** Ends the job. `message`: why it failed. One that was ended by hand keeps its own status. */
async function finish(
  store: Store,
  task: Task,
  end: keyof typeof ends,
  counts: Counts,
  message: string | null,
): Promise<void> {
  await store.transact({ actor: task.user, cause: bulkDelete }, async (transaction) => {
    const operation = await transaction.lock(bulkdeleteoperation, task.operation);
    const job = await transaction.lock(asyncoperation, task.job);
    const isOver = job === null || job.statecode === 3;
    const done = isOver ? canceled : ({ statecode: 3, statuscode: ends[end] } as const);
    if (operation !== null)
      await transaction.update(bulkdeleteoperation, task.operation, {
        ...done,
        ...sums(operation, counts),
        nextrun: null,
      });
    if (isOver) return;
    const startedon = job.startedon ?? transaction.now;
    await transaction.update(asyncoperation, task.job, {
      ...done,
      startedon,
      completedon: transaction.now,
      executiontimespan: (transaction.now.getTime() - startedon.getTime()) / 1000,
      message,
    });
  });
}
