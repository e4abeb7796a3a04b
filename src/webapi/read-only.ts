/** Reads that look at one state of the database and can change nothing. */
import type { TimedReader } from '../conversation/index.ts';
import { type Exchange, transact } from './exchange.ts';

/** Runs `work` on one state of the database; PostgreSQL itself refuses every write in it. Not for requests that may be a
 *  part of a change set. */
export const readOnly = <R>(exchange: Exchange, work: (reader: TimedReader) => Promise<R>): Promise<R> =>
  transact(exchange, async (transaction) => {
    await transaction.query({
      text: 'set transaction isolation level repeatable read, read only',
      values: [],
    });
    return work(transaction);
  });

/** The reader of the request with the time of the store, for what may be a part of a change set. */
export const timedReader = async ({ database, log }: Exchange): Promise<TimedReader> => {
  const { reader } = database;
  return {
    now: await log.now(),
    query: (statement) => reader.query(statement),
    row: (table, id) => reader.row(table, id),
  };
};
