import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import { refusalOf } from '../../test/database/refusal.ts';
import { account } from '../tables/dataverse/account.ts';
import { businessunit } from '../tables/dataverse/businessunit.ts';
import { contact } from '../tables/dataverse/contact.ts';
import { msdyn_ocliveworkitem } from '../tables/dataverse/msdyn_ocliveworkitem.ts';
import { systemuser } from '../tables/dataverse/systemuser.ts';
import { team } from '../tables/dataverse/team.ts';
import { rootBusinessUnitId, systemUserId, type Table } from '../tables/index.ts';
import { newGuid, type Store, type Transaction } from './index.ts';

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

describe('create', () => {
  it('fills key, audit columns, owner, state, defaults and version', async () => {
    let now = new Date(0);
    const id = await transact((transaction) => {
      now = transaction.now;
      return transaction.create(contact, { lastname: 'Hart' });
    });
    expect(id[14]).toBe('7');
    const row = await store.row(contact, id);
    expect(row).toMatchObject({
      contactid: id,
      lastname: 'Hart',
      createdon: now,
      modifiedon: now,
      createdby: systemUserId,
      modifiedby: systemUserId,
      ownerid: { table: 'systemuser', id: systemUserId },
      owninguser: systemUserId,
      owningteam: null,
      owningbusinessunit: rootBusinessUnitId,
      statecode: 0,
      statuscode: 1,
      donotphone: false,
      followemail: true,
      firstname: null,
    });
    expect(row?.versionnumber).toMatch(/^[1-9]\d*$/);
    expect(Object.keys(row ?? {}).sort()).toEqual(Object.keys(contact.columns).sort());
  });

  it('keeps the milliseconds of an instant and every kind of value', async () => {
    const createdon = new Date('2025-12-21T10:59:01.234Z');
    const picture = Buffer.from('not a picture').toString('base64');
    const values = {
      createdon,
      annualincome: 12.5,
      entityimage: picture,
      entityimage_timestamp: '638000000000000001',
      numberofchildren: 3,
      birthdate: new Date('1990-02-03T00:00:00Z'),
      donotfax: true,
      description: 'ÆØÅ "quoted" \\ and\nlines',
    };
    const id = await transact((transaction) => transaction.create(contact, values));
    expect(await store.row(contact, id)).toMatchObject(values);
  });

  it('takes the key of the caller, and refuses recordExists when it is taken without ending the transaction', async () => {
    const contactid = newGuid();
    const other = await transact(async (transaction) => {
      expect(await transaction.create(contact, { contactid, lastname: 'Hart' })).toBe(contactid);
      const again = transaction.create(contact, { contactid, lastname: 'Moss' });
      expect(await refusalOf(again)).toMatchObject({ key: 'recordExists' });
      return transaction.create(contact, { lastname: 'Reed' });
    });
    expect(await store.row(contact, contactid)).toMatchObject({ lastname: 'Hart' });
    expect(await store.row(contact, other)).toMatchObject({ lastname: 'Reed' });
  });

  it('gives the row to the owner and to the business unit of the owner', async () => {
    const made = await transact(async (transaction) => {
      const unit = await transaction.create(businessunit, { name: 'Branch' });
      const user = await transaction.create(systemuser, { businessunitid: unit, lastname: 'Agent' });
      const group = await transaction.create(team, { businessunitid: unit, name: 'Legal' });
      const users = await transaction.create(contact, { ownerid: { table: 'systemuser', id: user } });
      const teams = await transaction.create(contact, { ownerid: { table: 'team', id: group } });
      return { unit, user, group, users, teams };
    });
    expect(await store.row(contact, made.users)).toMatchObject({
      owningbusinessunit: made.unit,
      owninguser: made.user,
      owningteam: null,
    });
    expect(await store.row(contact, made.teams)).toMatchObject({
      owningbusinessunit: made.unit,
      owninguser: null,
      owningteam: made.group,
    });
    await transact((transaction) =>
      transaction.update(contact, made.users, { ownerid: { table: 'team', id: made.group } }),
    );
    expect(await store.row(contact, made.users)).toMatchObject({ owninguser: null, owningteam: made.group });
  });

  it('names the type of an activity', async () => {
    const id = await transact((transaction) => transaction.create(msdyn_ocliveworkitem, { subject: 'x' }));
    expect(await store.row(msdyn_ocliveworkitem, id)).toMatchObject({
      activitytypecode: 'msdyn_ocliveworkitem',
    });
  });
});

