/** The door of the wire contract: every table by name, the row types, the refusals. */
import * as dataverse from './dataverse/index.ts';
import type { Table } from './model.ts';
import * as platform from './platform/index.ts';
import { wirechief_offer } from './wirechief/wirechief_offer.ts';

export { columnsLeftOut } from './dataverse/index.ts';
export { manyToMany } from './many-to-many.ts';
export type * from './model.ts';
export { Refusal, type RefusalKey, refusals } from './refusals.ts';
export type { Guid, Reference, Row, ValueOf, Values } from './rows.ts';
export * from './well-known.ts';

const all = Object.values(dataverse).filter(
  (value): value is Exclude<typeof value, readonly string[]> => 'logicalName' in value,
);

/** Every table, by logical name. */
export const tables: ReadonlyMap<string, Table> = new Map(
  [...all, ...Object.values(platform), wirechief_offer].map((table): [string, Table] => [
    table.logicalName,
    table,
  ]),
);

/** Every table, by the name of its entity set. */
export const tablesBySet: ReadonlyMap<string, Table> = new Map(
  [...tables.values()].map((table): [string, Table] => [table.entitySetName, table]),
);
