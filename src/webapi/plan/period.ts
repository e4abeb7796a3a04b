/** The query functions about dates: days and periods on the caller's calendar, counts back and ahead, fiscal periods. */
import { Refusal } from '../../tables/index.ts';
import type { ComparisonOperator, Literal } from '../parse/ast.ts';
import { allOf, type Condition, type Field, type Moment, negated, type TimeUnit } from './condition.ts';
import type { Planning } from './filter.ts';
import { instant, instantText } from './instant.ts';
import { type FiscalCalendar, fourWeekPeriods, type Settings } from './settings.ts';

/** The largest count of units; more would leave the calendar. */
const countLimit = 5000;

/** Plans a function about dates; null for a name that is none. Refuses malformedQuery, notImplemented.
 *  Source: webapi.md §8, query functions. */
export function dateFunction(
  name: string,
  field: Field,
  literals: readonly Literal[],
  { asker: { settings, now } }: Planning,
): Condition | null {
  const call: Call = { name, field, literals, settings, now };
  const plan = dayFunction(call) ?? periodFunction(call) ?? countedFunction(call) ?? fiscalFunction(call);
  if (!plan) return null;
  refuseUndated(call);
  return plan();
}

interface Call {
  readonly name: string;
  readonly field: Field;
  readonly literals: readonly Literal[];
  readonly settings: Settings;
  readonly now: Date;
}
type Plan = (() => Condition) | null;

function refuseUndated({ name, field: { property } }: Call): void {
  if (property.kind !== 'dateTime' && property.kind !== 'date')
    throw new Refusal(
      'malformedQuery',
      `The query function ${name} needs a date column; '${property.name}' is none.`,
    );
}

const at = (field: Field, operator: ComparisonOperator, moment: Moment): Condition => ({
  kind: 'moment',
  field,
  operator,
  moment,
});

const between = (field: Field, from: Moment, to: Moment): Condition =>
  allOf(at(field, 'ge', from), at(field, 'lt', to));

function dayFunction(call: Call): Plan {
  const { name, field, settings } = call;
  if (!/^(?:On|NotOn|OnOrAfter|OnOrBefore)$/.test(name)) return null;
  return () => {
    const start: Moment = { ...momentOf(call), startOf: 'day', settings };
    const end: Moment = { ...start, after: { amount: 1, unit: 'day' } };
    if (name === 'OnOrAfter') return at(field, 'ge', start);
    if (name === 'OnOrBefore') return at(field, 'lt', end);
    return name === 'On' ? between(field, start, end) : negated(between(field, start, end));
  };
}

/** The day that a value names: as it stands when it is a day, on the caller's calendar when it is an instant. */
function momentOf({ name, literals }: Call): Pick<Moment, 'from' | 'amount' | 'unit'> {
  const [literal] = literals;
  if (literals.length !== 1 || !literal || !('text' in literal || literal.type === 'string'))
    throw new Refusal('malformedQuery', `${name} takes a date.`);
  const text = literal.type === 'string' ? literal.value.trim() : literal.text;
  const { ms } = instant(text);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const value = isDay ? text : instantText(ms);
  return { from: { type: isDay ? 'date' : 'timestamptz', value }, amount: 0, unit: 'day' };
}

const namedDays: { readonly [name: string]: number } = { Yesterday: -1, Today: 0, Tomorrow: 1 };
const offsets: { readonly [name: string]: number } = { Last: -1, This: 0, Next: 1 };

function periodFunction(call: Call): Plan {
  const { name, field, settings, now } = call;
  const match =
    /^(?:(Last|This|Next)(Week|Month|Year|FiscalPeriod|FiscalYear)|(Last|Next)7Days|Yesterday|Today|Tomorrow)$/.exec(
      name,
    );
  if (!match) return null;
  const [, which, period = 'Day', sevenDays] = match;
  if (sevenDays) return () => counted(call, sevenDays === 'Last', 7, 'day');
  const offset = (which === undefined ? namedDays[name] : offsets[which]) ?? 0;
  return () => {
    const [length, unit] = lengthOf(period, settings);
    const startOf = `${period.charAt(0).toLowerCase()}${period.slice(1)}` as NonNullable<Moment['startOf']>;
    const edge = (steps: number): Moment => {
      const start: Moment = { from: now, amount: 0, unit, startOf, settings };
      // They do not fill the year: so many periods on is no span of time.
      if (startOf === 'fiscalPeriod' && settings.fiscal.periodMonths === null)
        return { ...start, periods: steps };
      return steps === 0 ? start : { ...start, after: { amount: steps * length, unit } };
    };
    return between(field, edge(offset), edge(offset + 1));
  };
}

