import { Refusal, tables } from '../../../tables/index.ts';
import type { Field, Scope } from '../../plan/condition.ts';
import { type Entity, entityOf, type Property } from '../../plan/entity.ts';
import type { Planning } from '../../plan/filter.ts';
import type { FetchEntity, FetchLink } from '../parse/tree.ts';

/** An entity or link-entity of a query with the rows it stands for. `children`: the link-entities that join rows to it;
 *  those that only ask whether there are rows are not among them. */
export interface Node {
  readonly source: FetchEntity;
  readonly scope: Scope;
  readonly link: FetchLink | null;
  readonly parent: Node | null;
  readonly children: Node[];
}

/** The name of a link-entity in results: its alias, or a generated one. Source: published "Join tables using FetchXml". */
export const aliasOf = (link: FetchLink): string => link.alias ?? `${link.name}${link.position}`;

const joining: ReadonlySet<string> = new Set(['inner', 'outer', 'matchfirstrowusingcrossapply']);

/** Whether the link-entity joins rows, instead of only asking whether there are any. */
export const isJoining = (link: FetchLink): boolean => joining.has(link.type);

/** The node of a query's entity with all that is joined to it. */
export function rootNode(source: FetchEntity, scope: Scope, planning: Planning): Node {
  return withChildren({ source, scope, link: null, parent: null, children: [] }, planning);
}

/** The node of a link-entity with all that is joined to it. Refuses fetchNoEntity, tooManyLinks, privilegeMissing. */
export function linkNode(link: FetchLink, parent: Node, planning: Planning): Node {
  const table = tables.get(link.name);
  if (!table) throw new Refusal('fetchNoEntity', link.name.slice(0, 100));
  planning.link();
  const scope = planning.scope(entityOf(table));
  return withChildren({ source: link, scope, link, parent, children: [] }, planning);
}

function withChildren(node: Node, planning: Planning): Node {
  for (const link of node.source.links.filter(isJoining)) node.children.push(linkNode(link, node, planning));
  if (node.link?.type === 'matchfirstrowusingcrossapply' && node.source.links.length > 0)
    throw new Refusal(
      'notImplemented',
      'A link-entity inside one of link-type matchfirstrowusingcrossapply is not implemented.',
    );
  return node;
}

/** The node and all that is joined to it, in the order of the document. */
export function nodesOf(node: Node): Node[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

/** Refuses fetchInvalidValue when two link-entities have one name in results. */
export function refuseTwinAliases(nodes: readonly Node[]): void {
  const names = new Set<string>();
  for (const { link } of nodes) {
    if (!link) continue;
    const name = aliasOf(link).toLowerCase();
    if (names.has(name))
      throw new Refusal('fetchInvalidValue', `The alias '${aliasOf(link)}' stands for two link-entities.`);
    names.add(name);
  }
}

/** The node that a name stands for where `node` names it: from the query's own entity everything joined, from a
 *  link-entity itself, its parent and what is joined to it. Refuses fetchUnknownName. */
export function nodeNamed(name: string, node: Node): Node {
  const near = [...nodesOf(node), ...(node.parent ? [node.parent] : [])];
  const found =
    near.find(({ link }) => link && aliasOf(link) === name) ??
    near.find(({ source }) => source.name === name);
  if (!found) throw new Refusal('fetchUnknownName', name.slice(0, 100));
  return found;
}

/** The property behind the logical name of a column; lookups go without `_` and `_value`.
 *  Refuses fetchNoAttribute, notImplemented. */
function propertyOf(entity: Entity, name: string): Property {
  const plain = entity.properties.get(name);
  const property = plain && plain.kind !== 'lookup' ? plain : entity.properties.get(`_${name}_value`);
  if (property) return property;
  const { logicalName, columns } = entity.table;
  if (Object.hasOwn(columns, name))
    throw new Refusal(
      'notImplemented',
      `The column '${name}' of '${logicalName}', which only repeats another column, is not implemented.`,
    );
  throw new Refusal('fetchNoAttribute', logicalName, name.slice(0, 100));
}

/** The field of a node's rows behind a logical name. Refuses fetchNoAttribute, notImplemented. */
export const fieldOf = ({ scope }: Node, name: string): Field => ({
  alias: scope.alias,
  property: propertyOf(scope.entity, name),
});

/** The logical name of a property's column. */
export const logicalName = (property: Property): string =>
  property.kind === 'lookup' ? property.column : property.name;
