/** What somebody may ask of the clock of a server in development: a JSON object with one member. Pure. */
import { fastest, lastInstant } from '../store/index.ts';
import { Refusal } from '../tables/index.ts';

/** An order. `set` jumps, also back; `advance` (milliseconds) and `next` fire on the way what is due. */
export type ClockOrder =
  | { readonly kind: 'set'; readonly to: Date }
  | { readonly kind: 'factor'; readonly factor: number }
  | { readonly kind: 'advance'; readonly byMs: number }
  | { readonly kind: 'next' }
  | { readonly kind: 'real' };

/** The first instant that a column takes. */
const firstMs = Date.UTC(1753, 0, 1);
const slowest = 0.001;

const forms =
  '{"set": "2026-01-05T09:00:00Z"}, {"stop": true}, {"factor": 60}, {"advance": "PT1H"}, {"next": true} or {"real": true}';

const readers: { readonly [name: string]: (value: unknown) => ClockOrder | string } = {
  set: (value) => {
    const to = typeof value === 'string' ? instantOf(value) : null;
    return to === null
      ? 'an instant with its zone between 1753 and 9999, as "2026-01-05T09:00:00Z"'
      : { kind: 'set', to };
  },
  stop: (value) => (value === true ? { kind: 'factor', factor: 0 } : 'true'),
  factor: (value) =>
    typeof value === 'number' && (value === 0 || (value >= slowest && value <= fastest))
      ? { kind: 'factor', factor: value }
      : `0 (stopped) or a number from ${slowest} to ${fastest}`,
  advance: (value) => {
    const byMs = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? spanMs(value) : null;
    return byMs !== null && byMs >= 0 && byMs <= lastInstant.getTime()
      ? { kind: 'advance', byMs: Math.round(byMs) }
      : 'a time ahead: seconds as a number, or weeks, days, hours, minutes and seconds as "P1DT2H30M"';
  },
  next: (value) => (value === true ? { kind: 'next' } : 'true'),
  real: (value) => (value === true ? { kind: 'real' } : 'true'),
};

/** Reads the body of an order. Refuses invalidArgument naming what was wrong and what would be right. */
export function readClockOrder(body: Buffer | null): ClockOrder {
  let given: unknown;
  try {
    given = JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    throw new Refusal('invalidArgument', `The body must be JSON: ${forms}.`);
  }
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  const [entry, ...others] = entries;
  const read = entry === undefined || Array.isArray(given) ? undefined : own(readers, entry[0]);
  if (entry === undefined || read === undefined || others.length > 0) {
    throw new Refusal('invalidArgument', `The body must be an object with one member: ${forms}.`);
  }
  const order = read(entry[1]);
  if (typeof order === 'string') throw new Refusal('invalidArgument', `${entry[0]} must be ${order}.`);
  return order;
}

const own = <T>(from: { readonly [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(from, name) ? from[name] : undefined;

const instantForm = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Null for what is no instant: without a zone, or on a day that does not exist. */
function instantOf(text: string): Date | null {
  const [, year, month, day] = instantForm.exec(text) ?? [];
  const ms = Date.parse(text);
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return isDay && ms >= firstMs && ms <= lastInstant.getTime() ? new Date(ms) : null;
}

const spanForm =
  /^P(?=.)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/;

/** An ISO 8601 duration without months and years, whose length depends on where one starts; null for anything else. */
function spanMs(text: string): number | null {
  const found = spanForm.exec(text);
  if (found === null) return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((one) => Number(one ?? 0));
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
