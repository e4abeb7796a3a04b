/** A transaction from begin to commit: what may still be asked of it, and what its commit has to write. */
import type { ChangeHead, PendingChange } from './change-log.ts';
import type { E164 } from './numbers.ts';
import type { TransactionConnection } from './read.ts';
import type { Steps } from './steps.ts';
import type { Cause, Transaction } from './store.ts';
import { Work } from './transaction.ts';

/** A transaction that runs. */
export interface OpenTransaction {
  readonly transaction: Transaction;
  /** Closes it to further use and gives what its commit has to write. Throws when a write was not waited for: it might
   *  miss the commit, or miss the log. */
  end(): {
    readonly head: ChangeHead;
    readonly changes: readonly PendingChange[];
    /** How many changes are in the log already. */
    readonly logged: number;
    readonly timersSet: boolean;
    readonly defined: boolean;
    /** To be done after the commit, in this order. */
    readonly committed: readonly (() => void)[];
  };
  /** Closes it to further use. */
  abandon(): void;
}

/** Makes the transaction of a connection on which `begin` has run, at `now`. `e164`: see StoreOptions.numbers. */
export function openTransaction(
  connection: TransactionConnection,
  cause: Cause,
  now: Date,
  steps: Steps,
  e164?: E164,
): OpenTransaction {
  let ended = false;
  const refuseEnded = (): void => {
    // The connection may serve somebody else by now.
    if (ended) throw new Error('the transaction has ended: a call on it was not waited for');
    if (work.written.closed)
      throw new Error('the transaction was committed with what was said to be its last write');
  };
  const guarded: TransactionConnection = {
    hasBegun: () => connection.hasBegun(),
    query: (config) => {
      refuseEnded();
      return connection.query(config);
    },
    alone: (config, transaction) => {
      refuseEnded();
      return connection.alone(config, transaction);
    },
  };
  const work = new Work(guarded, cause, now, steps, e164);
  return {
    transaction: work,
    end() {
      ended = true;
      if (work.underWay > 0) throw new Error('a write of the transaction was not waited for');
      // A bundle is written whole or not at all: who caught its refusal must not commit what there is of it.
      if (work.broken !== null) throw work.broken.error;
      return {
        head: work.head(),
        changes: work.written.changes,
        logged: work.written.logged,
        timersSet: work.timersSet,
        defined: work.defined,
        committed: work.committed,
      };
    },
    abandon() {
      ended = true;
    },
  };
}
