import { Refusal } from '../../../tables/index.ts';
import { compareFields } from '../../plan/compare.ts';
import { allOf, type Condition, type Link, negated } from '../../plan/condition.ts';
import type { Planning } from '../../plan/filter.ts';
import type { FetchCondition, FetchFilter, FetchLink } from '../parse/tree.ts';
import { fieldOf, isJoining, linkNode, type Node, nodeNamed, nodesOf } from './nodes.ts';
import { fetchOperators, planOperator } from './operators.ts';

/** What the filters of a node ask of its rows, and that there are the rows its link-entities only ask for; null when
 *  nothing. Refuses what planOperator refuses, fetchUnknownName. Source: webapi.md §9, filter and condition. */
export function planFilters(node: Node, planning: Planning): Condition | null {
  const filters = node.source.filters.flatMap((filter) => planFilter(filter, node, planning) ?? []);
  const links = node.source.links.filter((link) => !isJoining(link));
  const asked = links.map(
    (link): Condition => ({ kind: 'linked', link: planLink(askedNode(link, node, planning), planning) }),
  );
  const all = [...filters, ...asked];
  return all.length > 0 ? allOf(...all) : null;
}

function planFilter({ type, items }: FetchFilter, node: Node, planning: Planning): Condition | null {
  const operands = items.flatMap((item) => {
    if (item.kind === 'condition') return planCondition(item, node, planning);
    if (item.kind === 'filter') return planFilter(item, node, planning) ?? [];
    return planFilterLink(item, node, planning);
  });
  const [first] = operands;
  return operands.length > 1 ? { kind: type, operands } : (first ?? null);
}

function planCondition(condition: FetchCondition, node: Node, planning: Planning): Condition {
  const { attribute, operator, entityName, values, valueColumn } = condition;
  const holder = entityName === null ? node : nodeNamed(entityName, node);
  const field = fieldOf(holder, attribute);
  if (!fetchOperators.has(operator)) throw new Refusal('fetchInvalidOperator', operator.slice(0, 100));
  if (valueColumn === null) return planOperator(operator, field, values, planning);
  if (!isComparison(operator) || values.length > 0)
    throw new Refusal(
      'fetchInvalidValue',
      "'valueof' goes with eq, ne, gt, ge, lt or le and without a value.",
    );
  const dot = valueColumn.indexOf('.');
  const other = dot < 0 ? holder : nodeNamed(valueColumn.slice(0, dot), node);
  return compareFields(field, operator, fieldOf(other, valueColumn.slice(dot + 1)));
}

const isComparison = (operator: string): operator is 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' =>
  /^(?:eq|ne|gt|ge|lt|le)$/.test(operator);

/** The four link-types inside a filter. `not all` asks the same as `any`; `all` asks that there are rows and that none of
 *  them meets the filter: the product's names say the opposite of what they do. Source: published "Filter rows using
 *  FetchXml", link-type. */
function planFilterLink(link: FetchLink, node: Node, planning: Planning): Condition {
  const asked = askedNode(link, node, planning);
  const some: Condition = { kind: 'linked', link: planLink(asked, planning) };
  if (link.type === 'any' || link.type === 'not all') return some;
  if (link.type === 'not any') return negated(some);
  return allOf({ kind: 'linked', link: bareLink(asked) }, negated(some));
}

/** A node whose rows are only asked for. Refuses fetchInvalid when columns or an order of theirs are wanted. */
function askedNode(link: FetchLink, node: Node, planning: Planning): Node {
  const asked = linkNode(link, node, planning);
  for (const { source } of nodesOf(asked))
    if (source.all || source.attributes.length > 0 || source.orders.length > 0)
      throw new Refusal(
        'fetchInvalid',
        `A link-entity of link-type '${link.type}' shows no columns and orders nothing.`,
      );
  return asked;
}

/** The link that joins a node's rows to its parent's. */
export function planLink(node: Node, planning: Planning): Link {
  const bare = bareLink(node);
  const filter = planFilters(node, planning);
  return {
    ...bare,
    on: filter ? allOf(bare.on, filter) : bare.on,
    links: node.children.map((child) => planLink(child, planning)),
  };
}

/** The link by the two columns alone. Files, images and multi-select columns link nothing. Source: published "Join tables
 *  using FetchXml", No relationship. */
function bareLink(node: Node): Link {
  const { link, parent, scope } = node;
  if (!link || !parent) throw new Error('the entity of a query is linked to nothing');
  const from = fieldOf(node, link.from);
  const to = fieldOf(parent, link.to);
  for (const { property } of [from, to])
    if (property.kind === 'choices' || property.kind === 'binary' || property.definition.type === 'File')
      throw new Refusal('fetchInvalidValue', `Rows cannot be linked by '${property.name}'.`);
  return { kind: kinds.get(link.type) ?? 'inner', scope, on: compareFields(from, 'eq', to), links: [] };
}

const kinds: ReadonlyMap<string, Link['kind']> = new Map([
  ['outer', 'outer'],
  ['matchfirstrowusingcrossapply', 'first'],
]);
