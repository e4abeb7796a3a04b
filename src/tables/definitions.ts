import type { AlternateKey, Choice, Column, ManyToMany, Relationship, Table } from './model.ts';

/** What a table says of itself, apart from its columns, relationships and keys. */
export type TableHead = Omit<Table, 'columns' | 'relationships' | 'keys'>;

/** What was added to one table at run time, or a table that was made at run time. `head`: of a table that was made, or
 *  of one of ours whose own words were changed. What stands here wins over what is built in. */
export interface TableDefinition {
  readonly head?: TableHead;
  readonly columns: { readonly [logicalName: string]: Column };
  readonly relationships: readonly Relationship[];
  readonly keys: readonly AlternateKey[];
}

/** A choice that columns of several tables share (global option set). Columns name it in `globalChoice`. */
export interface GlobalChoice {
  readonly name: string;
  readonly displayName: string;
  readonly description?: string;
  readonly options: readonly Choice[];
}

/** Everything that a database adds to the built-in tables: made by definitions requests, kept by the store.
 *  Source: webapi.md §13, writes. */
export interface Definitions {
  readonly tables: { readonly [logicalName: string]: TableDefinition };
  readonly manyToMany: readonly ManyToMany[];
  readonly choices: { readonly [name: string]: GlobalChoice };
}

/** A database that adds nothing. */
export const noDefinitions: Definitions = { tables: {}, manyToMany: [], choices: {} };

/** The tables and relationships of a house: what is built in, with what a database adds. */
export interface Model {
  readonly tables: ReadonlyMap<string, Table>;
  readonly manyToMany: readonly ManyToMany[];
}

/** The built-in model with these definitions. A table that nothing was added to is the same object as before. */
export function extended(builtIn: Model, definitions: Definitions): Model {
  const tables = new Map(builtIn.tables);
  for (const [name, definition] of Object.entries(definitions.tables)) {
    const table = tableWith(builtIn.tables.get(name), definition, definitions.choices);
    if (table !== null) tables.set(name, table);
  }
  return { tables, manyToMany: [...builtIn.manyToMany, ...definitions.manyToMany] };
}

function tableWith(
  known: Table | undefined,
  definition: TableDefinition,
  choices: Definitions['choices'],
): Table | null {
  const head = definition.head ?? known;
  if (head === undefined) return null;
  const own = Object.entries(definition.columns).map(([name, column]): [string, Column] => [
    name,
    withOptions(column, choices),
  ]);
  const columns = [...Object.entries(known?.columns ?? {}), ...own];
  const sorted = [...new Map(columns)].sort(([one], [other]) => (one < other ? -1 : 1));
  const replaced = new Set(definition.relationships.map(({ schemaName }) => schemaName));
  return {
    ...head,
    columns: Object.fromEntries(sorted),
    relationships: [
      ...(known?.relationships ?? []).filter(({ schemaName }) => !replaced.has(schemaName)),
      ...definition.relationships,
    ],
    keys: [...(known?.keys ?? []), ...definition.keys],
  };
}

function withOptions(column: Column, choices: Definitions['choices']): Column {
  const shared = column.globalChoice === undefined ? undefined : choices[column.globalChoice];
  return shared === undefined ? column : { ...column, options: shared.options };
}
