/** A loop that runs one step at a time: when woken, and otherwise when it said it wants to. */

/** The loop. */
export interface WakeableLoop {
  /** Runs a step soon; while one runs, another one after it. */
  wake(): void;
  /** Resolves when no step runs any more; none will start. */
  close(): Promise<void>;
}

const mostMs = 1_000;

/** Starts the loop with a first step. `step` gives the milliseconds until the next one (at most a second: the fall-back
 *  for wake-ups that got lost). A step that throws is told to `report` and tried again after a second. */
export function startLoop(step: () => Promise<number>, report: (fault: unknown) => void): WakeableLoop {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let woken = false;
  let closed = false;

  const run = async (): Promise<void> => {
    let waitMs = mostMs;
    do {
      woken = false;
      try {
        waitMs = await step();
      } catch (error) {
        waitMs = mostMs;
        if (!closed) report(error);
      }
    } while (woken && !closed);
    running = null;
    if (closed) return;
    timer = setTimeout(start, Math.min(Math.max(waitMs, 1), mostMs));
  };
  const start = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    running ??= run();
  };
  start();

  return {
    wake() {
      woken = true;
      if (!closed) start();
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
