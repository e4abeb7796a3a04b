import { Refusal } from '../../tables/index.ts';
import type { Aggregate, OrderItem, Transformation } from '../parse/ast.ts';
import { pageLimit } from '../parse/prefer.ts';
import { edmType } from './compare.ts';
import { allOf, type Field, type Scope } from './condition.ts';
import { readOuter } from './cursor.ts';
import { entityOf, type Kind, type Property } from './entity.ts';
import { type Planning, planFilter, planPath } from './filter.ts';
import type { PlacePlan } from './place.ts';
import { madeProperty, type Page, type RowColumn, type RowSource } from './rowset.ts';
import type { Settings } from './settings.ts';

/** A part of a date that rows are grouped by. Source: webapi.md §9, dategrouping. */
export type DatePart = 'day' | 'week' | 'month' | 'quarter' | 'year' | 'fiscal-period' | 'fiscal-year';

/** How a column of an aggregate query comes about. `count` counts rows, `countColumn` values. */
export type Calculation =
  | { readonly kind: 'group' | 'count' | 'sum' | 'average' | 'min' | 'max' }
  | { readonly kind: 'countColumn'; readonly distinct: boolean }
  | { readonly kind: 'part'; readonly part: DatePart; readonly settings: Settings };

/** A column of an aggregate query. */
export interface AggregateColumn extends RowColumn {
  readonly calculation: Calculation;
}

/** One key of the order of an aggregate query: a column by its place; choices by their labels or numbers. */
export interface AggregateOrder {
  readonly index: number;
  readonly descending: boolean;
  readonly byLabel: boolean;
}

/** A query whose rows are groups. `limit`: more rows than this are refused. */
export interface AggregatePlan extends RowSource {
  readonly kind: 'aggregate';
  readonly columns: readonly AggregateColumn[];
  readonly order: readonly AggregateOrder[];
  readonly limit: number;
  readonly page: Page;
  readonly count: boolean;
}

/** The most rows an aggregate works on. Source: webapi.md §8 and §9. */
export const aggregateLimit = 50_000;

const numeric: ReadonlySet<Kind> = new Set(['integer', 'bigint', 'decimal', 'double', 'money']);
const ordered: ReadonlySet<Kind> = new Set([...numeric, 'dateTime', 'date']);
const uncounted: ReadonlySet<Kind> = new Set(['managed', 'binary']);

/** The column that calculates over a field. Whole numbers have a whole average, as in SQL Server.
 *  Refuses fetchInvalidAggregate where the calculation does not fit the field. */
export function calculated(
  name: string,
  field: Field | null,
  calculation: Calculation,
  given = true,
): AggregateColumn {
  const property = resultOf(name, field, calculation);
  const fiscal =
    calculation.kind === 'part' && calculation.part.startsWith('fiscal-')
      ? { fiscal: { word: calculation.part === 'fiscal-year' ? null : wordOf(calculation.settings) } }
      : {};
  return { name, given, plain: false, property, field, calculation, ...fiscal };
}

const wordOf = ({ fiscal }: Settings): string =>
  new Map([
    [3, 'Quarter'],
    [6, 'Semester'],
    [1, 'Month'],
  ]).get(fiscal.periodMonths ?? 0) ?? 'Period';

function resultOf(name: string, field: Field | null, { kind }: Calculation): Property {
  if (kind === 'count' || field === null) return madeProperty(name, 'bigint', 'BigInt');
  const { property } = field;
  const fits = (kinds: ReadonlySet<Kind>): void => {
    if (!kinds.has(property.kind))
      throw new Refusal(
        'fetchInvalidAggregate',
        `The aggregate '${kind}' is not supported for '${property.name}', a column of type ${edmType(property.kind)}.`,
      );
  };
  const whole = property.kind === 'integer' || property.kind === 'bigint';
  switch (kind) {
    case 'sum':
    case 'average':
      fits(numeric);
      return whole ? madeProperty(name, 'bigint', 'BigInt') : property;
    case 'min':
    case 'max':
      fits(ordered);
      return property;
    case 'part':
      fits(new Set(['dateTime', 'date']));
      return madeProperty(name, 'integer', 'Integer');
    case 'countColumn':
    case 'group':
      if (uncounted.has(property.kind))
        throw new Refusal('notImplemented', `Grouping by or counting '${property.name}' is not implemented.`);
      return kind === 'group' ? property : madeProperty(name, 'bigint', 'BigInt');
  }
}

