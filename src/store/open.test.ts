import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestDatabase } from '../../test/database/database.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { systemUserId, tables } from '../tables/index.ts';
import { openStore, StartError } from './index.ts';
import { refuseOldServer } from './schema.ts';

let database: Awaited<ReturnType<typeof makeTestDatabase>>;
let raw: pg.Client;
beforeAll(async () => {
  database = await makeTestDatabase('empty');
  raw = new pg.Client({ connectionString: database.url });
  await raw.connect();
});
afterAll(async () => {
  await raw.end();
  await database.drop();
});

async function reopen(): Promise<void> {
  await (await openStore({ url: database.url })).close();
}

async function names(text: string): Promise<unknown[]> {
  return (await raw.query({ text, rowMode: 'array' })).rows.map(([name]) => name);
}

const indexes = () =>
  names("select indexdef from pg_indexes where schemaname in ('dataverse', 'wirechief') order by indexname");
const columns = () =>
  names(
    `select table_schema || '.' || table_name || '.' || column_name || ' ' || data_type from information_schema.columns
     where table_schema in ('dataverse', 'wirechief') order by 1`,
  );

describe('openStore', () => {
  it('says in one line that a server is too old, and which would do', () => {
    expect(() => refuseOldServer(130_022)).toThrow(
      new StartError(
        'This is PostgreSQL 13; Wirechief needs 14 or newer: upgrade it, set DATABASE_URL to another one, or unset DATABASE_URL to use the embedded one.',
      ),
    );
    expect(() => refuseOldServer(140_000)).not.toThrow();
  });

  it('makes the schema of every table, also when two nodes open a new database at once', async () => {
    await Promise.all([reopen(), reopen()]);
    expect(new Set(await names("select tablename from pg_tables where schemaname = 'dataverse'"))).toEqual(
      new Set(tables.keys()),
    );
  });

  it('does nothing the second time', async () => {
    const before = await names('select xmin from wirechief.meta');
    await reopen();
    expect(await names('select xmin from wirechief.meta')).toEqual(before);
  });

  it('adds the columns and indexes that a database of an older version lacks, and keeps its rows', async () => {
    const store = await openStore({ url: database.url });
    const id = await store.transact({ actor: systemUserId, cause: 'test' }, (transaction) =>
      transaction.create(contact, { lastname: 'Hart', firstname: 'Ivy' }),
    );
    const [allColumns, allIndexes] = [await columns(), await indexes()];
    await raw.query(`alter table dataverse.contact drop column parentcustomerid, drop column "parentcustomerid@table",
      drop column versionnumber, drop column firstname; drop table dataverse.queue cascade; drop table wirechief.timer;
      update wirechief.meta set value = 'older'`);
    expect(await columns()).not.toEqual(allColumns);
    await reopen();
    expect(await columns()).toEqual(allColumns);
    expect(await indexes()).toEqual(allIndexes);
    const row = await store.row(contact, id);
    expect(row).toMatchObject({ lastname: 'Hart', firstname: null });
    expect(row?.versionnumber).toMatch(/^\d+$/);
    await store.close();
  });

  it('turns a column that was the other type of number into what it is now, digit by digit', async () => {
    const store = await openStore({ url: database.url });
    const id = await store.transact({ actor: systemUserId, cause: 'test' }, (transaction) =>
      transaction.create(contact, { lastname: 'Hart', exchangerate: 1, address1_latitude: 47.64216 }),
    );
    const allColumns = await columns();
    await raw.query(`alter table dataverse.contact alter exchangerate type float8, alter address1_latitude type numeric;
      update dataverse.contact set exchangerate = 0.30000000000000004; update wirechief.meta set value = 'older'`);
    expect(await columns()).not.toEqual(allColumns);
    await reopen();
    expect(await columns()).toEqual(allColumns);
    expect(await store.row(contact, id)).toMatchObject({
      exchangerate: 0.30000000000000004,
      address1_latitude: 47.64216,
    });
    await store.close();
  });

  it('refuses a column of another type and leaves the database as it was', async () => {
    await raw.query(`alter table dataverse.contact alter column numberofchildren type text;
      drop table dataverse.task; update wirechief.meta set value = 'older'`);
    await expect(reopen()).rejects.toThrow(
      new StartError(
        'Column "numberofchildren" of table contact is text in the database and int4 in this version: alter it by hand, or use a new database.',
      ),
    );
    expect(await names("select to_regclass('dataverse.task')")).toEqual([null]);
    await raw.query('alter table dataverse.contact alter column numberofchildren type int4 using null');
    await reopen();
  });

  it('says in one line, without the password, which database it cannot reach and what to do', async () => {
    await expect(openStore({ url: 'postgres://someone:hidden@127.0.0.1:1/world' })).rejects.toThrow(
      new StartError(
        'PostgreSQL at 127.0.0.1:1/world cannot be used: connect ECONNREFUSED 127.0.0.1:1. Start it or correct DATABASE_URL, or unset DATABASE_URL to use the embedded one.',
      ),
    );
    const wrong = new URL(database.url);
    wrong.password = 'hidden';
    for (const url of [
      wrong.toString(),
      'hidden:nonsense',
      '',
      'postgres://hidden:hidden@no.such.host.invalid/x',
    ]) {
      const reason: unknown = await openStore({ url }).catch((error: unknown) => error);
      expect(reason).toBeInstanceOf(StartError);
      expect(String(reason)).toMatch(
        /^StartError: PostgreSQL at [^\n]* cannot be used: [^\n]+\. Start it or correct/,
      );
      expect(String(reason)).not.toContain('hidden');
    }
  });
});