describe('checks (webapi.md §4)', () => {
  const make = (table: Table, values: Record<string, unknown>) =>
    refusalOf(transact((transaction) => transaction.create(table, values as never)));

  it('refuses a text that is too long, naming column, table and length', async () => {
    expect(await make(contact, { jobtitle: 'x'.repeat(101) })).toEqual({
      key: 'textTooLong',
      message:
        "A validation error occurred.  The length of the 'jobtitle' attribute of the 'contact' entity exceeded the maximum allowed length of '100'.",
    });
    await transact((transaction) => transaction.create(contact, { jobtitle: 'x'.repeat(100) }));
  });

  it('refuses a number out of range and a choice that is none, saying what is accepted', async () => {
    expect(await make(contact, { numberofchildren: -1 })).toMatchObject({
      key: 'valueOutOfRange',
      message: expect.stringContaining('Accepted: 0 to 1000000000'),
    });
    expect(await make(contact, { gendercode: 99 })).toMatchObject({
      key: 'valueOutOfRange',
      message: expect.stringMatching(/value 99 of 'gendercode' on record of type 'contact'.*Accepted: 1, 2/),
    });
    expect(await make(contact, { birthdate: new Date('0001-01-01') })).toMatchObject({
      key: 'valueOutOfRange',
    });
  });

  it('refuses a text with the character 0', async () => {
    expect(await make(contact, { lastname: 'a\0b' })).toMatchObject({ key: 'invalidArgument' });
  });

  it('refuses a lookup to a row that is not there, naming the target table', async () => {
    expect(await make(contact, { parentcustomerid: { table: 'account', id: nowhere } })).toEqual({
      key: 'recordNotFound',
      message: `Entity 'account' With Id = ${nowhere} Does Not Exist`,
    });
    const real = await transact((transaction) => transaction.create(contact, { lastname: 'Hart' }));
    expect(await make(contact, { parentcustomerid: { table: 'account', id: real } })).toMatchObject({
      key: 'recordNotFound',
    });
    const update = transact((transaction) =>
      transaction.update(account, real, { primarycontactid: nowhere }),
    );
    expect(await refusalOf(update)).toMatchObject({ key: 'recordNotFound' });
  });

  it('throws on what only a bug can bring', async () => {
    for (const [table, values] of [
      [contact, { nosuch: 1 }],
      [contact, { owneridname: 'x' }],
      [contact, { lastname: 7 }],
      [contact, { parentcustomerid: nowhere }],
      [contact, { parentcustomerid: { table: 'queue', id: nowhere } }],
      [contact, { createdon: 'today' }],
      [contact, { contactid: 'F523F628-C07A-E811-8162-000D3AA11F50' }],
      [contact, { toString: 'x' }],
    ] as const) {
      await expect(transact((transaction) => transaction.create(table, values as never))).rejects.toThrow(
        TypeError,
      );
    }
  });
});

describe('state and status (webapi.md §6)', () => {
  const made = (values: object) =>
    transact((transaction) => transaction.create(msdyn_ocliveworkitem, { subject: 'x', ...values }));

  it.each([
    [{}, { statecode: 0, statuscode: 1 }],
    [{ statecode: 1 }, { statecode: 1, statuscode: 4 }],
    [{ statuscode: 5 }, { statecode: 0, statuscode: 5 }],
    [
      { statecode: 0, statuscode: 2 },
      { statecode: 0, statuscode: 2 },
    ],
  ])('settles %o as %o, on create and on update', async (given, expected) => {
    const id = await made(given);
    expect(await store.row(msdyn_ocliveworkitem, id)).toMatchObject(expected);
    const other = await made({ statuscode: 3 });
    await transact((transaction) => transaction.update(msdyn_ocliveworkitem, other, given as object));
    const settled = Object.keys(given).length === 0 ? { statecode: 0, statuscode: 3 } : expected;
    expect(await store.row(msdyn_ocliveworkitem, other)).toMatchObject(settled);
  });

  it('refuses a pair that does not fit, and an empty state', async () => {
    expect(await refusalOf(made({ statecode: 1, statuscode: 2 }))).toMatchObject({
      key: 'statusNotOfState',
      message: '2 is not a valid status code for state code 1 on msdyn_ocliveworkitem.',
    });
    const id = await made({});
    const empty = transact((transaction) =>
      transaction.update(msdyn_ocliveworkitem, id, { statecode: null }),
    );
    expect(await refusalOf(empty)).toMatchObject({ key: 'invalidArgument' });
  });
});

