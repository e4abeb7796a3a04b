import { type Choice, Refusal, tables } from '../../tables/index.ts';
import type { OrderItem } from '../parse/ast.ts';
import type { Field, Scope, SqlType } from './condition.ts';
import { type Entity, entityOf, type Property } from './entity.ts';
import { joinTo, type Planning, planPath } from './filter.ts';

/** One key of the order. Several fields: the first that is not empty counts (the names behind a polymorphic lookup).
 *  `labels`: the field's values are ordered by these labels. */
export interface OrderKey {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly labels?: readonly Choice[];
  readonly descending: boolean;
  readonly nullable: boolean;
  readonly type: SqlType;
}

/** The most keys of an order; each one lengthens the condition that continues a page. */
const orderLimit = 20;

/** The type in which a property's values are ordered and kept in a paging cookie. */
function orderType(property: Property): SqlType {
  switch (property.kind) {
    case 'integer':
    case 'choice':
    case 'state':
      return 'int4';
    case 'bigint':
      return 'int8';
    case 'decimal':
    case 'money':
      return 'numeric';
    case 'double':
      return 'float8';
    case 'boolean':
      return 'bool';
    case 'dateTime':
      return 'timestamptz';
    case 'date':
      return 'date';
    case 'guid':
    case 'lookup':
      return 'uuid';
    default:
      return 'text';
  }
}

/** Plans an $orderby; the primary key always comes last, so that the order is total and pages neither repeat nor lose a
 *  row. Lookups go by the name of the row they point to. Refuses propertyNotFound, malformedQuery.
 *  Source: webapi.md §8, $orderby and Paging. */
export function planOrder(items: readonly OrderItem[], scope: Scope, planning: Planning): OrderKey[] {
  if (items.length > orderLimit)
    throw new Refusal('malformedQuery', `A query can be ordered by at most ${orderLimit} properties.`);
  const keys = items.map((item) => planKey(item, scope, planning));
  const { entity, alias } = scope;
  if (!keys.some(({ name }) => name === entity.key.name))
    keys.push(fieldKey(entity.key.name, { alias, property: entity.key }, false));
  return keys;
}

function planKey({ operand, descending }: OrderItem, scope: Scope, planning: Planning): OrderKey {
  const resolved = planning.resolve(operand);
  if (resolved.kind !== 'path')
    throw new Refusal('malformedQuery', 'An entry of $orderby must name a property.');
  const field = planPath(resolved.path, scope, planning);
  const holder = field.alias === scope.alias ? scope.entity : entityOfAlias(field.alias, scope);
  return keyOfField(resolved.path.join('.'), field, holder, descending, scope, planning);
}

/** The key that orders by a field of a row of `holder`; a lookup goes by name, which joins its target in `scope`.
 *  Refuses notImplemented. */
export function keyOfField(
  name: string,
  field: Field,
  holder: Entity,
  descending: boolean,
  scope: Scope,
  planning: Planning,
): OrderKey {
  if (field.property.kind === 'managed' || field.property.kind === 'binary')
    throw new Refusal('notImplemented', `Ordering by '${name}' is not implemented.`);
  if (field.property.kind !== 'lookup') return fieldKey(name, field, descending);
  const names = targetNames(field, holder, scope, planning);
  if (names.length === 0) return fieldKey(name, field, descending);
  return { name, fields: names, descending, nullable: true, type: 'text' };
}

function entityOfAlias(alias: string, scope: Scope): Entity {
  const join = scope.joins.find((candidate) => candidate.alias === alias);
  return join ? entityOf(join.table) : scope.entity;
}

/** The key that orders by what a field holds. */
export function fieldKey(name: string, field: Field, descending: boolean): OrderKey {
  return {
    name,
    fields: [field],
    descending,
    nullable: field.property.nullable,
    type: orderType(field.property),
  };
}

function targetNames(field: Field, holder: Entity, scope: Scope, planning: Planning): Field[] {
  return (field.property.definition.targets ?? []).flatMap((name) => {
    const target = tables.get(name);
    const property = target?.primaryName && entityOf(target).properties.get(target.primaryName);
    // A name that may not be read does not order either.
    if (!target || !property || planning.asker.access.readable(target) === undefined) return [];
    const join = joinTo(target, field.property.column, field.alias, holder.table, scope, planning);
    return [{ alias: join.alias, property }];
  });
}
