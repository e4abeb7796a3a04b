/** Many writes as one bundle: grouped so that each group is one part of one statement, whatever the number of its rows. */
import type { Guid, Table } from '../tables/index.ts';
import { isReference, type PhysicalColumn, physicalColumns, toParameter } from './columns.ts';
import { type Fill, fillOf, membersOf } from './fill.ts';
import { parentalColumns } from './inherit.ts';
import { addTo, type Entry } from './log-entry.ts';
import type { Hand } from './prepare.ts';
import { shapeKey } from './shapes.ts';
import { defaultsOf, type Written } from './values.ts';
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

/** Creates of one table, or updates of the same columns of one table. `columns`: those that each row says, without the
 *  key. `same`: those that say who wrote when, which are the same in every row. `fill`: of new rows. `moves`: the business
 *  unit follows the owner that is written. `key` tells the shape. */
export interface Group {
  readonly operation: BundledRow['operation'];
  readonly table: Table;
  readonly columns: readonly PhysicalColumn[];
  readonly same: readonly PhysicalColumn[];
  readonly fill: Fill | null;
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

/** The bundle of these rows, each of which stands here once. `sure`: rows that are there until our end, as `table id`.
 *  `hand`: who writes when. */
export function bundled(rows: readonly BundledRow[], sure: ReadonlySet<string>, hand: Hand): Bundle {
  const gathered = new Map<string, Placed[]>();
  rows.forEach((row, place) => {
    const key = groupKey(row);
    const known = gathered.get(key);
    if (known === undefined) gathered.set(key, [{ ...row, place }]);
    else known.push({ ...row, place });
  });
  return {
    groups: [...gathered.values()].map((one) => toGroup(one, hand)),
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

function toGroup(rows: readonly Placed[], hand: Hand): Group {
  const [first] = rows;
  if (first === undefined) throw new RangeError('a group has rows');
  const { operation, table } = first;
  const written = new Set(rows.flatMap(({ row }) => Object.keys(row)));
  const all = physicalColumns(table);
  const said = all.filter(({ name }) => name !== table.primaryId && written.has(name));
  const isSame = (name: string): boolean =>
    operation === 'create' && rows.every(({ row }) => isOfHand(row[name], hand));
  const sameNames = new Set(ofHand.filter((name) => written.has(name) && isSame(name)));
  const columns = said.filter(({ name }) => !sameNames.has(name));
  const same = said.filter(({ name }) => sameNames.has(name));
  const owned = all.some(({ name, target }) => name === 'ownerid' && target) && written.has('ownerid');
  const moves =
    owned &&
    'owningbusinessunit' in table.columns &&
    (operation === 'create' || !written.has('owningbusinessunit'));
  const names = [columns, same].map((some) => some.map(({ sqlName }) => sqlName).join()).join(' ');
  const key = `${operation} ${shapeKey(table)} ${names} ${moves}`;
  const fill = operation === 'create' ? fillOf(table, [...written]) : null;
  return { operation, table, columns, same, fill, moves, rows, key };
}

/** Columns that say who writes when. */
const ofHand = ['createdon', 'modifiedon', 'createdby', 'modifiedby', 'owninguser', 'ownerid'];

function isOfHand(value: unknown, { actor, now }: Hand): boolean {
  if (value instanceof Date) return value.getTime() === now.getTime();
  return isReference(value) ? value.table === 'systemuser' && value.id === actor : value === actor;
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

/** The rows of a group as a JSON array, each an object by column name, with its place under "#", its conversation under
 *  "#about" and, when it is new, under "#entry" what the change log tells of its `columns`. */
export function rowsJson({ operation, table, columns, rows }: Group): string {
  const defaults = operation === 'create' ? defaultsOf(table) : {};
  const key = table.columns[table.primaryId];
  return JSON.stringify(
    rows.map(({ id, row, place, conversation }) => {
      const object: Record<string, unknown> = { '#': place, [table.primaryId]: id };
      const entry: Entry = {};
      if (key) addTo(entry, table.primaryId, key, id);
      if (conversation !== null) object['#about'] = conversation;
      for (const { name, column, target, hidden } of columns) {
        const given = row[name] === undefined ? defaults[name] : row[name];
        if (given === null || given === undefined) continue;
        const value = typeof given === 'string' ? wellFormed(given) : given;
        if (!target) object[name] = toJson(toParameter(column, value));
        else if (isReference(value)) object[`${name}@table`] = value.table;
        if (!target && !hidden) addTo(entry, name, column, value);
      }
      if (operation === 'create') object['#entry'] = entry;
      return object;
    }),
  );
}

/** What the change log tells of all new rows of a group alike: members of a JSON object, each led by a comma. */
export function sameMembers({ same, fill, rows }: Group): string {
  const entry: Entry = {};
  for (const { name, column, target } of same) if (!target) addTo(entry, name, column, rows[0]?.row[name]);
  return `${membersOf(entry)}${fill?.members ?? ''}`;
}

/** PostgreSQL refuses half a surrogate pair in JSON, where a parameter of its own carries the replacement character. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

const toJson = (value: unknown): unknown => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value);
