/** A clock that stands until it is told to go on: for tests and simulations, where time is an event like any other. */
import type { Clock } from './clock.ts';
import type { FiredTimer } from './store.ts';
import type { Timers } from './timers.ts';

/** How it is made. `at`: what it shows first. `settle`: called after each timer's handler, and waited for; what follows
 *  from a timer is done there before the clock goes on. */
export interface SimulatedClockOptions {
  readonly at: Date;
  readonly settle?: () => Promise<void>;
}

/** Given to `openStore`, the one clock of one or more stores: rows are stamped by it, and their timers, leases and pauses
 *  between attempts count by it alone. Nothing fires by itself. */
export class SimulatedClock implements Clock {
  #now: Date;
  readonly #settle: (() => Promise<void>) | undefined;
  readonly #timers = new Set<Timers>();
  #moving: Promise<unknown> = Promise.resolve();

  constructor({ at, settle }: SimulatedClockOptions) {
    this.#now = at;
    this.#settle = settle;
  }

  now(): Date {
    return new Date(this.#now);
  }

  steady(): Date {
    return this.now();
  }

  msUntil(at: Date): number {
    return at <= this.#now ? 0 : Number.POSITIVE_INFINITY;
  }

  /** Makes it the clock of these timers, behind those joined before. Returns the way out. For the store. */
  join(timers: Timers): () => void {
    this.#timers.add(timers);
    return () => this.#timers.delete(timers);
  }

  /** Goes on to `at`, firing on the way every timer that is due by then: in the order of their due times (of their keys,
   *  where those are the same), each with the clock at its time, one after the other. Also those that are set on the way.
   *  A timer whose handler throws is fired again a second later, as ever. Resolves when all handlers are done, with what
   *  fired. Calls wait for each other. Throws RangeError for an instant that is past. */
  advanceTo(at: Date): Promise<readonly FiredTimer[]> {
    const move = this.#moving.catch(() => undefined).then(() => this.#advance(at));
    this.#moving = move;
    return move;
  }

  async #advance(at: Date): Promise<readonly FiredTimer[]> {
    if (at < this.#now) {
      const text = `it is ${this.#now.toISOString()}: a simulated clock does not go back to ${at.toISOString()}`;
      throw new RangeError(text);
    }
    const fired: FiredTimer[] = [];
    for (let next = await this.#nextOn(); next !== null && next <= at; next = await this.#nextOn()) {
      this.#now = next;
      const one = await this.#fireOne();
      if (one === null) continue;
      fired.push(one);
      await this.#settle?.();
    }
    this.#now = new Date(at);
    return fired;
  }

  async #nextOn(): Promise<Date | null> {
    let first: Date | null = null;
    for (const timers of this.#timers) {
      const next = await timers.nextOn();
      if (next !== null && (first === null || next < first)) first = next;
    }
    return first;
  }

  async #fireOne(): Promise<FiredTimer | null> {
    for (const timers of this.#timers) {
      const fired = await timers.fireOne(this.#now);
      if (fired !== null) return fired;
    }
    return null;
  }
}
