/** Fires timers: sleeps until the next one is due, takes it for a while, calls its handler, takes it away. At least once:
 *  a crash or a slow handler calls again. */
import { type Connection, runRows } from './read.ts';
import type { Timer } from './store.ts';
import { againStatement, claimStatement, doneStatement, nextDueStatement } from './timer-table.ts';
import { startLoop, type WakeableLoop } from './wakeable-loop.ts';

/** The timers of one node. */
export interface Timers {
  on(kind: string, handler: (timer: Timer) => Promise<void>): void;
  start(): void;
  wake(): void;
  /** Resolves when no handler runs any more. */
  close(): Promise<void>;
}

const mostAtOnce = 50;
/** How long a handler has before another node may call it again. */
const leaseMs = 60_000;
const firstAgainMs = 1_000;
const longestAgainMs = 300_000;

/** Makes the timers; nothing fires until `start`. `report` hears of handlers that throw. */
export function makeTimers(connection: Connection, report: (fault: unknown) => void): Timers {
  const handlers = new Map<string, (timer: Timer) => Promise<void>>();
  const running = new Set<Promise<void>>();
  let loop: WakeableLoop | null = null;
  let closed = false;

  const step = async (): Promise<number> => {
    const kinds = [...handlers.keys()];
    if (kinds.length === 0 || closed) return Number.POSITIVE_INFINITY;
    const free = mostAtOnce - running.size;
    // The end of a handler wakes the loop.
    if (free <= 0) return Number.POSITIVE_INFINITY;
    const claimed = await runRows(connection, claimStatement(kinds, free, leaseMs));
    for (const values of claimed) fire(values);
    if (claimed.length === free) return 1;
    const [next] = await runRows(connection, nextDueStatement(kinds));
    return next === undefined ? Number.POSITIVE_INFINITY : Number(next[0]);
  };

  const fire = ([key, due, kind, payload, token, attempts]: readonly unknown[]) => {
    const timer = { key, due, kind, payload } as Timer;
    const handling = handle(timer, String(token), Number(attempts)).finally(() => {
      running.delete(handling);
      if (running.size === mostAtOnce - 1) loop?.wake();
    });
    running.add(handling);
  };

  const handle = async (timer: Timer, token: string, attempts: number): Promise<void> => {
    const handler = handlers.get(timer.kind);
    try {
      await handler?.(timer);
      await runRows(connection, doneStatement(timer.key, token));
    } catch (error) {
      report(error);
      const delayMs = Math.min(firstAgainMs * 2 ** (attempts - 1), longestAgainMs);
      // When this fails too the lease runs out, and the timer fires again then.
      await runRows(connection, againStatement(timer.key, token, delayMs)).then(() => loop?.wake(), report);
    }
  };

  return {
    on(kind, handler) {
      handlers.set(kind, handler);
      loop?.wake();
    },
    start() {
      loop ??= startLoop(step, report);
    },
    wake() {
      loop?.wake();
    },
    async close() {
      closed = true;
      await loop?.close();
      while (running.size > 0) await Promise.all(running);
    },
  };
}