/** Refuses fetchInvalidAggregate when two columns bear one name. */
export function refuseTwins(columns: readonly RowColumn[]): void {
  const names = new Set<string>();
  for (const { name } of columns) {
    if (names.has(name))
      throw new Refusal('fetchInvalidAggregate', `The name '${name}' stands for more than one column.`);
    names.add(name);
  }
}

/** The options beside an $apply. `token`: of a link that continues it. $top comes before the preferred page size. */
export interface ApplyOptions {
  readonly orderBy: readonly OrderItem[];
  readonly top: number | null;
  readonly maxPageSize: number | null;
  readonly token: string | null;
}

/** Plans an $apply: filters, then one groupby or aggregate. Refuses malformedQuery, propertyNotFound, tooManyLinks,
 *  fetchInvalidAggregate, notImplemented. Source: webapi.md §8, $apply. */
export function planApply(
  steps: readonly Transformation[],
  at: PlacePlan,
  options: ApplyOptions,
  planning: Planning,
): AggregatePlan {
  const { scope } = at;
  const last = steps.at(-1);
  const filters = steps.slice(0, -1).map((step) => {
    if (step.kind !== 'filter')
      throw new Refusal('notImplemented', `A transformation after ${step.kind} is not implemented.`);
    return planFilter(step.condition, scope, planning);
  });
  if (!last || last.kind === 'filter')
    throw new Refusal(
      'notImplemented',
      '$apply without groupby or aggregate is not implemented: use $filter.',
    );
  const groups = last.kind === 'groupby' ? last.paths.map((path) => group(path, scope, planning)) : [];
  const columns = [...groups, ...last.aggregates.map((item) => aggregate(item, scope, planning))];
  refuseTwins(columns);
  return {
    kind: 'aggregate',
    at,
    links: [],
    filter: filters.length > 0 ? allOf(...filters) : null,
    columns,
    order: options.orderBy.map((item) => order(item, columns, planning)),
    limit: aggregateLimit,
    page: {
      size: Math.min(options.top ?? options.maxPageSize ?? pageLimit, pageLimit),
      preferred: options.top === null && options.maxPageSize !== null,
      number: options.token === null ? 1 : readOuter(options.token).page,
      cursor: null,
      last: options.top !== null,
    },
    count: false,
  };
}

/** A path's column is named by the table it ends in. Source: webapi.md §8, trap 9. */
function group(path: readonly string[], scope: Scope, planning: Planning): AggregateColumn {
  const field = planPath(path, scope, planning);
  const { property } = field;
  if (property.kind === 'dateTime' || property.kind === 'date')
    throw new Refusal(
      'malformedQuery',
      `Grouping by '${property.name}', a date, is not supported by $apply.`,
    );
  if (path.length === 1)
    return { ...calculated(property.name, field, { kind: 'group' }, false), plain: true };
  const table = scope.joins.find(({ alias }) => alias === field.alias)?.table ?? scope.entity.table;
  return calculated(`${entityOf(table).table.logicalName}_${property.name}`, field, { kind: 'group' }, false);
}

const methods: ReadonlyMap<string, Calculation> = new Map([
  ['sum', { kind: 'sum' }],
  ['average', { kind: 'average' }],
  ['min', { kind: 'min' }],
  ['max', { kind: 'max' }],
  ['countdistinct', { kind: 'countColumn', distinct: true }],
]);

function aggregate({ path, method, alias }: Aggregate, scope: Scope, planning: Planning): AggregateColumn {
  if (path === null) return calculated(alias, null, { kind: 'count' });
  const calculation = methods.get(method ?? '');
  if (!calculation)
    throw new Refusal(
      'malformedQuery',
      `The aggregation method '${method}' is not supported: use one of ${[...methods.keys()].join(', ')}.`,
    );
  return calculated(alias, planPath(path, scope, planning), calculation);
}

/** Only a group's own column can be ordered by; the product's words for anything else. */
function order({ operand, descending }: OrderItem, columns: readonly AggregateColumn[], planning: Planning) {
  const resolved = planning.resolve(operand);
  const name = resolved.kind === 'path' ? resolved.path.join('/') : '';
  const index = columns.findIndex((column) => column.name === name && column.calculation.kind === 'group');
  if (index < 0)
    throw new Refusal('malformedQuery', 'The query node SingleValueOpenPropertyAccess is not supported.');
  return { index, descending, byLabel: false };
}
