/** Tells listeners of committed changes, in log order, once each. */

import { readChanges } from './change-log.ts';
import type { LogEnd } from './log-end.ts';
import type { Change, Reader } from './store.ts';
import { startLoop } from './wakeable-loop.ts';

type Listener = (changes: readonly Change[]) => void;

/** The subscriptions of one node. */
export interface Subscriptions {
  subscribe(listener: Listener): () => void;
  wake(): void;
  close(): Promise<void>;
}

const atOnce = 500;
/** How soon to look again when a change was drawn by a transaction that is still running. */
const behindMs = 5;
/** How long from one look to the next at least: under load each finds what many transactions have written. */
const spacingMs = 10;

/** Begins at the end of the log, and keeps up with it also while nobody listens, so that a later listener does not hear
 *  old news. A change that was committed within the last milliseconds before `subscribe` may be told too. */
export function startSubscriptions(
  reader: Reader,
  end: LogEnd,
  report: (fault: unknown) => void,
): Subscriptions {
  const listeners = new Map<Listener, { from: number }>();
  let told = end.safe;

  const step = async (): Promise<number> => {
    await end.move();
    if (listeners.size === 0) told = end.safe;
    while (told < end.safe) {
      const upTo = end.safe;
      const changes = await readChanges(reader, { after: told, upTo, limit: atOnce });
      tell(changes);
      told = changes.length < atOnce ? upTo : (changes.at(-1)?.seq ?? upTo);
    }
    return end.isBehind ? behindMs : Number.POSITIVE_INFINITY;
  };

  const tell = (changes: readonly Change[]) => {
    for (const [listener, { from }] of listeners) {
      const news = changes.filter(({ seq }) => seq > from);
      if (news.length === 0) continue;
      try {
        listener(news);
      } catch (error) {
        report(error);
      }
    }
  };

  const loop = startLoop(step, report, spacingMs);

  return {
    subscribe(listener) {
      // Wrapped, so that the same function may listen twice.
      const own: Listener = (changes) => listener(changes);
      listeners.set(own, { from: end.safe });
      return () => {
        listeners.delete(own);
      };
    },
    wake() {
      loop.wake();
    },
    async close() {
      listeners.clear();
      await loop.close();
    },
  };
}
