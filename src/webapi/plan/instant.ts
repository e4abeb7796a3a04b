import { Refusal } from '../../tables/index.ts';

const form = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)?)?$/i;

/** Reads a date or date-time of ISO 8601; without a zone it is UTC. Milliseconds since 1970, or null when it is none or
 *  lies outside the years 1 to 9999. `fraction`: whether digits below the second other than zero were given. */
export function readInstant(text: string): { readonly ms: number; readonly fraction: boolean } | null {
  const parts = form.exec(text);
  if (!parts) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', digits = '', zone = 'Z'] = parts;
  const milliseconds = Number(digits.padEnd(3, '0').slice(0, 3));
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second), milliseconds);
  const real =
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  const offset = zoneMinutes(zone);
  if (!real || offset === null) return null;
  const ms = date.getTime() - offset * 60_000;
  return inRange(ms) ? { ms, fraction: /[1-9]/.test(digits) } : null;
}

function zoneMinutes(zone: string): number | null {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

const earliest = Date.UTC(2000, 0, 1) - 1999 * 365.2425 * 86_400_000;
const latest = Date.UTC(9999, 11, 31, 23, 59, 59);
const inRange = (ms: number): boolean => ms >= earliest && ms <= latest;

/** An instant as PostgreSQL reads it. */
export const instantText = (ms: number): string => new Date(ms).toISOString();

/** Reads an instant or refuses malformedQuery. */
export function instant(text: string): { readonly ms: number; readonly fraction: boolean } {
  const found = readInstant(text);
  if (!found) throw new Refusal('malformedQuery', `'${text}' is not a date or date-time.`);
  return found;
}
