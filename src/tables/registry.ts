/** The tables as they are now: those built in, and what the database adds to them. A table that changes is a new Table
 *  object under its old name; whoever keeps something by table keeps it by the object, or drops it when `tablesVersion`
 *  moves on. Only the store may set the definitions: a process serves one database. */
import { withEveryActivity } from './activity-parties.ts';
import * as dataverse from './dataverse/index.ts';
import { type Definitions, extended, type Model, noDefinitions } from './definitions.ts';
import { manyToMany as builtInManyToMany } from './many-to-many.ts';
import type { ManyToMany, Table } from './model.ts';
import * as platform from './platform/index.ts';
import { withOwnColumns } from './wirechief/unknown-callers.ts';
import { wirechief_callcontrol } from './wirechief/wirechief_callcontrol.ts';
import { wirechief_callerlink } from './wirechief/wirechief_callerlink.ts';
import { wirechief_callparty } from './wirechief/wirechief_callparty.ts';
import { wirechief_offer } from './wirechief/wirechief_offer.ts';

const generated = Object.values(dataverse).filter(
  (value): value is Exclude<typeof value, readonly string[]> => 'logicalName' in value,
);

const builtIn: readonly Table[] = [
  ...generated,
  ...Object.values(platform),
  wirechief_callcontrol,
  wirechief_callerlink,
  wirechief_callparty,
  wirechief_offer,
];

/** The model without any database's definitions. */
export const builtInModel: Model = {
  tables: new Map(
    builtIn
      .map((table) => (table === dataverse.activityparty ? withEveryActivity(table, builtIn) : table))
      .map(withOwnColumns)
      .map((table) => [table.logicalName, table]),
  ),
  manyToMany: builtInManyToMany,
};

const byName = new Map(builtInModel.tables);
const bySet = new Map<string, Table>();
const intersects = [...builtInModel.manyToMany];
let current: Definitions = noDefinitions;
let version = 0;
let marks: DefinitionMarks = { version: 0, changed: new Map(), deleted: [] };

/** When what was changed by definitions requests: the store's version of all definitions, that of each table's last
 *  change, and what was deleted. For RetrieveMetadataChanges. */
export interface DefinitionMarks {
  readonly version: number;
  readonly changed: ReadonlyMap<string, number>;
  readonly deleted: readonly {
    readonly kind: 'table' | 'column' | 'relationship' | 'key' | 'choice';
    /** The name; of a column and a key behind its table's and a dot. */
    readonly name: string;
    readonly version: number;
  }[];
}

for (const table of byName.values()) bySet.set(table.entitySetName, table);

/** Every table, by logical name. Always the same map; what it holds changes with the definitions. */
export const tables: ReadonlyMap<string, Table> = byName;

/** Every table, by the name of its entity set. Always the same map. */
export const tablesBySet: ReadonlyMap<string, Table> = bySet;

/** Every many-to-many relationship. Always the same list. */
export const manyToMany: readonly ManyToMany[] = intersects;

/** Moves on with every change of the definitions: what is kept by a table's name is stale when it has. */
export const tablesVersion = (): number => version;

/** What the database adds to the built-in tables. */
export const currentDefinitions = (): Definitions => current;

/** When what was changed. */
export const definitionMarks = (): DefinitionMarks => marks;

/** Sets what the database adds. For the store only. Tables that did not change keep their object. */
export function setDefinitions(definitions: Definitions, newMarks: DefinitionMarks): void {
  const before = new Map(byName);
  const wasJson = new Map(Object.entries(current.tables).map(([name, one]) => [name, JSON.stringify(one)]));
  const sameChoices = JSON.stringify(current.choices) === JSON.stringify(definitions.choices);
  const model = extended(builtInModel, definitions);
  byName.clear();
  bySet.clear();
  for (const [name, table] of model.tables) {
    const same = sameChoices && wasJson.get(name) === JSON.stringify(definitions.tables[name]);
    const kept = (same ? before.get(name) : undefined) ?? table;
    byName.set(name, kept);
    bySet.set(kept.entitySetName, kept);
  }
  intersects.splice(0, intersects.length, ...model.manyToMany);
  current = definitions;
  marks = newMarks;
  version += 1;
}
