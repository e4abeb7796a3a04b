import { describe, expect, it } from 'vitest';
import { autoClose } from '../../test/engine/auto-close.ts';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, rowsOf, statusOf } from '../../test/engine/front-desk.ts';
import * as t from '../tables/dataverse/index.ts';
import { presences } from '../tables/index.ts';

const at = deskOfTests();
const free = { msdyn_availableunitscapacity: 100, msdyn_assignedconversationcount: 0 };

describe('the caller leaves (behaviour.md §1.2, §1.7, §2.2)', () => {
  const cases: [string, () => Promise<string>, 'customer' | 'lost' | 'failure', object][] = [
    [
      'in the bot',
      () => call(at.desk, number.bot),
      'customer',
      { statuscode: 4, msdyn_statuschangereason: 192350012, msdyn_isabandoned: false },
    ],
    [
      'in the queue',
      () => at.transferred(),
      'customer',
      { statuscode: 4, msdyn_statuschangereason: 192350012, msdyn_isabandoned: true },
    ],
    [
      'in the queue, lost',
      () => at.transferred(),
      'lost',
      { statuscode: 4, msdyn_statuschangereason: 192350012, msdyn_isabandoned: true },
    ],
    [
      'in the queue, by a failure',
      () => at.transferred(),
      'failure',
      { statuscode: 4, msdyn_statuschangereason: 192350014, msdyn_isabandoned: false },
    ],
    [
      'while ringing',
      () => at.offered(),
      'customer',
      { statuscode: 4, msdyn_statuschangereason: 192350012, msdyn_isabandoned: true },
    ],
    [
      'in conversation',
      () => at.talking(),
      'lost',
      { statuscode: 5, msdyn_statuschangereason: 192350006, msdyn_isabandoned: false },
    ],
    [
      'in conversation, by a failure',
      () => at.talking(),
      'failure',
      { statuscode: 5, msdyn_statuschangereason: 192350005, msdyn_isabandoned: false },
    ],
  ];
  const closures = { customer: 192350022, lost: 192350020, failure: 192350054 };

  it.each(cases)('%s', async (_, prepare, by, expected) => {
    await at.open({ agents: 1 });
    const conversation = await prepare();
    at.effects();
    await at.run({ type: 'CallEnded', conversation, by, reason: 'gone' });
    await at.run({ type: 'CallEnded', conversation, by, reason: 'gone again' });
    const { row, live, sessions, offers } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject(expected);
    expect(live?.statuscode).toBe(row.statuscode);
    expect(sessions.at(-1)?.msdyn_closurereason).toBe(closures[by]);
    expect(offers.filter(({ statuscode }) => statuscode === 1)).toEqual([]);
    expect(at.effects().at(-1)).toBe('Release');
    if (row.statuscode === 4) {
      expect(sessions.every(({ statecode }) => statecode === 1)).toBe(true);
      const status = await statusOf(at.desk, at.agent());
      if (status) expect(status).toMatchObject({ ...free, msdyn_currentpresenceid: presences.available });
      if (offers.length > 0) expect(offers).toMatchObject([{ statuscode: 5 }]);
    }
  });

  it('a failure in conversation stays one when wrap-up is done', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.talking();
    await at.run({ type: 'CallEnded', conversation, by: 'failure', reason: 'no sound' });
    await at.run({ type: 'SessionClosed', conversation, agent: at.agent() });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 4, msdyn_statuschangereason: 192350014 });
    expect(sessions.at(-1)).toMatchObject({ msdyn_closurereason: 192350054, statecode: 1 });
    const events = await at.store.rows(t.msdyn_sessionevent, {
      msdyn_omnichannelsession: sessions.at(-1)?.activityid ?? '',
    });
    expect(events.map(({ msdyn_eventtype }) => msdyn_eventtype)).not.toContain(192350017);
  });

  it('the bot ends it: closed by the bot, not abandoned', async () => {
    await at.open();
    const conversation = await call(at.desk, number.bot);
    await at.run({ type: 'BotEnded', conversation });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350013,
      msdyn_isabandoned: false,
    });
    expect(sessions).toMatchObject([{ msdyn_closurereason: 192350027, statecode: 1 }]);
    expect(at.effects()).toEqual(['StartBot', 'Release']);
  });
});

describe('wrap-up (behaviour.md §1.5)', () => {
  it.each([
    ['always, the default', {}, 70, 70],
    ['not at all', { msdyn_blockcapacityforwrapupinseconds: 0 }, 100, 100],
    ['for a time', { msdyn_blockcapacityforwrapupinseconds: 60 }, 70, 100],
  ] as const)('blocks capacity %s', async (_, workstream, during, later) => {
    await at.open({ agents: 1, workstream });
    const conversation = await at.wrapUp();
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: during });
    if (during !== later) await at.run({ type: 'LifecycleTimer', conversation, timer: 'wrapupCapacity' });
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: later });
    await at.run({ type: 'SessionClosed', conversation, agent: at.agent() });
    expect(await statusOf(at.desk, at.agent())).toMatchObject(free);
    const [state] = await at.store.rows(t.msdyn_agentchannelstate, { msdyn_agentid: at.agent() });
    expect(state?.msdyn_lastsessionreleasetime).not.toBeNull();
  });

  it('who comes free gets what waits', async () => {
    await at.open({ agents: 1 });
    const first = await at.wrapUp();
    const second = await at.transferred();
    expect((await rowsOf(at.desk, second)).row.statuscode).toBe(1);
    await at.run({ type: 'SessionClosed', conversation: first, agent: at.agent() });
    expect((await rowsOf(at.desk, second)).row).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: at.agent(),
    });
  });
});

describe('limits (behaviour.md §1.3)', () => {
  it('a day in wrap-up: AutoClose on the session, AutoClosedBySystem on the conversation', async () => {
    await at.open({ agents: 1 });
    await autoClose(at.store, 192440000, { 4: 0 });
    const conversation = await at.wrapUp();
    await at.run({ type: 'LifecycleTimer', conversation, timer: 'wrapup' });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 4, msdyn_statuschangereason: 192350010 });
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350018, statecode: 1 });
    expect(await statusOf(at.desk, at.agent())).toMatchObject(free);
  });

  it('two hours active: to wrap-up, not closed', async () => {
    await at.open({ agents: 1 });
    await autoClose(at.store, 192440000, { 1: 0 });
    const conversation = await at.talking();
    await at.run({ type: 'LifecycleTimer', conversation, timer: 'active' });
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(5);
    expect(at.effects().at(-1)).toBe('Release');
  });

  it('thirty days open: closed; a change meanwhile starts the clock again', async () => {
    await at.open({ agents: 1 });
    await autoClose(at.store, 192440000, { 0: 1 });
    const conversation = await at.transferred();
    await at.run({ type: 'LifecycleTimer', conversation, timer: 'open' });
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(1);
    const [timer] = await at.store.query({ text: 'select due from wirechief.timer', values: [] });
    expect(Number(timer?.due)).toBeGreaterThan(Number((await rowsOf(at.desk, conversation)).row.modifiedon));
  });
});
