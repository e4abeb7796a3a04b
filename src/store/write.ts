/** The statements that write one row. */
import { type Guid, rootBusinessUnitId, type Table, tables } from '../tables/index.ts';
import {
  fromDatabase,
  isReference,
  type PhysicalColumn,
  physicalColumns,
  quote,
  sqlTable,
  toParameter,
} from './columns.ts';
import { fillOf } from './fill.ts';
import { shaped, shapeKey } from './shapes.ts';
import type { Statement } from './store.ts';
import type { Written } from './values.ts';

/** A lookup that has to point to a row that is there. */
export interface Target {
  readonly name: string;
  readonly target: string;
  readonly id: Guid;
}

/** The columns of a write, and the places of their values. */
interface Slots {
  readonly columns: readonly PhysicalColumn[];
  readonly values: unknown[];
  readonly key: string;
}

function slotsOf(table: Table, written: Readonly<Written>): Slots {
  const said = Object.keys(written).filter((name) => written[name] !== undefined);
  const { columns, key } = columnsNamed(table, said);
  const values = columns.map(({ name, column, target }) => {
    const value = written[name];
    return target ? (isReference(value) ? value.table : null) : toParameter(column, value);
  });
  return { columns, values, key };
}

const chosen = new WeakMap<Table, Map<string, Pick<Slots, 'columns' | 'key'>>>();
/** A client chooses what it writes. */
const mostChoices = 500;

/** The physical columns of these names, in the order of the table: a table has up to 261, a write a few. */
function columnsNamed(table: Table, names: readonly string[]): Pick<Slots, 'columns' | 'key'> {
  const choice = names.join();
  const known = chosen.get(table) ?? new Map<string, Pick<Slots, 'columns' | 'key'>>();
  chosen.set(table, known);
  const found = known.get(choice);
  if (found !== undefined) return found;
  if (known.size >= mostChoices) known.clear();
  const wanted = new Set(names);
  const columns = physicalColumns(table).filter(({ name }) => wanted.has(name));
  const made = { columns, key: columns.map(({ sqlName }) => `${sqlName},`).join('') };
  known.set(choice, made);
  return made;
}

/** Locks what is pointed to against a delete until our commit, no more: others may change it or point to it too. */
function targetConditions(targets: readonly Target[], values: unknown[]): string[] {
  return targets.flatMap(({ target, id }) => {
    const table = tables.get(target);
    if (table === undefined) return [];
    values.push(id);
    return [
      `(select true from ${sqlTable(table)} where ${quote(table.primaryId)} = $${values.length}::uuid for key share)`,
    ];
  });
}

/** The business unit of the owner, read as the row is written. */
function businessUnitOf(owner: unknown, values: unknown[]): string | null {
  if (!isReference(owner)) return null;
  values.push(owner.id);
  const table = owner.table === 'team' ? 'team' : 'systemuser';
  return `coalesce((select "businessunitid" from "dataverse"."${table}" where "${table}id" = $${values.length}::uuid), '${rootBusinessUnitId}'::uuid)`;
}

const nextVersion = `nextval('wirechief.version')`;

/** A statement that another may be made around: what tells its shape, how its text is made, its first values. */
export interface StatementParts {
  readonly shape: string;
  readonly build: () => string;
  readonly values: readonly unknown[];
}

/** Inserts a row, with its fill. Gives versionnumber and owningbusinessunit (or null); no row when the key is taken or a
 *  target is not there. */
export function insertStatement(...row: Parameters<typeof insertParts>): Statement {
  const { shape, build, values } = insertParts(...row);
  return shaped(shape, build, values);
}

/** The parts of `insertStatement`. */
export function insertParts(
  table: Table,
  written: Readonly<Written>,
  targets: readonly Target[],
): StatementParts {
  const { columns, values, key } = slotsOf(table, written);
  const own = columns.map(({ sqlType }, i) => `$${i + 1}::${sqlType}`);
  const conditions = targetConditions(targets, values);
  const unit = 'owningbusinessunit' in table.columns && written.owningbusinessunit === undefined;
  const unitSql = unit ? businessUnitOf(written.ownerid, values) : null;
  const build = () => {
    const fill = fillOf(table, Object.keys(written));
    const names = [...columns, ...fill.columns].map(({ sqlName }) => sqlName);
    const sources = [...own, ...fill.sources];
    if (unitSql !== null) {
      names.push('"owningbusinessunit"');
      sources.push(unitSql);
    }
    const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
    const returned = unitSql !== null ? '"owningbusinessunit"' : 'null';
    return `insert into ${sqlTable(table)} (${names.join(', ')}, "versionnumber") select ${sources.join(', ')}, ${nextVersion}${where} on conflict do nothing returning "versionnumber", ${returned}`;
  };
  const shape = `insert ${shapeKey(table)} ${key} ${targets.map(({ target }) => target).join()} ${unitSql}`;
  return { shape, build, values };
}