/** How long a named period is. */
function lengthOf(period: string, { fiscal }: Settings): readonly [number, TimeUnit] {
  if (period === 'FiscalPeriod')
    return fiscal.periodMonths === null ? [4, 'week'] : [fiscal.periodMonths, 'month'];
  return [1, period === 'FiscalYear' ? 'year' : (period.toLowerCase() as TimeUnit)];
}

/** Counts of days and longer reach to the far end of the outermost day. A column of days counts today on both sides. */
function counted(
  { field, settings, now: from }: Call,
  back: boolean,
  amount: number,
  unit: TimeUnit,
): Condition {
  const whole = unit !== 'hour' && unit !== 'minute';
  const now: Moment = { from, amount: 0, unit: 'day', settings };
  const far: Moment = {
    ...now,
    amount: back ? -amount : amount,
    unit,
    ...(whole ? { startOf: 'day' } : {}),
  };
  const next = { after: { amount: 1, unit: 'day' } } as const;
  if (!back) return between(field, now, whole ? { ...far, ...next } : far);
  const today: Moment = { ...now, startOf: 'day', ...next };
  return between(field, far, field.property.kind === 'date' ? today : now);
}

function countedFunction(call: Call): Plan {
  const { name, field, settings, now } = call;
  const match =
    /^(?:(Last|Next)X(Hour|Day|Week|Month|Year|FiscalPeriod|FiscalYear)s|OlderThanX(Minute|Hour|Day|Week|Month|Year)s)$/.exec(
      name,
    );
  if (!match) return null;
  const [, which, period = 'Day', older] = match;
  return () => {
    const amount = wholeNumber(call, 0, 1, countLimit);
    if (older) {
      const unit = older.toLowerCase() as TimeUnit;
      return at(field, 'lt', { from: now, amount: -amount, unit, settings });
    }
    const [length, unit] = lengthOf(period, settings);
    return counted(call, which === 'Last', amount * length, unit);
  };
}

/** The number at this place. Refuses malformedQuery. */
function wholeNumber({ name, literals }: Call, place: number, low: number, high: number): number {
  const literal = literals[place];
  const text = literal?.type === 'number' ? literal.text : literal?.type === 'string' ? literal.value : '';
  const value = Number(text);
  if (!/^\s*\d{1,9}\s*$/.test(text) || value < low || value > high)
    throw new Refusal('malformedQuery', `${name} takes a whole number from ${low} to ${high}.`);
  return value;
}

function fiscalFunction(call: Call): Plan {
  const { name, field, settings } = call;
  const match = /^In(?:(Fiscal(?:Period|Year))|(|OrBefore|OrAfter)FiscalPeriodAndYear)$/.exec(name);
  if (!match) return null;
  const [, single, side] = match;
  return () => {
    const { fiscal } = settings;
    const count = single === 'FiscalYear' ? 1 : periodsOf(fiscal);
    const period = single === 'FiscalYear' ? 1 : wholeNumber(call, 0, 1, count);
    if (single === 'FiscalPeriod')
      return { kind: 'fiscalPeriod', field, period: { type: 'int4', value: period }, settings };
    const year = wholeNumber(call, single ? 0 : 1, 1900, 9990);
    const start = onDay(periodStart(fiscal, year, period - 1, count), settings);
    const end = onDay(periodStart(fiscal, year, period, count), settings);
    if (side === 'OrBefore') return at(field, 'lt', end);
    return side === 'OrAfter' ? at(field, 'ge', start) : between(field, start, end);
  };
}

const onDay = (day: string, settings: Settings): Moment => ({
  from: { type: 'date', value: day },
  amount: 0,
  unit: 'day',
  settings,
});

/** How many periods a fiscal year has. */
const periodsOf = ({ periodMonths }: FiscalCalendar): number =>
  periodMonths === null ? fourWeekPeriods : 12 / periodMonths;

/** The first day of the period behind so many of the `count` periods of a fiscal year. */
function periodStart(fiscal: FiscalCalendar, year: number, before: number, count: number): string {
  const { start, namedByEnd, periodMonths } = fiscal;
  const shifted = start.month > 1 || start.day > 1;
  const first = namedByEnd && shifted ? year - 1 : year;
  // The end of the last period is the end of the year, whatever the periods.
  const inWeeks = periodMonths === null && before < count;
  const [months, days] = inWeeks ? [0, before * 28] : [(before * 12) / count, 0];
  return new Date(Date.UTC(first, start.month - 1 + months, start.day + days)).toISOString().slice(0, 10);
}
