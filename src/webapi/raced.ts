import { Refusal } from '../tables/index.ts';

/** Somebody else made the row between our look and our insert: the transaction has to be run again, and will find it. */
export class Raced extends Error {}

const mostAttempts = 5;

/** Runs a transaction again when it was overtaken. Refuses unavailable when that does not end. */
export async function againWhenRaced<R>(run: () => Promise<R>): Promise<R> {
  for (let attempt = 1; attempt < mostAttempts; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isRaced(error)) throw error;
    }
  }
  try {
    return await run();
  } catch (error) {
    throw isRaced(error)
      ? new Refusal('unavailable', 'Others keep making and deleting this row: try again.')
      : error;
  }
}

const isRaced = (error: unknown): boolean =>
  error instanceof Raced || (error instanceof Error && error.cause instanceof Raced);
