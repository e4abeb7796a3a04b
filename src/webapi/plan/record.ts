import { Refusal } from '../../tables/index.ts';
import type { ExpandItem } from '../parse/ast.ts';
import { pageLimit } from '../parse/prefer.ts';
import { expandOptions } from '../parse/print.ts';
import type { Condition, Scope } from './condition.ts';
import {
  type Collection,
  type Entity,
  entityOf,
  isPolymorphic,
  isPrincipal,
  type Navigation,
  type Property,
} from './entity.ts';
import { type Planning, planFilter } from './filter.ts';
import { type OrderKey, planOrder } from './order.ts';

/** What is shown of one row. `reference`: nothing but its address. `typed`: with `@odata.type`, because the property that
 *  leads here has several tables. */
export interface RecordPlan {
  readonly scope: Scope;
  readonly properties: readonly Property[];
  readonly expands: readonly ExpandPlan[];
  readonly reference: boolean;
  readonly typed: boolean;
}

/** An expanded lookup: one plan for each table it may lead to. */
export interface SingleExpand {
  readonly kind: 'single';
  readonly name: string;
  readonly from: string;
  readonly column: string;
  readonly polymorphic: boolean;
  readonly alternatives: readonly RecordPlan[];
}

/** An expanded collection. `pageSize`: cut there, with a link that continues, instead of a link that starts over. */
export interface CollectionExpand {
  readonly kind: 'collection';
  readonly name: string;
  readonly collection: Collection;
  readonly parent: Scope;
  readonly record: RecordPlan;
  readonly filter: Condition | null;
  readonly order: readonly OrderKey[];
  readonly limit: number;
  readonly pageSize: number | null;
  /** The options of the link beside it. */
  readonly options: readonly (readonly [name: string, value: string])[];
}

/** Something expanded. */
export type ExpandPlan = SingleExpand | CollectionExpand;

/** The most properties one query may expand. Source: webapi.md §8. */
const expandLimit = 15;

/** How expands are planned: does any of them hold another, and how large is a page? */
interface ExpandMode {
  readonly nested: boolean;
  readonly maxPageSize: number | null;
}

/** Plans what is shown of the rows of `scope`. Refuses propertyNotFound, expandNotAllowed, malformedQuery.
 *  Source: webapi.md §5 and §8. */
export function planRecord(
  scope: Scope,
  select: readonly string[] | null,
  expand: readonly ExpandItem[],
  planning: Planning,
  maxPageSize: number | null,
): RecordPlan {
  if (countExpands(expand) > expandLimit)
    throw new Refusal('expandNotAllowed', `At most ${expandLimit} properties can be expanded in a query.`);
  const nested = expand.some((item) => item.expand.length > 0);
  return {
    scope,
    properties: planSelect(scope.entity, select),
    expands: planning.expand(() => planExpands(scope, expand, planning, { nested, maxPageSize })),
    reference: false,
    typed: false,
  };
}

/** A plan that shows nothing but the rows' addresses. */
export function planReference(scope: Scope): RecordPlan {
  return { scope, properties: [scope.entity.key], expands: [], reference: true, typed: false };
}

const countExpands = (items: readonly ExpandItem[]): number =>
  items.reduce((sum, item) => sum + 1 + countExpands(item.expand), 0);

/** The properties that a $select shows, in its order, the key at the end unless it was named; all of them without one.
 *  Refuses propertyNotFound. Source: webapi.md §5; rules.md §11 for the bare name of a lookup. */
function planSelect(entity: Entity, select: readonly string[] | null): readonly Property[] {
  const { properties, table, key } = entity;
  if (!select) return entity.all;
  const chosen = new Set<Property>();
  for (const name of select) {
    const property = properties.get(name) ?? bareLookup(entity, name);
    if (!property) throw new Refusal('propertyNotFound', name, table.logicalName);
    chosen.add(property);
    const companion = companionOf(entity, property);
    if (companion) chosen.add(companion);
  }
  const all = [...chosen];
  if (!chosen.has(key)) all.push(key);
  const owner = isPrincipal(table) ? properties.get('ownerid') : undefined;
  return owner && !chosen.has(owner) ? [...all, owner] : all;
}

