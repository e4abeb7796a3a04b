/** A QueryExpression of the Web API as a query in FetchXML that gives the keys of its rows. Source: published type reference,
 *  QueryExpression, FilterExpression, ConditionExpression, LinkEntity. */
import { Refusal, tables } from '../../tables/index.ts';
import { functions } from '../fetch/plan/operators.ts';
import { isObject, type Json, type JsonObject } from '../parse/body.ts';

/** ConditionOperator of the SDK by the operator of FetchXML that means the same. The others are named as query functions. */
const operators: ReadonlyMap<string, string> = new Map([
  ...[...functions].map(([operator, name]): [string, string] => [name, operator]),
  ...Object.entries({
    ...{
      Equal: 'eq',
      NotEqual: 'ne',
      GreaterThan: 'gt',
      LessThan: 'lt',
      GreaterEqual: 'ge',
      LessEqual: 'le',
    },
    ...{ Like: 'like', NotLike: 'not-like', BeginsWith: 'begins-with', DoesNotBeginWith: 'not-begin-with' },
    ...{ EndsWith: 'ends-with', DoesNotEndWith: 'not-end-with', Null: 'null', NotNull: 'not-null' },
  }),
]);
const joins: ReadonlyMap<string, string> = new Map([
  ['Inner', 'inner'],
  ['LeftOuter', 'outer'],
]);

const invalid = (words: string): never => {
  throw new Refusal('invalidArgument', words);
};

const members = {
  query: [
    ...['EntityName', 'ColumnSet', 'Criteria', 'LinkEntities', 'Orders', 'PageInfo', 'TopCount'],
    ...['Distinct', 'NoLock'],
  ],
  filter: ['FilterOperator', 'Conditions', 'Filters'],
  condition: ['EntityName', 'AttributeName', 'Operator', 'Values'],
  link: [
    ...['LinkFromEntityName', 'LinkFromAttributeName', 'LinkToEntityName', 'LinkToAttributeName'],
    ...['JoinOperator', 'EntityAlias', 'LinkCriteria', 'LinkEntities', 'Columns', 'Orders'],
  ],
} as const;

/** A member that is passed over might be the one that leaves rows alone. */
function refuseUnknown(object: JsonObject, part: keyof typeof members): void {
  const known: readonly string[] = members[part];
  const unknown = Object.keys(object).find((name) => !name.includes('@') && !known.includes(name));
  if (unknown !== undefined)
    invalid(`A ${part} of a query has no '${unknown.slice(0, 100)}', only ${known.join(', ')}.`);
}

/** The query in FetchXML, `size` rows a page. Refuses invalidArgument for what is no query of a table, notImplemented for
 *  a query of the first rows only. */
export function toFetchXml(query: JsonObject, size: number): string {
  refuseUnknown(query, 'query');
  const name = textOf(query, 'EntityName');
  const table =
    tables.get(name) ?? invalid(`There is no table with the logical name '${name.slice(0, 100)}'.`);
  if (Number(query.TopCount ?? 0) !== 0)
    throw new Refusal(
      'notImplemented',
      'A bulk delete of the first rows of a query (TopCount) is not implemented.',
    );
  const inner = `<attribute name="${table.primaryId}"/>${filterText(query.Criteria)}${linksText(query)}`;
  return `<fetch count="${size}"><entity name="${escaped(name)}">${inner}</entity></fetch>`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');

function textOf(object: JsonObject, member: string): string {
  const value = object[member];
  return typeof value === 'string' && value !== '' ? value : invalid(`A query needs the text '${member}'.`);
}

function listOf(object: JsonObject, member: string): readonly JsonObject[] {
  const value = object[member] ?? [];
  return Array.isArray(value) && value.every(isObject)
    ? value
    : invalid(`'${member}' must be a list of objects.`);
}

function filterText(given: Json | undefined): string {
  if (given === undefined || given === null) return '';
  if (!isObject(given)) return invalid('A filter of a query must be an object.');
  refuseUnknown(given, 'filter');
  const type = given.FilterOperator ?? 'And';
  if (type !== 'And' && type !== 'Or') return invalid("The FilterOperator of a filter is 'And' or 'Or'.");
  const conditions = listOf(given, 'Conditions').map(conditionText);
  const filters = listOf(given, 'Filters').map(filterText);
  const items = [...conditions, ...filters].join('');
  return items === '' ? '' : `<filter type="${type.toLowerCase()}">${items}</filter>`;
}

function conditionText(condition: JsonObject): string {
  refuseUnknown(condition, 'condition');
  const name = textOf(condition, 'Operator');
  const operator = operators.get(name) ?? invalid(`The operator '${name.slice(0, 100)}' is not known.`);
  const entity = condition.EntityName;
  const entityname = typeof entity === 'string' && entity !== '' ? ` entityname="${escaped(entity)}"` : '';
  const values = condition.Values ?? [];
  if (!Array.isArray(values)) return invalid("The 'Values' of a condition must be a list.");
  const head = `attribute="${escaped(textOf(condition, 'AttributeName'))}" operator="${operator}"${entityname}`;
  return `<condition ${head}>${values.map(valueText).join('')}</condition>`;
}

/** A value is given as it is, or as an Object {Type, Value}. */
function valueText(given: Json): string {
  const value = isObject(given) ? (given.Value ?? null) : given;
  if (value === null || typeof value === 'object')
    return invalid('A value of a condition must be a text or a number.');
  return `<value>${escaped(String(value))}</value>`;
}

function linksText(holder: JsonObject): string {
  return listOf(holder, 'LinkEntities')
    .map((link) => {
      refuseUnknown(link, 'link');
      const join = String(link.JoinOperator ?? 'Inner');
      const type =
        joins.get(join) ?? invalid(`The JoinOperator of a link is ${[...joins.keys()].join(' or ')}.`);
      const alias = typeof link.EntityAlias === 'string' ? ` alias="${escaped(link.EntityAlias)}"` : '';
      const [name, from, to] = ['LinkToEntityName', 'LinkToAttributeName', 'LinkFromAttributeName'].map(
        (member) => escaped(textOf(link, member)),
      );
      const inner = `${filterText(link.LinkCriteria)}${linksText(link)}`;
      return `<link-entity name="${name}" from="${from}" to="${to}" link-type="${type}"${alias}>${inner}</link-entity>`;
    })
    .join('');
}
