import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterChange,
  type ClockChange,
  type ClockSetting,
  fastest,
  lastInstant,
  msUntil,
  printSetting,
  readSetting,
  shownAt,
} from './clock-setting.ts';

const seeded = { seed: 20_261_121, numRuns: 2_000 };
const start = Date.UTC(2026, 0, 1);
const instant = fc.integer({ min: start, max: start + 10 * 365 * 86_400_000 });
const factor = fc.oneof(
  fc.constantFrom(0, 1, 60, fastest),
  fc.double({ min: 0.001, max: fastest, noNaN: true }),
);
const setting: fc.Arbitrary<ClockSetting | null> = fc.option(
  fc.record({
    real: instant.map((ms) => new Date(ms)),
    shown: instant.map((ms) => new Date(ms)),
    factor,
  }),
);
const realOf = (given: ClockSetting | null): number => given?.real.getTime() ?? start;

describe('a clock that was set', () => {
  it('shows the real time, the time it was set to, so many times as much, or the same for ever', () => {
    const at = { real: new Date(start), shown: new Date(start + 1_000_000) };
    expect(shownAt(null, start + 5)).toBe(start + 5);
    expect(shownAt({ ...at, factor: 1 }, start)).toBe(start + 1_000_000);
    expect(shownAt({ ...at, factor: 60 }, start + 1_000)).toBe(start + 1_060_000);
    expect(shownAt({ ...at, factor: 0.5 }, start + 1_000)).toBe(start + 1_000_500);
    expect(shownAt({ ...at, factor: 0 }, start + 86_400_000)).toBe(start + 1_000_000);
  });

  it('never shows less at a later instant, and never more than a column takes', () => {
    const later = fc.integer({ min: 0, max: 1_000 * 365 * 86_400_000 });
    fc.assert(
      fc.property(setting, later, later, (given, one, other) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)];
        expect(shownAt(given, realOf(given) + early)).toBeLessThanOrEqual(
          shownAt(given, realOf(given) + late),
        );
        if (given !== null)
          expect(shownAt(given, realOf(given) + late)).toBeLessThanOrEqual(lastInstant.getTime());
      }),
      seeded,
    );
  });

  it('also where this machine is behind the one that set it', () => {
    const given = { real: new Date(start), shown: new Date(start + 100), factor: 60 };
    expect(shownAt(given, start - 5)).toBe(start + 100);
  });

  it('is as far from an instant as it then takes, to the millisecond that shows it', () => {
    fc.assert(
      fc.property(setting, fc.integer({ min: 0, max: 1e9 }), instant, (given, passed, shown) => {
        const real = realOf(given) + passed;
        const wait = msUntil(given, shown, real);
        if (given?.factor === 0 && shown > given.shown.getTime()) expect(wait).toBe(Infinity);
        else if (wait <= 0) expect(shownAt(given, real)).toBeGreaterThanOrEqual(shown);
        else {
          // A quotient is exact only as far as a number is.
          expect(shownAt(given, real + wait)).toBeGreaterThanOrEqual(shown - 1);
          expect(shownAt(given, real + wait - 1)).toBeLessThanOrEqual(shown);
        }
      }),
      seeded,
    );
  });

  it('shows what it showed when its speed changes, and what it is set to; set, it keeps its speed', () => {
    fc.assert(
      fc.property(setting, fc.integer({ min: 0, max: 1e9 }), factor, instant, (given, passed, faster, to) => {
        const real = realOf(given) + passed;
        const before = shownAt(given, real);
        expect(shownAt(afterChange(given, { kind: 'factor', factor: faster }, real), real)).toBe(before);
        const set = afterChange(given, { kind: 'set', to: new Date(to) }, real);
        expect([shownAt(set, real), set?.factor]).toEqual([to, given?.factor ?? 1]);
      }),
      seeded,
    );
  });

  it('is the real one again, whatever was done to it', () => {
    const change: fc.Arbitrary<ClockChange> = fc.oneof(
      factor.map((one) => ({ kind: 'factor', factor: one }) as const),
      instant.map((ms) => ({ kind: 'set', to: new Date(ms) }) as const),
    );
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const moved = changes.reduce<ClockSetting | null>(
          (given, one, n) => afterChange(given, one, start + n),
          null,
        );
        expect(shownAt(afterChange(moved, { kind: 'real' }, start), start + 7)).toBe(start + 7);
      }),
      seeded,
    );
  });

  it('is read as it was kept; a database whose clock was never touched keeps none', () => {
    fc.assert(
      fc.property(setting, fc.nat(), (given, version) => {
        expect(readSetting(printSetting(given, version))).toEqual({ setting: given, version });
      }),
      seeded,
    );
    expect(readSetting(null)).toEqual({ setting: null, version: 0 });
  });
});
