/** One statement for a bundle: targets looked at and locked, rows written, the change log with them. Nothing is written
 *  when a target is not there. */
import { rootBusinessUnitId, tables } from '../tables/index.ts';
import { type Bundle, type Group, rowsJson } from './bundle.ts';
import type { ChangeHead } from './change-log.ts';
import { isPolymorphic, type PhysicalColumn, quote, sqlTable } from './columns.ts';
import { changedEntrySql, differs, type Told, wholeEntrySql } from './entry-sql.ts';
import { parentalColumns } from './inherit.ts';
import { shaped } from './shapes.ts';
import type { Statement, TimerChanges } from './store.ts';
import { cancelTimersSql, setTimersSql, timersJson } from './timers-together.ts';

/** No timers are set or taken away. */
export const noTimers: TimerChanges = { set: [], cancelled: [] };

/** What the statement tells: one row. `there`: every target is; else nothing was written. `missing`: the rows that were
 *  not written, by their places in the order; a new row's key is taken, a changed row is not there. `followed`: what
 *  became of rows whose owner or parent changed. `inherits`: some new row has shares to take over. */
export interface BundleOutcome {
  readonly there: boolean;
  readonly missing: readonly number[];
  readonly followed: readonly Followed[];
  readonly inherits: boolean;
}

/** `owner`: the former one, where it changed. */
export interface Followed {
  readonly place: number;
  readonly ownerTable: string | null;
  readonly ownerId: string | null;
  readonly reparented: boolean;
}

/** The parameters: gives the place of one as it is added. */
class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/** The statement of timers without rows. */
export function timersStatement({ set, cancelled }: TimerChanges): Statement {
  const parts = [`timers_gone as (${cancelTimersSql('$1::text[]')})`, `timers_set as (${setTimersSql('$2::json')})`];
  return {
    text: `with ${parts.join(',\n')} select`,
    values: [[...cancelled], timersJson(set)],
    name: 'timers_together',
  };
}

/** The statement; its one row is read by `bundleOutcome`. */
export function bundleStatement(head: ChangeHead, bundle: Bundle, timers: TimerChanges): Statement {
  const { groups, order, below } = bundle;
  const targets = [...bundle.targets].filter(([table]) => tables.has(table));
  const parameters = new Parameters();
  const places: Places = {
    transaction: parameters.add(head.transaction, 'uuid'),
    at: parameters.add(head.at.toISOString(), 'timestamptz'),
    actor: parameters.add(head.actor, 'uuid'),
    cause: parameters.add(head.cause, 'text'),
    conversation: parameters.add(head.conversation ?? null, 'uuid'),
    ids: parameters.add(listText(order.map(({ row }) => row.id)), 'uuid[]'),
    groups: parameters.add(listText(order.map(({ group }) => group)), 'int4[]'),
    below: parameters.add(listText(below), 'uuid[]'),
    rows: groups.map((group) => parameters.add(rowsJson(group), 'json')),
    targets: targets.map(([, ids]) => parameters.add(listText(ids), 'uuid[]')),
    set: timers.set.length === 0 ? null : parameters.add(timersJson(timers.set), 'json'),
    cancelled: timers.cancelled.length === 0 ? null : parameters.add([...timers.cancelled], 'text[]'),
  };
  const names = targets.map(([name]) => name);
  const key = `bundle ${groups.map((group) => group.key).join(' ')} / ${names.join()} ${places.set !== null} ${places.cancelled !== null}`;
  return shaped(key, () => textOf(groups, names, places), parameters.values);
}

/** Where the parameters stand. */
interface Places {
  readonly transaction: string;
  readonly at: string;
  readonly actor: string;
  readonly cause: string;
  readonly conversation: string;
  readonly rows: readonly string[];
  readonly targets: readonly string[];
  readonly ids: string;
  readonly groups: string;
  readonly below: string;
  readonly set: string | null;
  readonly cancelled: string | null;
}

/** GUIDs and numbers need no quoting. */
const listText = (items: readonly (string | number)[]): string => `{${items.join()}}`;