describe('update', () => {
  it('changes what is named, who and when, and the version; the log has only what differs', async () => {
    const id = await transact((transaction) =>
      transaction.create(contact, { lastname: 'Hart', firstname: 'Ivy', jobtitle: 'Clerk' }),
    );
    const before = await store.row(contact, id);
    const other = await transact((transaction) => transaction.create(systemuser, { lastname: 'Agent' }));
    let now = new Date(0);
    await store.transact({ actor: other, cause: 'PATCH contacts' }, async (transaction) => {
      now = transaction.now;
      await transaction.update(contact, id, { lastname: 'Moss', firstname: 'Ivy', jobtitle: null });
    });
    const after = await store.row(contact, id);
    expect(after).toEqual({
      ...before,
      lastname: 'Moss',
      fullname: 'Ivy Moss',
      yomifullname: 'Ivy Moss',
      jobtitle: null,
      modifiedby: other,
      modifiedon: now,
      versionnumber: after?.versionnumber,
    });
    expect(BigInt(after?.versionnumber ?? 0)).toBeGreaterThan(BigInt(before?.versionnumber ?? 0));
    expect((await changesOf(id)).at(-1)).toMatchObject({
      table: 'contact',
      operation: 'update',
      actor: other,
      cause: 'PATCH contacts',
      conversation: null,
      version: after?.versionnumber,
      at: now,
      before: {
        lastname: 'Hart',
        jobtitle: 'Clerk',
        _modifiedby_value: systemUserId,
        modifiedon: before?.modifiedon?.toISOString(),
      },
      after: { lastname: 'Moss', jobtitle: null, _modifiedby_value: other, modifiedon: now.toISOString() },
    });
  });

  it('refuses recordNotFound, and versionMismatch for another version', async () => {
    const missing = transact((transaction) => transaction.update(contact, nowhere, { lastname: 'x' }));
    expect(await refusalOf(missing)).toEqual({
      key: 'recordNotFound',
      message: `Entity 'contact' With Id = ${nowhere} Does Not Exist`,
    });
    const id = await transact((transaction) => transaction.create(contact, { lastname: 'Hart' }));
    const version = (await store.row(contact, id))?.versionnumber ?? '';
    await transact((transaction) => transaction.update(contact, id, { lastname: 'Moss' }, version));
    const late = transact((transaction) => transaction.update(contact, id, { lastname: 'Reed' }, version));
    expect(await refusalOf(late)).toMatchObject({ key: 'versionMismatch' });
    expect(await store.row(contact, id)).toMatchObject({ lastname: 'Moss' });
  });

  it('lets one of two writers with the same version win', async () => {
    const id = await transact((transaction) => transaction.create(contact, { lastname: 'Hart' }));
    const version = (await store.row(contact, id))?.versionnumber ?? '';
    const ends = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        transact((transaction) => transaction.update(contact, id, { lastname: `w${i}` }, version)),
      ),
    );
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('writes a version also when nothing differs', async () => {
    const id = await transact((transaction) => transaction.create(contact, { lastname: 'Hart' }));
    const before = await store.row(contact, id);
    await transact((transaction) => transaction.update(contact, id, { lastname: 'Hart' }));
    expect((await store.row(contact, id))?.versionnumber).not.toBe(before?.versionnumber);
    expect((await changesOf(id)).map(({ operation }) => operation)).toEqual(['create', 'update']);
  });
});
