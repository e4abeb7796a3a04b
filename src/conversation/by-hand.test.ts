import { beforeEach, describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number } from '../../test/engine/front-desk.ts';
import type { Transaction } from '../store/index.ts';
import * as t from '../tables/dataverse/index.ts';
import { type Guid, Refusal, type Table, type Values } from '../tables/index.ts';
import { wirechief_offer } from '../tables/wirechief/wirechief_offer.ts';

const test = deskOfTests();
const { agent, run, effects, offered, talking, transferred, wrapUp } = test;
const free = { msdyn_availableunitscapacity: 100, msdyn_assignedconversationcount: 0 };
const admin = '00000000-0000-4000-8000-0000000000ad';

/** A request by hand, past the engine. */
const byHand = async (work: (transaction: Transaction) => Promise<void>): Promise<void> => {
  await test.store.transact({ actor: admin, cause: 'PATCH msdyn_ocliveworkitems' }, work);
  await test.desk.engine.idle();
};
const patch = (table: Table, id: Guid, values: Record<string, unknown>): Promise<void> =>
  byHand((transaction) => transaction.update(table, id, values as Values<Table>));
const conversationOf = (id: string) => test.store.row(t.msdyn_ocliveworkitem, id);
const lastSession = async (id: string): Promise<Guid> =>
  (await conversationOf(id))?.msdyn_lastsessionid ?? '';
const statusOfAgent = async () => (await test.store.rows(t.msdyn_agentstatus, { msdyn_agentid: agent() }))[0];
const timers = async (): Promise<unknown[]> =>
  test.store.query({ text: 'select key from wirechief.timer', values: [] });

/** What is true of every conversation that is over, whoever ended it. */
async function expectConsistent(id: string): Promise<void> {
  const conversation = await conversationOf(id);
  expect(conversation).toMatchObject({ statecode: 1, statuscode: 4, msdyn_statuschangereason: 192350016 });
  expect(conversation?.msdyn_closedon).not.toBeNull();
  expect(await test.store.row(t.msdyn_liveconversation, id)).toMatchObject({ statecode: 3, statuscode: 4 });
  for (const session of await test.store.rows(t.msdyn_ocsession, { msdyn_liveworkitemid: id })) {
    expect(session).toMatchObject({ statecode: 1, statuscode: 2 });
    expect(session.msdyn_sessionclosedon).not.toBeNull();
    expect(session.msdyn_closurereason).not.toBeNull();
    const people = await test.store.rows(t.msdyn_sessionparticipant, {
      msdyn_omnichannelsession: session.activityid ?? '',
    });
    for (const one of people)
      expect(one).toMatchObject({
        msdyn_starttalktime: null,
        msdyn_startholdtime: null,
        msdyn_iscapacityblocking: false,
        statecode: 1,
      });
  }
  expect(await test.store.rows(wirechief_offer, { wirechief_conversationid: id, statuscode: 1 })).toEqual([]);
  const items = await test.store.rows(t.queueitem, { objectid: { table: 'msdyn_ocliveworkitem', id } });
  for (const item of items) expect(item.statecode).toBe(1);
  // Who never signed in has no status.
  const status = await statusOfAgent();
  if (status !== undefined) expect(status).toMatchObject(free);
  expect(await timers()).toEqual([]);
}

beforeEach(() => test.open());

describe('a conversation is closed by hand while its call is live (mission row S3.3)', () => {
  const stages: [string, () => Promise<string>, readonly string[]][] = [
    ['with the bot', () => call(test.desk, number.bot), ['Release']],
    ['in its queue', transferred, ['Release']],
    ['offered', offered, ['StopRinging', 'Release']],
    ['in conversation', talking, ['Release']],
  ];

  it.each(stages)('%s', async (_, bring, expected) => {
    const id = await bring();
    effects();
    await patch(t.msdyn_ocliveworkitem, id, { statecode: 1, statuscode: 4 });
    expect(effects()).toEqual(expected);
    await expectConsistent(id);
    expect(await conversationOf(id)).toMatchObject({ msdyn_isabandoned: false });
  });

  it.each([
    ['only the state', { statecode: 1 }],
    ['only the status', { statuscode: 4 }],
  ])('%s says so too', async (_, values) => {
    const id = await talking();
    effects();
    await patch(t.msdyn_ocliveworkitem, id, values);
    expect(effects()).toEqual(['Release']);
    await expectConsistent(id);
  });

  it('on hold: talk and hold are summed, the hold event ends', async () => {
    const id = await talking();
    await run({ type: 'HoldRequested', conversation: id, agent: agent() });
    await patch(t.msdyn_ocliveworkitem, id, { statecode: 1 });
    await expectConsistent(id);
    const events = await test.store.rows(t.msdyn_ocsessionparticipantevent, {});
    expect(events).not.toEqual([]);
    for (const event of events) expect(event.msdyn_eventendtime).not.toBeNull();
  });

  it('in wrap-up: nothing is left to release, capacity comes back', async () => {
    const id = await wrapUp();
    effects();
    await patch(t.msdyn_ocliveworkitem, id, { statecode: 1 });
    expect(effects()).toEqual([]);
    await expectConsistent(id);
  });

  it('by its last session; an earlier one ends nothing', async () => {
    const id = await talking();
    const [first] = await test.store.rows(
      t.msdyn_ocsession,
      { msdyn_liveworkitemid: id },
      { orderBy: [['createdon', 'asc']] },
    );
    effects();
    await patch(t.msdyn_ocsession, first?.activityid ?? '', { statecode: 1 });
    expect(effects()).toEqual([]);
    await patch(t.msdyn_ocsession, await lastSession(id), { statecode: 1 });
    expect(effects()).toEqual(['Release']);
    await expectConsistent(id);
  });

  it('a change set that is undone leaves the call alone', async () => {
    const id = await talking();
    effects();
    const undone = byHand(async (transaction) => {
      await transaction.update(t.msdyn_ocliveworkitem, id, { statecode: 1 });
      throw new Refusal('invalidArgument', 'the next part of the change set fails');
    });
    await expect(undone).rejects.toThrow('fails');
    expect(effects()).toEqual([]);
    expect(await conversationOf(id)).toMatchObject({ statecode: 0, statuscode: 2 });
  });

  it('with an If-Match: the version asked for is the one before the call ended', async () => {
    const id = await talking();
    const version = (await conversationOf(id))?.versionnumber ?? '';
    const close = (wanted: string) =>
      byHand((transaction) => transaction.update(t.msdyn_ocliveworkitem, id, { statecode: 1 }, wanted));
    effects();
    await expect(close('1')).rejects.toMatchObject({ key: 'versionMismatch' });
    expect(effects()).toEqual([]);
    await close(version);
    await expectConsistent(id);
  });

  it('work that waited is offered to the person who became free', async () => {
    const id = await talking();
    const waiting = await transferred();
    expect(await conversationOf(waiting)).toMatchObject({ statuscode: 1 });
    await patch(t.msdyn_ocliveworkitem, id, { statecode: 1 });
    expect(await conversationOf(waiting)).toMatchObject({ statuscode: 2, msdyn_activeagentid: agent() });
  });
});

