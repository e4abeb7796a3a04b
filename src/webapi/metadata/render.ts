import { Refusal } from '../../tables/index.ts';
import type { ExpandItem, Expression, Operand } from '../parse/ast.ts';
import type { Json, JsonObject } from '../parse/body.ts';
import type { Described } from './described.ts';
import { definitionFilter } from './filter.ts';
import { membersOf, navigationsOf } from './types.ts';

/** What is wanted of the definitions at a place. */
export interface Wanted {
  readonly select: readonly string[] | null;
  readonly filter: Expression | null;
  readonly expand: readonly ExpandItem[];
}

type Aliases = ReadonlyMap<string, Operand>;

/** The definitions that pass, as they are answered. `type`: the declared type; what is more than that says so.
 *  Refuses propertyNotFound, malformedQuery, metadataFunction. */
export function renderAll(
  nodes: readonly Described[],
  type: string,
  wanted: Wanted,
  aliases: Aliases,
): JsonObject[] {
  checkNames(type, wanted);
  const passes = wanted.filter ? definitionFilter(wanted.filter, type, aliases) : () => true;
  return nodes.filter(passes).map((node) => render(node, type, wanted, aliases));
}

function checkNames(type: string, { select, expand }: Wanted): void {
  const members = membersOf(type);
  const navigations = navigationsOf(type);
  for (const name of select ?? []) if (!(name in members)) throw new Refusal('propertyNotFound', name, type);
  for (const item of expand) {
    if (!(item.name in navigations)) throw new Refusal('propertyNotFound', item.name, type);
    if (item.reference || item.top !== null || item.orderBy.length > 0)
      throw new Refusal(
        'malformedQuery',
        'Only $select, $filter and $expand are supported in the $expand of definitions.',
      );
  }
}

function render(node: Described, type: string, wanted: Wanted, aliases: Aliases): JsonObject {
  const { select, expand } = wanted;
  const shown: Record<string, Json> = {};
  if (node.type !== type) shown['@odata.type'] = `#Microsoft.Dynamics.CRM.${node.type}`;
  // In the order asked for, the id at the end: webapi.md §13's example.
  const names = select === null ? Object.keys(node.members) : new Set([...select, 'MetadataId']);
  for (const name of names) if (name in node.members) shown[name] = node.members[name] ?? null;
  for (const item of expand)
    shown[item.name] = expanded(node, item, navigationsOf(type)[item.name] ?? '', aliases);
  return shown;
}

function expanded(node: Described, item: ExpandItem, target: string, aliases: Aliases): Json {
  const type = target.replace(/^Collection\(|\)$/g, '').replace('mscrm.', '');
  const found = node.related[item.name]?.() ?? null;
  const nodes = Array.isArray(found) ? found : found === null ? [] : [found as Described];
  const all = renderAll(nodes, type, item, aliases);
  return target.startsWith('Collection(') ? all : (all[0] ?? null);
}

/** What was selected and expanded, as it stands in `@odata.context`. */
export function contextList({ select, expand }: Pick<Wanted, 'select' | 'expand'>): string {
  const parts: string[] = [
    ...(select ?? []),
    ...expand.map((item) => `${item.name}${contextList(item) || '()'}`),
  ];
  return parts.length > 0 ? `(${parts.join(',')})` : '';
}
