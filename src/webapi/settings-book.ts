/** The settings of everybody, remembered between requests and forgotten as soon as a row they come from changes. */
import type { Reader, Store } from '../store/index.ts';
import { organization, usersettings } from '../tables/platform/index.ts';
import { timeZones } from '../tables/time-zones.ts';
import { defaultSettings, type FiscalCalendar, type Settings } from './plan/settings.ts';
import { Remembered } from './remembered.ts';
import { tableName } from './sql/text.ts';

/** Tables whose rows are settings. */
export const settingTables: ReadonlySet<string> = new Set([
  usersettings.logicalName,
  organization.logicalName,
]);

/** The settings of a user; those of nobody in particular where there are no rows. */
export type SettingsBook = Pick<Remembered<Settings>, 'of' | 'doubt'>;

/** The settings over a store. `now`: milliseconds since 1970. */
export function openSettingsBook(
  store: Pick<Store, 'query' | 'subscribe'>,
  now: () => number = Date.now,
): SettingsBook {
  const book = new Remembered((userId) => loadSettings(store, userId), now);
  store.subscribe((changes) => {
    if (changes.some(({ table }) => settingTables.has(table))) book.forget();
  });
  return book;
}

const text = `select s.timezonecode as zone, s.uilanguageid as language, o.weekstartdaycode as week,
    coalesce(s.dateformatstring, o.dateformatstring) as date, coalesce(s.dateseparator, o.dateseparator) as slash,
    coalesce(s.timeformatstring, o.timeformatstring) as time, coalesce(s.timeseparator, o.timeseparator) as colon,
    o.languagecode as base, o.fiscalperiodtype as period, o.fiscalyeardisplaycode as named,
    extract(month from o.fiscalcalendarstart at time zone 'UTC')::int4 as month,
    extract(day from o.fiscalcalendarstart at time zone 'UTC')::int4 as day
  from (select 1) one
    left join ${tableName(usersettings)} s on s.systemuserid = $1::uuid
    left join (select * from ${tableName(organization)} limit 1) o on true`;

async function loadSettings(reader: Pick<Reader, 'query'>, userId: string): Promise<Settings> {
  const [row = {}] = await reader.query({ text, values: [userId], name: 'webapi_settings' });
  const number = (name: string): number | null => {
    const value = row[name];
    return typeof value === 'number' ? value : null;
  };
  const { zone, language, firstDayOfWeek, dateFormat, timeFormat } = defaultSettings;
  const format = (name: string, separator: string, mark: string, otherwise: string): string => {
    const [value, put] = [row[name], row[separator]];
    const found = typeof value === 'string' && value !== '' ? value : otherwise;
    return typeof put === 'string' ? found.replaceAll(mark, put) : found;
  };
  const chosen = (value: number | null): number | null => (value === 0 ? null : value);
  return {
    zone: timeZones.find(({ code }) => code === number('zone'))?.zone ?? zone,
    dateFormat: format('date', 'slash', '/', dateFormat),
    timeFormat: format('time', 'colon', ':', timeFormat),
    language: chosen(number('language')) ?? chosen(number('base')) ?? language,
    firstDayOfWeek: number('week') ?? firstDayOfWeek,
    fiscal: fiscalOf(number),
  };
}

/** Months of a period by organization.fiscalperiodtype. */
const periods: ReadonlyMap<number, number | null> = new Map([
  [2000, 12],
  [2001, 6],
  [2002, 3],
  [2003, 1],
  [2004, null],
]);

function fiscalOf(number: (name: string) => number | null): FiscalCalendar {
  const { fiscal } = defaultSettings;
  const type = number('period');
  const months = type === null ? undefined : periods.get(type);
  return {
    start: { month: number('month') ?? fiscal.start.month, day: number('day') ?? fiscal.start.day },
    periodMonths: months === undefined ? fiscal.periodMonths : months,
    namedByEnd: number('named') === 2,
  };
}
