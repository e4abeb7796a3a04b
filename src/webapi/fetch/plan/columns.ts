import { Refusal } from '../../../tables/index.ts';
import { isPrincipal, type Property } from '../../plan/entity.ts';
import type { Planning } from '../../plan/filter.ts';
import { hierarchyColumn } from '../../plan/hierarchy.ts';
import { companionOf } from '../../plan/record.ts';
import { madeProperty, type RowColumn } from '../../plan/rowset.ts';
import type { FetchAttribute } from '../parse/tree.ts';
import { aliasOf, fieldOf, logicalName, type Node } from './nodes.ts';

/** The most columns of a result; PostgreSQL has a limit of its own. */
const columnLimit = 1000;

/** The columns of a query that does not aggregate: those of the entity, then those of each link-entity. Without any
 *  attribute the entity shows all of its columns and a link-entity none. `bare`: the primary key is not added.
 *  Refuses fetchNoAttribute, fetchInvalid, fetchInvalidValue, notImplemented. Source: webapi.md §9, Results. */
export function planColumns(nodes: readonly Node[], bare: boolean, planning: Planning): RowColumn[] {
  const columns = new Map<string, RowColumn>();
  const add = (column: RowColumn): void => {
    const known = columns.get(column.name);
    const same =
      known?.field?.alias === column.field?.alias && known?.property.column === column.property.column;
    if (known && !same)
      throw new Refusal('fetchInvalidValue', `The name '${column.name}' stands for more than one column.`);
    columns.set(column.name, known ?? column);
  };
  for (const node of nodes) columnsOf(node, planning).forEach(add);
  const [root] = nodes;
  if (root && !bare) keysOf(root).forEach(add);
  if (columns.size === 0) throw new Refusal('fetchInvalid', 'A query shows at least one column.');
  if (columns.size > columnLimit)
    throw new Refusal('fetchInvalidValue', `A query can show at most ${columnLimit} columns.`);
  return [...columns.values()];
}

/** Whether the entity shows every column it has. */
const showsAll = ({ link, source }: Node): boolean =>
  source.all || (!link && !source.none && source.attributes.length === 0);

function columnsOf(node: Node, planning: Planning): RowColumn[] {
  const all = showsAll(node) ? node.scope.entity.all.map((property) => columnOf(node, property)) : [];
  return [
    ...all,
    ...node.source.attributes.flatMap((attribute) => attributeColumns(node, attribute, planning)),
  ];
}

function attributeColumns(node: Node, attribute: FetchAttribute, planning: Planning): RowColumn[] {
  if (attribute.aggregate !== null || attribute.groupBy || attribute.dateGrouping !== null)
    throw new Refusal(
      'fetchInvalidAggregate',
      `The attribute '${attribute.name}' aggregates or groups in a query without aggregate='true'.`,
    );
  if (attribute.rowAggregate !== null) return [childrenColumn(node, attribute, planning)];
  const { property } = fieldOf(node, attribute.name);
  if (attribute.alias !== null)
    return [{ ...columnOf(node, property), name: attribute.alias, given: true, plain: false }];
  const companion = node.link ? undefined : companionOf(node.scope.entity, property);
  return [property, ...(companion ? [companion] : [])].map((one) => columnOf(node, one));
}

/** Linked columns are `alias.column`; of a link-type that takes the first row they bear the schema name alone.
 *  Source: published "Join tables using FetchXml", matchfirstrowusingcrossapply. */
function columnOf(node: Node, property: Property): RowColumn {
  const { link, scope } = node;
  const hasCurrency = property.kind === 'money' && scope.entity.table.columns.transactioncurrencyid;
  const base = {
    property,
    field: { alias: scope.alias, property },
    ...(hasCurrency ? { currency: true as const } : {}),
  };
  if (!link) return { name: property.name, given: false, plain: true, ...base };
  const first = link.type === 'matchfirstrowusingcrossapply';
  const name = first ? property.definition.schemaName : `${aliasOf(link)}.${logicalName(property)}`;
  return { name, given: !first, plain: false, ...base };
}

function childrenColumn(node: Node, attribute: FetchAttribute, planning: Planning): RowColumn {
  const { entity } = node.scope;
  const column = hierarchyColumn(entity.table);
  if (
    attribute.rowAggregate !== 'CountChildren' ||
    attribute.name !== entity.table.primaryId ||
    column === null
  )
    throw new Refusal(
      'fetchInvalidAggregate',
      `rowaggregate='CountChildren' goes with the key of a table that has a hierarchical relationship.`,
    );
  if (attribute.alias === null)
    throw new Refusal('fetchInvalidAggregate', `rowaggregate='CountChildren' needs an alias.`);
  return {
    name: attribute.alias,
    given: true,
    plain: false,
    property: madeProperty(attribute.alias, 'bigint', 'BigInt'),
    field: { alias: node.scope.alias, property: entity.key },
    children: { scope: planning.scope(entity), column },
  };
}

function keysOf(root: Node): RowColumn[] {
  const { entity } = root.scope;
  const owner = isPrincipal(entity.table) ? entity.properties.get('ownerid') : undefined;
  return [entity.key, ...(owner ? [owner] : [])].map((property) => columnOf(root, property));
}

/** The names that `@odata.context` lists, null when every column is shown. */
export function contextNames(root: Node, columns: readonly RowColumn[]): string[] | null {
  return showsAll(root) ? null : columns.filter(({ plain }) => plain).map(({ name }) => name);
}
