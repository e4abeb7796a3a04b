import { Refusal } from '../../../tables/index.ts';
import {
  type AggregateColumn,
  type AggregateOrder,
  type Calculation,
  calculated,
  type DatePart,
  refuseTwins,
} from '../../plan/aggregate.ts';
import type { Planning } from '../../plan/filter.ts';
import { defaultSettings, type Settings } from '../../plan/settings.ts';
import type { FetchAttribute } from '../parse/tree.ts';
import { fieldOf, type Node } from './nodes.ts';

const dateParts: readonly DatePart[] = [
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'fiscal-period',
  'fiscal-year',
];

/** The columns of a query with aggregate='true': each is grouped by or aggregated, and has an alias.
 *  Refuses fetchInvalidAggregate, fetchNoAttribute, notImplemented. Source: webapi.md §9, Results. */
export function planAggregateColumns(nodes: readonly Node[], planning: Planning): AggregateColumn[] {
  const columns = nodes.flatMap((node) => {
    if (node.source.all)
      throw new Refusal('fetchInvalidAggregate', '<all-attributes> does not fit into an aggregate query.');
    return node.source.attributes.map((attribute) => planColumn(node, attribute, planning));
  });
  if (columns.length === 0)
    throw new Refusal('fetchInvalidAggregate', 'An aggregate query needs at least one attribute.');
  refuseTwins(columns);
  return columns;
}

function planColumn(node: Node, attribute: FetchAttribute, planning: Planning): AggregateColumn {
  const { name, alias, aggregate, groupBy } = attribute;
  if (aggregate === null && !groupBy)
    throw new Refusal(
      'fetchInvalidAggregate',
      `An attribute can not be requested when an aggregate operation has been specified and its neither groupby nor aggregate.  NodeXml : <attribute name="${name.slice(0, 100)}" />`,
    );
  if (aggregate !== null && groupBy)
    throw new Refusal('fetchInvalidAggregate', `The attribute '${name}' both groups and aggregates.`);
  if (alias === null)
    throw new Refusal(
      'fetchInvalidAggregate',
      `An alias must be specified for every attribute in an aggregate query. NodeXml: <attribute name="${name.slice(0, 100)}" />`,
    );
  const field = fieldOf(node, name);
  const calculation = groupBy ? grouping(attribute, planning) : calculationOf(attribute);
  if (calculation.kind === 'group' && (field.property.kind === 'dateTime' || field.property.kind === 'date'))
    throw new Refusal(
      'fetchInvalidAggregate',
      `Grouping by '${name}', a date, needs dategrouping: one of ${dateParts.join(', ')}.`,
    );
  return calculated(alias, field, calculation);
}

/** Parts of a date are those on the caller's calendar unless usertimezone='false'. */
function grouping({ dateGrouping, userTimeZone }: FetchAttribute, planning: Planning): Calculation {
  if (dateGrouping === null) return { kind: 'group' };
  const part = dateParts.find((known) => known === dateGrouping);
  if (!part)
    throw new Refusal(
      'fetchInvalidAggregate',
      `The dategrouping '${dateGrouping.slice(0, 100)}' is not valid: use one of ${dateParts.join(', ')}.`,
    );
  const { settings: own } = planning.asker;
  const settings: Settings = userTimeZone ? own : { ...own, zone: defaultSettings.zone };
  return { kind: 'part', part, settings };
}

function calculationOf({ aggregate, distinct }: FetchAttribute): Calculation {
  switch (aggregate) {
    case 'count':
      return { kind: 'count' };
    case 'countcolumn':
      return { kind: 'countColumn', distinct };
    case 'avg':
      return { kind: 'average' };
    case 'sum':
    case 'min':
    case 'max':
      return { kind: aggregate };
    default:
      throw new Refusal(
        'fetchInvalidAggregate',
        `The aggregate '${aggregate?.slice(0, 100)}' is not valid: use one of count, countcolumn, sum, avg, min, max.`,
      );
  }
}

/** The order of an aggregate query: by aliases only. Refuses fetchInvalidAggregate, fetchUnknownName. */
export function planAggregateOrder(
  nodes: readonly Node[],
  columns: readonly AggregateColumn[],
  raw: boolean,
): AggregateOrder[] {
  return nodes.flatMap(({ source }) =>
    source.orders.map(({ attribute, alias, descending }) => {
      if (attribute !== null || alias === null)
        throw new Refusal(
          'fetchInvalidAggregate',
          'Attribute can not be specified if an aggregate operation is requested. Order by an alias.',
        );
      const index = columns.findIndex(({ name }) => name === alias);
      if (index < 0) throw new Refusal('fetchUnknownName', alias.slice(0, 100));
      return { index, descending, byLabel: !raw };
    }),
  );
}