function textOf(groups: readonly Group[], targets: readonly string[], places: Places): string {
  const parts = targets.map((name, i) => {
    const table = tables.get(name);
    if (table === undefined) throw new TypeError(`there is no table ${name}`);
    const key = quote(table.primaryId);
    // Locked against a delete until our commit, no more: others may change it or point to it too.
    return `k${i} as (select 1 from ${sqlTable(table)} where ${key} = any (${places.targets[i]}) order by ${key} for key share)`;
  });
  const there = targets.map((_, i) => `(select count(*) from k${i}) = cardinality(${places.targets[i]})`);
  parts.push(`there as materialized (select ${there.join(' and ') || 'true'} as ok)`);
  groups.forEach((group, i) => {
    const rows = recordset(group, String(places.rows[i]));
    parts.push(...(group.operation === 'create' ? insertSql(group, i, rows) : updateSql(group, i, rows)));
  });
  const written = groups.map(({ table, operation }, i) => {
    const before = operation === 'create' ? 'null' : 'before';
    return `select ${i} as g, '${table.logicalName}' as "table", '${operation}' as operation, id, version, ${before} as before, after, ${followSql(groups[i])} from g${i}`;
  });
  if (written.length > 0)
    parts.push(`written as (${written.join(' union all ')})`, placedSql(places), logSql(places));
  if (places.set !== null) parts.push(`timers_set as (${setTimersSql(places.set)})`);
  if (places.cancelled !== null) parts.push(`timers_gone as (${cancelTimersSql(places.cancelled)})`);
  return `with ${parts.join(',\n')}\n${outcomeSql(places)}`;
}

const columnSql = ({ sqlName, sqlType }: PhysicalColumn): string => `${sqlName} ${sqlType}`;

function recordset({ table, columns }: Group, place: string): string {
  return `json_to_recordset(${place}) as r(${[`${quote(table.primaryId)} uuid`, ...columns.map(columnSql)].join(', ')})`;
}

const nextVersion = `nextval('wirechief.version')`;

/** The business unit of the owner in `r`, read as the row is written. */
const unitSql = `case r."ownerid@table"
  when 'team' then coalesce((select "businessunitid" from "dataverse"."team" where "teamid" = r."ownerid"), '${rootBusinessUnitId}'::uuid)
  when 'systemuser' then coalesce((select "businessunitid" from "dataverse"."systemuser" where "systemuserid" = r."ownerid"), '${rootBusinessUnitId}'::uuid) end`;

const unitColumn = '"owningbusinessunit"';

/** The columns of a group as entries tell them, with the business unit where it moves along. */
function toldOf({ table, columns, moves }: Group): Told[] {
  const own = columns.filter(({ target }) => !target);
  const unit = table.columns.owningbusinessunit;
  const known = own.some(({ name }) => name === 'owningbusinessunit');
  return moves && unit && !known ? [...own, { name: 'owningbusinessunit', column: unit }] : own;
}

function insertSql(group: Group, i: number, rows: string): string[] {
  const { table, columns, moves } = group;
  const primary = quote(table.primaryId);
  const given = columns.filter(({ name }) => !moves || name !== 'owningbusinessunit');
  const names = [primary, ...given.map(({ sqlName }) => sqlName)];
  const sources = names.map((name) => `r.${name}`);
  if (moves) {
    names.push(unitColumn);
    sources.push(given.length === columns.length ? unitSql : `coalesce(r.${unitColumn}, ${unitSql})`);
  }
  const key = table.columns[table.primaryId];
  const told = toldOf(group);
  const after = wholeEntrySql(key ? [{ name: table.primaryId, column: key }, ...told] : told, 't');
  return [
    `g${i} as (insert into ${sqlTable(table)} as t (${names.join(', ')}, "versionnumber")
      select ${sources.join(', ')}, ${nextVersion} from ${rows} where (select ok from there)
      on conflict do nothing returning ${primary} as id, "versionnumber" as version, ${after} as after)`,
  ];
}

