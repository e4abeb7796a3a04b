/** The schema of the database, made and kept up from the table definitions. */
import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { type ManyToMany, type Model, manyToMany, type Table, tables } from '../tables/index.ts';
import { physicalColumns, quote, sqlTable } from './columns.ts';
import { fileStatements } from './files.ts';
import { type Index, indexesOf } from './indexes.ts';
import { StartError } from './start-error.ts';

/** Tables whose rows change several times in their life: room on the page for HOT updates, early vacuum. */
const restless = new Set([
  ...['msdyn_ocliveworkitem', 'msdyn_ocsession', 'msdyn_sessionparticipant', 'msdyn_liveconversation'],
  ...['queueitem', 'wirechief_offer', 'msdyn_agentstatus', 'msdyn_agentchannelstate'],
]);

/** definition holds what was added to the built-in tables, one entry a table, many-to-many relationship and global choice;
 *  definition_gone names what was deleted. Both are written by define.ts.
 *  change_log.seq is drawn while a transaction holds the rows that it changed, as late as it can: of two changes of one
 *  row the later has the higher seq. timer.due is by the clock of the store; timer.held is real: until then a timer is not taken,
 *  because of a lease, of node `holder`, or after a failure. */
const ownStatements: readonly string[] = [
  'create schema if not exists wirechief',
  'create schema if not exists dataverse',
  'create table if not exists wirechief.meta (key text primary key, value text not null)',
  'create sequence if not exists wirechief.version',
  'create sequence if not exists wirechief.change_seq',
  'create sequence if not exists wirechief.case_number start 1000',
  `create table if not exists wirechief.change_log (
     seq int8 primary key default nextval('wirechief.change_seq'), transaction uuid not null, at timestamptz not null,
     "table" text not null, id uuid not null, operation text not null, before json, after json, version int8,
     actor uuid not null, cause text not null, conversation uuid)`,
  `create index if not exists change_log_conversation
     on wirechief.change_log (conversation, seq) where conversation is not null`,
  `create table if not exists wirechief.timer (
     key text primary key, due timestamptz not null, kind text not null, payload json not null,
     token uuid not null, held timestamptz, attempts int4 not null default 0, holder uuid)`,
  // As it was before the clock could be moved, and before there were several nodes.
  `alter table wirechief.timer drop column if exists next, add column if not exists held timestamptz,
     add column if not exists holder uuid`,
  'create index if not exists timer_due on wirechief.timer (due, key)',
  'create index if not exists timer_held on wirechief.timer (held) where held is not null',
  `create table if not exists wirechief.definition (
     kind text not null, name text not null, value json not null, version int8 not null, primary key (kind, name))`,
  `create table if not exists wirechief.definition_gone (
     version int8 not null, kind text not null, name text not null, primary key (kind, name, version))`,
  // node.number is the second key of the lock that its process holds; alive_on is by the clock of the store.
  `create table if not exists wirechief.node (
     id uuid primary key, number int4 not null generated always as identity, alive_on timestamptz)`,
  `create table if not exists wirechief.mail (
     seq int8 primary key generated always as identity, message json not null,
     node uuid not null references wirechief.node (id) on delete cascade)`,
  'create index if not exists mail_node on wirechief.mail (node)',
  ...fileStatements,
];

/** pg_current_xact_id and its like came with 13; 14 is the oldest that is still cared for. */
const oldestServer = 14;

/** A table as it is made, column by column. */
export interface TablePlan {
  readonly table: Table;
  readonly create: string;
  readonly columns: ReadonlyMap<string, { readonly type: string; readonly add: string }>;
  readonly indexes: readonly Index[];
}

/** Plans a table of a model with these many-to-many relationships. */
export function planTable(table: Table, intersects: readonly ManyToMany[] = manyToMany): TablePlan {
  const columns = physicalColumns(table).map(({ name, sqlName, sqlType, target }) => {
    const key = name === table.primaryId && !target;
    const definition = `${sqlName} ${sqlType}${key ? ' primary key' : name === 'versionnumber' ? ' not null' : ''}`;
    return { name: target ? `${name}@table` : name, type: sqlType, definition };
  });
  const options = restless.has(table.logicalName)
    ? ' with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02)'
    : '';
  return {
    table,
    create: `create table ${sqlTable(table)} (${columns.map(({ definition }) => definition).join(', ')})${options}`,
    columns: new Map(
      columns.map(({ name, type, definition }) => [
        name,
        { type, add: `alter table ${sqlTable(table)} add column ${definition}` },
      ]),
    ),
    indexes: indexesOf(table, intersects),
  };
}

/** Brings the database to the schema of the definitions: makes what is missing, turns numbers into the type of number that
 *  is wanted, keeps what is there. A fingerprint says
 *  that there is nothing to do, which costs one read. All in one transaction, one node at a time.
 *  Throws StartError when a column exists with a type of another kind, or the server is too old. */
