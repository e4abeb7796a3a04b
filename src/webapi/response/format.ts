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
function formatInstant(local: string, settings: Settings, withTime: boolean): string {
  const date = formatParts(local, settings.dateFormat);
  return withTime ? `${date} ${formatParts(local, settings.timeFormat)}` : date;
}

/** Fills a format of the product, one run of the same letter after the other; anything else stands for itself. */
function formatParts(local: string, format: string): string {
  const [year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] = local.split(/[-T:Z]/);
  const plain = (text: string): string => String(Number(text));
  const twelve = String(Number(hour) % 12 || 12);
  const parts: { readonly [run: string]: string } = {
    yyyy: year.padStart(4, '0'),
    yy: year.slice(-2),
    MM: month,
    M: plain(month),
    dd: day,
    d: plain(day),
    HH: hour,
    H: plain(hour),
    hh: twelve.padStart(2, '0'),
    h: twelve,
    mm: minute,
    ss: second,
    tt: Number(hour) < 12 ? 'AM' : 'PM',
  };
  return format.replace(/([a-zA-Z])\1*/g, (run) => parts[run] ?? run);
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

function money(text: string, symbol: string): string {
  const amount = Number(text).toFixed(2);
  return amount.startsWith('-') ? `(${symbol}${separated(amount.slice(1))})` : symbol + separated(amount);
}

/** The value as the caller reads it, or null for what has no such form (plain text, keys): choices by their label, tables by
 *  their display name, times in the caller's zone and format, numbers and labels in English. Source: webapi.md §5. */
export function formatValue(
  property: Property,
  value: Json,
  symbol: string,
  settings: Settings = defaultSettings,
): string | null {
  const { kind, definition } = property;
  switch (kind) {
    case 'choice':
    case 'state':
      return label(definition.options, Number(value));
    case 'boolean':
      return label(definition.options, value === true ? 1 : 0) ?? (value === true ? 'Yes' : 'No');
    case 'choices':
      return String(value)
        .split(',')
        .map((one) => label(definition.options, Number(one)) ?? one)
        .join('; ');
    case 'integer':
    case 'bigint':
      return separated(String(value));
    case 'decimal':
      return separated(exactly(String(value), definition.precision));
    case 'double':
      return separated(Number(value).toFixed(definition.precision ?? 2));
    case 'money':
      return money(String(value), symbol);
    case 'dateTime':
      return formatInstant(
        localText(String(value), definition.behavior === 'TimeZoneIndependent' ? 'UTC' : settings.zone),
        settings,
        definition.format !== 'DateOnly',
      );
    case 'date':
      return formatInstant(String(value), settings, false);
    case 'text':
      return definition.type === 'EntityName' ? (tables.get(String(value))?.displayName ?? null) : null;
    default:
      return null;
  }
}
