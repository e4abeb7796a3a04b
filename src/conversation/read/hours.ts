/** Operating hours as rows say them. Source: rules.md §8. */
import { type DayWindow, type Holiday, type Hours, type HoursRule, patternOf } from '../../routing/index.ts';
import type { Guid } from '../../tables/index.ts';
import { timeZones } from '../../tables/time-zones.ts';
import { instant, number, numberOrNull, type RowReader, text } from './rows.ts';

const statement = `select o."msdyn_operatinghourid" as id, c."calendarid" as calendar, r."calendarruleid" as rule,
    r."pattern" as pattern, r."timezonecode" as zone, r."effectiveintervalstart" as since,
    r."effectiveintervalend" as until, r."offset" as minute, r."duration" as duration,
    (select json_agg(json_build_object('offset', i."offset", 'duration', i."duration", 'timecode', i."timecode"))
      from "dataverse"."calendarrule" i where i."calendarid" = r."innercalendarid") as windows,
    (select json_agg(json_build_object('name', h."name", 'duration', h."duration",
        'since', extract(epoch from coalesce(h."effectiveintervalstart", h."starttime")) * 1000,
        'until', extract(epoch from h."effectiveintervalend") * 1000))
      from "dataverse"."calendarrule" h where h."calendarid" = c."holidayschedulecalendarid") as holidays
  from "dataverse"."msdyn_operatinghour" o
  left join "dataverse"."calendar" c on c."calendarid"::text = lower(trim(both '{} ' from o."msdyn_calendarid"))
  left join "dataverse"."calendarrule" r on r."calendarid" = c."calendarid"
  where o."msdyn_operatinghourid" = any($1::uuid[]) order by r."calendarruleid"`;

const zones: ReadonlyMap<number, string> = new Map(timeZones.map(({ code, zone }) => [code, zone]));

/** The hours of each of these rows that is there. What cannot be read is a fault of its calendar, never a failure. */
export async function readHours(
  reader: RowReader,
  ids: readonly Guid<'msdyn_operatinghour'>[],
): Promise<ReadonlyMap<string, Hours>> {
  if (ids.length === 0) return new Map();
  const records = await reader.query({ text: statement, values: [ids], name: 'engine_hours' });
  const byId = new Map<string, Record<string, unknown>[]>();
  for (const record of records) {
    const id = text(record.id) ?? '';
    byId.set(id, [...(byId.get(id) ?? []), record]);
  }
  return new Map([...byId].map(([id, rows]) => [id, toHours(rows)]));
}

function toHours(records: readonly Record<string, unknown>[]): Hours {
  const faults: string[] = [];
  const rules = records.flatMap((record) => {
    const made = toRule(record);
    if (typeof made !== 'string') return [made];
    faults.push(made);
    return [];
  });
  return { rules, holidays: toHolidays(records[0]?.holidays), faults };
}

function toRule(record: Record<string, unknown>): HoursRule | string {
  if (text(record.calendar) === null) return 'the operating hours name no calendar that is there';
  if (text(record.rule) === null) return 'the calendar has no rules';
  const code = numberOrNull(record.zone);
  const zone = code === null ? undefined : zones.get(code);
  if (zone === undefined)
    return code === null ? 'the calendar has no time zone' : `time zone code ${code} is not known`;
  const pattern = text(record.pattern);
  if (patternOf(pattern) === null) return `the pattern ${pattern} cannot be read`;
  const windows = toWindows(record);
  if (windows.length === 0) return 'a rule of the calendar has no times';
  const since = instant(record.since);
  const until = instant(record.until);
  return { pattern, zone, from: since?.getTime() ?? null, until: until?.getTime() ?? null, windows };
}

/** calendarrule.timecode of a time that is not worked. */
const unavailable = 2;

/** The windows of the inner calendar, or the rule's own. */
function toWindows({ windows, minute, duration }: Record<string, unknown>): readonly DayWindow[] {
  const inner = Array.isArray(windows) ? (windows as readonly Record<string, unknown>[]) : [];
  if (inner.length === 0)
    return number(duration) > 0 ? [{ offset: number(minute), duration: number(duration), open: true }] : [];
  return inner.flatMap((one) =>
    number(one.duration) > 0
      ? [{ offset: number(one.offset), duration: number(one.duration), open: one.timecode !== unavailable }]
      : [],
  );
}

const minuteMs = 60_000;
const dayMinutes = 1440;

function toHolidays(list: unknown): readonly Holiday[] {
  const rows = Array.isArray(list) ? (list as readonly Record<string, unknown>[]) : [];
  return rows.flatMap((row) => {
    const from = numberOrNull(row.since);
    if (from === null) return [];
    const until = numberOrNull(row.until) ?? from + (number(row.duration) || dayMinutes) * minuteMs;
    // One that begins and ends at the same instant is that day.
    return [{ name: text(row.name), from, until: until > from ? until : from + dayMinutes * minuteMs }];
  });
}
