/** The clock of a store as others see it: read, changed for every node on the database, moved on past its timers. */
import type { Clock, DatabaseClock } from './clock.ts';
import { type ClockChange, type ClockSetting, lastInstant } from './clock-setting.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { FiredTimer } from './store.ts';
import type { Timers } from './timers.ts';

/** What a move fired, in order. `reached`: false when there was more to fire than there was time for; the clock then shows
 *  the time of the last one that fired, and the same move goes on from there. */
export interface ClockMove {
  readonly fired: readonly FiredTimer[];
  readonly reached: boolean;
}

/** How a clock is moved. `settle`: called after each timer and waited for. `withinMs`: how long it may take (30 s). */
export interface MoveOptions {
  readonly settle?: () => Promise<void>;
  readonly withinMs?: number;
}

/** The clock of a store. */
export interface StoreClock {
  /** What it shows: the time of everything that is stamped, due, open or over. */
  now(): Date;
  /** How it was set; null while it is the real one. */
  setting(): ClockSetting | null;
  /** Changes it for every node; the others follow within milliseconds. Timers that become due fire at once, late. */
  change(change: ClockChange): Promise<void>;
  /** Goes on to `to`, or to the next timer (null), firing on the way what is due by then: in order, each with the clock at
   *  its time, one after the other. Resolves when their handlers are done; what another node took meanwhile is not waited
   *  for. Never goes back. */
  moveOn(to: Date | null, options?: MoveOptions): Promise<ClockMove>;
  /** When the next timer is due, by this clock; null when none is set. */
  nextTimerOn(): Promise<Date | null>;
  /** Calls `listener` after each change, whoever made it. Returns the way out. */
  onChange(listener: () => void): () => void;
}

const moveWithinMs = 30_000;

/** The clock of a store that has its own. `ring`: tells the other nodes of a change. */
export function databaseStoreClock(clock: DatabaseClock, timers: Timers, ring: () => void): StoreClock {
  const change = async (wanted: ClockChange): Promise<void> => {
    await clock.change(wanted);
    ring();
  };
  const goTo = async (instant: Date): Promise<void> => {
    if (instant > clock.now()) await change({ kind: 'set', to: instant });
  };
  return {
    ...readings(clock, timers),
    setting: () => clock.setting,
    change,
    moveOn: (to, { settle, withinMs = moveWithinMs } = {}) =>
      timers.alone(async () => {
        const fired: FiredTimer[] = [];
        const endMs = performance.now() + withinMs;
        let until = to;
        while (performance.now() < endMs) {
          const one = await timers.fireOne(until ?? lastInstant, ({ due }) => goTo(due));
          if (one === null) {
            if (until !== null) await goTo(until);
            return { fired, reached: true };
          }
          fired.push(one);
          // Whatever is due with the next one fires with it.
          until ??= one.due;
          await settle?.();
        }
        return { fired, reached: false };
      }),
    onChange: (listener) => clock.onChange(listener),
  };
}

/** The clock of a store that was given one: whoever gave it moves it, nobody else. */
export function simulatedStoreClock(clock: SimulatedClock, timers: Timers): StoreClock {
  const refuse = (): never => {
    throw new TypeError('the clock of this store is simulated: whoever opened it moves it by advanceTo');
  };
  return {
    ...readings(clock, timers),
    setting: () => ({ real: clock.now(), shown: clock.now(), factor: 0 }),
    change: async () => refuse(),
    moveOn: async () => refuse(),
    onChange: () => () => undefined,
  };
}

const readings = (clock: Clock, timers: Timers): Pick<StoreClock, 'now' | 'nextTimerOn'> => ({
  now: () => clock.now(),
  nextTimerOn: () => timers.nextOn(),
});
