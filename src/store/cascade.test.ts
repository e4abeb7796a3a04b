import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../../test/database/database.ts';
import * as t from '../tables/dataverse/index.ts';
import { type Guid, systemUserId, type Table, tables, type Values } from '../tables/index.ts';
import { principalobjectaccess } from '../tables/platform/index.ts';
import type { Store, Transaction } from './index.ts';

let test: TestStore;
let store: Store;
const ada: Guid = '00000000-0000-4000-8000-0000000000aa';
const ben: Guid = '00000000-0000-4000-8000-0000000000bb';
beforeAll(async () => {
  test = await openTestStore();
  ({ store } = test);
  await transact(async (transaction) => {
    for (const systemuserid of [ada, ben]) await transaction.create(t.systemuser, { systemuserid });
  });
});
afterAll(async () => {
  expect(test.faults).toEqual([]);
  await test.close();
});

const transact = <R>(work: (transaction: Transaction) => Promise<R>): Promise<R> =>
  store.transact({ actor: systemUserId, cause: 'test' }, work);
const user = (id: Guid) => ({ table: 'systemuser', id }) as const;
const tableOf = (name: string): Table => {
  const table = tables.get(name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table;
};
/** Rows of tables chosen by name: the values are checked by the store. */
const make = (table: Table, values: Record<string, unknown>): Promise<Guid> =>
  transact((transaction) => transaction.create(table, values as Values<Table>));
const conversation = (values: Values<typeof t.msdyn_ocliveworkitem> = {}): Promise<Guid> =>
  make(t.msdyn_ocliveworkitem, { ownerid: user(ada), ...values });
const ownerOf = async (table: Table, id: Guid): Promise<unknown> =>
  ((await store.row(table, id)) as { ownerid?: { id: string } } | null)?.ownerid?.id;

/** Many-to-one: what the conversation regards. The first six are parental, the last is not (seed of mission row S1.2). */
const regarded = [
  'msdyn_bookingalertstatus',
  'msdyn_bookingrule',
  'msdyn_resourceterritory',
  'msdyn_systemuserschedulersetting',
  'msdyn_timegroup',
  'msdyn_timegroupdetail',
] as const;

/** One-to-many: what hangs on a conversation, by the lookup. */
const hanging = [
  ...[
    ...['custom', 'facebook', 'line', 'livechat', 'ocapplemessagesforbusiness', 'ocgatekeeper'],
    ...['ocgooglebusinessmessages', 'ocphonecall', 'sms', 'teamschannel', 'twitter', 'wechat', 'whatsapp'],
  ].map((channel) => [`msdyn_${channel}engagementctx`, 'msdyn_liveworkitemid'] as const),
  ['msdyn_ocvoicemail', 'msdyn_missedconversationid'],
  ['msdyn_chatquestionnaireresponse', 'msdyn_ocliveworkitemid'],
] as const;

describe('the seven many-to-one relationships of the conversation (mission row S1.2)', () => {
  it.each(regarded)(
    '%s: delete, assign, share, unshare and reparent cascade; merge does not',
    async (name) => {
      const parent = tableOf(name);
      const owned = parent.columns.ownerid !== undefined;
      const id = await make(parent, owned ? { ownerid: user(ada) } : {});
      const child = await conversation({ regardingobjectid: { table: name, id } });
      await transact(async (transaction) => {
        for (const action of ['assign', 'share', 'unshare', 'reparent'] as const)
          expect(await transaction.reached(action, parent, id)).toMatchObject([
            { table: t.msdyn_ocliveworkitem, id: child, column: 'regardingobjectid' },
          ]);
        expect(await transaction.reached('merge', parent, id)).toEqual([]);
        const handedOn: Record<string, unknown> = { ownerid: user(ben) };
        if (owned) await transaction.update(parent, id, handedOn as Values<Table>);
      });
      expect(await ownerOf(t.msdyn_ocliveworkitem, child)).toBe(owned ? ben : ada);
      await transact((transaction) => transaction.delete(parent, id));
      expect(await store.row(t.msdyn_ocliveworkitem, child)).toBeNull();
    },
  );

  it('the routable voicemail: its delete removes the link, nothing else cascades', async () => {
    const voicemail = await make(t.msdyn_ocvoicemail, { ownerid: user(ada) });
    const child = await conversation({
      msdyn_routableobjectid: { table: 'msdyn_ocvoicemail', id: voicemail },
    });
    await transact((transaction) =>
      transaction.update(t.msdyn_ocvoicemail, voicemail, { ownerid: user(ben) }),
    );
    expect(await ownerOf(t.msdyn_ocliveworkitem, child)).toBe(ada);
    await transact((transaction) => transaction.delete(t.msdyn_ocvoicemail, voicemail));
    expect(await store.row(t.msdyn_ocliveworkitem, child)).toMatchObject({ msdyn_routableobjectid: null });
  });
});

describe('the fifteen one-to-many relationships of the conversation (mission row S1.2)', () => {
  it('are fifteen', () => expect(hanging).toHaveLength(15));

  it.each(hanging)('%s: nothing cascades, a delete removes the link', async (name, column) => {
    const table = tableOf(name);
    const parent = await conversation();
    const child = await make(table, { ownerid: user(ada), [column]: parent });
    await transact((transaction) =>
      transaction.update(t.msdyn_ocliveworkitem, parent, { ownerid: user(ben) }),
    );
    expect(await ownerOf(table, child)).toBe(ada);
    await transact((transaction) => transaction.delete(t.msdyn_ocliveworkitem, parent));
    expect(await store.row(table, child)).toMatchObject({ [column]: null });
  });
});

describe('a new owner is handed on (webapi.md §6, the relationships’ Assign)', () => {
  it('along every level, in one transaction, each row in the change log, with its business unit', async () => {
    const unit = await make(t.businessunit, { name: 'North' });
    const cato = await make(t.systemuser, { businessunitid: unit });
    const account = await make(t.account, { name: 'Alder', ownerid: user(ada) });
    const regarding = { table: 'account', id: account } as const;
    const task = await make(t.task, { subject: 'x', regardingobjectid: regarding, ownerid: user(ben) });
    const call = await conversation({ regardingobjectid: regarding });
    const session = await make(t.msdyn_ocsession, { regardingobjectid: regarding, ownerid: user(ada) });
    const before = (await store.changeRange()).newest;
    await transact((transaction) => transaction.update(t.account, account, { ownerid: user(cato) }));
    const changes = await store.changes({ after: before });
    expect(new Set(changes.map(({ id }) => id))).toEqual(new Set([account, task, call, session]));
    expect(new Set(changes.map(({ transaction }) => transaction)).size).toBe(1);
    expect(await store.row(t.task, task)).toMatchObject({ owninguser: cato, owningbusinessunit: unit });
    expect(changes.find(({ id }) => id === task)).toMatchObject({
      before: { _ownerid_value: ben },
      after: { _ownerid_value: cato },
    });
  });

  it('an update that names the owner there is reaches nobody', async () => {
    const account = await make(t.account, { name: 'Alder', ownerid: user(ada) });
    const task = await make(t.task, {
      subject: 'x',
      regardingobjectid: { table: 'account', id: account },
      ownerid: user(ben),
    });
    await transact((transaction) => transaction.update(t.account, account, { ownerid: user(ada) }));
    expect(await ownerOf(t.task, task)).toBe(ben);
  });

  it('sessions of a conversation stay with their owners: their relationship cascades deletes only', async () => {
    const parent = await conversation();
    const session = await make(t.msdyn_ocsession, { msdyn_liveworkitemid: parent, ownerid: user(ada) });
    await transact((transaction) =>
      transaction.update(t.msdyn_ocliveworkitem, parent, { ownerid: user(ben) }),
    );
    expect(await ownerOf(t.msdyn_ocsession, session)).toBe(ada);
  });
});

describe('parts and shares go with their row', () => {
  it('queue items, notes, activity parties and what was shared', async () => {
    const parent = await conversation();
    const reference = { table: 'msdyn_ocliveworkitem', id: parent } as const;
    const item = await make(t.queueitem, { objectid: reference });
    const note = await make(t.annotation, { objectid: reference });
    const party = await make(t.activityparty, { activityid: reference });
    const share = await make(principalobjectaccess, {
      principalid: ada,
      principaltypecode: 'systemuser',
      objectid: parent,
      objecttypecode: 'msdyn_ocliveworkitem',
      accessrightsmask: 1,
      inheritedaccessrightsmask: 0,
    });
    await transact((transaction) => transaction.delete(t.msdyn_ocliveworkitem, parent));
    expect(await store.row(t.queueitem, item)).toBeNull();
    expect(await store.row(t.annotation, note)).toBeNull();
    expect(await store.row(t.activityparty, party)).toBeNull();
    expect(await store.row(principalobjectaccess, share)).toBeNull();
  });
});

describe('shares come down (the relationships’ Reparent)', () => {
  const share = (objectid: Guid, accessrightsmask: number): Promise<Guid> =>
    make(principalobjectaccess, {
      principalid: ada,
      principaltypecode: 'systemuser',
      objectid,
      objecttypecode: 'account',
      accessrightsmask,
      inheritedaccessrightsmask: 0,
    });
  const masks = async (objectid: Guid) =>
    (await store.rows(principalobjectaccess, { objectid })).map((row) => [
      row.principalid,
      row.accessrightsmask,
      row.inheritedaccessrightsmask,
    ]);
  const under = (id: Guid) => ({ regardingobjectid: { table: 'account', id } as const });

  it('to a row that is made under a shared one, and follow it when it moves', async () => {
    const [shared, other] = [await make(t.account, { name: 'A' }), await make(t.account, { name: 'B' })];
    await share(shared, 3);
    const task = await make(t.task, { subject: 'x', ...under(shared) });
    expect(await masks(task)).toEqual([[ada, 0, 3]]);
    await transact((transaction) => transaction.update(t.task, task, under(other)));
    expect(await masks(task)).toEqual([]);
    await share(other, 1);
    await transact((transaction) => transaction.update(t.task, task, under(shared)));
    await transact((transaction) => transaction.update(t.task, task, { subject: 'y' }));
    expect(await masks(task)).toEqual([[ada, 0, 3]]);
  });

  it('and leave alone what was shared of the row itself', async () => {
    const [shared, other] = [await make(t.account, { name: 'A' }), await make(t.account, { name: 'B' })];
    await share(shared, 1);
    const task = await make(t.task, { subject: 'x', ...under(other) });
    await make(principalobjectaccess, {
      principalid: ada,
      principaltypecode: 'systemuser',
      objectid: task,
      objecttypecode: 'task',
      accessrightsmask: 2,
      inheritedaccessrightsmask: 0,
    });
    await transact((transaction) => transaction.update(t.task, task, under(shared)));
    expect(await masks(task)).toEqual([[ada, 2, 1]]);
    await transact((transaction) => transaction.update(t.task, task, { regardingobjectid: null }));
    expect(await masks(task)).toEqual([[ada, 2, 0]]);
  });
});
