/** What a refusal means to an event that nobody is waiting for: overtaken, or only that the database is busy. */
import { Refusal } from '../tables/index.ts';

/** Pauses between the attempts, milliseconds: about half a minute in all. */
const pausesMs = [250, 500, 1_000, 2_000, 4_000, 8_000, 14_000] as const;

/** Whether the event no longer fits, because others were faster: no fault, and no use in trying again. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof Refusal && (error.key === 'conflict' || error.key === 'recordNotFound');
}

/** Whether the database was busy or out of reach, so that the same event may go through later. */
export function isBusy(error: unknown): boolean {
  return error instanceof Refusal && error.key === 'unavailable';
}

/** Does `work` again, after growing pauses, while the database is busy; after about half a minute it rejects with the
 *  refusal. Anything else that `work` rejects with is passed on at once. */
export async function untilAvailable<R>(
  work: () => Promise<R>,
  wait: (pauseMs: number) => Promise<void>,
): Promise<R> {
  for (const pauseMs of pausesMs) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    await wait(pauseMs);
  }
  return work();
}
