import { type DefinitionMarks, Refusal } from '../../tables/index.ts';
import { isObject, type Json, type JsonObject } from '../parse/body.ts';
import { definitionSets } from './catalogue.ts';
import type { Described } from './described.ts';
import { type MetadataKind, metadataId } from './metadata-id.ts';
import { membersOf, navigationsOf } from './types.ts';

/** Which part of the query is about what a navigation property leads to. */
const parts: Readonly<Record<string, string>> = {
  Attributes: 'AttributeQuery',
  Keys: 'KeyQuery',
  OneToManyRelationships: 'RelationshipQuery',
  ManyToOneRelationships: 'RelationshipQuery',
  ManyToManyRelationships: 'RelationshipQuery',
};

/** The definitions that a query asks for, and of those, with a stamp, the tables that were changed since.
 *  Refuses definitionInvalid, expired. Source: webapi.md §11, RetrieveMetadataChanges; published article "Query schema
 *  definitions". */
export function metadataChanges(
  query: JsonObject,
  stamp: string | null,
  marks: DefinitionMarks,
  now: Date,
): JsonObject {
  const since = stamp === null ? null : versionOf(stamp, marks);
  const tables = definitionSets.get('EntityDefinitions')?.all() ?? [];
  const changed = tables.filter(
    ({ members }) => since === null || (marks.changed.get(String(members.LogicalName)) ?? 0) > since,
  );
  return {
    ServerVersionStamp: `${marks.version}!${stampDate(now)}`,
    EntityMetadata: chosen(changed, 'EntityMetadata', query, query),
    DeletedMetadata: since === null ? noneDeleted : deleted(marks, since),
  };
}

const stampDate = (now: Date): string => {
  const [day = '', time = ''] = now.toISOString().split('T');
  const [year, month, date] = day.split('-');
  return `${month}/${date}/${year} ${time.slice(0, 8)}`;
};

function versionOf(stamp: string, marks: DefinitionMarks): number {
  const version = Number(/^(\d{1,15})!/.exec(stamp)?.[1] ?? Number.NaN);
  if (Number.isInteger(version) && version <= marks.version) return version;
  throw new Refusal('versionStampExpired');
}

const noneDeleted: JsonObject = { Count: 0, IsReadOnly: false, Keys: [], Values: [] };

const kinds: Readonly<Record<DefinitionMarks['deleted'][number]['kind'], readonly [MetadataKind, string]>> = {
  table: ['table', 'Entity'],
  column: ['column', 'Attribute'],
  relationship: ['relationship', 'Relationship'],
  key: ['key', 'EntityKey'],
  choice: ['choice', 'OptionSet'],
};

function deleted({ deleted: all }: DefinitionMarks, since: number): JsonObject {
  const byKind = new Map<string, string[]>();
  for (const { kind, name, version } of all) {
    if (version <= since) continue;
    const [idKind, wire] = kinds[kind];
    byKind.set(wire, [...(byKind.get(wire) ?? []), metadataId(idKind, name)]);
  }
  const values = [...byKind.values()].map((ids) => ({ Count: ids.length, IsReadOnly: false, Items: ids }));
  return { Count: byKind.size, IsReadOnly: false, Keys: [...byKind.keys()], Values: values };
}

/** The definitions that pass the criteria of one expression. What was not asked for is null, as in the product. */
function chosen(
  nodes: readonly Described[],
  type: string,
  expression: JsonObject,
  query: JsonObject,
): JsonObject[] {
  const properties = isObject(expression.Properties) ? expression.Properties : null;
  const wanted = properties === null || isTrue(properties.AllProperties) ? null : names(properties);
  const known = new Set([...Object.keys(membersOf(type)), ...Object.keys(navigationsOf(type))]);
  const unknown = type === 'EntityMetadata' ? wanted?.find((name) => !known.has(name)) : undefined;
  if (unknown !== undefined) refuse(`'${unknown}' is not a property of ${type}.`);
  const passes = filterOf(expression.Criteria);
  return nodes.filter(passes).map((node) => shown(node, type, wanted, query));
}

const always = new Set(['MetadataId', 'LogicalName', 'SchemaName', 'HasChanged']);

