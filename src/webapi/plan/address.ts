import { type AlternateKey, Refusal, tablesBySet } from '../../tables/index.ts';
import type { Arguments, Literal, Operand, Segment } from '../parse/ast.ts';
import {
  type Collection,
  type Entity,
  entityOf,
  isPrincipal,
  type Navigation,
  type Property,
} from './entity.ts';
import { type Operation, operations } from './operations.ts';

/** Values of a declared alternate key, one for each of its columns. Source: webapi.md §1. */
export interface KeyValues {
  readonly key: AlternateKey;
  readonly values: readonly { readonly property: Property; readonly literal: Literal }[];
}

/** One step from a row: along a lookup (`entity`: the first of the tables it may lead to), or into a collection (to one of
 *  its rows when `id` or `key` is given). */
export type Step =
  | { readonly kind: 'navigation'; readonly navigation: Navigation; readonly entity: Entity }
  | {
      readonly kind: 'collection';
      readonly collection: Collection;
      readonly entity: Entity;
      readonly id: string | null;
      readonly key?: KeyValues | undefined;
    };

/** Rows of the database: a set or one of its rows (by `rootId` or `rootKey`), and the steps taken from there. */
export interface Place {
  readonly root: Entity;
  readonly rootId: string | null;
  readonly rootKey?: KeyValues | undefined;
  readonly steps: readonly Step[];
}

/** What a URL addresses. */
export type Address =
  | { readonly kind: 'service' | 'metadata' | 'batch' }
  | { readonly kind: 'definitions'; readonly segments: readonly Segment[] }
  | {
      readonly kind: 'operation';
      readonly name: string;
      readonly operation: Operation;
      readonly args: Arguments | null;
      readonly place: Place | null;
    }
  | {
      readonly kind: 'rows';
      readonly place: Place;
      readonly property: Property | null;
      readonly suffix: 'count' | 'ref' | 'value' | null;
    };

const prefix = 'Microsoft.Dynamics.CRM.';
const definitions: ReadonlySet<string> = new Set([
  'EntityDefinitions',
  'RelationshipDefinitions',
  'GlobalOptionSetDefinitions',
  'ManagedPropertyDefinitions',
]);
const suffixes: ReadonlyMap<string, 'count' | 'ref' | 'value'> = new Map([
  ['$count', 'count'],
  ['$ref', 'ref'],
  ['$value', 'value'],
]);

const notFound = (name: string): never => {
  throw new Refusal('segmentNotFound', name);
};

/** The table whose rows the place holds. */
export const entityAt = (place: Place): Entity => place.steps.at(-1)?.entity ?? place.root;

/** Whether the place is one row, not a set. */
export function isSingle(place: Place): boolean {
  const last = place.steps.at(-1);
  if (!last) return place.rootId !== null || place.rootKey !== undefined;
  return last.kind === 'navigation' || last.id !== null || last.key !== undefined;
}

/** Finds out what the path addresses. Refuses segmentNotFound, keyNotDeclared, malformedQuery, notImplemented.
 *  Source: webapi.md §1. */
export function resolveAddress(segments: readonly Segment[]): Address {
  const [first, ...rest] = segments;
  if (!first) return { kind: 'service' };
  const table = tablesBySet.get(first.name);
  if (!table) return resolveOther(first, rest);
  const root = entityOf(table);
  const { id: rootId, key: rootKey } = keyOf(root, first.args);
  return walk({ root, rootId, rootKey, steps: [] }, rest);
}

function resolveOther(first: Segment, rest: readonly Segment[]): Address {
  if (first.name === '$metadata' && rest.length === 0 && !first.args) return { kind: 'metadata' };
  if (first.name === '$batch' && rest.length === 0 && !first.args) return { kind: 'batch' };
  if (definitions.has(first.name)) return { kind: 'definitions', segments: [first, ...rest] };
  const operation = operations.get(first.name);
  if (!operation || operation.bound !== null || rest.length > 0) return notFound(first.name);
  return { kind: 'operation', name: first.name, operation, args: first.args, place: null };
}

