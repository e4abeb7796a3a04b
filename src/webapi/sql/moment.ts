import type { Moment } from '../plan/condition.ts';
import type { Property } from '../plan/entity.ts';
import { type FiscalCalendar, fourWeekPeriods, type Settings } from '../plan/settings.ts';
import type { Values } from './text.ts';

/** The clock that a property's values are read on: the caller's, or UTC for those that are the same everywhere. */
export const zoneText = ({ definition }: Property, { zone }: Settings, values: Values): string =>
  definition.behavior === 'TimeZoneIndependent' ? "'UTC'" : values.add('text', zone);

/** A moment as a value of the property: an instant, or a day for a property that holds days. */
export function momentText(moment: Moment, property: Property, values: Values): string {
  const { after, startOf, settings } = moment;
  const cut = startOf ? startText(moment, localText(moment, property, values), values) : null;
  const local = cut ?? localText(moment, property, values);
  const on = after ? `(${local} + ${values.add('int4', after.amount)} * interval '1 ${after.unit}')` : local;
  if (property.kind === 'date') return `(${on})::date`;
  return `(${on} at time zone ${zoneText(property, settings, values)})`;
}

/** Where the moment starts from, moved, as the time on the caller's clock. Hours and minutes are moved before the clock
 *  is read, because a local day may have 23 or 25 hours. */
function localText({ from, amount, unit, settings }: Moment, property: Property, values: Values): string {
  const short = unit === 'hour' || unit === 'minute';
  const step = amount === 0 ? '' : ` + ${values.add('int4', amount)} * interval '1 ${unit}'`;
  const isNow = from instanceof Date;
  if (!isNow && from.type === 'date') return `(${values.parameter(from)}::timestamp${step})`;
  const clock = isNow ? values.add('text', settings.zone) : zoneText(property, settings, values);
  const instant = isNow ? values.add('timestamptz', from.toISOString()) : values.parameter(from);
  return short && step
    ? `((${instant}${step}) at time zone ${clock})`
    : `((${instant} at time zone ${clock})${step})`;
}

function startText({ startOf, settings, periods }: Moment, local: string, values: Values): string {
  switch (startOf) {
    case 'week': {
      // PostgreSQL's weeks begin on Monday.
      const shift = `interval '${(8 - settings.firstDayOfWeek) % 7} days'`;
      return `(date_trunc('week', ${local} + ${shift}) - ${shift})`;
    }
    case 'fiscalYear':
      return yearStart(local, settings.fiscal);
    case 'fiscalPeriod': {
      const calendar = unshifted(local, settings.fiscal);
      const months = settings.fiscal.periodMonths;
      if (months === null) return fourWeekText(local, settings.fiscal, values.add('int4', periods ?? 0));
      const before = `((extract(month from ${calendar})::int4 - 1) / ${months}) * interval '${months} months'`;
      return `(date_trunc('year', ${calendar}) + ${before}${shiftOf(settings.fiscal)})`;
    }
    default:
      return `date_trunc('${startOf}', ${local})`;
  }
}

/** The date moved so that the fiscal year starts on 1 January: days first, for months have different lengths. */
export const unshifted = (local: string, { start }: FiscalCalendar): string =>
  `(${local} - interval '${start.day - 1} days' - interval '${start.month - 1} months')`;

const shiftOf = ({ start }: FiscalCalendar): string =>
  ` + interval '${start.month - 1} months' + interval '${start.day - 1} days'`;

/** The first instant of the fiscal year that a local time lies in. */
const yearStart = (local: string, fiscal: FiscalCalendar): string =>
  `(date_trunc('year', ${unshifted(local, fiscal)})${shiftOf(fiscal)})`;

/** How many periods of four weeks lie between the start of the fiscal year and a local time. */
const weeksBefore = (local: string, fiscal: FiscalCalendar): string =>
  `least(((${local})::date - ${yearStart(local, fiscal)}::date) / 28, ${fourWeekPeriods - 1})`;

/** The start of the period of four weeks that lies `periods` behind the one of a local time: all are counted through. */
function fourWeekText(local: string, fiscal: FiscalCalendar, periods: string): string {
  const year = `extract(year from ${unshifted(local, fiscal)})::int4`;
  const place = `(${year} * ${fourWeekPeriods} + ${weeksBefore(local, fiscal)} + ${periods})`;
  const start = `make_timestamp(${place} / ${fourWeekPeriods}, 1, 1, 0, 0, 0)${shiftOf(fiscal)}`;
  return `(${start} + (${place} % ${fourWeekPeriods}) * interval '28 days')`;
}

/** The number of the fiscal period that a date lies in, from 1. `value`: the column. */
export function fiscalPeriodText(
  value: string,
  property: Property,
  settings: Settings,
  values: Values,
): string {
  const local =
    property.kind === 'date'
      ? `${value}::timestamp`
      : `(${value} at time zone ${zoneText(property, settings, values)})`;
  const months = settings.fiscal.periodMonths;
  if (months === null) return `(${weeksBefore(local, settings.fiscal)} + 1)`;
  return `((extract(month from ${unshifted(local, settings.fiscal)})::int4 - 1) / ${months} + 1)`;
}
