import type { RecordPlan } from './plan/record.ts';
import type { ReadPlan } from './plan.ts';
import { conditionText, fromScope } from './sql/condition.ts';
import { afterText, cursorText, keyText } from './sql/order.ts';
import { foundText, placeConditions } from './sql/place.ts';
import { orderedRows, recordText } from './sql/record.ts';
import { column, Values } from './sql/text.ts';

/** One SQL statement; the same shape as the store's. */
export interface SqlStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The most rows a count counts. Source: webapi.md §8, $count. */
export const countLimit = 5000;

/** The one statement that answers a read, whatever it expands. Its columns, where they apply: `value`, JSON text of the
 *  row or of the rows joined by commas; `version` of the single row; `found`, whether the row the path starts from is
 *  there; `count`; `more`, whether a further page follows; `first` and `last`, the order's values on this page. */
export function toSql(plan: ReadPlan): SqlStatement {
  const values = new Values();
  const where = whereText(plan, values);
  const text = plan.countOnly
    ? `select ${countText(plan, where, values)} as count${foundText(plan.at, values)}`
    : plan.single
      ? singleText(plan, where, values)
      : pageText(plan, where, values);
  return { text, values: values.list };
}

function whereText(plan: ReadPlan, values: Values): string {
  const conditions = placeConditions(plan.at, values);
  if (plan.filter) conditions.push(conditionText(plan.filter, values));
  return conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
}

function countText(plan: ReadPlan, where: string, values: Values): string {
  const rows = `select 1 from ${fromScope(plan.record.scope, values)}${where} limit ${values.rows(countLimit + 1)}`;
  return `(select count(*)::int4 from (${rows}) c)`;
}

/** One row; where the last step may lead to several tables, the one that it does lead to. */
function singleText(plan: ReadPlan, where: string, values: Values): string {
  const output = { values, root: plan.root, annotations: plan.annotations };
  const rowText = (record: RecordPlan, condition: string): string => {
    const { from, json } = recordText(record, output, fromScope(record.scope, values));
    const version = `${column(record.scope.alias, 'versionnumber')}::text`;
    return `select ${json} as value, ${version} as version from ${from}${condition}`;
  };
  const row = rowText(plan.record, where);
  const others = plan.others.map(({ at, record }) =>
    rowText(record, ` where ${placeConditions(at, values).join(' and ')}`),
  );
  if (plan.place.steps.length === 0) return row;
  return `select q.value, q.version${foundText(plan.at, values)} from (select 1) o left join (${[row, ...others].join(' union all ')}) q on true`;
}

function pageText(plan: ReadPlan, where: string, values: Values): string {
  const { order, cursor, paged } = plan;
  const limit = plan.limit ?? 0;
  const output = { values, root: plan.root, annotations: plan.annotations };
  const after = cursor
    ? `${where === '' ? ' where ' : `${where} and `}${afterText(order, cursor, values)}`
    : where;
  const keys = order.map((key, index): [string, string] => [`k${index}`, keyText(key)]);
  const wanted = { where: after, order, limit: paged ? limit + 1 : limit };
  const rows = orderedRows(plan.record, output, wanted, paged ? keys : []);
  const count = plan.count ? `, ${countText(plan, where, values)} as count` : '';
  const rest = `${count}${foundText(plan.at, values)}`;
  if (!paged) return `select string_agg(p.j, ',') as value${rest} from (${rows}) p`;
  const size = values.rows(limit);
  const edge = (place: string): string =>
    `max(case when p.n = ${place} then json_build_array(${order
      .map((key, index) => cursorText(key, `p.k${index}`))
      .join(', ')})::text end)`;
  return `select string_agg(p.j, ',') filter (where p.n <= ${size}) as value, count(*) > ${size} as more, ${edge('1')} as first, ${edge(size)} as last${rest} from (select q.*, row_number() over () as n from (${rows}) q) p`;
}
