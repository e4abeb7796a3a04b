/** The door of the wire contract: every table by name, the row types, the refusals. */
export { columnsLeftOut } from './dataverse/index.ts';
export {
  type Definitions,
  extended,
  type GlobalChoice,
  type Model,
  noDefinitions,
  type TableDefinition,
  type TableHead,
} from './definitions.ts';
export type * from './model.ts';
export { Refusal, type RefusalKey, refusals } from './refusals.ts';
export {
  builtInModel,
  currentDefinitions,
  type DefinitionMarks,
  definitionMarks,
  manyToMany,
  setDefinitions,
  tables,
  tablesBySet,
  tablesVersion,
} from './registry.ts';
export type { Guid, Reference, Row, ValueOf, Values } from './rows.ts';
export * from './well-known.ts';
