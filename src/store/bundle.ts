/** Many writes as one bundle: grouped so that each group is one part of one statement, whatever the number of its rows. */
import type { Guid, Table } from '../tables/index.ts';
import { isReference, type PhysicalColumn, physicalColumns, toParameter } from './columns.ts';
import { parentalColumns } from './inherit.ts';
import { shapeKey } from './shapes.ts';
import type { Written } from './values.ts';
import type { Target } from './write.ts';

/** A row about to be written, whole: `row` has the columns that the system fills, `targets` is what the caller's values
 *  point to. `conversation`: whose change it is, where that is not the one of the whole transaction. */
export interface BundledRow {
  readonly operation: 'create' | 'update';
  readonly table: Table;
  readonly id: Guid;
  readonly row: Readonly<Written>;
  readonly conversation: Guid | null;
  readonly targets: readonly Target[];
}

/** A row with its place among all. */
interface Placed extends BundledRow {
  readonly place: number;
}

/** Creates of one table, or updates of the same columns of one table. `columns`: those written, without the key. `moves`:
 *  the business unit follows the owner that is written. `key` tells the shape. */
export interface Group {
  readonly operation: BundledRow['operation'];
  readonly table: Table;
  readonly columns: readonly PhysicalColumn[];
  readonly moves: boolean;
  readonly rows: readonly Placed[];
  readonly key: string;
}

/** What one statement writes. `targets`: ids by table, each once. `below`: rows that may have to inherit shares from these, with the new rows themselves. */
export interface Bundle {
  readonly groups: readonly Group[];
  readonly targets: ReadonlyMap<string, readonly Guid[]>;
  readonly below: readonly Guid[];
}

/** The bundle of these rows, each of which stands here once. `sure`: rows that are there until our end, as `table id`. */
export function bundled(rows: readonly BundledRow[], sure: ReadonlySet<string>): Bundle {
  const gathered = new Map<string, Placed[]>();
  rows.forEach((row, place) => {
    const key = groupKey(row);
    const known = gathered.get(key);
    if (known === undefined) gathered.set(key, [{ ...row, place }]);
    else known.push({ ...row, place });
  });
  return {
    groups: [...gathered.values()].map(toGroup),
    targets: targetsOf(rows, sure),
    below: rows.flatMap(({ operation, table, id, row }) => {
      if (operation === 'update') return [];
      const parents = parentalColumns(table).flatMap((column) => idIn(row[column]));
      return parents.length === 0 ? [] : [id, ...parents];
    }),
  };
}

/** Updates come together when they write the same columns; a create says nothing by leaving a column out. */
function groupKey({ operation, table, row }: BundledRow): string {
  return operation === 'create'
    ? `create ${table.logicalName}`
    : `update ${table.logicalName} ${Object.keys(row).sort().join()}`;
}

function toGroup(rows: readonly Placed[]): Group {
  const [first] = rows;
  if (first === undefined) throw new RangeError('a group has rows');
  const { operation, table } = first;
  const written = new Set(rows.flatMap(({ row }) => Object.keys(row)));
  const all = physicalColumns(table);
  const columns = all.filter(({ name }) => name !== table.primaryId && written.has(name));
  const owned = all.some(({ name, target }) => name === 'ownerid' && target) && written.has('ownerid');
  const moves =
    owned &&
    'owningbusinessunit' in table.columns &&
    (operation === 'create' || !written.has('owningbusinessunit'));
  const names = columns.map(({ sqlName }) => sqlName).join();
  return { operation, table, columns, moves, rows, key: `${operation} ${shapeKey(table)} ${names} ${moves}` };
}

function targetsOf(rows: readonly BundledRow[], sure: ReadonlySet<string>): Map<string, Guid[]> {
  const written = new Set(rows.map(({ table, id }) => `${table.logicalName} ${id}`));
  const found = new Map<string, Set<Guid>>();
  for (const { targets } of rows)
    for (const { target, id } of targets) {
      if (sure.has(`${target} ${id}`) || written.has(`${target} ${id}`)) continue;
      const ids = found.get(target);
      if (ids === undefined) found.set(target, new Set([id]));
      else ids.add(id);
    }
  // In one order for everybody, so that two who lock the same rows do not wait for each other.
  return new Map([...found].sort().map(([table, ids]) => [table, [...ids].sort()]));
}

const idIn = (value: unknown): Guid[] => {
  if (isReference(value)) return [value.id];
  return typeof value === 'string' ? [value] : [];
};

/** The rows of a group as a JSON array, each an object by column name, with its place under "#" and its conversation
 *  under "#about". */
export function rowsJson({ table, columns, rows }: Group): string {
  return JSON.stringify(
    rows.map(({ id, row, place, conversation }) => {
      const object: Record<string, unknown> = { '#': place, [table.primaryId]: id };
      if (conversation !== null) object['#about'] = conversation;
      for (const { name, column, target } of columns) {
        const value = row[name];
        if (value === null || value === undefined) continue;
        if (!target) object[name] = toJson(toParameter(column, value));
        else if (isReference(value)) object[`${name}@table`] = value.table;
      }
      return object;
    }),
  );
}

/** PostgreSQL refuses half a surrogate pair in JSON, where a parameter of its own carries the replacement character. */
function toJson(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd');
  return Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value;
}
