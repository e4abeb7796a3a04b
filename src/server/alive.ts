/** How long calls were live, for a server that is killed: while there are calls, an instant in the store says that we
 *  still were. The next start ends what it finds with that instant, so talk time is right to within one beat. */
import type { Store } from '../store/index.ts';
import { systemUserId } from '../tables/index.ts';
import { messageOf } from './errors.ts';
import { readMeta, replaceMeta } from './meta.ts';

const name = 'alive-on';
const everyMs = 5_000;

/** What the heartbeat is made of. `legs`: how many calls and pages are live now. */
export interface HeartbeatParts {
  readonly store: Pick<Store, 'transact'>;
  readonly legs: () => number;
  readonly log: (line: string) => void;
  readonly everyMs?: number;
}

/** When a server with live calls was last heard of, by the clock of the database; null when none ever was. */
export async function readLastAliveOn(store: Pick<Store, 'query'>): Promise<Date | null> {
  const text = await readMeta(store, name);
  return text === null ? null : new Date(text);
}

/** Beats while there are legs, and once after the last is gone. The returned function ends it and resolves when nothing
 *  is being written any more. A beat that fails is told to `log`; the next one is tried again. */
export function startHeartbeat(parts: HeartbeatParts): () => Promise<void> {
  const { store, legs, log } = parts;
  let hadLegs = false;
  let beat: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    try {
      await store.transact({ actor: systemUserId, cause: 'heartbeat' }, async (transaction) => {
        // A lost beat costs seconds of one talk time; waiting for the disk at each would cost every call.
        await transaction.query({ text: 'set local synchronous_commit to off', values: [] });
        await replaceMeta(transaction, name, transaction.now.toISOString());
      });
    } catch (error) {
      log(`saying that calls are live: ${messageOf(error)}`);
    }
    beat = null;
  };
  const timer = setInterval(() => {
    const hasLegs = legs() > 0;
    if (hasLegs || hadLegs) beat ??= write();
    hadLegs = hasLegs;
  }, parts.everyMs ?? everyMs);
  return async () => {
    clearInterval(timer);
    await beat;
  };
}