export async function keepSchema(client: ClientBase): Promise<void> {
  const plans = plansOf({ tables, manyToMany });
  const wanted = fingerprint(plans);
  if ((await readFingerprint(client)) === wanted) return;
  const server = await client.query<{ version: string }>(
    `select current_setting('server_version_num') as version`,
  );
  refuseOldServer(Number(server.rows[0]?.version));
  await client.query('begin');
  try {
    await client.query(`select pg_advisory_xact_lock(hashtext('wirechief schema'))`);
    if ((await readFingerprint(client)) !== wanted) {
      await client.query(ownStatements.join(';\n'));
      const statements = await missing(client, plans);
      if (statements.length > 0) await client.query(statements.join(';\n'));
      await client.query(keepFingerprint, [wanted]);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

const plansOf = (model: Model): TablePlan[] =>
  [...model.tables.values()].map((table) => planTable(table, model.manyToMany));

/** Notes the fingerprint given as its one value. */
export const keepFingerprint = `insert into wirechief.meta values ('schema', $1) on conflict (key) do update set value = excluded.value`;

/** What a database is noted with that has the tables of this model. */
export const fingerprintOf = (model: Model): string => fingerprint(plansOf(model));

/** Shape: server_version_num, as in 180004 for 18.4. Throws StartError when the server is too old for our statements. */
export function refuseOldServer(version: number): void {
  const major = Math.floor(version / 10_000);
  if (major >= oldestServer) return;
  throw new StartError(
    `This is PostgreSQL ${major}; Wirechief needs ${oldestServer} or newer: upgrade it, set DATABASE_URL to another one, or unset DATABASE_URL to use the embedded one.`,
  );
}

function fingerprint(plans: readonly TablePlan[]): string {
  const hash = createHash('sha256').update(ownStatements.join('\n'));
  for (const { create, indexes } of plans) {
    hash.update(create);
    for (const { sql } of indexes) hash.update(sql);
  }
  return hash.digest('hex');
}

async function readFingerprint(client: ClientBase): Promise<string | null> {
  // to_regclass first: a missing table would abort the transaction this may run in.
  const found = await client.query<{ there: boolean }>(
    `select to_regclass('wirechief.meta') is not null as there`,
  );
  if (found.rows[0]?.there !== true) return null;
  const { rows } = await client.query<{ value: string }>(
    `select value from wirechief.meta where key = 'schema'`,
  );
  return rows[0]?.value ?? null;
}

async function missing(client: ClientBase, plans: readonly TablePlan[]): Promise<string[]> {
  const { rows } = await client.query<{ table: string; column: string; type: string }>(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'dataverse'::regnamespace and c.relkind = 'r'`,
  );
  const present = new Map<string, Map<string, string>>();
  for (const { table, column, type } of rows) {
    const columns = present.get(table) ?? new Map<string, string>();
    present.set(table, columns.set(column, type));
  }
  const made = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'dataverse'::regnamespace and relkind = 'i'`,
  );
  const indexes = new Set(made.rows.map(({ name }) => name));
  return plans.flatMap((plan) => {
    const columns = present.get(plan.table.logicalName);
    const statements = columns === undefined ? [plan.create] : missingColumns(plan, columns);
    for (const { name, sql } of plan.indexes) if (!indexes.has(name)) statements.push(sql);
    return statements;
  });
}

const longNames: Readonly<Record<string, string>> = {
  int4: 'integer',
  int8: 'bigint',
  float8: 'double precision',
  bool: 'boolean',
  timestamptz: 'timestamp with time zone',
  'int4[]': 'integer[]',
};

/** Types of the database that a column may have had in an older version, and how its values come into the new one. By way
 *  of text, for the shortest one that reads back as the same number: a cast from double precision to numeric rounds. */
const conversions: Readonly<Record<string, string>> = {
  'double precision numeric': '::text::numeric',
  'numeric double precision': '::float8',
};

function missingColumns(plan: TablePlan, present: ReadonlyMap<string, string>): string[] {
  const statements: string[] = [];
  for (const [name, { type, add }] of plan.columns) {
    const found = present.get(name);
    const wanted = longNames[type] ?? type;
    const conversion = conversions[`${found} ${wanted}`];
    if (found === undefined) {
      // A new versionnumber column on rows that are there needs values at once.
      statements.push(name === 'versionnumber' ? `${add} default nextval('wirechief.version')` : add);
    } else if (conversion !== undefined) {
      const column = quote(name);
      statements.push(
        `alter table ${sqlTable(plan.table)} alter column ${column} type ${wanted} using ${column}${conversion}`,
      );
    } else if (found !== wanted) {
      throw new StartError(
        `Column ${quote(name)} of table ${plan.table.logicalName} is ${found} in the database and ${type} in this version: alter it by hand, or use a new database.`,
      );
    }
  }
  return statements;
}
