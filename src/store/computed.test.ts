import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { msdyn_ocliveworkitem } from '../tables/dataverse/msdyn_ocliveworkitem.ts';
import { queue } from '../tables/dataverse/queue.ts';
import { queueitem } from '../tables/dataverse/queueitem.ts';
import { systemuser } from '../tables/dataverse/systemuser.ts';
import { type Row, systemUserId } from '../tables/index.ts';
import { computationsFor, compute } from './computed.ts';
import type { Store, Transaction } from './index.ts';

let test: TestStore;
let store: Store;
beforeAll(async () => {
  test = await openTestStore();
  ({ store } = test);
});
afterAll(() => test.close());

function transact<R>(work: (transaction: Transaction) => Promise<R>): Promise<R> {
  return store.transact({ actor: systemUserId, cause: 'test' }, work);
}

async function contactRow(id: string): Promise<Row<typeof contact>> {
  const row = await store.row(contact, id);
  if (row === null) throw new Error('there is no contact');
  return row;
}

describe('fullname (webapi.md §6, read-only columns)', () => {
  it.each([
    [{ firstname: 'Ivy', lastname: 'Hart' }, 'Ivy Hart'],
    [{ lastname: 'Hart' }, 'Hart'],
    [{ firstname: 'Ivy', lastname: null }, 'Ivy'],
    [{ firstname: ' Ivy ', lastname: '  ' }, 'Ivy'],
    [{ firstname: '', lastname: '' }, null],
    [{ jobtitle: 'Buyer' }, null],
  ])('of a new contact %o is %o', async (values, fullname) => {
    const id = await transact((transaction) => transaction.create(contact, values));
    expect(await contactRow(id)).toMatchObject({ fullname, yomifullname: fullname });
    const [made] = (await store.changes({ after: 0 })).filter((change) => change.id === id);
    expect(made?.after?.fullname ?? null).toBe(fullname);
  });

  it('follows either part, and the log says so', async () => {
    const id = await transact((transaction) =>
      transaction.create(contact, { firstname: 'Ivy', lastname: 'Hart' }),
    );
    const { newest } = await store.changeRange();
    for (const [values, fullname] of [
      [{ lastname: 'Moss' }, 'Ivy Moss'],
      [{ firstname: null }, 'Moss'],
      [{ firstname: 'Ada', lastname: 'Reed' }, 'Ada Reed'],
      [{ jobtitle: 'Buyer' }, 'Ada Reed'],
    ] as const) {
      await transact((transaction) => transaction.update(contact, id, values));
      expect((await contactRow(id)).fullname).toBe(fullname);
    }
    const changes = (await store.changes({ after: newest })).filter((change) => change.id === id);
    expect(changes.map(({ before, after }) => [before?.fullname, after?.fullname])).toEqual([
      ['Ivy Hart', 'Ivy Moss'],
      ['Ivy Moss', 'Moss'],
      ['Moss', 'Ada Reed'],
      [undefined, undefined],
    ]);
  });

  it('of two who change one part each has both parts', async () => {
    const id = await transact((transaction) =>
      transaction.create(contact, { firstname: 'Ivy', lastname: 'Hart' }),
    );
    await Promise.all([
      transact((transaction) => transaction.update(contact, id, { firstname: 'Ada' })),
      transact((transaction) => transaction.update(contact, id, { lastname: 'Moss' })),
    ]);
    expect((await contactRow(id)).fullname).toBe('Ada Moss');
  });

  it('is also that of a user, and stays that of a row brought in with it', async () => {
    const [user, other] = await transact(async (transaction) => [
      await transaction.create(systemuser, { firstname: 'Robin', lastname: 'Dahl' }),
      await transaction.create(systemuser, { firstname: 'x', lastname: 'y', fullname: 'Dahl, Robin' }),
    ]);
    expect((await store.row(systemuser, user ?? ''))?.fullname).toBe('Robin Dahl');
    expect((await store.row(systemuser, other ?? ''))?.fullname).toBe('Dahl, Robin');
  });

  it('has its phonetic twin', async () => {
    const id = await transact((transaction) =>
      transaction.create(contact, { lastname: 'Hart', yomifirstname: 'a', yomilastname: 'b' }),
    );
    expect((await contactRow(id)).yomifullname).toBe('a b');
    await transact((transaction) => transaction.update(contact, id, { firstname: 'Ivy' }));
    expect(await contactRow(id)).toMatchObject({ fullname: 'Ivy Hart', yomifullname: 'a b' });
  });

  it('never is longer than its column, nor begins or ends with a space', () => {
    const name = fc.option(fc.string({ maxLength: 256 }), { nil: null });
    fc.assert(
      fc.property(name, name, (firstname, lastname) => {
        const written: Record<string, unknown> = { firstname, lastname };
        compute(systemuser, computationsFor(systemuser, written), written, written, {
          now: new Date(0),
          e164: () => null,
        });
        const { fullname } = written;
        if (fullname === null) expect(`${firstname ?? ''}${lastname ?? ''}`.trim()).toBe('');
        else {
          expect(String(fullname).length).toBeLessThanOrEqual(200);
          expect(String(fullname)).toMatch(/^\S/);
        }
      }),
    );
  });
});

describe('a queue item', () => {
  it('says when it came into its queue, when it was last given to someone, and what it holds', async () => {
    const { id, conversation, other } = await transact(async (transaction) => {
      const first = await transaction.create(queue, { name: 'Legal' });
      const second = await transaction.create(queue, { name: 'Sales' });
      const made = await transaction.create(msdyn_ocliveworkitem, { subject: 'x' });
      const item = await transaction.create(queueitem, {
        queueid: first,
        objectid: { table: 'msdyn_ocliveworkitem', id: made },
      });
      return { id: item, conversation: made, other: second };
    });
    const made = await store.row(queueitem, id);
    expect(made).toMatchObject({
      enteredon: made?.createdon,
      workeridmodifiedon: null,
      // The option "Conversation" of this organisation.
      objecttypecode: 10691,
      objectid: { table: 'msdyn_ocliveworkitem', id: conversation },
    });
    const worker = await transact((transaction) => transaction.create(systemuser, { lastname: 'Dahl' }));
    await transact((transaction) =>
      transaction.update(queueitem, id, { workerid: { table: 'systemuser', id: worker } }),
    );
    const taken = await store.row(queueitem, id);
    expect([taken?.enteredon, taken?.workeridmodifiedon]).toEqual([made?.enteredon, taken?.modifiedon]);
    await transact((transaction) => transaction.update(queueitem, id, { queueid: other, workerid: null }));
    const moved = await store.row(queueitem, id);
    expect([moved?.enteredon, moved?.workeridmodifiedon]).toEqual([moved?.modifiedon, null]);
  });
});