function walk(start: Place, segments: readonly Segment[]): Address {
  let place = start;
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment.name.startsWith(prefix))
      return last ? boundOperation(place, segment) : notFound(segment.name);
    const suffix = suffixes.get(segment.name);
    if (suffix) return last ? withSuffix(place, null, suffix) : notFound(segment.name);
    const property = segment.args ? undefined : propertyAt(place, segment.name);
    if (property) return propertyAddress(place, property, segments.slice(index + 1));
    place = { ...place, steps: [...place.steps, stepFrom(place, segment)] };
  }
  return { kind: 'rows', place, property: null, suffix: null };
}

function propertyAt(place: Place, name: string): Property | undefined {
  const entity = entityAt(place);
  return isSingle(place) && !entity.navigations.has(name) ? entity.properties.get(name) : undefined;
}

function propertyAddress(place: Place, property: Property, rest: readonly Segment[]): Address {
  const [next, more] = rest;
  if (!next) return { kind: 'rows', place, property, suffix: null };
  return next.name === '$value' && !more ? withSuffix(place, property, 'value') : notFound(next.name);
}

function withSuffix(place: Place, property: Property | null, suffix: 'count' | 'ref' | 'value'): Address {
  const fits =
    suffix === 'value' ? property !== null : suffix === 'count' ? !isSingle(place) : place.steps.length > 0;
  return fits ? { kind: 'rows', place, property, suffix } : notFound(`$${suffix}`);
}

function stepFrom(place: Place, segment: Segment): Step {
  const entity = entityAt(place);
  if (!isSingle(place)) return notFound(segment.name);
  const navigation = entity.navigations.get(segment.name);
  const [target] = navigation?.targets ?? [];
  if (navigation && target && !segment.args) {
    return { kind: 'navigation', navigation, entity: entityOf(target) };
  }
  const collection = entity.collections.get(segment.name);
  if (!collection) return notFound(segment.name);
  const next = entityOf(collection.table);
  return { kind: 'collection', collection, entity: next, ...keyOf(next, segment.args) };
}

function boundOperation(place: Place, segment: Segment): Address {
  const name = segment.name.slice(prefix.length);
  const operation = operations.get(name);
  const { table } = entityAt(place);
  const fits =
    operation?.bound &&
    (operation.bound === '*' || operation.bound === table.logicalName) &&
    isSingle(place) === !operation.onSet;
  if (!operation || !fits) return notFound(segment.name);
  return { kind: 'operation', name, operation, args: segment.args, place };
}

interface FoundKey {
  readonly id: string | null;
  readonly key?: KeyValues;
}

/** The id, or the values of an alternate key, that stand in the parentheses. Refuses keyNotDeclared, malformedQuery. */
function keyOf(entity: Entity, args: Arguments | null): FoundKey {
  if (!args) return { id: null };
  const { logicalName } = entity.table;
  if (args.kind === 'none') throw new Refusal('keyNotDeclared', logicalName);
  const declared = isPrincipal(entity.table) ? 'ownerid' : entity.key.name;
  if (args.kind === 'value') return { id: idOf(args.value, logicalName) };
  const [first, another] = args.values;
  if (first?.[0] === declared && !another) return { id: idOf(first[1], logicalName) };
  return { id: null, key: alternateKeyOf(entity, args.values) };
}

function idOf(value: Operand | undefined, logicalName: string): string {
  if (value?.kind === 'literal' && value.literal.type === 'guid') return value.literal.value;
  throw new Refusal('malformedQuery', `A key of '${logicalName}' is a GUID without braces and quotes.`);
}

/** Finds the declared key with exactly these columns, lookups by their `_x_value` names. */
function alternateKeyOf(
  entity: Entity,
  given: readonly (readonly [name: string, value: Operand])[],
): KeyValues {
  const { table, properties } = entity;
  const byColumn = new Map<string, Operand>();
  for (const [name, value] of given) {
    const property = properties.get(name);
    if (property) byColumn.set(property.column, value);
  }
  const key = table.keys?.find(
    ({ columns }) => columns.length === given.length && columns.every((column) => byColumn.has(column)),
  );
  if (!key || byColumn.size !== given.length) throw new Refusal('keyNotDeclared', table.logicalName);
  const values = entity.all.flatMap((property) => {
    const operand = key.columns.includes(property.column) ? byColumn.get(property.column) : undefined;
    if (!operand) return [];
    if (operand.kind !== 'literal')
      throw new Refusal('malformedQuery', `The key column '${property.name}' needs a value.`);
    return { property, literal: operand.literal };
  });
  return { key, values };
}
