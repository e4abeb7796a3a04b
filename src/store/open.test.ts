import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { systemUserId } from '../tables/index.ts';

const cause = { actor: systemUserId, cause: 'test' };

describe('openStore', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await openTestStore();
  });
  afterAll(() => test.close());

  it('reads back what a transaction wrote', async () => {
    const { store } = test;
    const id = await store.transact(cause, (transaction) =>
      transaction.create(contact, { lastname: 'Hart' }),
    );
    const row = await store.row(contact, id);
    expect(row).toMatchObject({ contactid: id, lastname: 'Hart', statecode: 0, statuscode: 1 });
    expect(await store.rows(contact, { lastname: 'hART' })).toEqual([row]);
  });
});
