import { Refusal, tablesBySet } from '../../tables/index.ts';
import type { Arguments, Segment } from '../parse/ast.ts';
import {
  type Collection,
  type Entity,
  entityOf,
  isPrincipal,
  type Navigation,
  type Property,
} from './entity.ts';
import { type Operation, operations } from './operations.ts';

/** One step from a row: along a lookup, or into a collection (to one of its rows when `id` is given). */
export type Step =
  | { readonly kind: 'navigation'; readonly navigation: Navigation; readonly entity: Entity }
  | {
      readonly kind: 'collection';
      readonly collection: Collection;
      readonly entity: Entity;
      readonly id: string | null;
    };

/** Rows of the database: a set or one of its rows, and the steps taken from there. */
export interface Place {
  readonly root: Entity;
  readonly rootId: string | null;
  readonly steps: readonly Step[];
}

/** What a URL addresses. */
export type Address =
  | { readonly kind: 'service' | 'metadata' }
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
  if (!last) return place.rootId !== null;
  return last.kind === 'navigation' || last.id !== null;
}

/** Finds out what the path addresses. Refuses segmentNotFound, keyNotDeclared, malformedQuery, notImplemented.
 *  Source: webapi.md §1. */
export function resolveAddress(segments: readonly Segment[]): Address {
  const [first, ...rest] = segments;
  if (!first) return { kind: 'service' };
  const table = tablesBySet.get(first.name);
  if (!table) return resolveOther(first, rest);
  const root = entityOf(table);
  const rootId = first.args ? keyOf(root, first.args) : null;
  return walk({ root, rootId, steps: [] }, rest);
}

function resolveOther(first: Segment, rest: readonly Segment[]): Address {
  if (first.name === '$metadata' && rest.length === 0 && !first.args) return { kind: 'metadata' };
  if (first.name === '$batch') throw new Refusal('notImplemented', '$batch is not implemented.');
  if (definitions.has(first.name))
    throw new Refusal('notImplemented', `Metadata requests (${first.name}) are not implemented.`);
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
  if (navigation && !segment.args) {
    const [target, another] = navigation.targets;
    if (!target || another)
      throw new Refusal(
        'notImplemented',
        `The path '${segment.name}', which leads to several tables, is not implemented; use $expand.`,
      );
    return { kind: 'navigation', navigation, entity: entityOf(target) };
  }
  const collection = entity.collections.get(segment.name);
  if (!collection) return notFound(segment.name);
  const next = entityOf(collection.table);
  return {
    kind: 'collection',
    collection,
    entity: next,
    id: segment.args ? keyOf(next, segment.args) : null,
  };
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

/** The id that a key names. Alternate keys need a declared key, and the published tables declare none.
 *  Refuses keyNotDeclared, malformedQuery. */
function keyOf(entity: Entity, args: Arguments): string {
  const { logicalName } = entity.table;
  if (args.kind === 'none') throw new Refusal('keyNotDeclared', logicalName);
  const declared = isPrincipal(entity.table) ? 'ownerid' : entity.key.name;
  if (args.kind === 'named' && (args.values.length !== 1 || args.values[0]?.[0] !== declared))
    throw new Refusal('keyNotDeclared', logicalName);
  const value = args.kind === 'value' ? args.value : args.values[0]?.[1];
  if (value?.kind === 'literal' && value.literal.type === 'guid') return value.literal.value;
  throw new Refusal('malformedQuery', `A key of '${logicalName}' is a GUID without braces and quotes.`);
}
