/** What a piece of work was refused with. */
import { Refusal } from '../../src/tables/index.ts';

/** Key and message of the refusal. Throws when there was none, or another error. */
export async function refusalOf(work: Promise<unknown>): Promise<Pick<Refusal, 'key' | 'message'>> {
  const reason: unknown = await work.then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  );
  if (!(reason instanceof Refusal)) throw reason;
  return { key: reason.key, message: reason.message };
}
