import type { AggregateColumn, AggregateOrder, AggregatePlan, Calculation } from '../plan/aggregate.ts';
import type { Access } from '../plan/asker.ts';
import type { Property } from '../plan/entity.ts';
import { isPolymorphic } from '../plan/entity.ts';
import type { Annotations } from '../plan.ts';
import { countLimit, type SqlStatement } from '../sql.ts';
import { fromLinks } from './condition.ts';
import { fiscalPeriodText, unshifted, zoneText } from './moment.ts';
import { labelText } from './order.ts';
import { foundText } from './place.ts';
import { nameText } from './record.ts';
import { jsonText, limitText, pageText, rawName, whereText } from './rowset.ts';
import { column, discriminator, quote, Values } from './text.ts';

type Part = Calculation & { kind: 'part' };

/** The one statement of a query whose rows are groups. The rows it works on come first, one more than it may work on, so
 *  that it ends early; `exceeded` says whether there were too many. Source: webapi.md §8 and §9. */
export function aggregateToSql(plan: AggregatePlan, annotations: Annotations | null): SqlStatement {
  const values = new Values();
  const { at, columns, links, page, limit } = plan;
  const raw = columns.flatMap((one, index) => rawTexts(one, index, values));
  const source = `select ${raw.length > 0 ? raw.join(', ') : '1'} from ${fromLinks(at.scope, links, values)}${whereText(plan, values)} limit ${values.add('int4', limit + 1)}`;
  const groups = groupsText(columns);
  const order = orderTexts(plan, values);
  const ordered = `select g.* from (${groups}) g${order.length > 0 ? ` order by ${order.join(', ')}` : ''}${limitText(page, values)}`;
  const rows = `select ${jsonText({ ...plan, etag: false }, annotations, values)} as j from (${ordered}) v`;
  const exceeded = `, (select count(*) from s) > ${values.add('int4', limit)} as exceeded`;
  const count = plan.count
    ? `, (select count(*)::int4 from (select 1 from (${groups}) g limit ${values.add('int4', countLimit + 1)}) c) as count`
    : '';
  const read = pageText(rows, page, [], values, `${exceeded}${count}${foundText(at, values)}`);
  return { text: `with s as materialized (${source}) ${read}`, values: values.list };
}

/** What a column needs of each row: a value, or the part of a date it is grouped by. */
function rawTexts({ field, calculation }: AggregateColumn, index: number, values: Values): string[] {
  if (!field) return [];
  const { alias, property } = field;
  const value = column(alias, property.column);
  const text = calculation.kind === 'part' ? partText(value, property, calculation, values) : value;
  const own = `${text} as ${quote(rawName(index))}`;
  return isPolymorphicGroup(calculation, property)
    ? [own, `${discriminator(alias, property.column)} as ${quote(`${rawName(index)}@table`)}`]
    : [own];
}

const isPolymorphicGroup = ({ kind }: Calculation, property: Property): boolean =>
  kind === 'group' && property.kind === 'lookup' && isPolymorphic(property.definition);

function groupsText(columns: readonly AggregateColumn[]): string {
  const shown = columns.flatMap((one, index) => {
    const own = `${calculationText(one, column('s', rawName(index)))} as ${quote(rawName(index))}`;
    const table = one.field && isPolymorphicGroup(one.calculation, one.field.property);
    return table ? [own, discriminator('s', rawName(index))] : [own];
  });
  const by = columns.flatMap(({ calculation, field }, index) => {
    if (!field || (calculation.kind !== 'group' && calculation.kind !== 'part')) return [];
    const value = column('s', rawName(index));
    if (isPolymorphicGroup(calculation, field.property)) return [value, discriminator('s', rawName(index))];
    return [isTextGroup(calculation, field.property) ? `lower(${value})` : value];
  });
  return `select ${shown.join(', ')} from s${by.length > 0 ? ` group by ${by.join(', ')}` : ''}`;
}

const isTextGroup = ({ kind }: Calculation, property: Property): boolean =>
  kind === 'group' && property.kind === 'text';

/** A result over a group. The sum of empty values alone is zero, of no rows nothing; whole numbers have a whole average.
 *  Source: the samples of published "Aggregate data using FetchXml". */
function calculationText({ calculation, field, property }: AggregateColumn, value: string): string {
  switch (calculation.kind) {
    case 'group':
      return field && isTextGroup(calculation, field.property) ? `min(${value})` : value;
    case 'part':
      return value;
    case 'count':
      return 'count(*)';
    case 'countColumn': {
      const counted = field?.property.kind === 'text' ? `lower(${value})` : value;
      return `count(${calculation.distinct ? `distinct ${counted}` : counted})`;
    }
    case 'sum':
      return `case when count(*) > 0 then coalesce(sum(${value}), 0) end`;
    case 'average':
      if (property.kind === 'bigint') return `trunc(avg(${value}))::int8`;
      return property.kind === 'double' ? `avg(${value})` : `trim_scale(round(avg(${value}), 10))`;
    case 'min':
    case 'max':
      return `${calculation.kind}(${value})`;
  }
}

/** The keys of the order; groups always come last in it, so that pages do not overlap. */
function orderTexts({ at, columns, order }: AggregatePlan, values: Values): string[] {
  const asked = order.map(({ index }) => index);
  const groups = columns.flatMap(({ calculation: { kind } }, index) =>
    (kind === 'group' || kind === 'part') && !asked.includes(index) ? [index] : [],
  );
  const rest = groups.map((index): AggregateOrder => ({ index, descending: false, byLabel: false }));
  return [...order, ...rest].flatMap((key) => {
    const one = columns[key.index];
    return one
      ? `${keyText(one, key, at.scope.access, values)}${key.descending ? ' desc nulls last' : ' asc nulls first'}`
      : [];
  });
}

function keyText(
  { property, calculation }: AggregateColumn,
  { index, byLabel }: AggregateOrder,
  access: Access,
  values: Values,
): string {
  const value = column('g', rawName(index));
  const { kind, definition } = property;
  if (calculation.kind !== 'group') return value;
  if (byLabel && (kind === 'choice' || kind === 'state') && definition.options)
    return labelText(value, definition.options);
  if (kind === 'lookup')
    return `lower(${nameText('g', { ...property, column: rawName(index) }, access, values)})`;
  return kind === 'text' ? `lower(${value})` : value;
}

/** A part of a date on the clock of the settings. Weeks begin on Sunday and the first one with 1 January, as SQL Server
 *  counts them. Source: the samples of published "Aggregate data using FetchXml". */
function partText(value: string, property: Property, { part, settings }: Part, values: Values): string {
  const local =
    property.kind === 'date'
      ? `${value}::timestamp`
      : `(${value} at time zone ${zoneText(property, settings, values)})`;
  const calendar = unshifted(local, settings.fiscal);
  const field = (name: string, of = local): string => `extract(${name} from ${of})::int4`;
  const { start, namedByEnd } = settings.fiscal;
  const later = namedByEnd && (start.month > 1 || start.day > 1) ? ' + 1' : '';
  const fiscalYear = `(${field('year', calendar)}${later})`;
  switch (part) {
    case 'week':
      return `((${field('doy')} - 1 + ${field('dow', `date_trunc('year', ${local})`)}) / 7 + 1)`;
    case 'quarter':
      return field('quarter', calendar);
    case 'fiscal-year':
      return fiscalYear;
    case 'fiscal-period':
      return `(${fiscalYear} * 100 + ${fiscalPeriodText(value, property, settings, values)})`;
    default:
      return field(part);
  }
}