describe('a conversation is deleted while its call is live (mission row S1.2, S3.3)', () => {
  it('the call ends, capacity comes back, rows and timers are gone', async () => {
    const id = await talking();
    effects();
    await byHand((transaction) => transaction.delete(t.msdyn_ocliveworkitem, id));
    expect(effects()).toEqual(['Release']);
    for (const table of [t.msdyn_ocliveworkitem, t.msdyn_liveconversation])
      expect(await test.store.row(table, id)).toBeNull();
    expect(await test.store.rows(t.msdyn_ocsession, {})).toEqual([]);
    expect(await test.store.rows(t.msdyn_sessionevent, {})).not.toEqual([]);
    for (const event of await test.store.rows(t.msdyn_sessionevent, {}))
      expect(event.msdyn_omnichannelsession).toBeNull();
    expect(await statusOfAgent()).toMatchObject(free);
    expect(await timers()).toEqual([]);
  });

  it('so it does when the row it regards is deleted', async () => {
    const id = await talking();
    const customer = (await conversationOf(id))?.regardingobjectid;
    expect(customer).toMatchObject({ table: 'contact' });
    effects();
    await byHand((transaction) => transaction.delete(t.contact, customer?.id ?? ''));
    expect(effects()).toEqual(['Release']);
    expect(await conversationOf(id)).toBeNull();
  });

  it('late events of the call mean nothing', async () => {
    const id = await talking();
    await byHand((transaction) => transaction.delete(t.msdyn_ocliveworkitem, id));
    const late = test.desk.engine.run({
      type: 'CallEnded',
      conversation: id,
      by: 'customer',
      reason: 'late',
    });
    await expect(late).rejects.toMatchObject({ key: 'recordNotFound' });
  });
});

describe('other writes by hand leave a live call alone', () => {
  it('a new owner, a description, the same status again', async () => {
    const id = await talking();
    const other = test.desk.ids.agents[1] ?? '';
    effects();
    await patch(t.msdyn_ocliveworkitem, id, { ownerid: { table: 'systemuser', id: other } });
    await patch(t.msdyn_ocliveworkitem, id, { description: 'x', statuscode: 2 });
    await patch(t.msdyn_ocsession, await lastSession(id), { ownerid: { table: 'systemuser', id: other } });
    expect(effects()).toEqual([]);
    expect(await conversationOf(id)).toMatchObject({ statuscode: 2, msdyn_activeagentid: agent() });
    await run({ type: 'AgentEnded', conversation: id, agent: agent() });
    expect(effects()).toEqual(['Release']);
  });

  it('another status is refused: only its end can be written', async () => {
    const id = await talking();
    await expect(patch(t.msdyn_ocliveworkitem, id, { statuscode: 5 })).rejects.toMatchObject({
      key: 'notImplemented',
    });
    expect(await conversationOf(id)).toMatchObject({ statuscode: 2 });
  });

  it('what others wrote as a conversation is theirs', async () => {
    const id = await test.store.transact({ actor: admin, cause: 'POST' }, (transaction) =>
      transaction.create(t.msdyn_ocliveworkitem, {
        subject: 'x',
        msdyn_liveworkstreamid: test.desk.ids.workstream,
      }),
    );
    await patch(t.msdyn_ocliveworkitem, id, { statuscode: 5 });
    await patch(t.msdyn_ocliveworkitem, id, { statecode: 1 });
    expect(await conversationOf(id)).toMatchObject({ statuscode: 4, msdyn_statuschangereason: null });
  });
});
