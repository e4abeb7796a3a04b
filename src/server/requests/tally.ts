/** What a request costs the database, counted wherever it goes: the store tells its watch in the asynchronous context of
 *  whoever asked, so the engine's transactions count for the request that put the event in. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { StoreWatch } from '../../store/index.ts';
import type { Guid } from '../../tables/index.ts';

/** Who counts. `onTransaction` hears of each transaction of the change log before it commits, and of how many changes. */
export interface Tally {
  onStatement(): void;
  onTransaction(transaction: Guid, changes: number): void;
}

const current = new AsyncLocalStorage<Tally>();

/** Runs `work`; everything it asks of the store is counted. */
export function counted<R>(tally: Tally, work: () => R): R {
  return current.run(tally, work);
}

/** The watch for the store. */
export const storeWatch: StoreWatch = {
  statement: () => current.getStore()?.onStatement(),
  committing: (transaction, changes) => current.getStore()?.onTransaction(transaction, changes),
};
