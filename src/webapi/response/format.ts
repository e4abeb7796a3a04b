import { type Choice, tables } from '../../tables/index.ts';
import type { Json } from '../parse/body.ts';
import type { Property } from '../plan/entity.ts';
import { defaultSettings, type Settings } from '../plan/settings.ts';

const label = (options: readonly Choice[] | undefined, value: number): string | null =>
  options?.find((option) => option.value === value)?.label ?? null;

/** Puts a comma between groups of three digits of the whole part. */
function separated(text: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/.exec(text) ?? [];
  return sign + whole.replace(/\B(?=(?:\d{3})+$)/g, ',') + rest;
}

/** With as many digits after the point as the column has; an exact number stays so. */
function exactly(text: string, precision: number | undefined): string {
  const [whole = '', fraction = ''] = text.split('.');
  if (precision === undefined || !/^\d*$/.test(fraction)) return text;
  if (fraction.length > precision) return Number(text).toFixed(precision);
  return precision === 0 ? whole : `${whole}.${fraction.padEnd(precision, '0')}`;
}

/** `2026-01-05T10:00:00Z` → `1/5/2026 10:00 AM` in the formats given; `2026-01-05` stands for its day. */
function instantFormat({ dateFormat, timeFormat }: Settings, withTime: boolean): (local: string) => string {
  const date = filled(dateFormat);
  const time = filled(timeFormat);
  return (local) => {
    const parts = partsOf(local);
    return withTime ? `${date(parts)} ${time(parts)}` : date(parts);
  };
}

/** `2026-01-05T10:00:00Z` or `2026-01-05` → its numbers, each of two digits but the year. */
function partsOf(local: string): string[] {
  const end = local.indexOf('-', 1);
  const parts = [local.slice(0, end)];
  for (let at = end + 1; at + 1 < local.length; at += 3) parts.push(local.slice(at, at + 2));
  return parts;
}

const plain = (text: string): string => String(Number(text));
const hourOf = (parts: readonly string[]): string => parts[3] ?? '00';
const twelve = (parts: readonly string[]): string => String(Number(hourOf(parts)) % 12 || 12);

/** What the runs of letters of a format stand for, by the parts of an instant from its year to its second. */
const runs: { readonly [run: string]: (parts: readonly string[]) => string } = {
  yyyy: ([year = '']) => year.padStart(4, '0'),
  yy: ([year = '']) => year.slice(-2),
  MM: ([, month = '']) => month,
  M: ([, month = '']) => plain(month),
  dd: ([, , day = '']) => day,
  d: ([, , day = '']) => plain(day),
  HH: hourOf,
  H: (parts) => plain(hourOf(parts)),
  hh: (parts) => twelve(parts).padStart(2, '0'),
  h: twelve,
  mm: (parts) => parts[4] ?? '00',
  ss: (parts) => parts[5] ?? '00',
  tt: (parts) => (Number(hourOf(parts)) < 12 ? 'AM' : 'PM'),
};

/** A format of the product: one run of the same letter after the other; anything else stands for itself. */
function filled(format: string): (parts: readonly string[]) => string {
  const pieces = (format.match(/([a-zA-Z])\1*|[^a-zA-Z]+/g) ?? []).map((piece) =>
    Object.hasOwn(runs, piece) ? runs[piece] : () => piece,
  );
  return (parts) => {
    let text = '';
    for (const piece of pieces) text += piece?.(parts) ?? '';
    return text;
  };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** An instant as the clocks of a zone show it, in the form it came in. */
function localText(instant: string, zone: string): string {
  if (zone === 'UTC') return instant;
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      ...({ year: 'numeric', month: '2-digit', day: '2-digit' } as const),
      ...({ hour: '2-digit', minute: '2-digit', second: '2-digit' } as const),
    });
  clocks.set(zone, clock);
  const parts = new Map(clock.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  const [date, time] = [
    ['year', 'month', 'day'],
    ['hour', 'minute', 'second'],
  ].map((types) => types.map((type) => parts.get(type as 'year')));
  return `${date?.join('-')}T${time?.join(':')}`;
}

/** What formats an amount of a row without a currency that the caller may read. */
export const noCurrency = '2 $';

/** `currency`: how many digits it has, a blank, its sign. `places`: the column's own digits, where it has some. */
function money(text: string, currency: string, places: number | undefined): string {
  const end = currency.indexOf(' ');
  const symbol = currency.slice(end + 1);
  const amount = Number(text).toFixed(places ?? Number(currency.slice(0, end)));
  return amount.startsWith('-') ? `(${symbol}${separated(amount.slice(1))})` : symbol + separated(amount);
}

/** A value as text; `currency`: of the row, as SQL tells it (`2 €`). */
export type Format = (value: Json, currency: string) => string | null;

/** How values are told as the caller reads them; null for what has no such form (plain text, keys): choices by their label,
 *  tables by their display name, times in the caller's zone and format, numbers and labels in English.
 *  Source: webapi.md §5. */
export function formatter({ kind, definition }: Property, settings: Settings = defaultSettings): Format {
  switch (kind) {
    case 'choice':
    case 'state': {
      const labels = new Map(definition.options?.map(({ value, label: text }) => [value, text]));
      return (value) => labels.get(Number(value)) ?? null;
    }
    case 'boolean':
      return (value) => label(definition.options, value === true ? 1 : 0) ?? (value === true ? 'Yes' : 'No');
    case 'choices':
      return (value) =>
        String(value)
          .split(',')
          .map((one) => label(definition.options, Number(one)) ?? one)
          .join('; ');
    case 'integer':
    case 'bigint':
      return (value) => separated(String(value));
    case 'decimal':
      return (value) => separated(exactly(String(value), definition.precision));
    case 'double':
      return (value) => separated(Number(value).toFixed(definition.precision ?? 2));
    case 'money': {
      const places = definition.precisionSource === 0 ? definition.precision : undefined;
      return (value, currency) => money(String(value), currency, places);
    }
    case 'dateTime': {
      const zone = definition.behavior === 'TimeZoneIndependent' ? 'UTC' : settings.zone;
      const format = instantFormat(settings, definition.format !== 'DateOnly');
      return (value) => format(localText(String(value), zone));
    }
    case 'date': {
      const format = instantFormat(settings, false);
      return (value) => format(String(value));
    }
    default:
      return definition.type === 'EntityName'
        ? (value) => tables.get(String(value))?.displayName ?? null
        : () => null;
  }
}
