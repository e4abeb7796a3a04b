import { transactioncurrency } from '../../tables/dataverse/transactioncurrency.ts';
import type { Access } from '../plan/asker.ts';
import { isPolymorphic } from '../plan/entity.ts';
import type { OrderKey } from '../plan/order.ts';
import type { Page, RowColumn, RowSource, RowsPlan } from '../plan/rowset.ts';
import type { Annotations } from '../plan.ts';
import { countLimit, type SqlStatement } from '../sql.ts';
import { comparable, conditionText, fromLinks } from './condition.ts';
import { afterText, cursorText, keyText, orderText } from './order.ts';
import { foundText, placeConditions } from './place.ts';
import { extraNames, nameText, outputText } from './record.ts';
import { sourceText } from './source.ts';
import { column, currencyText, discriminator, literal, quote, Values } from './text.ts';

/** The name of a column's raw value inside a statement. */
export const rawName = (index: number): string => `c${index}`;

/** The names of the extra members an annotated row carries to the response, by the column's place. */
export const rowExtras = {
  ...extraNames,
  currency: (index: number): string => `@c${index}`,
} as const;

/** The one statement of a query whose rows are columns; what it gives is what `toSql` gives. */
export function rowsToSql(plan: RowsPlan, annotations: Annotations | null): SqlStatement {
  const values = new Values();
  const { order, page, at } = plan;
  const where = whereText(plan, values);
  const rows = plan.distinct
    ? distinctText(plan, where, annotations, values)
    : chosenText(plan, where, annotations, values);
  const keys = plan.keyed && !page.last ? order : [];
  const kept = keys.map((_, index) => `, v."@k${index}" as k${index}`).join('');
  const json = jsonText(plan, annotations, values);
  const read = `select ${json} as j${kept} from (${rows}) v`;
  const counted = plan.count ? `, ${countText(plan, where, values)} as count` : '';
  return {
    text: pageText(read, page, keys, values, `${counted}${foundText(at, values)}`),
    values: values.list,
  };
}

/** The WHERE of a query, with its blank before, or nothing. */
export function whereText(source: RowSource, values: Values): string {
  const conditions = [...placeConditions(source.at, values)];
  if (source.filter) conditions.push(conditionText(source.filter, values));
  return conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
}

/** What stands around the rows of a page: their text as `value`, `more`, and the edges by which a cursor continues. */
export function pageText(
  rows: string,
  page: Page,
  keys: readonly OrderKey[],
  values: Values,
  rest: string,
): string {
  if (page.last) return `select string_agg(p.j, ',') as value${rest} from (${rows}) p`;
  const size = values.rows(page.size);
  const edge = (place: string): string =>
    `max(case when p.n = ${place} then json_build_array(${keys
      .map((key, index) => cursorText(key, `p.k${index}`))
      .join(', ')})::text end)`;
  const edges = keys.length > 0 ? `, ${edge('1')} as first, ${edge(size)} as last` : '';
  return `select string_agg(p.j, ',') filter (where p.n <= ${size}) as value, count(*) > ${size} as more${edges}${rest} from (select q.*, row_number() over () as n from (${rows}) q) p`;
}

/** The LIMIT of a page, one row more than it holds so that what follows is known, and how many rows come before. */
export function limitText({ size, number, cursor, last }: Page, values: Values): string {
  const limit = ` limit ${values.rows(last ? size : size + 1)}`;
  return cursor || number === 1 ? limit : `${limit} offset ${values.add('int8', (number - 1) * size)}`;
}

function chosenText(plan: RowsPlan, where: string, annotations: Annotations | null, values: Values): string {
  const { order, page, at, links } = plan;
  const { scope } = at;
  const after = page.cursor
    ? `${where === '' ? ' where ' : `${where} and `}${afterText(order, page.cursor, values)}`
    : where;
  const keys = plan.keyed && !page.last ? order.map((key, index) => `${keyText(key)} as "@k${index}"`) : [];
  const version = plan.etag ? [`${column(scope.alias, 'versionnumber')} as "@v"`] : [];
  const raw = [...version, ...rawTexts(plan, annotations), ...keys];
  return `select ${raw.join(', ')} from ${fromLinks(scope, links, values)}${after} order by ${orderText(order)}${limitText(page, values)}`;
}

/** Rows that differ in a column shown or ordered by, text without case as everywhere; ordered by the keys, then by the
 *  columns, so that pages do not overlap. */
