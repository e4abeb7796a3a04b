/** An embedded database for the benchmark of the engine, with the settings that npm start gives it: what is committed is
 *  on the disk. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../src/store/embedded.ts';
import { openStore, type SimulatedClock, type Store } from '../../src/store/index.ts';
import { cpuSeconds, processTree } from './measure.ts';

/** The store on it. `statements`: how many were asked for so far, without begin, commit and the readers of the change log.
 *  `cpu`: seconds used so far by this process and by PostgreSQL. */
export interface BenchStore {
  readonly store: Store;
  statements(): number;
  cpu(): { readonly node: number; readonly postgres: number };
  /** This process and those of PostgreSQL. */
  processes(): readonly number[];
}

/** Runs `work` with the store as an engine has it that is not needed afterwards: then it hears of nothing any more. */
export async function withEngineStore<R>(store: Store, work: (store: Store) => Promise<R>): Promise<R> {
  const ends: (() => void)[] = [];
  const own: Store = {
    ...store,
    subscribe(listener) {
      const end = store.subscribe(listener);
      ends.push(end);
      return end;
    },
  };
  try {
    return await work(own);
  } finally {
    for (const end of ends) end();
  }
}

/** Runs `work` on a store of its own. `clock`: instead of the real one. */
export async function onDatabase(
  work: (bench: BenchStore) => Promise<void>,
  clock?: SimulatedClock,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wirechief-bench-'));
  const database = await startEmbedded(folder);
  let statements = 0;
  const watch = {
    statement: () => {
      statements += 1;
    },
    committing: () => undefined,
  };
  const opened = await openStore({ url: database.url, ...(clock ? { clock } : {}) });
  const store = opened.heardBy(watch);
  const cpu = () => ({
    node: cpuSeconds([process.pid]),
    postgres: cpuSeconds(processTree(database.pid)),
  });
  try {
    const processes = () => [process.pid, ...processTree(database.pid)];
    await work({ store, statements: () => statements, cpu, processes });
  } finally {
    await opened.close();
    await database.stop();
    // As root the database lives elsewhere, and the folder says where.
    const home = await readFile(join(folder, 'postgres-home'), 'utf8').catch(() => null);
    for (const gone of [folder, ...(home === null ? [] : [home.trim()])])
      await rm(gone, { recursive: true, force: true });
  }
}