function shown(
  node: Described,
  type: string,
  wanted: readonly string[] | null,
  query: JsonObject,
): JsonObject {
  const has = (name: string): boolean => wanted === null || wanted.includes(name);
  const out: Record<string, Json> = {};
  if (node.type !== type) out['@odata.type'] = `#Microsoft.Dynamics.CRM.Complex${node.type}`;
  for (const [name, value] of Object.entries(node.members)) {
    const keep = has(name) || (always.has(name) && name !== 'SchemaName');
    out[name] = keep ? value : null;
  }
  for (const [name, related] of Object.entries(node.related)) {
    if (!has(name)) {
      out[name] = type === 'EntityMetadata' ? [] : null;
      continue;
    }
    const found = related();
    const part = parts[name];
    const expression = part !== undefined && isObject(query[part]) ? query[part] : {};
    if (Array.isArray(found)) out[name] = chosen(found, baseOf(name), expression, query);
    else out[name] = found === null ? null : (found as Described).members;
  }
  return out;
}

const baseOf = (navigation: string): string =>
  (navigationsOf('EntityMetadata')[navigation] ?? '').replace(/^Collection\(mscrm\.|\)$/g, '');

function names(properties: JsonObject): readonly string[] {
  const list = properties.PropertyNames ?? [];
  if (Array.isArray(list) && list.every((one) => typeof one === 'string')) return list as readonly string[];
  return refuse('PropertyNames must be a list of texts.');
}

const isTrue = (value: Json | undefined): boolean =>
  value === true || (typeof value === 'string' && value.toLowerCase() === 'true');

type Test = (node: Described) => boolean;

function filterOf(criteria: Json | undefined): Test {
  if (!isObject(criteria)) return () => true;
  const objects = (name: string): readonly JsonObject[] => {
    const list = criteria[name] ?? [];
    if (Array.isArray(list) && list.every((one: Json) => isObject(one))) return list as readonly JsonObject[];
    return refuse(`${name} must be a list of objects.`);
  };
  const tests = [...objects('Conditions').map(conditionOf), ...objects('Filters').map(filterOf)];
  if (tests.length === 0) return () => true;
  return criteria.FilterOperator === 'Or'
    ? (node) => tests.some((test) => test(node))
    : (node) => tests.every((test) => test(node));
}

/** One condition; of a managed property, the required level and the type's name only the Value is compared. */
function conditionOf(condition: JsonObject): Test {
  const { PropertyName: property, ConditionOperator: operator, Value: value } = condition;
  if (typeof property !== 'string') return refuse('A condition names a PropertyName.');
  const of = ({ members }: Described): string => {
    const found = Object.hasOwn(members, property) ? members[property] : null;
    return plain(isObject(found) ? found.Value : found);
  };
  const wanted = isObject(value) ? value.Value : value;
  const list = listOf(wanted);
  switch (operator) {
    case 'Equals':
      return (node) => of(node) === plain(wanted);
    case 'NotEquals':
      return (node) => of(node) !== plain(wanted);
    case 'In':
      return (node) => list.includes(of(node));
    case 'NotIn':
      return (node) => !list.includes(of(node));
    case 'GreaterThan':
      return (node) => Number(of(node)) > Number(wanted);
    case 'LessThan':
      return (node) => Number(of(node)) < Number(wanted);
    default:
      return refuse(
        `ConditionOperator must be Equals, NotEquals, In, NotIn, GreaterThan or LessThan, not ${JSON.stringify(operator)}.`,
      );
  }
}

/** Values come as texts beside the name of their type, so they are compared as texts. */
const plain = (value: Json | undefined): string =>
  typeof value === 'boolean' || (typeof value === 'string' && /^(?:true|false)$/i.test(value))
    ? String(value).toLowerCase()
    : value === null || value === undefined
      ? ''
      : String(value);

/** A list of texts: as JSON, or as the product's samples write it, `['a','b']`. */
function listOf(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return value.map((one: Json) => plain(one));
  return [...String(value ?? '').matchAll(/'([^']*)'|"([^"]*)"|([^[\],'"\s]+)/g)].map(
    ([, single, double, bare]) => plain(single ?? double ?? bare ?? ''),
  );
}

function refuse(message: string): never {
  throw new Refusal('definitionInvalid', message);
}