function updateSql(group: Group, i: number, rows: string): string[] {
  const { table, columns, moves } = group;
  const primary = quote(table.primaryId);
  const told = toldOf(group);
  const former = [primary, ...columns.map(({ sqlName }) => sqlName), ...(moves ? [unitColumn] : [])];
  const sets = columns.map(({ sqlName }) => `${sqlName} = r.${sqlName}`);
  if (moves) sets.push(`${unitColumn} = ${unitSql}`);
  const follows = followed(group).map(({ name, sql }) => `, ${sql} as ${name}`);
  return [
    // Locks and reads the newest version of the rows first, so that "before" is what we overwrite; in one order for
    // everybody.
    `o${i} as (select ${former.join(', ')} from ${sqlTable(table)}
      where ${primary} in (select ${primary} from ${rows}) and (select ok from there) order by ${primary} for no key update)`,
    `g${i} as (update ${sqlTable(table)} t set ${[...sets, `"versionnumber" = ${nextVersion}`].join(', ')}
      from ${rows}, o${i} o where t.${primary} = o.${primary} and r.${primary} = o.${primary}
      returning t.${primary} as id, t."versionnumber" as version,
        ${changedEntrySql(told, 'o', 'o', 't')} as before, ${changedEntrySql(told, 't', 'o', 't')} as after${follows.join('')})`,
  ];
}

/** What is to be known of an update's rows when they are written: their former owner, and whether their parent changed. */
function followed({ table, columns }: Group): { readonly name: string; readonly sql: string }[] {
  const owner = columns.find(({ name, target }) => name === 'ownerid' && !target);
  const parental = parentalColumns(table);
  const parents = columns.filter(({ name, target }) => !target && parental.includes(name));
  const owned = owner !== undefined && isPolymorphic(owner.column);
  return [
    ...(owned
      ? [
          { name: 'owner_id', sql: `case when ${differs(owner, 'o', 't')} then o."ownerid" end` },
          { name: 'owner_table', sql: `case when ${differs(owner, 'o', 't')} then o."ownerid@table" end` },
        ]
      : []),
    ...(parents.length > 0
      ? [{ name: 'reparented', sql: `(${parents.map((one) => differs(one, 'o', 't')).join(' or ')})` }]
      : []),
  ];
}

function followSql(group: Group | undefined): string {
  const known = new Set(
    group === undefined || group.operation === 'create' ? [] : followed(group).map(({ name }) => name),
  );
  const or = (name: string, none: string) => (known.has(name) ? name : `${none} as ${name}`);
  return [or('owner_id', 'null::uuid'), or('owner_table', 'null::text'), or('reparented', 'false')].join(
    ', ',
  );
}

const placedSql = ({ ids, groups }: Places): string =>
  `placed as (select w.*, a.n from written w
    join unnest(${ids}, ${groups}) with ordinality a(id, g, n) on a.id = w.id and a.g = w.g)`;

const logSql = ({ transaction, at, actor, cause, conversation }: Places): string =>
  `logged as (insert into wirechief.change_log
    (transaction, at, "table", id, operation, before, after, version, actor, cause, conversation)
    select ${transaction}, ${at}, "table", id, operation, before::json, after::json, version, ${actor}, ${cause}, ${conversation}
    from placed order by n)`;

function outcomeSql({ ids, below }: Places): string {
  const shares = `exists (select from "dataverse"."principalobjectaccess" where "objectid" = any (${below}))`;
  return `select (select ok from there),
    (select json_agg(m.n - 1) from generate_series(1, cardinality(${ids})) m(n)
      where cardinality(${ids}) > (select count(*) from placed) and not exists (select from placed p where p.n = m.n)),
    (select json_agg(json_build_object('place', n - 1, 'ownerId', owner_id, 'ownerTable', owner_table, 'reparented', reparented) order by n)
      from placed where owner_id is not null or reparented),
    ${shares}`;
}

/** The outcome, out of the statement's row. */
export function bundleOutcome(row: readonly unknown[] | undefined): BundleOutcome {
  const [there, missing, followed, inherits] = row ?? [];
  return {
    there: there === true,
    missing: (missing ?? []) as number[],
    followed: (followed ?? []) as Followed[],
    inherits: inherits === true,
  };
}
