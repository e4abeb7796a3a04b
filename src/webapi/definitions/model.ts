/** Looking things up in the definitions as they are while they are changed, and putting things back. */
import {
  builtInModel,
  type Definitions,
  extended,
  type Model,
  Refusal,
  type Table,
  type TableDefinition,
} from '../../tables/index.ts';

/** A change of the definitions: pure, so that the store may run it when it holds the lock. */
export type Change = (current: Definitions) => Definitions;

/** The whole model with these definitions. */
export const modelOf = (definitions: Definitions): Model => extended(builtInModel, definitions);

/** A table of the model. Refuses definitionNotFound. */
export function needTable(model: Model, name: string): Table {
  const table = model.tables.get(name);
  if (table === undefined) throw new Refusal('definitionNotFound', 'EntityMetadata', name);
  return table;
}

/** The definitions with another entry for one table. An entry that adds nothing is left out. */
export function withTable(
  definitions: Definitions,
  name: string,
  change: (known: TableDefinition) => TableDefinition,
): Definitions {
  const known = definitions.tables[name] ?? { columns: {}, relationships: [], keys: [] };
  const entry = change(known);
  const tables = { ...definitions.tables, [name]: entry };
  const isEmpty =
    entry.head === undefined &&
    Object.keys(entry.columns).length + entry.relationships.length + entry.keys.length === 0;
  if (isEmpty) delete tables[name];
  return { ...definitions, tables };
}

/** An object without some of its members. */
export const without = <V>(
  all: { readonly [name: string]: V },
  names: readonly string[],
): { readonly [name: string]: V } =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
