/** Which rows an action on one row reaches along the relationships' cascades: assign, share, unshare, reparent, merge.
 *  Delete has rules of its own (delete.ts). Source: webapi.md §6; mission row S1.2; the tables' relationships. */
import {
  type Cascade,
  type Guid,
  type Reference,
  type Table,
  tables,
  tablesVersion,
} from '../tables/index.ts';
import { isPolymorphic, isReference, quote, sqlTable } from './columns.ts';
import type { Statement } from './store.ts';

/** The actions that cascade along a walk. */
export type CascadeAction = Exclude<keyof Cascade, 'delete'>;

/** A row that the action reaches, the lookup by which, and its owner if it has one. */
export interface Reached {
  readonly table: Table;
  readonly id: Guid;
  readonly column: string;
  readonly owner: Reference | null;
}

type Run = (statement: Statement) => Promise<unknown[][]>;

/** A lookup along which an action goes: to all rows, to active ones, or to those with the same owner. */
interface Way {
  readonly table: Table;
  readonly column: string;
  readonly polymorphic: boolean;
  readonly reach: 'Cascade' | 'Active' | 'UserOwned';
}

/** The tables whose rows can be merged. What points to them goes to the row that stays, also where no source tells the
 *  cascade of a relationship: the platform knows no other choice. Source: actions.json, Merge; README of the tables. */
const mergeable: ReadonlySet<string> = new Set(['account', 'contact', 'incident']);

const isMerged = (action: CascadeAction, target: string, column: string): boolean =>
  action === 'merge' && mergeable.has(target) && column !== 'masterid';

let ways: ReadonlyMap<string, readonly Way[]> = new Map();
let version = -1;

function findWays(): Map<string, Way[]> {
  const found = new Map<string, Way[]>();
  for (const table of tables.values())
    for (const { column, target, cascade } of table.relationships)
      for (const action of ['assign', 'merge', 'reparent', 'share', 'unshare'] as const) {
        const reach =
          cascade?.[action] ??
          (cascade === undefined && isMerged(action, target, column) ? 'Cascade' : 'NoCascade');
        const definition = table.columns[column];
        if (reach === 'NoCascade' || definition === undefined) continue;
        if (reach !== 'Cascade' && reach !== 'Active' && reach !== 'UserOwned')
          throw new TypeError(`${table.logicalName}.${column}: unknown cascade ${reach}`);
        const key = `${action} ${target}`;
        const way: Way = { table, column, polymorphic: isPolymorphic(definition), reach };
        found.set(key, [...(found.get(key) ?? []), way]);
      }
  return found;
}

/** The lookups of `action` that lead to rows of `table`. */
function waysTo(action: CascadeAction, table: Table): readonly Way[] {
  if (version !== tablesVersion()) {
    version = tablesVersion();
    ways = findWays();
  }
  return ways.get(`${action} ${table.logicalName}`) ?? [];
}

/** Every row that `action` on the row `id` reaches, near ones first, each once, however deep and even round in circles.
 *  The row itself is not among them. `owner`: of the row, before the action. One statement a level and table; merge goes
 *  one level deep, for what hangs on the rows it moves stays on them. */
export async function reachedBy(
  run: Run,
  action: CascadeAction,
  start: { readonly table: Table; readonly id: Guid; readonly owner: Reference | null },
): Promise<readonly Reached[]> {
  const seen = new Set([`${start.table.logicalName} ${start.id} `]);
  const found: Reached[] = [];
  let level: Reached[] = [{ ...start, column: '' }];
  while (level.length > 0) {
    const next: Reached[] = [];
    for (const table of new Set(level.map((stop) => stop.table))) {
      const parents = level.filter((stop) => stop.table === table);
      for (const child of await childrenOf(run, action, table, parents)) {
        // A row may point to the merged one by several lookups, each of which is to be set.
        const by = action === 'merge' ? child.column : '';
        const key = `${child.table.logicalName} ${child.id} ${by}`;
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(child);
      }
    }
    found.push(...next);
    level = action === 'merge' ? [] : next;
  }
  return found;
}

async function childrenOf(
  run: Run,
  action: CascadeAction,
  table: Table,
  parents: readonly Reached[],
): Promise<Reached[]> {
  const all = waysTo(action, table);
  if (all.length === 0) return [];
  const owners = new Map(parents.map(({ id, owner }) => [id, owner]));
  const rows = await run({ text: all.map(wayText(table)).join(' union all '), values: [[...owners.keys()]] });
  return rows.flatMap(([place, id, parent, ownerId, ownerTable]) => {
    const way = all[Number(place)];
    if (way === undefined) return [];
    const owner = ownerId === null ? null : { table: String(ownerTable), id: String(ownerId) };
    const above = owners.get(String(parent)) ?? null;
    if (way.reach === 'UserOwned' && (owner?.id !== above?.id || owner === null)) return [];
    return [{ table: way.table, id: String(id), column: way.column, owner }];
  });
}

const wayText =
  (target: Table) =>
  ({ table, column, polymorphic, reach }: Way, place: number): string => {
    const owner = isOwned(table) ? '"ownerid"::text, "ownerid@table"' : 'null::text, null::text';
    const conditions = [
      `${quote(column)} = any ($1::uuid[])`,
      ...(polymorphic ? [`${quote(`${column}@table`)} = '${target.logicalName}'`] : []),
      ...(reach === 'Active' && table.columns.statecode ? ['"statecode" = 0'] : []),
    ];
    return `select ${place}, ${quote(table.primaryId)}::text, ${quote(column)}::text, ${owner} from ${sqlTable(table)} where ${conditions.join(' and ')}`;
  };

/** Whether rows of the table have an owner of their own. */
const isOwned = (table: Table): boolean => table.columns.ownerid?.type === 'Owner';

/** The owner that a write names, when it names one. */
export const ownerIn = (values: { readonly [column: string]: unknown }): Reference | null =>
  isReference(values.ownerid) ? values.ownerid : null;
