/** Definitions at run time: read, changed together with the database's tables, and told to every node. */
import {
  builtInModel,
  type DefinitionMarks,
  type Definitions,
  extended,
  type GlobalChoice,
  type ManyToMany,
  type Model,
  Refusal,
  type Table,
  type TableDefinition,
} from '../tables/index.ts';
import { isPolymorphic, quote, sqlTable } from './columns.ts';
import { codeOf } from './errors.ts';
import { keyIndexName } from './indexes.ts';
import { type Connection, runRows } from './read.ts';
import { fingerprintOf, keepFingerprint, planTable } from './schema.ts';
import type { Statement } from './store.ts';

type Kind = 'table' | 'manyToMany' | 'choice';
type Gone = DefinitionMarks['deleted'][number];

/** What the database adds to the built-in tables, and when what was changed. */
export async function readDefinitions(
  connection: Connection,
): Promise<{ readonly definitions: Definitions; readonly marks: DefinitionMarks }> {
  const rows = await runRows(connection, {
    text: 'select kind, name, value, version from wirechief.definition order by version, name',
    values: [],
  });
  const gone = await runRows(connection, {
    text: 'select kind, name, version from wirechief.definition_gone order by version',
    values: [],
  });
  const tables: Record<string, TableDefinition> = {};
  const manyToMany: ManyToMany[] = [];
  const choices: Record<string, GlobalChoice> = {};
  const changed = new Map<string, number>();
  for (const [kind, name, value, version] of rows) {
    const key = String(name);
    // Written by `writeEntries` from the very types.
    if (kind === 'table') tables[key] = value as TableDefinition;
    else if (kind === 'manyToMany') manyToMany.push(value as ManyToMany);
    else choices[key] = value as GlobalChoice;
    if (kind === 'table') changed.set(key, Number(version));
  }
  const deleted = gone.map(([kind, name, version]): Gone => {
    return { kind: kind as Gone['kind'], name: String(name), version: Number(version) };
  });
  const version = Math.max(0, ...[...rows, ...gone].map((row) => Number(row.at(-1))));
  return { definitions: { tables, manyToMany, choices }, marks: { version, changed, deleted } };
}

/** Whether the database has a place for definitions: an older one has not, before its schema is brought up. */
export async function hasDefinitions(connection: Connection): Promise<boolean> {
  const [row] = await runRows(connection, {
    text: `select to_regclass('wirechief.definition') is not null`,
    values: [],
  });
  return row?.[0] === true;
}

/** Changes the definitions and the tables of the database in the running transaction, one change at a time over all
 *  nodes. Refuses what `change` refuses, and duplicateKeyValues for a key that rows break. */
export async function define(
  connection: Connection,
  change: (current: Definitions) => Definitions,
): Promise<void> {
  const run = (statement: Statement) => runRows(connection, statement);
  await run({ text: `select pg_advisory_xact_lock(hashtext('wirechief schema'))`, values: [] });
  const { definitions: before } = await readDefinitions(connection);
  const after = change(before);
  for (const { text, onDuplicates } of changesOf(before, after)) {
    try {
      await run({ text, values: [] });
    } catch (error) {
      throw onDuplicates !== undefined && codeOf(error) === '23505' ? onDuplicates : error;
    }
  }
  const [drawn] = await run({ text: `select nextval('wirechief.version')`, values: [] });
  const version = String(drawn?.[0]);
  for (const statement of writeEntries(before, after, version)) await run(statement);
  await run({ text: keepFingerprint, values: [fingerprintOf(extended(builtInModel, after))] });
  // Heard by every node, this one too, when the transaction commits: no change of the tables is missed.
  await run({ text: `select pg_notify('wirechief', 'definitions definitions')`, values: [] });
}

interface Step {
  readonly text: string;
  readonly onDuplicates?: Refusal;
}

/** The statements that lead from the tables of one model to those of another. */
function changesOf(before: Definitions, after: Definitions): Step[] {
  const old = extended(builtInModel, before);
  const model = extended(builtInModel, after);
  const touched = new Set([...Object.keys(before.tables), ...Object.keys(after.tables)]);
  const steps: Step[] = [];
  for (const name of touched) {
    const from = old.tables.get(name);
    const to = model.tables.get(name);
    if (from !== undefined && to === undefined)
      steps.push(...unlinked(old, from), { text: `drop table ${sqlTable(from)}` }, withoutFiles(from));
    if (to === undefined) continue;
    const plan = planTable(to, model.manyToMany);
    const known = from === undefined ? null : planTable(from, old.manyToMany);
    if (known === null) steps.push({ text: plan.create });
    for (const [column, { add }] of plan.columns)
      if (known !== null && !known.columns.has(column)) steps.push({ text: add });
    for (const column of known?.columns.keys() ?? [])
      if (!plan.columns.has(column))
        steps.push(
          { text: `alter table ${sqlTable(to)} drop column ${quote(column)}` },
          withoutFiles(to, column),
        );
    const wanted = new Set(plan.indexes.map((index) => index.name));
    for (const { name: index } of known?.indexes ?? [])
      if (!wanted.has(index)) steps.push({ text: `drop index if exists "dataverse".${quote(index)}` });
    const made = new Set(known?.indexes.map((index) => index.name));
    for (const { name: index, sql } of plan.indexes)
      if (!made.has(index)) steps.push({ text: sql, ...duplicatesOf(to, index) });
  }
  return steps;
}