function distinctText(
  plan: RowsPlan,
  where: string,
  annotations: Annotations | null,
  values: Values,
): string {
  const { columns, order, page, at, links } = plan;
  const parts = [...order.map(keyText), ...columns.flatMap(({ field }) => (field ? comparable(field) : []))];
  const named = parts.map((part, index) => `${part} as "@d${index}"`);
  const raw = [...rawTexts(plan, annotations), ...named].join(', ');
  const rows = `select distinct on (${parts.join(', ')}) ${raw} from ${fromLinks(at.scope, links, values)}${where} order by ${parts.join(', ')}`;
  const directions = parts.map(
    (_, index) => `y."@d${index}"${order[index]?.descending ? ' desc nulls last' : ' nulls first'}`,
  );
  return `select y.* from (${rows}) y order by ${directions.join(', ')}${limitText(page, values)}`;
}

function countText({ distinct, at, links, columns, order }: RowsPlan, where: string, values: Values): string {
  const parts = [...order.map(keyText), ...columns.flatMap(({ field }) => (field ? comparable(field) : []))];
  const rows = `select ${distinct ? `distinct ${parts.join(', ')}` : '1'} from ${fromLinks(at.scope, links, values)}${where} limit ${values.rows(countLimit + 1)}`;
  return `(select count(*)::int4 from (${rows}) c)`;
}

function rawTexts({ columns }: RowsPlan, annotations: Annotations | null): string[] {
  return columns.flatMap((shown, index) => rawText(shown, index, annotations));
}

/** The stored values that showing a column needs: its own, the table of a polymorphic lookup, the currency of money. */
function rawText({ field, currency }: RowColumn, index: number, annotations: Annotations | null): string[] {
  if (!field) return [];
  const { alias, property } = field;
  const texts = [`${column(alias, property.column)} as ${quote(rawName(index))}`];
  if (annotations && property.kind === 'lookup' && isPolymorphic(property.definition))
    texts.push(`${discriminator(alias, property.column)} as ${quote(`${rawName(index)}@table`)}`);
  if (annotations?.formatted && currency)
    texts.push(`${column(alias, 'transactioncurrencyid')} as ${quote(`${rawName(index)}@currency`)}`);
  return texts;
}

/** The JSON text of one row `v` of raw values; empty ones are left out. Names that the caller chose are parameters.
 *  `annotated`: with what the response needs, and exact numbers as text. */
export function jsonText(
  { at, columns, etag }: RowSource & { readonly columns: readonly RowColumn[]; readonly etag: boolean },
  annotations: Annotations | null,
  values: Values,
): string {
  const version = `',"@odata.etag":"W/\\"' || v."@v" || '\\""'`;
  const members = columns.flatMap((shown, index) =>
    memberTexts(shown, index, at.scope.access, annotations, values),
  );
  const all = etag ? [version, ...members] : members;
  // A function takes at most a hundred arguments.
  const parts = Array.from({ length: Math.ceil(all.length / 90) }, (_, at) =>
    all.slice(at * 90, at * 90 + 90).join(', '),
  );
  return `('{' || substr(${parts.map((part) => `concat(${part})`).join(' || ')}, 2) || '}')`;
}

/** What nameText gives where no target of the lookup has a name to show. */
const noName = 'null';

function memberTexts(
  shown: RowColumn,
  index: number,
  access: Access,
  annotations: Annotations | null,
  values: Values,
): string[] {
  const { given, property, children } = shown;
  const own = { ...property, column: rawName(index) };
  const value = children ? childrenText(children, index, values) : outputText('v', own, annotations !== null);
  const start = `,${JSON.stringify(shown.name)}:`;
  const member = (label: string, text: string): string => `${label} || to_json(${text})::text`;
  const members = [member(given ? values.add('text', start) : literal(start), value)];
  if (!annotations) return members;
  const extra = (label: string, text: string): void => {
    members.push(member(literal(`,${JSON.stringify(label)}:`), text));
  };
  if (property.kind === 'lookup') {
    const name = annotations.formatted ? nameText('v', own, access, values) : noName;
    if (name !== noName) extra(rowExtras.name(index), name);
    if (isPolymorphic(property.definition)) extra(rowExtras.table(index), discriminator('v', rawName(index)));
  }
  const symbol = shown.currency && annotations.formatted ? symbolText(index, access, values) : null;
  if (symbol !== null) extra(rowExtras.currency(index), symbol);
  return members;
}

/** The currency that a row's money is in; null when the caller may read no currency. */
function symbolText(index: number, access: Access, values: Values): string | null {
  const rule = access.readable(transactioncurrency);
  if (rule === undefined) return null;
  const rows = sourceText(transactioncurrency, 'u', rule, values);
  return `(select ${currencyText('u')} from ${rows} where u.transactioncurrencyid = v.${quote(`${rawName(index)}@currency`)})`;
}

function childrenText(
  { scope, column: parent }: NonNullable<RowColumn['children']>,
  index: number,
  values: Values,
): string {
  const { alias, entity, rule } = scope;
  const rows = sourceText(entity.table, alias, rule, values);
  return `(select count(*) from ${rows} where ${column(alias, parent)} = ${column('v', rawName(index))})`;
}
