/** Sends mutated requests through the whole Web API and looks for what must never happen. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { caller, openTestWebApi, origin, type TestWebApi } from '../compat/harness.ts';
import { markers, type Sample } from './corpus.ts';
import { mutant } from './mutate.ts';
import { Random } from './random.ts';

/** What a run did. `refused`: answers of 400 and more; `failures`: what must never happen, with the seed that shows it. */
export interface FuzzResult {
  readonly sent: number;
  readonly refused: number;
  readonly failures: readonly string[];
  /** Used heap in MB after a collection, after each tenth of the run. */
  readonly heap: readonly number[];
}

const inFlight = 8;
/** After so many requests the rows they made go: of the tables that mutants fill, lists would grow for ever. */
const keptFor = 5_000;
const filled = ['contact', 'account'] as const;
const failuresAtMost = 20;
const leak =
  /\bfrom dataverse|dataverse\."|insert into wire|wirechief\.(?:change|meta|timer|file)|pg_|node_modules|\bat \w+.*\.[jt]s:\d+/;

/** Sends the mutants of the seeds `seed`, `seed + 1` … `seed + count - 1`, and calls `progress` after each tenth. */
export async function fuzz(
  seed: number,
  count: number,
  progress: (sent: number) => void = () => undefined,
): Promise<FuzzResult> {
  const web = await openTestWebApi();
  const failures: string[] = [];
  const clear = await clearing(web);
  const watch = watchStatements();
  const heap: number[] = [];
  let [next, refused] = [0, 0];
  const worker = async (): Promise<void> => {
    while (next < count && failures.length < failuresAtMost) {
      const own = seed + next;
      next += 1;
      if (next % Math.ceil(count / 10) === 0) {
        heap.push(usedHeap());
        progress(next);
      }
      if (next % keptFor === 0) await clear();
      const sample = mutant(new Random(own));
      const [status, wrong] = await judge(web, sample);
      if (status >= 400) refused += 1;
      const literal = watch.take();
      if (wrong !== null) failures.push(`seed ${own}: ${wrong}\n${JSON.stringify(sample)}`);
      if (literal !== null)
        failures.push(`near seed ${own}: a statement holds a caller's literal: ${literal}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: inFlight }, worker));
  } finally {
    watch.end();
    await web.close();
  }
  return { sent: next, refused, failures, heap };
}

/** Takes away what is not there yet. */
async function clearing({ database: { store } }: TestWebApi): Promise<() => Promise<void>> {
  const known = await Promise.all(
    filled.map(async (table) => {
      const rows = await store.query({
        text: `select "${table}id" as id from "dataverse"."${table}"`,
        values: [],
      });
      return { table, ids: rows.map(({ id }) => id) };
    }),
  );
  return async () => {
    for (const { table, ids } of known)
      await store.query({
        text: `delete from "dataverse"."${table}" where "${table}id" <> all($1::uuid[])`,
        values: [ids],
      });
  };
}

/** Sends one request. Its status, and what is wrong with the answer. */
async function judge(
  web: TestWebApi,
  { method, path, headers, body }: Sample,
): Promise<[number, string | null]> {
  const faultsBefore = web.faults.length;
  try {
    const request = { method, url: `/api/data/v9.2/${path}`, origin, headers, body };
    const answer = await web.api.handle(request, caller);
    if (web.faults.length > faultsBefore || answer.status === 500)
      return [answer.status, `${answer.status}, fault: ${faultText(web.faults.at(-1))}`];
    const text = typeof answer.body === 'string' ? answer.body : '';
    const told = answer.status >= 400 ? leak.exec(text)?.[0] : undefined;
    return [
      answer.status,
      told === undefined ? null : `the error tells too much (${told}): ${text.slice(0, 300)}`,
    ];
  } catch (error) {
    return [0, `thrown: ${faultText(error)}`];
  }
}

const faultText = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? String(error)) : String(error);

/** Looks at the text of every statement that goes to the database. */
function watchStatements(): { take(): string | null; end(): void } {
  let found: string | null = null;
  const original = pg.Client.prototype.query;
  const watched = function (this: pg.Client, ...args: unknown[]): unknown {
    const [config] = args;
    const text =
      typeof config === 'string' ? config : String((config as { text?: unknown } | null)?.text ?? '');
    if (markers.some((marker) => text.includes(marker))) found = text.slice(0, 500);
    return Reflect.apply(original, this, args);
  };
  pg.Client.prototype.query = watched as typeof original;
  return {
    take: () => {
      const one = found;
      found = null;
      return one;
    },
    end: () => {
      pg.Client.prototype.query = original;
    },
  };
}

/** In MB, after a collection. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed / 1_048_576;
}
