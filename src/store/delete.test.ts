import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { refusalOf } from '../../test/database/refusal.ts';
import { account } from '../tables/dataverse/account.ts';
import { businessunit } from '../tables/dataverse/businessunit.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { msdyn_ocliveworkitem } from '../tables/dataverse/msdyn_ocliveworkitem.ts';
import { msdyn_ocsession } from '../tables/dataverse/msdyn_ocsession.ts';
import { queue } from '../tables/dataverse/queue.ts';
import { queuemembership } from '../tables/dataverse/queuemembership.ts';
import { systemuser } from '../tables/dataverse/systemuser.ts';
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

/** What the log says of a row, oldest first. */
async function changesOf(id: string) {
  return (await store.changes({ after: 0, limit: 100_000 })).filter((change) => change.id === id);
}

describe('delete (webapi.md §6 "delete with children")', () => {
  it('takes the sessions of a conversation along, children first, whole rows in the log', async () => {
    const { conversation, session } = await transact(async (transaction) => {
      const conversation = await transaction.create(msdyn_ocliveworkitem, { subject: 'x' });
      const session = await transaction.create(msdyn_ocsession, {
        subject: 's',
        msdyn_liveworkitemid: conversation,
      });
      return { conversation, session };
    });
    await transact((transaction) => transaction.delete(msdyn_ocliveworkitem, conversation));
    expect(await store.row(msdyn_ocsession, session)).toBeNull();
    expect(await store.row(msdyn_ocliveworkitem, conversation)).toBeNull();
    const [gone, root] = [(await changesOf(session)).at(-1), (await changesOf(conversation)).at(-1)];
    expect(gone).toMatchObject({
      operation: 'delete',
      after: null,
      version: null,
      before: { subject: 's', _msdyn_liveworkitemid_value: conversation },
    });
    expect(root).toMatchObject({ operation: 'delete', before: { subject: 'x', activityid: conversation } });
    expect(gone?.transaction).toBe(root?.transaction);
    expect(gone?.seq).toBeLessThan(root?.seq ?? 0);
  });

  it('clears the lookups of RemoveLink, polymorphic ones too, and logs each', async () => {
    const { company, person, single } = await transact(async (transaction) => {
      const first = await transaction.create(contact, { lastname: 'First' });
      const company = await transaction.create(account, { name: 'Alder', primarycontactid: first });
      const item = await transaction.create(msdyn_ocliveworkitem, {
        msdyn_customer: { table: 'contact', id: first },
      });
      return { company, person: first, single: item };
    });
    await transact((transaction) => transaction.delete(contact, person));
    expect(await store.row(account, company)).toMatchObject({ primarycontactid: null });
    expect(await store.row(msdyn_ocliveworkitem, single)).toMatchObject({ msdyn_customer: null });
    expect((await changesOf(single)).at(-1)).toMatchObject({
      operation: 'update',
      before: {
        _msdyn_customer_value: person,
        '_msdyn_customer_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'contact',
      },
      after: { _msdyn_customer_value: null },
    });
  });

  it('refuses a Restrict and leaves everything, also the rest of the transaction, as it was', async () => {
    const { unit, kept } = await transact(async (transaction) => {
      const unit = await transaction.create(businessunit, { name: 'Held' });
      const user = await transaction.create(systemuser, { businessunitid: unit, lastname: 'A' });
      await transaction.create(account, { name: 'Alder', ownerid: { table: 'systemuser', id: user } });
      const attempt = transaction.delete(businessunit, unit);
      expect(await refusalOf(attempt)).toMatchObject({
        key: 'deleteRestricted',
        message: expect.stringContaining(`businessunit ${unit} is referenced by`),
      });
      return { unit, kept: await transaction.create(contact, { lastname: 'Kept' }) };
    });
    expect(await store.row(businessunit, unit)).not.toBeNull();
    expect(await store.row(contact, kept)).not.toBeNull();
  });

  it('takes away the memberships of the row', async () => {
    const { desk, user } = await transact(async (transaction) => {
      const desk = await transaction.create(queue, { name: 'Legal' });
      const user = await transaction.create(systemuser, { lastname: 'A' });
      await transaction.associate('queuemembership_association', desk, user);
      return { desk, user };
    });
    expect(await store.rows(queuemembership, { queueid: desk })).toMatchObject([{ systemuserid: user }]);
    await transact((transaction) => transaction.delete(queue, desk));
    expect(await store.rows(queuemembership, { queueid: desk })).toEqual([]);
    expect(await store.row(systemuser, user)).not.toBeNull();
  });

  it('refuses recordNotFound and versionMismatch', async () => {
    expect(await refusalOf(transact((transaction) => transaction.delete(contact, nowhere)))).toMatchObject({
      key: 'recordNotFound',
    });
    const id = await transact((transaction) => transaction.create(contact, { lastname: 'Hart' }));
    expect(await refusalOf(transact((transaction) => transaction.delete(contact, id, '1')))).toMatchObject({
      key: 'versionMismatch',
    });
  });

  it('leaves no lookup to a deleted row when both happen at once', async () => {
    for (let round = 0; round < 15; round++) {
      const target = await transact((transaction) => transaction.create(account, { name: 'Alder' }));
      const [made] = await Promise.allSettled([
        transact((transaction) =>
          transaction.create(contact, { parentcustomerid: { table: 'account', id: target } }),
        ),
        transact((transaction) => transaction.delete(account, target)),
      ]);
      if (made.status === 'rejected') {
        expect(made.reason).toMatchObject({ key: 'recordNotFound' });
        continue;
      }
      const row = await store.row(contact, made.value);
      // The relationship deletes the contacts of an account with it, or clears the lookup.
      expect(row?.parentcustomerid ?? null).toBeNull();
    }
  });
});

describe('associate', () => {
  it('adds and takes away a row of the intersect, once', async () => {
    const [desk, user] = await transact(async (transaction) => [
      await transaction.create(queue, { name: 'Sales' }),
      await transaction.create(systemuser, { lastname: 'A' }),
    ]);
    if (desk === undefined || user === undefined) throw new Error('not made');
    const pair = ['queuemembership_association', desk, user] as const;
    await transact((transaction) => transaction.associate(...pair));
    expect(await refusalOf(transact((transaction) => transaction.associate(...pair)))).toMatchObject({
      key: 'recordExists',
    });
    const [row] = await store.rows(queuemembership, { queueid: desk });
    expect(await changesOf(row?.queuemembershipid ?? '')).toMatchObject([
      { table: 'queuemembership', operation: 'create', after: { queueid: desk, systemuserid: user } },
    ]);
    await transact((transaction) => transaction.disassociate(...pair));
    await transact((transaction) => transaction.disassociate(...pair));
    expect(await store.rows(queuemembership, { queueid: desk })).toEqual([]);
  });

  it('refuses an end that is not there, naming its table', async () => {
    const user = await transact((transaction) => transaction.create(systemuser, { lastname: 'A' }));
    const missing = transact((transaction) =>
      transaction.associate('queuemembership_association', nowhere, user),
    );
    expect(await refusalOf(missing)).toEqual({
      key: 'recordNotFound',
      message: `Entity 'queue' With Id = ${nowhere} Does Not Exist`,
    });
  });
});
