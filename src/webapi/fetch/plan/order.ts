import { Refusal } from '../../../tables/index.ts';
import type { Planning } from '../../plan/filter.ts';
import { fieldKey, keyOfField, type OrderKey } from '../../plan/order.ts';
import type { RowColumn } from '../../plan/rowset.ts';
import type { FetchOrder } from '../parse/tree.ts';
import { aliasOf, fieldOf, type Node, nodeNamed } from './nodes.ts';

/** The most keys of an order; each one lengthens the condition that continues a page. */
const orderLimit = 20;

/** The order of a query that does not aggregate: the entity's, then each link-entity's. Lookups go by name, choices by
 *  label unless `raw`. With `total` the keys of all rows follow, so that pages neither repeat nor lose a row.
 *  Refuses fetchNoAttribute, fetchUnknownName, fetchInvalidValue, notImplemented.
 *  Source: webapi.md §9; published "Order rows using FetchXml". */
export function planOrder(
  nodes: readonly Node[],
  columns: readonly RowColumn[],
  mode: { readonly raw: boolean; readonly total: boolean },
  planning: Planning,
): OrderKey[] {
  const items = nodes.flatMap((node) => node.source.orders.map((order) => ({ node, order })));
  if (items.length > orderLimit)
    throw new Refusal('fetchInvalidValue', `A query can be ordered by at most ${orderLimit} columns.`);
  const keys: OrderKey[] = [];
  const add = (key: OrderKey): void => {
    if (!keys.some(({ name }) => name === key.name)) keys.push(key);
  };
  for (const { node, order } of items) add(planKey(node, order, nodes, columns, mode.raw, planning));
  if (mode.total)
    for (const node of nodes) {
      const { key } = node.scope.entity;
      const own = fieldKey(keyName(node, key.name), { alias: node.scope.alias, property: key }, false);
      add({ ...own, nullable: node.link !== null });
    }
  return keys;
}

const keyName = ({ link }: Node, column: string): string => (link ? `${aliasOf(link)}.${column}` : column);

function planKey(
  node: Node,
  order: FetchOrder,
  nodes: readonly Node[],
  columns: readonly RowColumn[],
  raw: boolean,
  planning: Planning,
): OrderKey {
  const { attribute, alias, entityName, descending } = order;
  if (attribute === null) return aliasedKey(alias ?? '', descending, nodes, columns, raw, planning);
  const holder = entityName === null ? node : nodeNamed(entityName, node);
  return keyOf(holder, attribute, keyName(holder, attribute), descending, raw, planning);
}

function aliasedKey(
  alias: string,
  descending: boolean,
  nodes: readonly Node[],
  columns: readonly RowColumn[],
  raw: boolean,
  planning: Planning,
): OrderKey {
  const column = columns.find(({ name, given, children }) => given && name === alias && !children);
  const holder = nodes.find(({ scope }) => scope.alias === column?.field?.alias);
  if (!column || !holder) throw new Refusal('fetchUnknownName', alias.slice(0, 100));
  const { property } = column;
  const attribute = property.kind === 'lookup' ? property.column : property.name;
  return keyOf(holder, attribute, keyName(holder, attribute), descending, raw, planning);
}

function keyOf(
  holder: Node,
  attribute: string,
  name: string,
  descending: boolean,
  raw: boolean,
  planning: Planning,
): OrderKey {
  const { scope, link } = holder;
  const field = fieldOf(holder, attribute);
  const key = keyOfField(name, field, scope.entity, descending, scope, planning);
  const nullable = key.nullable || link !== null;
  const labels = labelled(field.property.kind) && !raw ? field.property.definition.options : undefined;
  return labels ? { ...key, nullable: true, type: 'text', labels } : { ...key, nullable };
}

const labelled = (kind: string): boolean => kind === 'choice' || kind === 'state';
