/** A timer that has been set; cancelling one that fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as the stack sees it, so that tests can turn it. `now` and `after` are in milliseconds; `now` never goes back. */
export interface Clock {
  now(): number;
  after(ms: number, run: () => void): Timer;
}

/** The machine's monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const handle = setTimeout(run, ms);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A clock that stands still until `advance(ms)` is called, which runs what falls due in order of time. */
export interface SimulatedClock extends Clock {
  advance(ms: number): void;
  /** How many timers are set. */
  pending(): number;
}

/** Makes a simulated clock at 0. */
export function simulatedClock(): SimulatedClock {
  let now = 0;
  let order = 0;
  const due = new Map<number, { at: number; run: () => void }>();
  const next = (until: number): number | null => {
    let best: number | null = null;
    let bestAt = until;
    for (const [id, { at }] of due) {
      if (at < bestAt || (at === bestAt && best === null)) {
        best = id;
        bestAt = at;
      }
    }
    return best;
  };
  return {
    now: () => now,
    after(ms, run) {
      order += 1;
      const id = order;
      due.set(id, { at: now + ms, run });
      return { cancel: () => void due.delete(id) };
    },
    advance(ms) {
      const until = now + ms;
      for (let id = next(until); id !== null; id = next(until)) {
        const timer = due.get(id);
        due.delete(id);
        if (timer === undefined) continue;
        now = Math.max(now, timer.at);
        timer.run();
      }
      now = until;
    },
    pending: () => due.size,
  };
}

/** Runs `run` after `firstMs`, then after twice that, and so on, at most `capMs` apart, until cancelled.
 *  Source: RFC 3261 §17.1.1.2, timers A, E and G, and §13.3.1.4. */
export function repeatDoubling(clock: Clock, firstMs: number, capMs: number, run: () => void): Timer {
  let intervalMs = firstMs;
  let timer: Timer;
  const tick = (): void => {
    intervalMs = Math.min(intervalMs * 2, capMs);
    timer = clock.after(intervalMs, tick);
    run();
  };
  timer = clock.after(firstMs, tick);
  return { cancel: () => timer.cancel() };
}
