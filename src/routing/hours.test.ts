import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hours, type HoursRule, hoursAt, nextTransition, patternOf } from './hours.ts';

const rule = (more: Partial<HoursRule> = {}): HoursRule => ({
  pattern: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  zone: 'Europe/Paris',
  from: null,
  until: null,
  windows: [{ offset: 480, duration: 480, open: true }],
  ...more,
});
const hours = (rules: readonly HoursRule[], holidays: Hours['holidays'] = []): Hours => ({
  rules,
  holidays,
  faults: [],
});
const at = (calendar: Hours, instant: string) => {
  const { open, onHoliday } = hoursAt(calendar, new Date(instant));
  const next = nextTransition(calendar, new Date(instant));
  return [open, onHoliday, next?.toISOString().slice(0, 16) ?? null];
};

describe('operating hours (rules.md §8)', () => {
  const office = hours([rule()]);

  it('a window is of the local day, from its minute up to, not with, its last', () => {
    expect(at(office, '2026-01-05T06:59:59Z')).toEqual([false, false, '2026-01-05T07:00']);
    expect(at(office, '2026-01-05T07:00:00Z')).toEqual([true, false, '2026-01-05T15:00']);
    expect(at(office, '2026-01-05T14:59:59Z')).toEqual([true, false, '2026-01-05T15:00']);
    expect(at(office, '2026-01-09T15:00:00Z')).toEqual([false, false, '2026-01-12T07:00']);
  });

  it('the wall clock decides: the same hours are an hour earlier in UTC in summer', () => {
    expect(at(office, '2026-03-27T15:00:00Z')).toEqual([false, false, '2026-03-30T06:00']);
    expect(at(office, '2026-10-23T14:00:00Z')).toEqual([false, false, '2026-10-26T07:00']);
  });

  it('a window in the hour that is left out in spring does not exist, one in the hour that comes twice is open twice', () => {
    const night = hours([
      rule({ pattern: 'FREQ=DAILY', windows: [{ offset: 120, duration: 60, open: true }] }),
    ]);
    // 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC. 25 October: 03:00 becomes 02:00 at 01:00 UTC.
    expect(at(night, '2026-03-29T00:59:00Z')).toEqual([false, false, '2026-03-30T00:00']);
    expect(at(night, '2026-10-25T00:30:00Z')).toEqual([true, false, '2026-10-25T02:00']);
    const late = hours([
      rule({ pattern: 'FREQ=DAILY', windows: [{ offset: 150, duration: 60, open: true }] }),
    ]);
    expect(at(late, '2026-03-29T00:59:00Z')).toEqual([false, false, '2026-03-29T01:00']);
    expect(at(late, '2026-10-25T00:45:00Z')).toEqual([true, false, '2026-10-25T01:00']);
    expect(at(late, '2026-10-25T01:00:00Z')).toEqual([false, false, '2026-10-25T01:30']);
  });

  it('a window runs into the next day, over a change of clocks as well', () => {
    const night = hours([
      rule({ pattern: 'FREQ=WEEKLY;BYDAY=SA', windows: [{ offset: 1320, duration: 480, open: true }] }),
    ]);
    expect(at(night, '2026-01-10T22:00:00Z')).toEqual([true, false, '2026-01-11T05:00']);
    expect(at(night, '2026-01-11T04:59:00Z')).toEqual([true, false, '2026-01-11T05:00']);
    expect(at(night, '2026-03-28T22:00:00Z')).toEqual([true, false, '2026-03-29T04:00']);
  });

  it('a holiday closes the day, and says so', () => {
    const christmas = { name: 'Christmas', from: Date.UTC(2026, 11, 25), until: Date.UTC(2026, 11, 26) };
    const calendar = hours([rule()], [christmas]);
    expect(at(calendar, '2026-12-25T10:00:00Z')).toEqual([false, true, '2026-12-28T07:00']);
    expect(hoursAt(calendar, new Date('2026-12-25T10:00:00Z')).holiday).toBe('Christmas');
    expect(at(calendar, '2026-12-24T16:00:00Z')).toEqual([false, false, '2026-12-28T07:00']);
  });

  it('an interval, every other week, and a break', () => {
    const from = Date.UTC(2026, 0, 5);
    const fortnight = hours([
      rule({ pattern: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', from, until: Date.UTC(2026, 0, 31) }),
    ]);
    expect(at(fortnight, '2026-01-05T10:00:00Z')[0]).toBe(true);
    expect(at(fortnight, '2026-01-12T10:00:00Z')[0]).toBe(false);
    expect(at(fortnight, '2026-01-19T10:00:00Z')).toEqual([true, false, '2026-01-19T15:00']);
    expect(at(fortnight, '2026-01-20T10:00:00Z')).toEqual([false, false, null]);
    const windows = [...rule().windows, { offset: 720, duration: 30, open: false }];
    expect(at(hours([rule({ windows })]), '2026-01-05T11:10:00Z')).toEqual([
      false,
      false,
      '2026-01-05T11:30',
    ]);
  });

  it('what cannot be read says nothing and counts as open', () => {
    expect(patternOf('FREQ=MONTHLY;BYDAY=MO')).toBeNull();
    expect(patternOf('FREQ=WEEKLY;BYDAY=XX')).toBeNull();
    expect(hoursAt({ rules: [], holidays: [], faults: ['no time zone'] }, new Date()).open).toBe(true);
  });
});

/** Goes by quarters of an hour, on which all of these windows and changes of clocks lie. */
function byQuarters(calendar: Hours, from: number, minutes: number): number | null {
  const first = hoursAt(calendar, new Date(from)).open;
  for (let minute = 15; minute <= minutes; minute += 15)
    if (hoursAt(calendar, new Date(from + minute * 60_000)).open !== first) return from + minute * 60_000;
  return null;
}

describe('the next transition', () => {
  it('is the first minute at which the answer differs, over changes of clocks too', () => {
    const zones = ['Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'];
    const window = fc.record({
      offset: fc.integer({ min: 0, max: 95 }).map((n) => n * 15),
      duration: fc.integer({ min: 1, max: 110 }).map((n) => n * 15),
      open: fc.boolean(),
    });
    const days = fc.uniqueArray(fc.constantFrom('SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'), { minLength: 1 });
    const calendar = fc.record({
      zone: fc.constantFrom(...zones),
      days,
      windows: fc.array(window, { minLength: 1, maxLength: 3 }),
    });
    // Half of the instants lie around the changes of clocks of 2026.
    const changes = ['2026-03-08', '2026-03-29', '2026-10-04', '2026-10-25', '2026-11-01', '2026-04-05'];
    const instant = fc
      .tuple(fc.constantFrom(...changes, '2026-06-01', '2026-01-20'), fc.integer({ min: -96, max: 96 }))
      .map(([day, minutes]) => Date.parse(`${day}T00:00:00Z`) + minutes * 900_000);
    const one = fc.property(calendar, instant, ({ zone, days: names, windows }, from) => {
      const made = hours([rule({ zone, windows, pattern: `FREQ=WEEKLY;BYDAY=${names.join(',')}` })]);
      const told = nextTransition(made, new Date(from))?.getTime() ?? null;
      const walked = byQuarters(made, from, 600);
      if (walked !== null) expect(told).toBe(walked);
      else if (told !== null) expect(told).toBeGreaterThan(from + 600 * 60_000);
    });
    fc.assert(one, { seed: 20260301, numRuns: 12 });
  });
});
