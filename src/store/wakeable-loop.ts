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
 *  for wake-ups that got lost). A step that throws is told to `report` and tried again after a second. `spacingMs`: how
 *  long after the beginning of a step the next one begins at the earliest; the first wake-up after a rest is not held
 *  back. */
export function startLoop(
  step: () => Promise<number>,
  report: (fault: unknown) => void,
  spacingMs = 0,
): WakeableLoop {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let woken = false;
  let closed = false;
  let earliestMs = 0;

  const run = async (): Promise<void> => {
    earliestMs = performance.now() + spacingMs;
    let waitMs = mostMs;
    woken = false;
    try {
      waitMs = await step();
    } catch (error) {
      if (!closed) report(error);
    }
    running = null;
    if (!closed) startIn(woken ? 0 : Math.max(waitMs, 1));
  };
  const start = () => {
    timer = null;
    running ??= run();
  };
  const startIn = (waitMs: number) => {
    if (timer !== null) clearTimeout(timer);
    const ms = Math.max(Math.min(waitMs, mostMs), earliestMs - performance.now());
    if (ms <= 0) start();
    else timer = setTimeout(start, ms);
  };
  start();

  return {
    wake() {
      woken = true;
      if (!closed && running === null) startIn(0);
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
