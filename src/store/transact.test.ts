import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { refusalOf } from '../../test/database/refusal.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { msdyn_ocliveworkitem } from '../tables/dataverse/msdyn_ocliveworkitem.ts';
import { systemUserId } from '../tables/index.ts';
import { newGuid, type Store, type Transaction } from './index.ts';
import { openTransaction } from './open-transaction.ts';
import type { TransactionConnection } from './read.ts';
import { Steps } from './steps.ts';

let test: TestStore;
let store: Store;
beforeAll(async () => {
  test = await openTestStore();
  ({ store } = test);
});
afterAll(() => test.close());

const cause = { actor: systemUserId, cause: 'test' };

function newContact(lastname: string): Promise<string> {
  return store.transact(cause, (transaction) => transaction.create(contact, { lastname }));
}

/** A promise and the way to keep it. */
function signal(): { readonly given: Promise<void>; give(): void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

async function newest(): Promise<number> {
  return (await store.changeRange()).newest;
}

describe('transact', () => {
  it('rolls everything back when the work throws, log and timers too, and throws it on', async () => {
    const before = await newest();
    const fault = new Error('ours');
    const ids: string[] = [];
    const work = store.transact(cause, async (transaction) => {
      ids.push(await transaction.create(contact, { lastname: 'Hart' }));
      await transaction.setTimer({ key: 'lost', due: new Date(0), kind: 'lost', payload: {} });
      throw fault;
    });
    await expect(work).rejects.toBe(fault);
    expect(await store.rows(contact, { contactid: ids })).toEqual([]);
    expect(await store.changes({ after: before })).toEqual([]);
    expect(await store.query({ text: 'select key from wirechief.timer', values: [] })).toEqual([]);
  });

  it('is done when it is committed, whatever becomes of what follows', async () => {
    let runs = 0;
    let followed = false;
    const collision = Object.assign(new Error('after the commit'), { code: '40001' });
    const id = await store.transact(cause, async (transaction) => {
      runs += 1;
      transaction.afterCommit(() => {
        throw collision;
      });
      transaction.afterCommit(() => {
        followed = true;
      });
      return transaction.create(contact, { lastname: 'Hart' });
    });
    expect([runs, followed]).toEqual([1, true]);
    expect(await store.row(contact, id)).toMatchObject({ lastname: 'Hart' });
    expect(test.faults).toContain(collision);
  });

  it('gives the changes of one transaction the same transaction, time, cause and conversation', async () => {
    const before = await newest();
    const conversation = newGuid<'msdyn_ocliveworkitem'>();
    await store.transact({ actor: systemUserId, cause: 'CallArrived' }, async (transaction) => {
      await transaction.create(contact, { lastname: 'Before it was known' });
      transaction.about(conversation);
      await transaction.create(msdyn_ocliveworkitem, { activityid: conversation, subject: 'x' });
    });
    await newContact('of another transaction');
    const [first, second, third] = await store.changes({ after: before });
    expect(first).toMatchObject({ table: 'contact', cause: 'CallArrived', conversation });
    expect(second).toMatchObject({
      table: 'msdyn_ocliveworkitem',
      transaction: first?.transaction,
      conversation,
    });
    expect(second?.at).toEqual(first?.at);
    expect(third?.transaction).not.toBe(first?.transaction);
    expect((await store.changes({ after: before, conversation })).map(({ seq }) => seq)).toEqual([
      first?.seq,
      second?.seq,
    ]);
    expect(await store.changes({ after: before, limit: 1 })).toEqual([first]);
  });

  it('logs more changes than one statement takes, in the order they were made', async () => {
    const before = await newest();
    const names = Array.from({ length: 100 }, (_, i) => `n${i}`);
    await store.transact(cause, async (transaction) => {
      for (const lastname of names) await transaction.create(contact, { lastname });
    });
    const changes = await store.changes({ after: before });
    expect(changes.map(({ after }) => after?.lastname)).toEqual(names);
  });

  it('takes writes given together', async () => {
    const ids = await store.transact(cause, (transaction) =>
      Promise.all(['a', 'b', 'c', 'd'].map((lastname) => transaction.create(contact, { lastname }))),
    );
    expect(await store.rows(contact, { contactid: ids })).toHaveLength(4);
  });

  it('tries the whole work again when two block each other', async () => {
    const [one, other] = [await newContact('0'), await newContact('0')];
    const [firstLocked, secondLocked] = [signal(), signal()];
    let attempts = 0;
    const add = async (
      transaction: Transaction,
      ids: readonly string[],
      mine: () => void,
      theirs: Promise<void>,
    ) => {
      attempts += 1;
      for (const id of ids) {
        const row = await transaction.lock(contact, id);
        mine();
        await theirs;
        await transaction.update(contact, id, { lastname: String(Number(row?.lastname) + 1) });
      }
    };
    await Promise.all([
      store.transact(cause, (t) => add(t, [one, other], firstLocked.give, secondLocked.given)),
      store.transact(cause, (t) => add(t, [other, one], secondLocked.give, firstLocked.given)),
    ]);
    expect(attempts).toBe(3);
    expect(await store.rows(contact, { contactid: [one, other] })).toMatchObject([
      { lastname: '2' },
      { lastname: '2' },
    ]);
  });

  it('updates a row that another transaction makes between its look and its answer', async () => {
    const client = new pg.Client({ connectionString: test.url });
    await client.connect();
    const id = newGuid();
    let looks = 0;
    const connection: TransactionConnection = {
      hasBegun: () => true,
      alone: () => Promise.reject(new Error('the transaction has begun')),
      query: async (config) => {
        const result = await client.query(config);
        const isUpdate = config.text.startsWith('update');
        if (isUpdate && ++looks === 1) {
          expect(result.rows).toEqual([]);
          const values = { contactid: id, firstname: 'Other', lastname: 'Hart' };
          await store.transact(cause, (transaction) => transaction.create(contact, values));
        }
        return result;
      },
    };
    const { transaction, end } = openTransaction(connection, cause, new Date(), new Steps());
    await transaction.update(contact, id, { lastname: 'Moss' });
    expect(looks).toBe(2);
    const entries = end().changes.map(({ before, after }) =>
      [before, after].map((one) => JSON.parse(one ?? '')),
    );
    expect(entries).toMatchObject([[{ lastname: 'Hart' }, { lastname: 'Moss' }]]);
    expect(await store.row(contact, id)).toMatchObject({ firstname: 'Other', lastname: 'Moss' });
    await client.end();
  });

  it('does not commit a write that nobody waited for', async () => {
    let stray: Promise<unknown> = Promise.resolve();
    const work = store.transact(cause, async (transaction) => {
      stray = transaction.create(contact, { lastname: 'stray' });
    });
    await expect(work).rejects.toThrow('was not waited for');
    await Promise.allSettled([stray]);
    expect(await store.rows(contact, { lastname: 'stray' })).toEqual([]);
  });

  it('refuses work on a transaction that has ended', async () => {
    let kept: Transaction | undefined;
    await store.transact(cause, async (transaction) => {
      kept = transaction;
    });
    await expect(kept?.create(contact, { lastname: 'late' })).rejects.toThrow('has ended');
    await expect(kept?.row(contact, newGuid())).rejects.toThrow('has ended');
  });

  it('does not commit past a statement that failed', async () => {
    const work = store.transact(cause, async (transaction) => {
      await transaction.create(contact, { lastname: 'half' });
      await transaction.query({ text: 'select 1 / 0', values: [] }).catch(() => undefined);
    });
    await expect(work).rejects.toThrow();
    expect(await store.rows(contact, { lastname: 'half' })).toEqual([]);
  });

  it('answers unavailable when the connection is lost, and has working ones afterwards', async () => {
    const killer = new pg.Client({ connectionString: test.url });
    await killer.connect();
    try {
      for (let round = 0; round < 12; round++) {
        const work = store.transact(cause, async (transaction) => {
          await transaction.create(contact, { lastname: 'lost' });
          const [self] = await transaction.query({ text: 'select pg_backend_pid() as pid', values: [] });
          await killer.query('select pg_terminate_backend($1, 5000)', [self?.pid]);
          await transaction.create(contact, { lastname: 'lost' });
        });
        expect(await refusalOf(work)).toMatchObject({ key: 'unavailable' });
      }
      expect(await store.rows(contact, { lastname: 'lost' })).toEqual([]);
      await newContact('after');
    } finally {
      await killer.end();
    }
  });

  it('answers unavailable when a statement is given up', async () => {
    const work = store.transact(cause, async (transaction) => {
      await transaction.query({ text: "set local statement_timeout = '20ms'", values: [] });
      await transaction.query({ text: 'select pg_sleep(20)', values: [] });
    });
    expect(await refusalOf(work)).toMatchObject({ key: 'unavailable' });
  });
});
