import { entityAt, type Place, type Step } from './plan/address.ts';
import type { ReadPlan } from './plan.ts';
import { conditionText, fromScope, linkText } from './sql/condition.ts';
import { afterText, cursorText, keyText } from './sql/order.ts';
import { orderedRows, recordText } from './sql/record.ts';
import { column, discriminator, literal, quote, tableName, Values } from './sql/text.ts';

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
    ? `select ${countText(plan, where, values)} as count${foundText(plan.place, values)}`
    : plan.single
      ? singleText(plan, where, values)
      : pageText(plan, where, values);
  return { text, values: values.list };
}

function whereText(plan: ReadPlan, values: Values): string {
  const conditions = placeConditions(plan.place, plan.record.scope.alias, values);
  if (plan.filter) conditions.push(conditionText(plan.filter, values));
  return conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
}

/** Conditions that the row `alias` is at the place. */
function placeConditions(place: Place, alias: string, values: Values): string[] {
  const key = column(alias, entityAt(place).table.primaryId);
  const last = place.steps.at(-1);
  if (!last) return place.rootId === null ? [] : [`${key} = ${values.add('uuid', place.rootId)}`];
  const before = { ...place, steps: place.steps.slice(0, -1) };
  const from = idText(before, values);
  if (last.kind === 'navigation') return [`${key} = ${throughText(last, before, from)}`];
  const link = linkText(last.collection, alias, entityAt(before).table.logicalName, from);
  return last.id === null ? [link] : [link, `${key} = ${values.add('uuid', last.id)}`];
}

/** The id of the one row at the place, as an expression. */
function idText(place: Place, values: Values): string {
  const last = place.steps.at(-1);
  if (!last) return values.add('uuid', place.rootId);
  const before = { ...place, steps: place.steps.slice(0, -1) };
  const from = idText(before, values);
  if (last.kind === 'navigation') return throughText(last, before, from);
  const { table } = last.entity;
  const link = linkText(last.collection, 'p', entityAt(before).table.logicalName, from);
  return `(select p.${quote(table.primaryId)} from ${tableName(table)} p where p.${quote(table.primaryId)} = ${values.add('uuid', last.id)} and ${link})`;
}

function throughText(step: Step & { kind: 'navigation' }, before: Place, from: string): string {
  const { table } = entityAt(before);
  const { column: name } = step.navigation;
  const which =
    table.columns[name]?.targets?.length === 1
      ? ''
      : ` and ${discriminator('p', name)} = ${literal(step.entity.table.logicalName)}`;
  return `(select p.${quote(name)} from ${tableName(table)} p where p.${quote(table.primaryId)} = ${from}${which})`;
}

function foundText(place: Place, values: Values): string {
  if (place.steps.length === 0) return '';
  const { table } = place.root;
  return `, exists (select 1 from ${tableName(table)} p where p.${quote(table.primaryId)} = ${values.add('uuid', place.rootId)}) as found`;
}

function countText(plan: ReadPlan, where: string, values: Values): string {
  const rows = `select 1 from ${fromScope(plan.record.scope, values)}${where} limit ${values.add('int4', countLimit + 1)}`;
  return `(select count(*)::int4 from (${rows}) c)`;
}

function singleText(plan: ReadPlan, where: string, values: Values): string {
  const output = { values, root: plan.root, annotations: plan.annotations };
  const { from, json } = recordText(plan.record, output, fromScope(plan.record.scope, values));
  const version = `${column(plan.record.scope.alias, 'versionnumber')}::text`;
  const row = `select ${json} as value, ${version} as version from ${from}${where}`;
  if (plan.place.steps.length === 0) return row;
  return `select q.value, q.version${foundText(plan.place, values)} from (select 1) o left join (${row}) q on true`;
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
  const rest = `${count}${foundText(plan.place, values)}`;
  if (!paged) return `select string_agg(p.j, ',') as value${rest} from (${rows}) p`;
  const size = values.add('int4', limit);
  const edge = (place: string): string =>
    `max(case when p.n = ${place} then json_build_array(${order
      .map((key, index) => cursorText(key, `p.k${index}`))
      .join(', ')})::text end)`;
  return `select string_agg(p.j, ',') filter (where p.n <= ${size}) as value, count(*) > ${size} as more, ${edge('1')} as first, ${edge(size)} as last${rest} from (select q.*, row_number() over () as n from (${rows}) q) p`;
}
