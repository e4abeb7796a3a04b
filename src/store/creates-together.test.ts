import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { refusalOf } from '../../test/database/refusal.ts';
import { account } from '../tables/dataverse/account.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { systemUserId, type Values } from '../tables/index.ts';
import { CreatesTogether } from './creates-together.ts';
import type { Change, Store, Transaction } from './index.ts';

const cause = { actor: systemUserId, cause: 'test' };
const nowhere = 'ffffffff-0000-4000-8000-000000000000';
let ids = 0;
const nextId = (): string => `bbbbbbbb-0000-4000-8000-${String(++ids).padStart(12, '0')}`;

let opened: TestStore;
let store: Store;
beforeAll(async () => {
  opened = await openTestStore();
  ({ store } = opened);
});
afterAll(() => opened.close());

type Contact = Values<typeof contact>;
const allOf = (rows: readonly Contact[]) => (transaction: Transaction) =>
  Promise.allSettled(rows.map((row) => transaction.create(contact, row)));
const names = async (after: number): Promise<unknown[]> =>
  (await entries(after)).map(({ after: row }) => row?.lastname);
const end = async (): Promise<number> =>
  Number(
    (
      await store.query({ text: 'select coalesce(max(seq), 0) as seq from wirechief.change_log', values: [] })
    )[0]?.seq,
  );
const entries = async (after: number): Promise<readonly Change[]> => store.changes({ after, limit: 1_000 });

describe('creates of one transaction that are under way at once', () => {
  it('are all made, each with its own entry in the log, in their order', async () => {
    const before = await end();
    const rows = Array.from({ length: 600 }, (_, n) => ({ contactid: nextId(), lastname: `Together ${n}` }));
    const made = await store.transact(cause, allOf(rows));
    expect(made.map((one) => (one.status === 'fulfilled' ? one.value : one.reason))).toEqual(
      rows.map(({ contactid }) => contactid),
    );
    expect(await names(before)).toEqual(rows.map(({ lastname }) => lastname));
    expect(new Set((await entries(before)).map(({ version }) => version)).size).toBe(rows.length);
  });

  it('learn each their own fate when one of them points nowhere', async () => {
    const rows = ['One', 'Two', 'Three', 'Four'].map(
      (lastname): Contact => ({ contactid: nextId(), lastname }),
    );
    const bad = { ...rows[2], parentcustomerid: { table: 'account', id: nowhere } } as Contact;
    const made = await store.transact(cause, (transaction) =>
      allOf(rows.map((row, place) => (place === 2 ? bad : row)))(transaction),
    );
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(made[2]).toMatchObject({ reason: { key: 'recordNotFound' } });
    const there = await Promise.all(rows.map(({ contactid }) => store.row(contact, String(contactid))));
    expect(there.map((row) => row?.lastname ?? null)).toEqual(['One', 'Two', null, 'Four']);
  });

  it('end the transaction when a key is taken, which is told to the one that has it', async () => {
    const taken = nextId();
    await store.transact(cause, (transaction) =>
      transaction.create(contact, { contactid: taken, lastname: 'First' }),
    );
    const others = [nextId(), nextId(), nextId()];
    let fates: readonly PromiseSettledResult<string>[] = [];
    const refusal = await refusalOf(
      store.transact(cause, async (transaction) => {
        const rows = [others[0], others[1], taken, others[2]].map((contactid) => ({
          contactid,
          lastname: 'Second',
        }));
        fates = await allOf(rows as Contact[])(transaction);
      }),
    );
    expect(refusal.key).toBe('recordExists');
    expect(fates.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await Promise.all(others.map((id) => store.row(contact, id)))).toEqual([null, null, null]);
    expect((await store.row(contact, taken))?.lastname).toBe('First');
  });

  it('meet each other’s keys', async () => {
    const id = nextId();
    const rows = [nextId(), id, id].map((contactid) => ({ contactid, lastname: 'Twice' }));
    let fates: readonly PromiseSettledResult<string>[] = [];
    await store.transact(cause, async (transaction) => {
      fates = await allOf(rows as Contact[])(transaction);
    });
    expect(fates.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(fates[2]).toMatchObject({ reason: { key: 'recordExists' } });
  });

  it('may be of several tables, and point to what was made before', async () => {
    const before = await end();
    const company = nextId();
    await store.transact(cause, async (transaction) => {
      await transaction.create(account, { accountid: company, name: 'Contoso' });
      await Promise.all(
        Array.from({ length: 6 }, (_, n) =>
          n % 2 === 0
            ? transaction.create(account, { accountid: nextId(), name: `Branch ${n}` })
            : transaction.create(contact, {
                contactid: nextId(),
                lastname: `Clerk ${n}`,
                parentcustomerid: { table: 'account', id: company },
              }),
        ),
      );
    });
    expect(
      (await entries(before)).map(({ table, after }) => after?.name ?? after?.lastname ?? table),
    ).toEqual([...['Contoso', 'Branch 0', 'Clerk 1', 'Branch 2', 'Clerk 3', 'Branch 4', 'Clerk 5']]);
  });
});

it('passes on what nobody is to blame for, and goes on', async () => {
  const creates = new CreatesTogether(
    ({ given }) => Promise.resolve(String(given.contactid)),
    (creations) => (creations.length === 2 ? Promise.reject(new Error('line lost')) : Promise.resolve(null)),
  );
  const add = (contactid: string) => creates.add({ table: contact, given: { contactid } });
  const fates = await Promise.allSettled(['a', 'b', 'c'].map(add));
  expect(fates.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await Promise.all(['d', 'e', 'f', 'g'].map(add))).toEqual(['d', 'e', 'f', 'g']);
});
