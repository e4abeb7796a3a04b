import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { account } from '../tables/dataverse/account.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { incident } from '../tables/dataverse/incident.ts';
import { msdyn_ocliveworkstreamcontextvariable } from '../tables/dataverse/msdyn_ocliveworkstreamcontextvariable.ts';
import { systemUserId } from '../tables/index.ts';
import type { Store, Transaction } from './index.ts';

let test: TestStore;
let store: Store;
beforeAll(async () => {
  test = await openTestStore();
  ({ store } = test);
});
afterAll(() => test.close());

const cause = { actor: systemUserId, cause: 'test' };
const nowhere = 'ffffffff-0000-4000-8000-000000000000';

function transact<R>(work: (transaction: Transaction) => Promise<R>): Promise<R> {
  return store.transact(cause, work);
}

describe('rows', () => {
  it('compares text without case, and knows empty, one of, references, order and top', async () => {
    const ids = await transact(async (transaction) => {
      const company = await transaction.create(account, { name: 'Rows' });
      const at = { table: 'account', id: company } as const;
      return {
        at,
        first: await transaction.create(contact, { lastname: 'Ådal', firstname: 'B', parentcustomerid: at }),
        second: await transaction.create(contact, { lastname: 'ådal', firstname: 'a', parentcustomerid: at }),
        third: await transaction.create(contact, { lastname: 'Rowan', parentcustomerid: at }),
      };
    });
    const parentcustomerid = ids.at;
    const find = async (where: object, options?: Parameters<typeof store.rows<typeof contact>>[2]) =>
      (await store.rows(contact, { parentcustomerid, ...where }, options)).map(({ contactid }) => contactid);
    expect(await find({ lastname: 'ÅDAL' })).toEqual([ids.first, ids.second]);
    expect(await find({ lastname: ['ROWAN', 'nobody'] })).toEqual([ids.third]);
    expect(await find({ firstname: null })).toEqual([ids.third]);
    expect(await find({ statecode: [0, 1], contactid: [ids.first, ids.third] })).toEqual([
      ids.first,
      ids.third,
    ]);
    expect(await find({ lastname: [] })).toEqual([]);
    expect(await find({}, { orderBy: [['firstname', 'asc']] })).toEqual([ids.third, ids.first, ids.second]);
    expect(await find({}, { orderBy: [['firstname', 'desc']], top: 2 })).toEqual([ids.second, ids.first]);
    expect(await find({ parentcustomerid: { table: 'contact', id: ids.at.id } })).toEqual([]);
    await expect(find({ lastname: undefined })).rejects.toThrow(TypeError);
  });
});

describe('lock', () => {
  it('gives null for a row that is not there, or at once with skip when another holds it', async () => {
    const id = await transact((transaction) => transaction.create(incident, { title: 'x' }));
    await transact(async (transaction) => {
      expect(await transaction.lock(incident, nowhere)).toBeNull();
      expect(await transaction.lock(incident, id)).toMatchObject({ title: 'x' });
      expect(await transact((other) => other.lock(incident, id, 'skip'))).toBeNull();
      // Others may point to a locked row, and read it.
      expect(await store.row(incident, id)).toMatchObject({ title: 'x' });
    });
    expect(await transact((transaction) => transaction.lock(incident, id, 'skip'))).toMatchObject({
      title: 'x',
    });
  });

  it('makes the second wait for the first', async () => {
    const id = await transact((transaction) =>
      transaction.create(msdyn_ocliveworkstreamcontextvariable, { msdyn_name: '0' }),
    );
    await Promise.all(
      Array.from({ length: 12 }, () =>
        transact(async (transaction) => {
          const row = await transaction.lock(msdyn_ocliveworkstreamcontextvariable, id);
          const next = String(Number(row?.msdyn_name) + 1);
          await transaction.update(msdyn_ocliveworkstreamcontextvariable, id, { msdyn_name: next });
        }),
      ),
    );
    expect(await store.row(msdyn_ocliveworkstreamcontextvariable, id)).toMatchObject({ msdyn_name: '12' });
  });
});
