/** One statement for a bundle: targets looked at and locked, rows written, the change log with them. Nothing is written
 *  when a target is not there. */
import { rootBusinessUnitId, tables } from '../tables/index.ts';
import { type Bundle, type Group, rowsJson, sameMembers } from './bundle.ts';
import type { ChangeHead } from './change-log.ts';
import { isPolymorphic, type PhysicalColumn, quote, sqlTable } from './columns.ts';
import { changedEntrySql, differs, type Told } from './entry-sql.ts';
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
  const parts = [
    `timers_gone as (${cancelTimersSql('$1::text[]')})`,
    `timers_set as (${setTimersSql('$2::json')})`,
  ];
  return {
    text: `with ${parts.join(',\n')} select`,
    values: [[...cancelled], timersJson(set)],
    name: 'timers_together',
  };
}

/** The statement; its one row is read by `bundleOutcome`. */
export function bundleStatement(head: ChangeHead, bundle: Bundle, timers: TimerChanges): Statement {
  const { groups, below } = bundle;
  const targets = [...bundle.targets].filter(([table]) => tables.has(table));
  const parameters = new Parameters();
  const places: Places = {
    transaction: parameters.add(head.transaction, 'uuid'),
    at: parameters.add(head.at.toISOString(), 'timestamptz'),
    actor: parameters.add(head.actor, 'uuid'),
    cause: parameters.add(head.cause, 'text'),
    conversation: parameters.add(head.conversation ?? null, 'uuid'),
    below: parameters.add(listText(below), 'uuid[]'),
    rows: groups.map((group) => parameters.add(rowsJson(group), 'json')),
    members: groups.map((group) =>
      group.operation === 'create' ? parameters.add(sameMembers(group), 'text') : null,
    ),
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
  readonly members: readonly (string | null)[];
  readonly targets: readonly string[];
  readonly below: string;
  readonly set: string | null;
  readonly cancelled: string | null;
}

/** GUIDs and numbers need no quoting. */
const listText = (items: readonly (string | number)[]): string => `{${items.join()}}`;

function textOf(groups: readonly Group[], targets: readonly string[], places: Places): string {
  const parts = targets.map((name, i) => targetSql(name, i, String(places.targets[i])));
  const there = targets.map((_, i) => `(select count(*) from k${i}) = cardinality(${places.targets[i]})`);
  parts.push(`there as materialized (select ${there.join(' and ') || 'true'} as ok)`);
  groups.forEach((group, i) => {
    const rows = recordset(group, String(places.rows[i]));
    parts.push(
      ...(group.operation === 'create' ? insertSql(group, i, rows, places) : updateSql(group, i, rows)),
    );
  });
  const written = groups.map((group, i) => writtenSql(group, i, places.members[i] ?? null));
  parts.push(`written as (${written.join(' union all ')})`, logSql(places));
  if (places.set !== null) parts.push(`timers_set as (${setTimersSql(places.set)})`);
  if (places.cancelled !== null) parts.push(`timers_gone as (${cancelTimersSql(places.cancelled)})`);
  return `with ${parts.join(',\n')}\n${outcomeSql(groups, places)}`;
}

/** Locked against a delete until our commit, no more: others may change it or point to it too. Row by row, here and
 *  below, so that the index is taken whatever the planner thinks of a table that grows quickly. */
function targetSql(name: string, i: number, place: string): string {
  const table = tables.get(name);
  if (table === undefined) throw new TypeError(`there is no table ${name}`);
  return `k${i} as (select 1 from unnest(${place}) as i(id) cross join lateral
    (select 1 from ${sqlTable(table)} where ${quote(table.primaryId)} = i.id for key share) t)`;
}

const columnSql = ({ sqlName, sqlType }: PhysicalColumn): string => `${sqlName} ${sqlType}`;

function recordset({ operation, table, columns }: Group, place: string): string {
  const named = ['"#" int4', '"#about" uuid', `${quote(table.primaryId)} uuid`, ...columns.map(columnSql)];
  if (operation === 'create') named.push('"#entry" json');
  return `json_to_recordset(${place}) as r(${named.join(', ')})`;
}

const nextVersion = `nextval('wirechief.version')`;

/** The business unit of a user or team, read as the row is written. */
const unitOf = (table: 'systemuser' | 'team', id: string): string =>
  `coalesce((select "businessunitid" from "dataverse"."${table}" where "${table}id" = ${id}), '${rootBusinessUnitId}'::uuid)`;

/** That of the owner in `r`. */
const unitSql = `case r."ownerid@table" when 'team' then ${unitOf('team', 'r."ownerid"')}
  when 'systemuser' then ${unitOf('systemuser', 'r."ownerid"')} end`;

const unitColumn = '"owningbusinessunit"';

/** The columns of an update as entries tell them, with the business unit where it moves along. */
function toldOf({ table, columns, moves }: Group): Told[] {
  const own = columns.filter(({ target, hidden }) => !target && !hidden);
  const unit = table.columns.owningbusinessunit;
  const known = own.some(({ name }) => name === 'owningbusinessunit');
  return moves && unit && !known ? [...own, { name: 'owningbusinessunit', column: unit }] : own;
}

/** `r` is what is inserted, version and all: the log is written from it, for a row of it that is not inserted ends the
 *  transaction. Its "#unit" is a business unit that the row does not say itself. */
function insertSql(
  { table, columns, same, fill, moves }: Group,
  i: number,
  rows: string,
  places: Places,
): string[] {
  const primary = quote(table.primaryId);
  const given = columns.filter(({ name }) => !moves || name !== 'owningbusinessunit');
  const names = [primary, ...given.map(({ sqlName }) => sqlName)];
  const read = ['"#"', '"#about"', '"#entry"', ...names].map((name) => `r.${name}`);
  const sources = [...names];
  const known = [...same, ...(fill?.columns ?? [])];
  names.push(...known.map(({ sqlName }) => sqlName));
  sources.push(...same.map((column) => ofHandSql(column, places)), ...(fill?.sources ?? []));
  if (moves) {
    const unit = same.some(({ name }) => name === 'ownerid') ? unitOf('systemuser', places.actor) : unitSql;
    const isSaid = given.length < columns.length;
    read.push(`${isSaid ? `case when r.${unitColumn} is null then ${unit} end` : unit} as "#unit"`);
    if (isSaid) read.push(`r.${unitColumn}`);
    names.push(unitColumn);
    sources.push(isSaid ? `coalesce(${unitColumn}, "#unit")` : '"#unit"');
  }
  return [
    `r${i} as materialized (select ${read.join(', ')}, ${nextVersion} as "#version" from ${rows} where (select ok from there))`,
    `g${i} as (insert into ${sqlTable(table)} (${names.join(', ')}, "versionnumber")
      select ${sources.join(', ')}, "#version" from r${i} on conflict do nothing returning ${primary} as id)`,
  ];
}

/** A column that says who writes when. */
function ofHandSql({ sqlType, target }: PhysicalColumn, { at, actor }: Places): string {
  if (target) return `'systemuser'`;
  return sqlType === 'uuid' ? actor : at;
}

/** `o` locks and reads the newest version of the rows first, in one order for everybody, so that "before" is what is
 *  overwritten; with what is written beside it. The bounds of "#" hold for each row, and make the planner expect few. */
function updateSql(group: Group, i: number, rows: string): string[] {
  const { table, columns, moves } = group;
  const primary = quote(table.primaryId);
  const told = toldOf(group);
  const former = columns.map(({ sqlName }) => sqlName);
  const fresh = columns.map(({ sqlName }, place) => `r.${sqlName} as "#${place}"`);
  const sets = columns.map(({ sqlName }, place) => `${sqlName} = o."#${place}"`);
  if (moves) {
    former.push(unitColumn);
    fresh.push(`${unitSql} as "#unit"`);
    sets.push(`${unitColumn} = o."#unit"`);
  }
  const follows = followed(group).map(({ name, sql }) => `, ${sql} as ${name}`);
  return [
    `o${i} as materialized (select r."#", r."#about", l.*${fresh.map((one) => `, ${one}`).join('')}
      from (select * from ${rows} where (select ok from there) order by ${primary}) r cross join lateral
        (select ${[primary, ...former].join(', ')} from ${sqlTable(table)} where ${primary} = r.${primary} for no key update) l)`,
    `g${i} as (update ${sqlTable(table)} t set ${[...sets, `"versionnumber" = ${nextVersion}`].join(', ')}
      from o${i} o where t.${primary} = o.${primary} and o."#" between 0 and 1000000000
      returning o."#", o."#about", t.${primary} as id, t."versionnumber" as version,
        ${changedEntrySql(told, 'o', 'o', 't')} as before, ${changedEntrySql(told, 't', 'o', 't')} as after${follows.join('')})`,
  ];
}

/** The rows of a group as the log tells them. */
function writtenSql(group: Group, i: number, members: string | null): string {
  const { table, operation, moves } = group;
  const start = (id: string, version: string) =>
    `select "#", "#about", '${table.logicalName}' as "table", '${operation}' as operation, ${id} as id, ${version} as version`;
  if (members === null) return `${start('id', 'version')}, before, after, ${followSql(group)} from g${i}`;
  const unit = moves ? ` || coalesce(',"_owningbusinessunit_value":"' || "#unit" || '"', '')` : '';
  return `${start(quote(table.primaryId), '"#version"')}, null::text as before,
    left("#entry"::text, -1) || ${members}${unit} || '}' as after,
    null::uuid as owner_id, null::text as owner_table, false as reparented from r${i} r`;
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

function followSql(group: Group): string {
  const known = new Set(followed(group).map(({ name }) => name));
  const or = (name: string, none: string) => (known.has(name) ? name : `${none} as ${name}`);
  return [or('owner_id', 'null::uuid'), or('owner_table', 'null::text'), or('reparented', 'false')].join(
    ', ',
  );
}

const logSql = ({ transaction, at, actor, cause, conversation }: Places): string =>
  `logged as (insert into wirechief.change_log
    (transaction, at, "table", id, operation, before, after, version, actor, cause, conversation)
    select ${transaction}, ${at}, "table", id, operation, before::json, after::json, version, ${actor}, ${cause}, coalesce("#about", ${conversation})
    from written order by "#")`;

/** Which rows are missing is looked for only when some are. */
function outcomeSql(groups: readonly Group[], { rows, below }: Places): string {
  const asked = groups.map((_, i) => `json_array_length(${rows[i]})`).join(' + ');
  const made = groups.map((_, i) => `(select count(*) from g${i})`).join(' + ');
  const missing = groups.map(
    ({ table: { primaryId } }, i) =>
      `select r."#" from json_to_recordset(${rows[i]}) as r("#" int4, ${quote(primaryId)} uuid)
        where r.${quote(primaryId)} not in (select id from g${i})`,
  );
  return `select (select ok from there),
    (select case when ${asked} > ${made} then (select json_agg(m."#" order by m."#") from (${missing.join(' union all ')}) m) end),
    (select json_agg(json_build_object('place', "#", 'ownerId', owner_id, 'ownerTable', owner_table, 'reparented', reparented) order by "#")
      from written where owner_id is not null or reparented),
    exists (select from "dataverse"."principalobjectaccess" where "objectid" = any (${below}))`;
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
