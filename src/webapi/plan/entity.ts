import { type Column, manyToMany, type Table, tables, tablesVersion } from '../../tables/index.ts';

/** How a property's value is written, compared and checked. */
export type Kind =
  | 'text'
  | 'integer'
  | 'bigint'
  | 'decimal'
  | 'double'
  | 'money'
  | 'boolean'
  | 'dateTime'
  | 'date'
  | 'guid'
  | 'lookup'
  | 'choice'
  | 'state'
  | 'choices'
  | 'managed'
  | 'binary';

/** A property as it stands on the wire. `column`: the stored column it comes from. */
export interface Property {
  readonly name: string;
  readonly column: string;
  readonly kind: Kind;
  readonly definition: Column;
  /** Nullable in the database, as far as the tables tell. */
  readonly nullable: boolean;
}

/** A single-valued navigation property: a lookup column and the tables it may lead to under this name. */
export interface Navigation {
  readonly name: string;
  readonly column: string;
  readonly targets: readonly Table[];
}

/** A collection-valued navigation property. One-to-many: rows of `table` whose lookup `column` points here.
 *  Many-to-many: rows of `table` joined by the intersect. */
export type Collection = { readonly name: string; readonly table: Table } & (
  | { readonly kind: 'many'; readonly column: string; readonly navigation: string }
  | {
      readonly kind: 'manyToMany';
      readonly schemaName: string;
      readonly intersect: Table;
      readonly near: string;
      readonly far: string;
      readonly nearIsFirst: boolean;
    }
);

/** A table seen from the wire. */
export interface Entity {
  readonly table: Table;
  readonly properties: ReadonlyMap<string, Property>;
  /** The same properties as a list, always the same one. */
  readonly all: readonly Property[];
  readonly navigations: ReadonlyMap<string, Navigation>;
  readonly collections: ReadonlyMap<string, Collection>;
  readonly key: Property;
}

const kinds: { readonly [T in Column['type']]?: Kind } = {
  String: 'text',
  Memo: 'text',
  Integer: 'integer',
  BigInt: 'bigint',
  Decimal: 'decimal',
  Double: 'double',
  Money: 'money',
  Boolean: 'boolean',
  Lookup: 'lookup',
  Customer: 'lookup',
  Owner: 'lookup',
  Picklist: 'choice',
  MultiSelectPicklist: 'choices',
  State: 'state',
  Status: 'choice',
  Uniqueidentifier: 'guid',
  ManagedProperty: 'managed',
  Image: 'binary',
  File: 'guid',
};

/** The tables whose rows also show their key as `ownerid` (webapi.md §5). */
const principals: ReadonlySet<string> = new Set(['systemuser', 'team']);

/** Whether a principal: systemuser or team. */
export const isPrincipal = (table: Table): boolean => principals.has(table.logicalName);

/** Whether the lookup keeps the name of its row's table in a second column, `<column>@table`. */
export const isPolymorphic = (column: Column): boolean => column.targets?.length !== 1;

/** The wire name of a column. */
const wireName = (column: string, kind: Kind): string => (kind === 'lookup' ? `_${column}_value` : column);

function kindOf(table: Table, name: string, column: Column): Kind | null {
  if (column.companion || column.noRead) return null;
  if (column.type === 'EntityName') return table.isActivity && name === 'activitytypecode' ? 'text' : null;
  if (column.type === 'DateTime') return column.behavior === 'DateOnly' ? 'date' : 'dateTime';
  return kinds[column.type] ?? null;
}

function propertiesOf(table: Table): Map<string, Property> {
  const properties = new Map<string, Property>();
  for (const [column, definition] of Object.entries(table.columns)) {
    const kind = kindOf(table, column, definition);
    if (kind === null) continue;
    const name = wireName(column, kind);
    const nullable = column !== table.primaryId && column !== 'versionnumber';
    properties.set(name, { name, column, kind, definition, nullable });
  }
  const key = table.columns[table.primaryId];
  if (isPrincipal(table) && key)
    properties.set('ownerid', {
      name: 'ownerid',
      column: table.primaryId,
      kind: 'guid',
      definition: { ...key, noCreate: true },
      nullable: false,
    });
  return properties;
}

function navigationsOf(table: Table): Map<string, Navigation> {
  const navigations = new Map<string, Navigation>();
  const add = (name: string, column: string, target: Table | undefined): void => {
    const targets = navigations.get(name)?.targets ?? [];
    if (target) navigations.set(name, { name, column, targets: [...targets, target] });
  };
  for (const { navigation, column, target } of table.relationships)
    add(navigation, column, tables.get(target));
  // The published tables list no relationship for the owner: it leads to the base type of both principals.
  if (table.columns.ownerid?.type === 'Owner')
    for (const name of principals) add('ownerid', 'ownerid', tables.get(name));
  return navigations;
}

type Collections = Map<string, Map<string, Collection>>;

function findCollections(): Collections {
  const found: Collections = new Map();
  const add = (target: string, collection: Collection): void => {
    const known = found.get(target) ?? new Map<string, Collection>();
    found.set(target, known.set(collection.name, collection));
  };
  for (const table of tables.values())
    for (const { collection: name, target, column, navigation } of table.relationships)
      add(target, { kind: 'many', name, table, column, navigation });
  for (const { schemaName, intersect, ends } of manyToMany)
    for (const [here, there] of [ends, [ends[1], ends[0]] as const]) {
      const table = tables.get(there.table);
      const through = tables.get(intersect);
      if (!table || !through) continue;
      add(here.table, {
        kind: 'manyToMany',
        name: here.navigation,
        table,
        schemaName,
        intersect: through,
        near: here.column,
        far: there.column,
        nearIsFirst: here === ends[0],
      });
    }
  return found;
}

/** Made from all tables together, so all are made anew when the definitions change. */
let collections: Collections = new Map();
let entities = new WeakMap<Table, Entity>();
let version = -1;

/** The wire's view of a table, made once for each version of the definitions. */
export function entityOf(table: Table): Entity {
  if (version !== tablesVersion()) {
    version = tablesVersion();
    collections = findCollections();
    entities = new WeakMap();
  }
  const known = entities.get(table);
  if (known) return known;
  const properties = propertiesOf(table);
  const key = properties.get(table.primaryId);
  if (!key) throw new Error(`${table.logicalName} has no property for its key`);
  const entity: Entity = {
    table,
    properties,
    all: [...properties.values()],
    navigations: navigationsOf(table),
    collections: collections.get(table.logicalName) ?? new Map(),
    key,
  };
  entities.set(table, entity);
  return entity;
}
