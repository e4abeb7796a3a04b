/** What the lint looks over: the rows of a running server, or those of a world in its file. */
import { type LintInput, type LintRow, lintTables } from '../routing/index.ts';
import type { Reader } from '../store/index.ts';
import { tables } from '../tables/index.ts';
import { type Flow, parseFlow } from '../voice/index.ts';
import type { LoadedWorld } from './world/load.ts';
import type { World, WorldRow } from './world/read.ts';
import { isWorldReference } from './world/value.ts';

/** Reads them from a store, with the flows of the world in it. */
export async function lintInputOfStore(
  store: Pick<Reader, 'rows'>,
  { flows }: Pick<LoadedWorld, 'flows'>,
): Promise<LintInput> {
  const rows = new Map<string, readonly LintRow[]>();
  for (const name of lintTables) {
    const table = tables.get(name);
    if (table !== undefined) rows.set(name, await store.rows(table, {}));
  }
  return { rows, flows: setBy(flows) };
}

const memberships = 'queuemembership_association';

/** Makes them of worlds that were read: their references are followed, nothing is written. */
export function lintInputOfWorlds(worlds: readonly World[]): LintInput {
  const all = worlds.flatMap((world) => world.rows);
  const ids = new Map(all.flatMap((row) => (row.ref === null ? [] : [[row.ref, keyOf(row)]])));
  const rows = new Map<string, LintRow[]>();
  const add = (table: string, row: LintRow): void => {
    rows.set(table, [...(rows.get(table) ?? []), row]);
  };
  for (const row of all) {
    const values = [...row.values].map(([name, value]) => [
      name,
      isWorldReference(value) ? (ids.get(value.ref) ?? null) : value,
    ]);
    add(row.table.logicalName, { ...Object.fromEntries(values), [row.table.primaryId]: keyOf(row) });
  }
  for (const { schemaName, ends } of worlds.flatMap((world) => world.associations))
    if (schemaName === memberships)
      add('queuemembership', {
        queueid: ids.get(ends[0]) ?? ends[0],
        systemuserid: ids.get(ends[1]) ?? ends[1],
      });
  const flows = worlds.flatMap((world) =>
    [...world.flows].map(([bot, flow]) => [ids.get(bot) ?? bot, flow] as const),
  );
  return { rows, flows: setBy(new Map(flows)) };
}

/** A row's id; of one that has none in the file, its place there. */
const keyOf = ({ table, values, line }: WorldRow): string => {
  const id = values.get(table.primaryId);
  return typeof id === 'string' ? id : `${table.logicalName} in line ${line}`;
};

/** What the flow of each bot sets. A flow that cannot be read sets nothing; its fault is told when the server starts. */
function setBy(flows: LoadedWorld['flows']): LintInput['flows'] {
  return new Map(
    [...flows].flatMap(([bot, { file, text }]) => {
      const flow = flowOf(file, text);
      return flow === null ? [] : [[bot, variablesOf(flow)] as const];
    }),
  );
}

function flowOf(file: string, text: string): Flow | null {
  try {
    return parseFlow(file, text);
  } catch {
    return null;
  }
}

const variablesOf = ({ steps }: Flow): ReadonlySet<string> =>
  new Set(
    [...steps.values()].flatMap((step) => {
      if (step.kind === 'set') return Object.keys(step.variables);
      return step.kind === 'collect' ? [step.into] : [];
    }),
  );
