/** A store whose database is sometimes busy: what the driver's errors become when a statement or a connection fails. */
import type { Cause, Store } from '../../src/store/index.ts';
import { Refusal } from '../../src/tables/index.ts';

/** The store, but transactions for which `isBusy` holds are refused `unavailable` before they begin. */
export function busyStore(store: Store, isBusy: (cause: Cause) => boolean): Store {
  return {
    ...store,
    transact: (cause, work) =>
      isBusy(cause)
        ? Promise.reject(new Refusal('unavailable', 'The database is busy: try again.'))
        : store.transact(cause, work),
  };
}
