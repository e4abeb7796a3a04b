/** Writes a world into a new database, all of it in one transaction. The marker of the loaded world is written in the
 *  same transaction, so that a second start, or a second server, does nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Store, Transaction } from '../../store/index.ts';
import { systemuser } from '../../tables/dataverse/index.ts';
import {
  type Guid,
  newUserSettings,
  Refusal,
  systemUserId,
  type Table,
  type Values,
} from '../../tables/index.ts';
import { usersettings } from '../../tables/platform/index.ts';
import { insertMeta, readMeta } from '../meta.ts';
import { readWorld, type World, type WorldRow } from './read.ts';
import { isWorldReference, type WorldValue } from './value.ts';
import { WorldError } from './world-error.ts';

const worldsFolder = join(import.meta.dirname, '../worlds');
const marker = 'world';

/** The world a server runs with. `flows` by the id of their bot. */
export interface LoadedWorld {
  readonly name: string;
  readonly isNew: boolean;
  readonly flows: ReadonlyMap<string, { readonly file: string; readonly text: string }>;
  readonly testNumbers: World['testNumbers'];
}

/** Loads the world when the database is new; else finds out which one is in it.
 *  Shape: `name` is `empty`, a world that comes along, or an absolute folder. Refuses: WorldError. A world that is in
 *  the database but whose folder is gone runs without its flows, which `log` is told. */
export async function loadWorld(
  store: Store,
  name: string,
  log: (line: string) => void = () => {},
): Promise<LoadedWorld> {
  const present = await readMeta(store, marker);
  const chosen = present ?? name;
  const base = readWorld(join(worldsFolder, 'base'));
  const isGone = present !== null && chosen !== 'empty' && !existsSync(join(folderOf(chosen), 'world.yaml'));
  if (isGone) {
    log(
      `The folder ${folderOf(chosen)} of the world in this database is gone: its rows are all there, but its IVR flows and test numbers are off. Put the folder back, or set WIRECHIEF_DATA to a new folder for another world.`,
    );
  }
  const world = chosen === 'empty' || isGone ? null : readWorld(folderOf(chosen), tablesOfRefs(base));
  const isNew =
    present === null && (await writeWorlds(store, chosen, world === null ? [base] : [base, world]));
  const bots = new Map(world?.rows.map((row) => [row.ref, idOf(row)]));
  const flows = [...(world?.flows ?? [])].flatMap(([ref, flow]): [string, typeof flow][] => {
    const id = bots.get(ref);
    return id === undefined ? [] : [[id, flow]];
  });
  return { name: chosen, isNew, flows: new Map(flows), testNumbers: world?.testNumbers ?? new Map() };
}

function folderOf(name: string): string {
  return /[/\\]/.test(name) ? name : join(worldsFolder, name);
}

function tablesOfRefs({ rows }: World): Map<string, string> {
  return new Map(rows.flatMap(({ ref, table }) => (ref === null ? [] : [[ref, table.logicalName]])));
}

/** Writes the worlds in one transaction; false when another server was faster. */
async function writeWorlds(store: Store, name: string, worlds: readonly World[]): Promise<boolean> {
  return store.transact({ actor: systemUserId, cause: `load world ${name}` }, async (transaction) => {
    if (!(await insertMeta(transaction, marker, name))) return false;
    const ids = new Map<string, Target>();
    for (const { file, rows, associations } of worlds) {
      const late: LateLookup[] = [];
      for (const row of rows) {
        try {
          late.push(...(await createRow(transaction, row, ids)));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          throw new WorldError([
            { file, line: row.line, text: `${row.table.logicalName}: ${error.message}` },
          ]);
        }
      }
      for (const { table, id, values } of resolveLate(late, ids))
        await transaction.update(table, id, values as Values<Table>);
      for (const { schemaName, ends } of associations) {
        const [first, second] = ends.map((end) => ids.get(end)?.id ?? '');
        await transaction.associate(schemaName, first ?? '', second ?? '');
      }
    }
    return true;
  });
}

interface Target {
  readonly table: Table;
  readonly id: Guid;
}

interface LateUpdate extends Target {
  readonly values: Record<string, WorldValue>;
}

interface LateLookup extends Target {
  readonly column: string;
  readonly ref: string;
}

/** Creates a row; lookups to rows further down the file are given back, for they do not exist yet. */
async function createRow(
  transaction: Transaction,
  row: WorldRow,
  ids: Map<string, Target>,
): Promise<LateLookup[]> {
  const values: Record<string, WorldValue> = {};
  const late: { column: string; ref: string }[] = [];
  for (const [column, value] of row.values) {
    if (!isWorldReference(value)) values[column] = value;
    else {
      const target = ids.get(value.ref);
      if (target === undefined) late.push({ column, ref: value.ref });
      else values[column] = lookupValue(row.table, column, target);
    }
  }
  // History says when it was made (webapi.md §6); the store takes that as createdon.
  if (values.overriddencreatedon !== undefined) values.createdon = values.overriddencreatedon;
  const id = await transaction.create(row.table, values as Values<Table>);
  if (row.ref !== null) ids.set(row.ref, { table: row.table, id });
  if (row.table.logicalName === systemuser.logicalName)
    await transaction.create(usersettings, { ...newUserSettings, systemuserid: id });
  return late.map((lookup) => ({ table: row.table, id, ...lookup }));
}

/** The updates that set the lookups which had to wait, one for each row. */
function resolveLate(late: readonly LateLookup[], ids: ReadonlyMap<string, Target>): LateUpdate[] {
  const updates = new Map<Guid, LateUpdate>();
  for (const { table, id, column, ref } of late) {
    const target = ids.get(ref);
    if (target === undefined) continue;
    const update = updates.get(id) ?? { table, id, values: {} };
    update.values[column] = lookupValue(table, column, target);
    updates.set(id, update);
  }
  return [...updates.values()];
}

/** A lookup with one target is an id, a polymorphic one names the table (tables/rows.ts). */
function lookupValue(table: Table, column: string, target: Target): WorldValue {
  const isPolymorphic = (table.columns[column]?.targets ?? []).length !== 1;
  return isPolymorphic ? { table: target.table.logicalName, id: target.id } : target.id;
}

function idOf({ table, values }: WorldRow): string {
  const id = values.get(table.primaryId);
  return typeof id === 'string' ? id : '';
}
