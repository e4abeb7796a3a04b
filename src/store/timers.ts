/** Fires timers: sleeps until the next one is due, takes it for a while, calls its handler, takes it away. At least once:
 *  a crash or a slow handler calls again. */
import type { Clock } from './clock.ts';
import { type Connection, runRows } from './read.ts';
import type { FiredTimer, Timer } from './store.ts';
import { againStatement, claimStatement, doneStatement, nextStatement } from './timer-table.ts';
import { startLoop, type WakeableLoop } from './wakeable-loop.ts';

/** The timers of one node. */
export interface Timers {
  on(kind: string, handler: (timer: Timer) => Promise<void>): void;
  start(): void;
  wake(): void;
  /** By what the clock shows, when the next timer could be taken; null when none is set, or nothing fires here. */
  nextOn(): Promise<Date | null>;
  /** Takes the first timer that is due by `upTo`, calls `before` with it, then its handler. Resolves when that is done;
   *  null when there is none. */
  fireOne(upTo: Date, before?: (timer: Timer) => Promise<void>): Promise<FiredTimer | null>;
  /** Runs `work` while no timer fires but those it fires, after those that are being handled are done. */
  alone<R>(work: () => Promise<R>): Promise<R>;
  /** Resolves when no handler runs any more. */
  close(): Promise<void>;
}

const mostAtOnce = 50;
/** How long a handler has before another node may call it again. */
const leaseMs = 60_000;
const firstAgainMs = 1_000;
const longestAgainMs = 300_000;

/** A timer that is ours until its lease ends. */
interface Claimed {
  readonly timer: Timer;
  readonly token: string;
  readonly attempts: number;
}

/** What timers are made of. `byHand`: they fire when they are asked to only. `node`: whose they are while they fire. `report` hears of handlers that throw. */
export interface TimerParts {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly byHand: boolean;
  readonly node: string;
  readonly report: (fault: unknown) => void;
}

/** Makes the timers; nothing fires until `start`. */
export function makeTimers(parts: TimerParts): Timers {
  return new NodeTimers(parts);
}

class NodeTimers implements Timers {
  readonly #parts: TimerParts;
  readonly #handlers = new Map<string, (timer: Timer) => Promise<void>>();
  readonly #running = new Set<Promise<unknown>>();
  #loop: WakeableLoop | null = null;
  #started = false;
  #closed = false;
  #alone = 0;

  constructor(parts: TimerParts) {
    this.#parts = parts;
  }

  on(kind: string, handler: (timer: Timer) => Promise<void>): void {
    this.#handlers.set(kind, handler);
    this.wake();
  }

  start(): void {
    this.#started = true;
    if (!this.#parts.byHand) this.#loop ??= startLoop(() => this.#step(), this.#parts.report);
  }

  wake(): void {
    this.#loop?.wake();
  }

  async nextOn(): Promise<Date | null> {
    const { clock } = this.#parts;
    const { due, held } = await this.#next();
    // By hand leases are counted on the same clock: only then can it be moved to the end of one.
    const instants = [due, this.#parts.byHand ? held : null].filter((instant) => instant !== null);
    if (instants.length === 0) return null;
    return new Date(Math.max(clock.now().getTime(), Math.min(...instants.map((one) => one.getTime()))));
  }

  async fireOne(upTo: Date, before?: (timer: Timer) => Promise<void>): Promise<FiredTimer | null> {
    const [claimed] = await this.#claim(upTo, 1);
    if (claimed === undefined) return null;
    await before?.(claimed.timer);
    const { key, due, kind } = claimed.timer;
    return { key, due, kind, handled: await this.#during(this.#handle(claimed)) };
  }

  async alone<R>(work: () => Promise<R>): Promise<R> {
    this.#alone += 1;
    try {
      await this.#idle();
      const result = await work();
      await this.#idle();
      return result;
    } finally {
      this.#alone -= 1;
      this.wake();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#loop?.close();
    await this.#idle();
  }

  async #idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Fires what is due. Gives the milliseconds until there is more to do. */
  async #step(): Promise<number> {
    if (this.#handlers.size === 0 || this.#closed || this.#alone > 0) return Number.POSITIVE_INFINITY;
    const free = mostAtOnce - this.#running.size;
    // The end of a handler wakes the loop.
    if (free <= 0) return Number.POSITIVE_INFINITY;
    const { clock } = this.#parts;
    const claimed = await this.#claim(clock.now(), free);
    for (const one of claimed) {
      void this.#during(this.#handle(one)).then(() => {
        if (this.#running.size === mostAtOnce - 1) this.wake();
      });
    }
    if (claimed.length === free) return 1;
    const { due, held } = await this.#next();
    return Math.min(
      due === null ? Number.POSITIVE_INFINITY : clock.msUntil(due),
      held === null ? Number.POSITIVE_INFINITY : held.getTime() - clock.steady().getTime(),
    );
  }

  async #next(): Promise<{ readonly due: Date | null; readonly held: Date | null }> {
    const kinds = this.#kinds();
    if (kinds.length === 0) return { due: null, held: null };
    const { connection, clock } = this.#parts;
    const [row] = await runRows(connection, nextStatement(kinds, clock.steady()));
    const [due, held] = row ?? [];
    return { due: due instanceof Date ? due : null, held: held instanceof Date ? held : null };
  }

  async #claim(upTo: Date, count: number): Promise<Claimed[]> {
    const kinds = this.#kinds();
    if (kinds.length === 0) return [];
    const { connection, clock, node } = this.#parts;
    const steady = clock.steady();
    const leaseEnd = new Date(steady.getTime() + leaseMs);
    const rows = await runRows(connection, claimStatement({ kinds, upTo, steady, count }, leaseEnd, node));
    return rows.map(([key, due, kind, payload, token, attempts]) => ({
      timer: { key, due, kind, payload } as Timer,
      token: String(token),
      attempts: Number(attempts),
    }));
  }

  #kinds(): string[] {
    return this.#started && !this.#closed ? [...this.#handlers.keys()] : [];
  }

  #during<R>(handling: Promise<R>): Promise<R> {
    const counted = handling.finally(() => this.#running.delete(counted));
    this.#running.add(counted);
    return counted;
  }

  /** Gives whether the handler did its work. Never rejects. */
  async #handle({ timer, token, attempts }: Claimed): Promise<boolean> {
    const { connection, clock, report } = this.#parts;
    try {
      await this.#handlers.get(timer.kind)?.(timer);
      await runRows(connection, doneStatement(timer.key, token));
      return true;
    } catch (error) {
      report(error);
      const pauseMs = Math.min(firstAgainMs * 2 ** (attempts - 1), longestAgainMs);
      const until = new Date(clock.steady().getTime() + pauseMs);
      // When this fails too the lease runs out, and the timer fires again then.
      await runRows(connection, againStatement(timer.key, token, until)).then(() => this.wake(), report);
      return false;
    }
  }
}
