import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { refusalOf } from '../../test/database/refusal.ts';
import { account, contact, team } from '../tables/dataverse/index.ts';
import { type Guid, systemUserId, type Table, tables } from '../tables/index.ts';
import { type Change, openStore, type Store } from './index.ts';
import { newGuid } from './uuid.ts';

let test: TestStore;
let opened: Store;
let store: Store;
let log: pg.Client;
let statements = 0;
let announced = 0;
beforeAll(async () => {
  test = await openTestStore();
  const watch = {
    statement: () => void statements++,
    committing: (_: Guid, changes: number) => {
      announced += changes;
    },
  };
  opened = await openStore({ url: test.url });
  store = opened.heardBy(watch);
  log = new pg.Client({ connectionString: test.url });
  await log.connect();
});
afterAll(async () => {
  await log.end();
  await opened.close();
  await test.close();
});

const cause = { actor: systemUserId, cause: 'test' };
type Values = { readonly [column: string]: unknown };

const create = (table: Table, values: Values, place?: 'last') =>
  store.transact(cause, (transaction) => transaction.create(table, values as never, place));
const update = (table: Table, id: Guid, values: Values, place?: 'last', version?: string) =>
  store.transact(cause, (transaction) => transaction.update(table, id, values as never, version, place));

/** What the log tells of a row, but for what differs between any two rows. */
async function told(id: Guid): Promise<unknown[]> {
  const { rows } = await log.query('select * from wirechief.change_log where id = $1 order by seq', [id]);
  return rows.map(({ seq: _s, transaction: _t, at: _a, version: _v, id: _i, ...entry }: Change & Values) =>
    JSON.parse(
      JSON.stringify(entry)
        .replaceAll(id, 'id')
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'now'),
    ),
  );
}

describe('a write that is the whole transaction', () => {
  it('is one statement, with the row and the log of one that is a part', async () => {
    const parent = await create(account, { name: 'Parent' });
    const owner = {
      table: 'team',
      id: await create(team, { name: 'T' }),
    };
    const values = {
      ...{
        lastname: 'Hart "\u00e6\\',
        firstname: 'Ivy',
        ownerid: owner,
        creditlimit: 1.5,
        birthdate: new Date(0),
      },
      ...{ msdyn_primarytimezone: -5, donotphone: true, preferredcontactmethodcode: 2, exchangerate: 0.1 },
    };
    for (const more of [{}, { parentcustomerid: { table: 'account', id: parent } }]) {
      const before = statements;
      const alone = await create(contact, { ...values, ...more }, 'last');
      // A parent may have shares to hand down: no single write.
      if (!('parentcustomerid' in more)) expect(statements - before).toBe(1);
      const apart = await create(contact, { ...values, ...more });
      const changes = {
        lastname: 'Moss',
        creditlimit: 1.5,
        birthdate: null,
        donotphone: false,
        exchangerate: 2.25,
      };
      const middle = statements;
      await update(contact, alone, changes, 'last');
      // The full name is made of the first name too, which is read first: row, update, log.
      expect(statements - middle).toBe(3);
      await update(contact, apart, changes);
      await update(contact, apart, { jobtitle: 'x' });
      const end = statements;
      await update(contact, alone, { jobtitle: 'x' }, 'last');
      expect(statements - end).toBe(1);
      expect(await told(alone)).toEqual(await told(apart));
      expect(await told(alone)).toHaveLength(3);
      const [one, other] = [await store.row(contact, alone), await store.row(contact, apart)];
      const own = { contactid: '', versionnumber: '', createdon: '', modifiedon: '' };
      expect({ ...one, ...own }).toEqual({ ...other, ...own });
    }
  });

  it('of every table with its defaults', async () => {
    for (const table of tables.values()) {
      const [alone, apart] = [await create(table, {}, 'last'), await create(table, {})];
      const strip = (entries: unknown[]) =>
        JSON.stringify(entries).replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'id');
      const [one, other] = [await told(alone), await told(apart)];
      expect(one).toHaveLength(1);
      expect(JSON.parse(strip(one))).toEqual(JSON.parse(strip(other)));
    }
  }, 60_000);

  it('refuses as one that is a part, and leaves nothing', async () => {
    const id = await create(contact, { lastname: 'There' });
    const nowhere = newGuid();
    const { newest } = await store.changeRange();
    const before = announced;
    const wrong: readonly (readonly [(place?: 'last') => Promise<unknown>, string])[] = [
      [(place) => create(contact, { contactid: id }, place), 'recordExists'],
      [(place) => create(contact, { transactioncurrencyid: nowhere }, place), 'recordNotFound'],
      [(place) => update(contact, nowhere, { jobtitle: 'x' }, place), 'recordNotFound'],
      [(place) => update(contact, id, { jobtitle: 'x' }, place, '1'), 'versionMismatch'],
      [(place) => update(contact, id, { transactioncurrencyid: nowhere }, place), 'recordNotFound'],
      [(place) => update(contact, id, { jobtitle: 'x'.repeat(101) }, place), 'textTooLong'],
    ];
    for (const [write, key] of wrong) {
      const refused = await refusalOf(write('last'));
      expect(refused).toEqual(await refusalOf(write()));
      expect(refused.key).toBe(key);
    }
    expect((await store.changeRange()).newest).toBe(newest);
    expect(announced).toBe(before);
    expect(await store.row(contact, id)).toMatchObject({ jobtitle: null });
  });

  it('is heard of by subscribers, and is announced once', async () => {
    const before = announced;
    const heard: Guid[] = [];
    const stop = store.subscribe((changes) => heard.push(...changes.map((change) => change.id)));
    const id = await create(contact, { lastname: 'Heard' }, 'last');
    expect(announced - before).toBe(1);
    await expect.poll(() => heard).toContain(id);
    stop();
  });

  it('is no more than a write where something was asked before', async () => {
    const id = newGuid();
    const work = store.transact(cause, async (transaction) => {
      await transaction.row(contact, id);
      await transaction.create(contact, { contactid: id, lastname: 'Half' }, 'last');
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await store.row(contact, id)).toBeNull();
  });

  it('lets nothing follow', async () => {
    const work = store.transact(cause, async (transaction) => {
      await transaction.create(contact, { lastname: 'Last' }, 'last');
      await transaction.create(contact, { lastname: 'After' });
    });
    await expect(work).rejects.toThrow('said to be its last write');
    expect(await store.rows(contact, { lastname: 'After' })).toEqual([]);
  });

  it('is tried again as any other when the row comes up between', async () => {
    const id = await create(contact, { lastname: 'Raced', address1_line1: '-' });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => update(contact, id, { address1_line1: `${n}` }, 'last')),
    );
    const { rows } = await log.query(
      'select before, after, version from wirechief.change_log where id = $1 order by seq',
      [id],
    );
    const lines = rows.slice(1).map(({ before, after }) => [before.address1_line1, after.address1_line1]);
    expect(lines.map(([former]) => former)).toEqual(['-', ...lines.slice(0, -1).map(([, next]) => next)]);
    expect((await store.row(contact, id))?.versionnumber).toBe(String(rows.at(-1).version));
  });
});
