/** Wall clocks: instants as a clock on the wall of a time zone shows them, daylight saving included. Pure: the rules of
 *  the zones come with the runtime (Intl). */

/** What a wall clock shows, as the milliseconds since 1970 at which a clock in UTC shows the same. */
export type WallTime = number;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}

/** What the wall clock of the IANA zone shows at an instant. */
export function wallTime(zone: string, instant: Date): WallTime {
  const parts: { [type: string]: number } = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const ms = ((instant.getTime() % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}

const dayMs = 86_400_000;

const offsetAt = (zone: string, instant: number): number => wallTime(zone, new Date(instant)) - instant;

/** Every instant at which the wall clock may pass a time: one; two where clocks go back; where they go forward over it
 *  the instant of the jump; and beside a jump on that day the jump itself, because the clock passes more there than it
 *  shows. In order. */
export function instantsOf(zone: string, wall: WallTime): readonly Date[] {
  const before = offsetAt(zone, wall - dayMs);
  const afterwards = offsetAt(zone, wall + dayMs);
  if (before === afterwards) return [new Date(wall - before)];
  const found = new Set<number>();
  for (const offset of [before, afterwards])
    if (offsetAt(zone, wall - offset) === offset) found.add(wall - offset);
  found.add(jumpBetween(zone, wall - before - dayMs, wall - afterwards + dayMs));
  return [...found].sort((one, other) => one - other).map((instant) => new Date(instant));
}

/** The first instant with the later one's offset, of two between which the clocks are changed once. */
function jumpBetween(zone: string, from: number, to: number): number {
  const target = offsetAt(zone, to);
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === target) high = middle;
    else low = middle;
  }
  return high;
}