/** What an update writes, and the version it asks for. */
export interface RowUpdate {
  readonly table: Table;
  readonly id: Guid;
  readonly written: Readonly<Written>;
  readonly targets: readonly Target[];
  readonly version: string | undefined;
}

/** Updates a row. Gives versionnumber, owningbusinessunit (or null) and the former values of the columns written, in
 *  the order of `formerValues`; no row when it is not there, its version is another or a target is not there. */
export function updateStatement(row: RowUpdate): Statement {
  const { shape, build, values } = updateParts(row);
  return shaped(shape, build, values);
}

/** The parts of `updateStatement`. `returned`: what is to be given instead, of the row before (`old`) and after (`t`). */
export function updateParts(
  { table, id, written, targets, version }: RowUpdate,
  returned?: (columns: readonly PhysicalColumn[]) => string,
): StatementParts {
  const { columns, values, key } = slotsOf(table, written);
  const own = columns.map(({ sqlName, sqlType }, i) => `${sqlName} = $${i + 1}::${sqlType}`);
  values.push(id);
  const idPlace = `$${values.length}::uuid`;
  const conditions = targetConditions(targets, values);
  if (version !== undefined) {
    values.push(version);
    conditions.push(`t."versionnumber" = $${values.length}::int8`);
  }
  const moves = 'owningbusinessunit' in table.columns && written.owningbusinessunit === undefined;
  const unitSql = moves ? businessUnitOf(written.ownerid, values) : null;
  const build = () => {
    const primary = quote(table.primaryId);
    const former = columns.map(({ sqlName }) => sqlName);
    const sets = [...own, `"versionnumber" = ${nextVersion}`];
    if (unitSql !== null) {
      sets.push(`"owningbusinessunit" = ${unitSql}`);
      former.push('"owningbusinessunit"');
    }
    // The sub-select locks and reads the newest version of the row first, so that "before" is what we overwrite.
    return `update ${sqlTable(table)} t set ${sets.join(', ')}
      from (select ${[primary, ...former].filter((name, i, all) => all.indexOf(name) === i).join(', ')} from ${sqlTable(table)} where ${primary} = ${idPlace} for no key update) old
      where ${[`t.${primary} = old.${primary}`, ...conditions].join(' and ')}
      returning ${returned?.(columns) ?? ['t."versionnumber"', unitSql === null ? 'null' : 't."owningbusinessunit"', ...former.map((name) => `old.${name}`)].join(', ')}`;
  };
  const shape = `update ${shapeKey(table)} ${key} ${targets.map(({ target }) => target).join()} ${unitSql} ${version === undefined}`;
  return { shape, build, values };
}

/** The former values that an update gave back, from the third on; the last is the business unit's where it moved. */
export function formerValues(table: Table, written: Readonly<Written>, given: readonly unknown[]): Written {
  const former: Written = {};
  const { columns } = slotsOf(table, written);
  columns.forEach(({ name, column, target }, i) => {
    if (!target) former[name] = fromDatabase(column, given[i + 2], given[i + 3]);
  });
  if (given[1] !== null) former.owningbusinessunit = given.at(-1);
  return former;
}

/** Deletes a row that is locked already. */
export function deleteStatement(table: Table, id: Guid): Statement {
  const text = `delete from ${sqlTable(table)} where ${quote(table.primaryId)} = $1`;
  return shaped(`delete ${shapeKey(table)}`, () => text, [id]);
}

/** Which of these targets is not there: one row for each that is, with its place in the list. */
export function targetsThere(targets: readonly Omit<Target, 'name'>[]): Statement | null {
  const values: unknown[] = [];
  const parts = targets.flatMap(({ target, id }, i) => {
    const table = tables.get(target);
    if (table === undefined) return [];
    values.push(id);
    return [`select ${i} from ${sqlTable(table)} where ${quote(table.primaryId)} = $${values.length}::uuid`];
  });
  return parts.length === 0 ? null : { text: parts.join(' union all '), values };
}