/** The files of a table or column that is gone go too: one made anew under its name begins empty. */
function withoutFiles({ logicalName }: Table, column?: string): Step {
  const own = column === undefined ? '' : ` and "column" = '${column}'`;
  return { text: `delete from wirechief.file where "table" = '${logicalName}'${own}` };
}

/** Lookups that may lead to several tables lead nowhere once the table they led to is gone. */
function unlinked({ tables }: Model, gone: Table): Step[] {
  return [...tables.values()].flatMap((holder) =>
    holder.relationships.flatMap(({ target, column }) => {
      const definition = holder.columns[column];
      if (target !== gone.logicalName || definition === undefined || !isPolymorphic(definition)) return [];
      const [id, table] = [quote(column), quote(`${column}@table`)];
      return {
        text: `update ${sqlTable(holder)} set ${id} = null, ${table} = null where ${table} = '${gone.logicalName}'`,
      };
    }),
  );
}

function duplicatesOf(table: Table, index: string): Pick<Step, 'onDuplicates'> {
  const key = table.keys?.find(({ columns }) => keyIndexName(table, columns) === index);
  if (key === undefined) return {};
  return {
    onDuplicates: new Refusal(
      'duplicateKeyValues',
      key.schemaName,
      table.logicalName,
      key.columns.join(', '),
    ),
  };
}

function writeEntries(before: Definitions, after: Definitions, version: string): Statement[] {
  const old = entriesOf(before);
  const now = entriesOf(after);
  const statements: Statement[] = [];
  for (const [key, { kind, name, value }] of now) {
    const text = JSON.stringify(value);
    const known = old.get(key);
    if (known !== undefined && JSON.stringify(known.value) === text) continue;
    statements.push({
      text: `insert into wirechief.definition values ($1, $2, $3, $4)
        on conflict (kind, name) do update set value = excluded.value, version = excluded.version`,
      values: [kind, name, text, version],
    });
  }
  for (const [key, { kind, name }] of old)
    if (!now.has(key))
      statements.push({
        text: 'delete from wirechief.definition where kind = $1 and name = $2',
        values: [kind, name],
      });
  for (const { kind, name } of goneOf(before, after))
    statements.push({
      text: 'insert into wirechief.definition_gone (version, kind, name) values ($1, $2, $3)',
      values: [version, kind, name],
    });
  return statements;
}

function entriesOf(definitions: Definitions): Map<string, { kind: Kind; name: string; value: unknown }> {
  const entries: { kind: Kind; name: string; value: unknown }[] = [
    ...Object.entries(definitions.tables).map(([name, value]) => ({ kind: 'table' as const, name, value })),
    ...definitions.manyToMany.map((value) => ({
      kind: 'manyToMany' as const,
      name: value.schemaName,
      value,
    })),
    ...Object.entries(definitions.choices).map(([name, value]) => ({ kind: 'choice' as const, name, value })),
  ];
  return new Map(entries.map((entry) => [`${entry.kind} ${entry.name}`, entry]));
}

/** Everything by kind and name, so that what is missing afterwards can be told. */
function namesOf(definitions: Definitions): Omit<Gone, 'version'>[] {
  return [
    ...Object.entries(definitions.tables).flatMap(([table, { head, columns, relationships, keys }]) => [
      ...(head?.custom ? [{ kind: 'table' as const, name: table }] : []),
      ...Object.keys(columns).map((name) => ({ kind: 'column' as const, name: `${table}.${name}` })),
      ...relationships.map(({ schemaName: name }) => ({ kind: 'relationship' as const, name })),
      ...keys.map(({ logicalName: name }) => ({ kind: 'key' as const, name: `${table}.${name}` })),
    ]),
    ...definitions.manyToMany.map(({ schemaName: name }) => ({ kind: 'relationship' as const, name })),
    ...Object.keys(definitions.choices).map((name) => ({ kind: 'choice' as const, name })),
  ];
}

function goneOf(before: Definitions, after: Definitions): Omit<Gone, 'version'>[] {
  const kept = new Set(namesOf(after).map(({ kind, name }) => `${kind} ${name}`));
  return namesOf(before).filter(({ kind, name }) => !kept.has(`${kind} ${name}`));
}
