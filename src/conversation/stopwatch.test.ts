import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Stopwatch, secondsBetween, start, stop } from './stopwatch.ts';

const at = (milliseconds: number): Date => new Date(1_700_000_000_000 + milliseconds);
const still: Stopwatch = { startedOn: null, seconds: 0 };

/** Gaps in milliseconds between the presses of a button that switches from talk to hold and back. */
const gaps = fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1, maxLength: 200 });

function alternate(milliseconds: readonly number[], offset: number) {
  const watches = [still, still];
  let now = offset;
  for (const [index, gap] of milliseconds.entries()) {
    const running = index % 2;
    watches[running] = start(watches[running] as Stopwatch, at(now));
    now += gap;
    watches[running] = stop(watches[running] as Stopwatch, at(now));
  }
  return { talk: watches[0] as Stopwatch, hold: watches[1] as Stopwatch, from: at(offset), to: at(now) };
}

describe('stopwatch (behaviour.md §2.3, §2.4)', () => {
  it('adds a run in whole seconds and can be read back from its row while it runs', () => {
    const running = start({ startedOn: null, seconds: 40 }, at(0));
    expect(running).toEqual({ startedOn: at(0), seconds: 40 });
    expect(stop(running, at(19_000))).toEqual({ startedOn: null, seconds: 59 });
  });

  it('does not restart a running one and does not stop a standing one', () => {
    expect(start({ startedOn: at(0), seconds: 1 }, at(9_000))).toEqual({ startedOn: at(0), seconds: 1 });
    expect(stop(still, at(5_000))).toEqual(still);
  });

  it('throws when time runs backwards', () => {
    expect(() => stop({ startedOn: at(1), seconds: 0 }, at(0))).toThrow(RangeError);
  });

  it('talk and hold of one call add up to the whole call, however many holds there were', () => {
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 999 }), (milliseconds, offset) => {
        const { talk, hold, from, to } = alternate(milliseconds, offset);
        expect(talk.seconds + hold.seconds).toBe(secondsBetween(from, to));
        expect(Math.abs(talk.seconds + hold.seconds - (to.getTime() - from.getTime()) / 1000)).toBeLessThan(
          1,
        );
      }),
    );
  });

  it('never counts a run more than a second wrong, and never below zero', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        (offset, length) => {
          const counted = stop(start(still, at(offset)), at(offset + length)).seconds;
          expect(Math.abs(counted - length / 1000)).toBeLessThan(1);
          expect(counted).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
