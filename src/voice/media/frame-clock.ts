/** The one 20 ms schedule of the media process (voice.md §4 "Clock"): aims at the deadline, catches up by at most five
 *  frames, then starts a new schedule. */

/** The machine's time and timers; tests put their own here. Times in ms of a monotonic clock. */
export interface Machine {
  now(): number;
  /** Calls back after about `ms`; the result cancels. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back once waiting input was read. */
  afterInput(callback: () => void): () => void;
}

/** The real one. */
export const machine: Machine = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  afterInput: (callback) => {
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
};

const frameMs = 20;
const mostCatchUp = 5;
/** Later than this, what the sockets hold is read first: it arrived in time, we were late. */
const lateMs = 4;

/** Calls `tick(deadlineMs)` for every frame while it runs. */
export class FrameClock {
  readonly #tick: (deadlineMs: number) => void;
  readonly #machine: Machine;
  #deadlineMs: number | null = null;
  #cancel: () => void = () => {};
  #hasReadInput = false;
  /** Frames given up because the machine stood still, since the clock was made. */
  skippedFrames = 0;

  constructor(tick: (deadlineMs: number) => void, on: Machine = machine) {
    this.#tick = tick;
    this.#machine = on;
  }

  /** Starts the schedule; does nothing while it runs. */
  start(): void {
    if (this.#deadlineMs !== null) return;
    this.#deadlineMs = this.#machine.now() + frameMs;
    this.#wait();
  }

  stop(): void {
    this.#cancel();
    this.#deadlineMs = null;
  }

  /** The time as the schedule sees it: a packet read while a frame is overdue counts as there for that frame. */
  now(): number {
    return Math.min(this.#machine.now(), this.#deadlineMs ?? Number.POSITIVE_INFINITY);
  }

  #wait(): void {
    const wait = (this.#deadlineMs ?? 0) - this.#machine.now();
    this.#cancel = this.#machine.after(Math.max(0, Math.ceil(wait)), () => this.#wake());
  }

  #wake(): void {
    let deadlineMs = this.#deadlineMs;
    if (deadlineMs === null) return;
    const now = this.#machine.now();
    if (now - deadlineMs > lateMs && !this.#hasReadInput) {
      this.#hasReadInput = true;
      this.#cancel = this.#machine.afterInput(() => this.#wake());
      return;
    }
    this.#hasReadInput = false;
    for (let frame = 0; frame < mostCatchUp && deadlineMs <= now; frame += 1) {
      this.#deadlineMs = deadlineMs + frameMs;
      this.#tick(deadlineMs);
      if (this.#deadlineMs === null) return;
      deadlineMs += frameMs;
    }
    if (deadlineMs <= now) {
      const skipped = Math.floor((now - deadlineMs) / frameMs) + 1;
      this.skippedFrames += skipped;
      this.#deadlineMs = deadlineMs + skipped * frameMs;
    }
    this.#wait();
  }
}
