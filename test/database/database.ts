/** A database for one test file, with the schema and nothing else in it. */
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { openStore, type SimulatedClock, type Store } from '../../src/store/index.ts';
import { databaseUrl, runOnServer, template } from './server.ts';

/** A database of one's own and the store on it. `close` closes the store and drops the database. `faults`: what the
 *  store reported in the background. */
export interface TestStore {
  readonly store: Store;
  readonly url: string;
  readonly faults: readonly unknown[];
  close(): Promise<void>;
}

/** Makes the database by copying the template, which takes about a tenth of a second. `clock`: the store's, instead of
 *  the real one. */
export async function openTestStore(clock?: SimulatedClock): Promise<TestStore> {
  const { url, drop } = await makeTestDatabase();
  const faults: unknown[] = [];
  const store = await openStore({ url, report: (fault) => faults.push(fault), ...(clock ? { clock } : {}) });
  return {
    store,
    url,
    faults,
    async close() {
      await store.close();
      await drop();
    },
  };
}

/** Only the database: for tests that start a whole server on it. `empty` leaves out the schema. */
export async function makeTestDatabase(
  content: 'schema' | 'empty' = 'schema',
): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const server = inject('databaseServer');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const source = content === 'schema' ? ` template ${template}` : '';
  await runOnServer(server, `create database ${name}${source} strategy file_copy`);
  return {
    url: databaseUrl(server, name),
    drop: () => runOnServer(server, `drop database if exists ${name} with (force)`),
  };
}
