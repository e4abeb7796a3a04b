import type { Table } from '../../tables/index.ts';
import { tables } from '../../tables/index.ts';
import type { Access } from '../plan/asker.ts';
import { printCursor } from '../plan/cursor.ts';
import { type Entity, entityOf, isPolymorphic, type Property } from '../plan/entity.ts';
import type { OrderKey } from '../plan/order.ts';
import type { CollectionExpand, ExpandPlan, RecordPlan, SingleExpand } from '../plan/record.ts';
import type { Annotations } from '../plan.ts';
import { conditionText, fromScope, linkText } from './condition.ts';
import { orderText } from './order.ts';
import { sourceText } from './source.ts';
import { column, currencyText, discriminator, literal, quote, type Values } from './text.ts';

/** What all records of a statement have in common. `root`: the API's absolute address. `annotations`: values come with
 *  what the response needs to annotate them, and exact numbers as text. */
export interface Output {
  readonly values: Values;
  readonly root: string;
  readonly annotations: Annotations | null;
}

/** The names of the extra members that an annotated record carries to the response, by the property's place. */
export const extraNames = {
  name: (index: number): string => `@n${index}`,
  table: (index: number): string => `@t${index}`,
  currency: '@c',
} as const;

const second = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`;

/** A property as it stands in JSON. */
export function outputText(alias: string, property: Property, exactAsText: boolean): string {
  const value = column(alias, property.column);
  switch (property.kind) {
    case 'dateTime':
      return `to_char(${value} at time zone 'UTC', ${second})`;
    case 'choices':
      return `array_to_string(${value}, ',')`;
    case 'binary':
      return `translate(encode(${value}, 'base64'), E'\\n', '')`;
    case 'managed':
      return `case when ${value} is not null then json_build_object('Value', ${value}, 'CanBeChanged', true, 'ManagedPropertyLogicalName', ${literal(property.column)}) end`;
    case 'bigint':
    case 'decimal':
    case 'money':
      return exactAsText ? `${value}::text` : value;
    default:
      return value;
  }
}

/** The FROM item that holds the row's own members as one composite, and the expression of its JSON text. Written as a
 *  lateral sub-select because PostgreSQL folds that into one row_to_json call without a sub-plan. `from`: where the rows
 *  under the plan's alias come from. */
export function recordText(
  plan: RecordPlan,
  output: Output,
  from: string,
): { readonly from: string; readonly json: string } {
  const { alias, entity } = plan.scope;
  if (plan.reference) {
    const start = output.values.add('text', `${escaped(output.root)}/${entity.table.entitySetName}(`);
    const key = column(alias, entity.table.primaryId);
    return { from, json: `('{"@odata.id":"' || ${start} || ${key} || ')"}')` };
  }
  const row = `r${alias}`;
  const own = `row_to_json(${row})::text`;
  const expanded = plan.expands.map((expand) => ` || ${expandText(expand, output)}`).join('');
  return {
    from: `${from} cross join lateral (select ${membersText(plan, output)}) ${row}`,
    json: expanded === '' ? own : `(left(${own}, -1)${expanded} || '}')`,
  };
}

/** The rows of a plan in order, cut to a number, as `j` their JSON text. Order and limit come first, in a sub-select of
 *  their own: else PostgreSQL makes the JSON of every row it sorts. `keys`: extra columns by name. */
export function orderedRows(
  plan: RecordPlan,
  output: Output,
  rows: { readonly where: string; readonly order: readonly OrderKey[]; readonly limit: number },
  keys: readonly (readonly [name: string, text: string])[],
): string {
  const { alias } = plan.scope;
  const inner = keys.map(([name, text]) => `, ${text} as "@${name}"`).join('');
  const outer = keys.map(([name]) => `, ${alias}."@${name}" as ${name}`).join('');
  const columns = columnsOf(plan, output.annotations)
    .map((name) => column(alias, name))
    .join(', ');
  const chosen = `(select ${columns}${inner} from ${fromScope(plan.scope, output.values)}${rows.where} order by ${orderText(rows.order)} limit ${output.values.rows(rows.limit)}) ${alias}`;
  const { from, json } = recordText(plan, output, chosen);
  return `select ${json} as j${outer} from ${from}`;
}

/** The stored columns that showing a row needs. Named one by one, because PostgreSQL sorts every column of a `*`. */
function columnsOf(plan: RecordPlan, annotations: Annotations | null): string[] {
  const { table } = plan.scope.entity;
  const names = new Set([table.primaryId]);
  if (plan.reference) return [...names];
  names.add('versionnumber');
  for (const { column: name, kind, definition } of plan.properties) {
    names.add(name);
    if (annotations && kind === 'lookup' && isPolymorphic(definition)) names.add(`${name}@table`);
    if (annotations && kind === 'money' && table.columns.transactioncurrencyid)
      names.add('transactioncurrencyid');
  }
  for (const expand of plan.expands) {
    if (expand.kind === 'collection') continue;
    names.add(expand.column);
    if (expand.polymorphic) names.add(`${expand.column}@table`);
  }
  return [...names];
}

/** How many texts are kept of one table. */
const wholeRowLimit = 20;
const wholeRows = new WeakMap<Entity, Map<string, string>>();

/** The members of a row. Whole rows are the longest text and always the same, so theirs is kept. */
function membersText(plan: RecordPlan, output: Output): string {
  const { alias, entity } = plan.scope;
  if (plan.properties !== entity.all || output.annotations) return memberTexts(plan, output).join(', ');
  const texts = wholeRows.get(entity) ?? new Map<string, string>();
  const shape = `${alias} ${plan.typed}`;
  const known = texts.get(shape);
  if (known !== undefined) return known;
  const text = memberTexts(plan, output).join(', ');
  // A row's text is about 10 kB; there are a few aliases of every table.
  if (texts.size < wholeRowLimit) wholeRows.set(entity, texts.set(shape, text));
  return text;
}

function memberTexts(plan: RecordPlan, { annotations, values }: Output): string[] {
  const { alias, entity } = plan.scope;
  const etag = `'W/"' || ${column(alias, 'versionnumber')} || '"' as "@odata.etag"`;
  const type = `${literal(`#Microsoft.Dynamics.CRM.${entity.table.logicalName}`)} as "@odata.type"`;
  return [
    ...(plan.typed ? [type] : []),
    etag,
    ...plan.properties.map(
      (property) => `${outputText(alias, property, annotations !== null)} as ${quote(property.name)}`,
    ),
    ...(annotations ? extraTexts(plan, annotations, values) : []),
  ];
}

function extraTexts({ properties, scope }: RecordPlan, annotations: Annotations, values: Values): string[] {
  const { alias, entity, access } = scope;
  const extras: string[] = [];
  for (const [index, property] of properties.entries()) {
    if (property.kind !== 'lookup') continue;
    if (annotations.formatted)
      extras.push(`${nameText(alias, property, access, values)} as ${quote(extraNames.name(index))}`);
    if (isPolymorphic(property.definition))
      extras.push(`${discriminator(alias, property.column)} as ${quote(extraNames.table(index))}`);
  }
  const currency = entity.table.columns.transactioncurrencyid && tables.get('transactioncurrency');
  const rule = currency ? access.readable(currency) : undefined;
  if (
    currency &&
    rule !== undefined &&
    annotations.formatted &&
    properties.some(({ kind }) => kind === 'money')
  )
    extras.push(
      `(select ${currencyText('x')} from ${sourceText(currency, 'x', rule, values)} where x.transactioncurrencyid = ${column(alias, 'transactioncurrencyid')}) as ${quote(extraNames.currency)}`,
    );
  return extras;
}

/** The name of the row behind a lookup; null where that row may not be read. */
export function nameText(alias: string, property: Property, access: Access, values: Values): string {
  const id = column(alias, property.column);
  const ofTable = (table: Table): string | null => {
    const name = table.primaryName && entityOf(table).properties.get(table.primaryName);
    const rule = access.readable(table);
    return name && rule !== undefined
      ? `(select x.${quote(name.column)} from ${sourceText(table, 'x', rule, values)} where x.${quote(table.primaryId)} = ${id})`
      : null;
  };
  const targets = [...targetsOf(property)];
  if (!isPolymorphic(property.definition)) return (targets[0] && ofTable(targets[0])) ?? 'null';
  const cases = targets.flatMap((table) => {
    const name = ofTable(table);
    return name ? [`when ${literal(table.logicalName)} then ${name}`] : [];
  });
  return cases.length > 0 ? `case ${discriminator(alias, property.column)} ${cases.join(' ')} end` : 'null';
}

function targetsOf(property: Property): Table[] {
  return (property.definition.targets ?? []).flatMap((name) => tables.get(name) ?? []);
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

function expandText(expand: ExpandPlan, output: Output): string {
  return expand.kind === 'single' ? singleText(expand, output) : collectionText(expand, output);
}

function singleText(expand: SingleExpand, output: Output): string {
  const one = (plan: RecordPlan): string => {
    const { from, json } = recordText(plan, output, fromScope(plan.scope, output.values));
    const { alias, entity } = plan.scope;
    const id = column(alias, entity.table.primaryId);
    return `(select ${json} from ${from} where ${id} = ${column(expand.from, expand.column)})`;
  };
  const found = expand.polymorphic
    ? `case ${discriminator(expand.from, expand.column)} ${expand.alternatives
        .map((plan) => `when ${literal(plan.scope.entity.table.logicalName)} then ${one(plan)}`)
        .join(' ')} end`
    : expand.alternatives.map(one).join('');
  return `${literal(`,"${expand.name}":`)} || coalesce(${found}, 'null')`;
}

/** Characters that may stand unescaped in the value of a query option. */
const encodeOption = (value: string): string =>
  encodeURIComponent(value).replace(/%(?:24|2C|2F|3A|3B|3D|40)/g, (code) => decodeURIComponent(code));

function linkOptions(expand: CollectionExpand): string {
  return expand.options.map(([name, value]) => `${name}=${encodeOption(value)}`).join('&');
}

function collectionText(expand: CollectionExpand, output: Output): string {
  const { values, root } = output;
  const { record, parent, collection } = expand;
  const holder = parent.entity.table;
  const id = column(parent.alias, holder.primaryId);
  const link = linkText(collection, record.scope.alias, holder.logicalName, id);
  const filter = expand.filter ? ` and ${conditionText(expand.filter, values)}` : '';
  const rows = (limit: number, keys: readonly (readonly [string, string])[]): string =>
    orderedRows(record, output, { where: ` where ${link}${filter}`, order: expand.order, limit }, keys);
  const options = linkOptions(expand);
  const start = `${literal(`"${expand.name}@odata.nextLink":"`)} || ${values.add('text', `${escaped(root)}/${holder.entitySetName}(`)} || ${id}`;
  const tail = `)/${expand.name}${options ? `?${escaped(options)}` : ''}`;
  const name = literal(`,"${expand.name}":[`);
  if (expand.pageSize === null)
    return `${name} || coalesce((select string_agg(p.j, ',') from (${rows(expand.limit, [])}) p), '') || '],' || ${start} || ${values.add('text', `${tail}"`)}`;
  const key = column(record.scope.alias, record.scope.entity.table.primaryId);
  const size = values.rows(expand.pageSize);
  const token = tokenText(expand.order, `${tail}${options ? '&' : '?'}$skiptoken=`, size, values);
  return `${name} || (select coalesce(string_agg(p.j, ',') filter (where p.n <= ${size}), '') || ']' || case when count(*) > ${size} then ',' || ${start} || ${token} else '' end from (select q.j, q.k, row_number() over () as n from (${rows(expand.pageSize + 1, [['k', key]])}) q) p)`;
}

const firstMark = '00000000-0000-0000-0000-00000000000A';
const lastMark = '00000000-0000-0000-0000-00000000000B';

/** A cursor over the primary key with the ids put in by the database. */
function tokenText(order: readonly OrderKey[], before: string, size: string, values: Values): string {
  const cursor = encodeURIComponent(printCursor(order, 2, [firstMark], [lastMark]));
  const [head = '', rest = ''] = cursor.split(lastMark);
  const [middle = '', end = ''] = rest.split(firstMark);
  const id = (row: string): string => `upper(max(case when p.n = ${row} then p.k::text end))`;
  const part = (text: string): string => values.add('text', text);
  return `${part(before + head)} || ${id(size)} || ${part(middle)} || ${id('1')} || ${part(`${end}"`)}`;
}
