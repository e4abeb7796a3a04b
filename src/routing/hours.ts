/** Operating hours: whether a calendar is open, and when that changes. Source: rules.md §8; behaviour.md §3.5, §4.12. */
import { instantsOf, type WallTime, wallTime } from './local-time.ts';

/** A part of the day in minutes after midnight; it may run into the next day. `open` false: a break. */
export interface DayWindow {
  readonly offset: number;
  readonly duration: number;
  readonly open: boolean;
}

/** An outer rule of a calendar with the windows of its inner one. `pattern`: as in calendarrule.pattern, null for every
 *  day. `zone`: IANA. `from`, `until`: the interval as wall clock times, `until` not included; null: without an end. */
export interface HoursRule {
  readonly pattern: string | null;
  readonly zone: string;
  readonly from: WallTime | null;
  readonly until: WallTime | null;
  readonly windows: readonly DayWindow[];
}

/** A closed time of the holiday schedule, as wall clock times in the zone of the calendar. */
export interface Holiday {
  readonly name: string | null;
  readonly from: WallTime;
  readonly until: WallTime;
}

/** A calendar. `faults`: what of it cannot be read; such a calendar says nothing, and counts as open. */
export interface Hours {
  readonly rules: readonly HoursRule[];
  readonly holidays: readonly Holiday[];
  readonly faults: readonly string[];
}

/** How a calendar stands at an instant. `holiday`: the name of the one that closes it, null when it is not one that
 *  does. */
export interface HoursState {
  readonly open: boolean;
  readonly onHoliday: boolean;
  readonly holiday: string | null;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const horizonDays = 400;

/** Always open: how a queue without operating hours stands (behaviour.md §3.5). */
export const alwaysOpen: HoursState = { open: true, onHoliday: false, holiday: null };

/** How the calendar stands. */
export function hoursAt(hours: Hours, at: Date): HoursState {
  if (hours.faults.length > 0) return alwaysOpen;
  const zone = hours.rules[0]?.zone ?? 'UTC';
  const wall = wallTime(zone, at);
  const holiday = hours.holidays.find(({ from, until }) => from <= wall && wall < until);
  if (holiday) return { open: false, onHoliday: true, holiday: holiday.name };
  const covering = hours.rules.flatMap((rule) => windowsAt(rule, wallTime(rule.zone, at)));
  const open = covering.some((window) => window.open) && covering.every((window) => window.open);
  return { open, onHoliday: false, holiday: null };
}

/** The windows of the rule in which a wall time lies: those of the day and those that run over from days before. */
function windowsAt(rule: HoursRule, wall: WallTime): readonly DayWindow[] {
  const today = Math.floor(wall / dayMs) * dayMs;
  return rule.windows.filter((window) => {
    const days = Math.ceil((window.offset + window.duration) / 1440);
    for (let back = 0; back < days; back += 1) {
      const day = today - back * dayMs;
      const start = day + window.offset * minuteMs;
      if (isDayOf(rule, day) && start <= wall && wall < start + window.duration * minuteMs) return true;
    }
    return false;
  });
}

function isDayOf(rule: HoursRule, day: WallTime): boolean {
  if (rule.from !== null && day < Math.floor(rule.from / dayMs) * dayMs) return false;
  if (rule.until !== null && day >= rule.until) return false;
  return patternOf(rule.pattern)?.(day, rule.from) ?? false;
}

type DayTest = (day: WallTime, from: WallTime | null) => boolean;

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const patterns = new Map<string | null, DayTest | null>([[null, () => true]]);

/** The days a pattern names; null when it cannot be read. FREQ=WEEKLY with BYDAY and FREQ=DAILY, each with INTERVAL,
 *  counted from the start of the interval, weeks from Sunday. */
export function patternOf(pattern: string | null): DayTest | null {
  const known = patterns.get(pattern);
  if (known !== undefined || pattern === null) return known ?? null;
  if (patterns.size > 1000) patterns.clear();
  const made = readPattern(pattern);
  patterns.set(pattern, made);
  return made;
}

function readPattern(pattern: string): DayTest | null {
  const parts = new Map<string, string>();
  for (const part of pattern.toUpperCase().split(';').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=');
    parts.set(name.trim(), value.trim());
  }
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const names = parts.get('BYDAY')?.split(',') ?? null;
  const days = names?.map((name) => weekdays.indexOf(name.trim())) ?? null;
  const known = [...parts.keys()].every((name) => ['FREQ', 'BYDAY', 'INTERVAL'].includes(name));
  if (!known || !Number.isInteger(interval) || interval < 1 || days?.includes(-1)) return null;
  if (parts.get('FREQ') === 'DAILY')
    return (day, from) =>
      ((day - midnight(from ?? 0)) / dayMs) % interval === 0 && (days?.includes(weekday(day)) ?? true);
  if (parts.get('FREQ') !== 'WEEKLY' || days === null) return null;
  return (day, from) =>
    days.includes(weekday(day)) &&
    ((sunday(day) - sunday(midnight(from ?? 0))) / (7 * dayMs)) % interval === 0;
}

const midnight = (wall: WallTime): WallTime => Math.floor(wall / dayMs) * dayMs;
const weekday = (day: WallTime): number => new Date(day).getUTCDay();
const sunday = (day: WallTime): WallTime => day - weekday(day) * dayMs;

/** When the calendar opens or closes next after an instant; null when it does not within 400 days. Looks at every
 *  instant at which the answer may change, day by day, and takes the first where it does. */
export function nextTransition(hours: Hours, at: Date): Date | null {
  if (hours.faults.length > 0 || hours.rules.length === 0) return null;
  const { open } = hoursAt(hours, at);
  for (let ahead = -1; ahead <= horizonDays; ahead += 2) {
    // Wall clocks of different zones are at most 26 hours apart, so two days and their neighbours overlap.
    const found = [ahead, ahead + 1, ahead + 2, ahead + 3]
      .flatMap((day) => boundaries(hours, at.getTime() + day * dayMs))
      .filter((instant) => instant > at)
      .sort((one, other) => one.getTime() - other.getTime())
      .find((instant) => hoursAt(hours, instant).open !== open);
    if (found !== undefined) return found;
  }
  return null;
}

/** Where windows of the days around an instant begin and end, and where holidays do. */
function boundaries(hours: Hours, around: number): Date[] {
  const found: Date[] = [];
  for (const rule of hours.rules) {
    const day = midnight(wallTime(rule.zone, new Date(around)));
    const walls = new Set<WallTime>([day]);
    for (const { offset, duration } of rule.windows) {
      const days = Math.floor((offset + duration) / 1440);
      for (let back = 0; back <= days; back += 1)
        for (const edge of [offset, offset + duration]) walls.add(day - back * dayMs + edge * minuteMs);
    }
    for (const wall of walls) found.push(...instantsOf(rule.zone, wall));
  }
  const zone = hours.rules[0]?.zone ?? 'UTC';
  const wall = wallTime(zone, new Date(around));
  for (const { from, until } of hours.holidays)
    for (const edge of [from, until])
      if (Math.abs(edge - wall) <= 2 * dayMs) found.push(...instantsOf(zone, edge));
  return found;
}