function bareLookup(entity: Entity, name: string): Property | undefined {
  const column = entity.table.columns[name];
  return column && !isPolymorphic(column) ? entity.properties.get(`_${name}_value`) : undefined;
}

/** What the product adds to a chosen property: the currency to money, the whole to a part of an address. */
export function companionOf(entity: Entity, property: Property): Property | undefined {
  if (property.kind === 'money') return entity.properties.get('_transactioncurrencyid_value');
  const address = /^(address\d)_/.exec(property.name)?.[1];
  return address ? entity.properties.get(`${address}_composite`) : undefined;
}

function planExpands(
  scope: Scope,
  items: readonly ExpandItem[],
  planning: Planning,
  mode: ExpandMode,
): ExpandPlan[] {
  const seen = new Set<string>();
  return items.map((item) => {
    if (seen.has(item.name))
      throw new Refusal('expandNotAllowed', `The property '${item.name}' was expanded more than once.`);
    seen.add(item.name);
    const collection = scope.entity.collections.get(item.name);
    return collection
      ? planCollection(scope, item, collection, planning, mode)
      : planSingle(scope, item, planning, mode);
  });
}

function planSingle(scope: Scope, item: ExpandItem, planning: Planning, mode: ExpandMode): SingleExpand {
  const navigation = scope.entity.navigations.get(item.name);
  const { table } = scope.entity;
  if (!navigation) throw new Refusal('propertyNotFound', item.name, table.logicalName);
  if (item.filter || item.orderBy.length > 0 || item.top !== null)
    throw new Refusal(
      'expandNotAllowed',
      `Only $select and $expand can be provided while doing $expand on the single-valued property '${item.name}'.`,
    );
  const definition = table.columns[navigation.column];
  const typed = navigation.targets.length > 1;
  if (typed && item.select) requireShared(navigation, item.select);
  const alternatives = navigation.targets.map((target): RecordPlan => {
    const inner = planning.scope(entityOf(target));
    if (item.reference) return planReference(inner);
    return {
      scope: inner,
      properties: planSelect(inner.entity, item.select),
      expands: planExpands(inner, item.expand, planning, mode),
      reference: false,
      typed,
    };
  });
  return {
    kind: 'single',
    name: item.name,
    from: scope.alias,
    column: navigation.column,
    polymorphic: definition !== undefined && isPolymorphic(definition),
    alternatives,
  };
}

/** Of rows of several tables only what all of them have can be selected. */
function requireShared({ name, targets }: Navigation, select: readonly string[]): void {
  for (const property of select)
    if (!targets.every((target) => entityOf(target).properties.has(property)))
      throw new Refusal('propertyNotFound', property, name === 'ownerid' ? 'principal' : 'crmbaseentity');
}

function refuseNested(item: ExpandItem, collection: Collection): void {
  if (item.top !== null || item.orderBy.length > 0)
    throw new Refusal(
      'expandNotAllowed',
      'Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.',
    );
  if (collection.kind === 'manyToMany')
    throw new Refusal(
      'expandNotAllowed',
      `The navigation property '${item.name}' cannot be expanded. Only many-to-one relationships are supported for nested expansion.`,
    );
}

function planCollection(
  scope: Scope,
  item: ExpandItem,
  collection: Collection,
  planning: Planning,
  mode: ExpandMode,
): CollectionExpand {
  if (item.reference)
    throw new Refusal(
      'expandNotAllowed',
      'Expand with $ref is only supported on lookup type navigation property.',
    );
  if (mode.nested) refuseNested(item, collection);
  const inner = planning.scope(entityOf(collection.table));
  const pageSize = mode.nested ? (mode.maxPageSize ?? pageLimit) : null;
  return {
    kind: 'collection',
    name: item.name,
    collection,
    parent: scope,
    filter: item.filter ? planFilter(item.filter, inner, planning) : null,
    order: planOrder(item.orderBy, inner, planning),
    limit: pageSize ?? Math.min(item.top ?? pageLimit, pageLimit),
    pageSize,
    options: expandOptions(item),
    record: {
      scope: inner,
      properties: planSelect(inner.entity, item.select),
      expands: planExpands(inner, item.expand, planning, mode),
      reference: false,
      typed: false,
    },
  };
}
