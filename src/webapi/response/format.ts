import type { Choice } from '../../tables/index.ts';
import type { Json } from '../parse/body.ts';
import type { Property } from '../plan/entity.ts';

const label = (options: readonly Choice[] | undefined, value: number): string | null =>
  options?.find((option) => option.value === value)?.label ?? null;

/** Puts a comma between groups of three digits of the whole part. */
function separated(text: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/.exec(text) ?? [];
  return sign + whole.replace(/\B(?=(?:\d{3})+$)/g, ',') + rest;
}

/** `2026-01-05T10:00:00Z` → `1/5/2026 10:00 AM`; a day alone → `1/5/2026`. */
function formatInstant(text: string, withTime: boolean): string {
  const [year = '', month = '', day = '', hour = '', minute = ''] = text.split(/[-T:Z]/);
  const date = `${Number(month)}/${Number(day)}/${Number(year)}`;
  if (!withTime) return date;
  const hours = Number(hour);
  return `${date} ${hours % 12 || 12}:${minute} ${hours < 12 ? 'AM' : 'PM'}`;
}

function money(text: string, symbol: string): string {
  const amount = Number(text).toFixed(2);
  return amount.startsWith('-') ? `(${symbol}${separated(amount.slice(1))})` : symbol + separated(amount);
}

/** The value as a person reads it, or null for what has no such form (plain text, keys).
 *  Times are in UTC: a user's own zone is not kept. Source: webapi.md §5. */
export function formatValue(property: Property, value: Json, symbol: string): string | null {
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
    case 'decimal':
      return separated(String(value));
    case 'double':
      return separated(Number(value).toFixed(2));
    case 'money':
      return money(String(value), symbol);
    case 'dateTime':
      return formatInstant(String(value), definition.format !== 'DateOnly');
    case 'date':
      return formatInstant(String(value), false);
    default:
      return null;
  }
}
