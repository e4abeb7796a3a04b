import { describe, expect, it } from 'vitest';
import { busyStore } from '../../test/engine/busy-store.ts';
import { deskOfTests } from '../../test/engine/desk.ts';
import { rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import * as t from '../tables/dataverse/index.ts';
import { presences } from '../tables/index.ts';
import { createEngine } from './run.ts';

const at = deskOfTests();
const presence = async (n = 0): Promise<string | null | undefined> =>
  (await statusOf(at.desk, at.agent(n)))?.msdyn_currentpresenceid;

describe('a page comes and goes (behaviour.md §1.8, §4.7)', () => {
  it('signing in makes the status row: signed in, Available, all capacity free', async () => {
    await at.open({ agents: 1 });
    await signIn(at.desk, at.agent());
    await signIn(at.desk, at.agent());
    expect(await at.store.rows(t.msdyn_agentstatus, { msdyn_agentid: at.agent() })).toMatchObject([
      {
        msdyn_isagentloggedin: true,
        msdyn_currentpresenceid: presences.available,
        msdyn_availableunitscapacity: 100,
        msdyn_assignedconversationcount: 0,
        msdyn_presencemodifiedby: 'SYSTEM',
      },
    ]);
    expect(await at.store.rows(t.msdyn_agentstatushistory, { msdyn_agentid: at.agent() })).toMatchObject([
      { msdyn_presenceid: presences.available, msdyn_isagentloggedin: true, msdyn_endtime: null },
    ]);
  });

  it('the own default presence Away is kept', async () => {
    await at.open({ agents: 1 });
    await at.store.transact({ actor: at.agent(), cause: 'test' }, (transaction) =>
      transaction.update(t.systemuser, at.agent(), { msdyn_defaultpresenceiduser: presences.away }),
    );
    await signIn(at.desk, at.agent());
    expect(await presence()).toBe(presences.away);
  });

  it('gone: Offline at once; back in time: what was chosen by hand is restored, the rest computed', async () => {
    await at.open({ agents: 1 });
    await signIn(at.desk, at.agent());
    const { run } = at;
    await run({ type: 'PresenceSet', agent: at.agent(), presence: presences.away, by: at.agent() });
    await run({ type: 'AgentLost', agent: at.agent() });
    expect(await presence()).toBe(presences.offline);
    await run({ type: 'AgentConnected', agent: at.agent() });
    expect(await presence()).toBe(presences.away);
    const timers = await at.store.query({ text: 'select key from wirechief.timer', values: [] });
    expect(timers).toEqual([]);
  });

  it('gone for good: signed out, Offline', async () => {
    await at.open({ agents: 1 });
    await signIn(at.desk, at.agent());
    await at.run({ type: 'AgentGone', agent: at.agent() });
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_isagentloggedin: true });
    await at.run({ type: 'AgentLost', agent: at.agent() });
    await at.run({ type: 'AgentGone', agent: at.agent() });
    expect(await statusOf(at.desk, at.agent())).toMatchObject({
      msdyn_isagentloggedin: false,
      msdyn_currentpresenceid: presences.offline,
      msdyn_nextpresenceid: null,
    });
  });

  it('gone while ringing: the offer is withdrawn, the call goes to the next, back is free', async () => {
    await at.open({ agents: 2 });
    const conversation = await at.offered();
    await signIn(at.desk, at.agent(1));
    at.effects();
    await at.run({ type: 'AgentLost', agent: at.agent() });
    expect(at.effects()).toEqual(['StopRinging', 'RingAgent']);
    const { row, sessions, offers } = await rowsOf(at.desk, conversation);
    expect(offers.map(({ statuscode }) => statuscode)).toEqual([5, 1]);
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350064, statecode: 1 });
    expect(sessions[2]).toMatchObject({ msdyn_sessioncreationreason: 192350010 });
    expect(row.msdyn_activeagentid).toBe(at.agent(1));
    await at.run({ type: 'AgentConnected', agent: at.agent() });
    expect(await statusOf(at.desk, at.agent())).toMatchObject({
      msdyn_currentpresenceid: presences.available,
      msdyn_availableunitscapacity: 100,
    });
  });

  it('reloaded in a call: music, then joined again; talk stops and goes on', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.talking();
    at.effects();
    await at.run({ type: 'AgentLost', agent: at.agent() });
    expect((await rowsOf(at.desk, conversation)).participants[1]?.msdyn_starttalktime).toBeNull();
    await at.run({ type: 'AgentConnected', agent: at.agent() });
    await at.run({ type: 'MediaConnected', conversation, agent: at.agent() });
    expect(at.effects()).toEqual(['Arrange', 'Say', 'Arrange']);
    const { row, participants } = await rowsOf(at.desk, conversation);
    expect(participants[1]?.msdyn_starttalktime).not.toBeNull();
    expect(row).toMatchObject({ statuscode: 2, msdyn_statuschangereason: 192350003 });
    expect(await presence()).toBe(presences.busy);
  });

  it('reloaded while on hold: still on hold', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.talking();
    await at.run({ type: 'HoldRequested', conversation, agent: at.agent() });
    at.effects();
    await at.run({ type: 'AgentLost', agent: at.agent() });
    await at.run({ type: 'AgentConnected', agent: at.agent() });
    await at.run({ type: 'MediaConnected', conversation, agent: at.agent() });
    expect(at.effects()).toEqual(['Arrange', 'Say', 'Arrange']);
    expect((await rowsOf(at.desk, conversation)).participants[1]?.msdyn_startholdtime).not.toBeNull();
  });

  it('not back in time: the call goes to somebody else, by the timer', async () => {
    await at.open({ agents: 2, limits: { graceMs: 50 } });
    const conversation = await at.talking();
    await signIn(at.desk, at.agent(1));
    await at.run({ type: 'AgentLost', agent: at.agent() });
    at.effects();
    await at.run({ type: 'AgentGone', agent: at.agent() });
    expect(at.effects()).toEqual(['Arrange', 'RingAgent']);
    const { row, sessions, participants } = await rowsOf(at.desk, conversation);
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350007, statecode: 1 });
    expect(participants[1]?.msdyn_lefton).not.toBeNull();
    expect(row).toMatchObject({ statuscode: 2, msdyn_activeagentid: at.agent(1) });
    expect(await statusOf(at.desk, at.agent())).toMatchObject({
      msdyn_isagentloggedin: false,
      msdyn_availableunitscapacity: 100,
    });
  });
});

describe('a presence is chosen (behaviour.md §4.7)', () => {
  it('is refused when it is unknown or only the system may set it', async () => {
    await at.open({ agents: 1 });
    await signIn(at.desk, at.agent());
    const set = (to: string) =>
      at.run({ type: 'PresenceSet', agent: at.agent(), presence: to, by: at.agent() });
    await expect(set(presences.inactive)).rejects.toThrow('by the system only');
    await expect(set(at.agent())).rejects.toThrow('no presence');
    expect(await presence()).toBe(presences.available);
  });

  it('Away stops offers, stays through a call, and Available lets the waiting work in', async () => {
    await at.open({ agents: 1 });
    const first = await at.talking();
    await at.run({ type: 'PresenceSet', agent: at.agent(), presence: presences.away, by: at.agent() });
    await at.run({ type: 'AgentEnded', conversation: first, agent: at.agent() });
    await at.run({ type: 'SessionClosed', conversation: first, agent: at.agent() });
    expect(await presence()).toBe(presences.away);
    const second = await at.transferred();
    expect((await rowsOf(at.desk, second)).row.statuscode).toBe(1);
    await at.run({ type: 'PresenceSet', agent: at.agent(), presence: presences.available, by: at.agent() });
    expect((await rowsOf(at.desk, second)).row.statuscode).toBe(2);
    const history = await at.store.rows(
      t.msdyn_agentstatushistory,
      { msdyn_agentid: at.agent() },
      { orderBy: [['msdyn_starttime', 'asc']] },
    );
    expect(history.filter(({ msdyn_endtime }) => msdyn_endtime === null)).toHaveLength(1);
    expect(history.at(-1)?.msdyn_presencemodifiedbyuserid).toBe(at.agent());
  });
});

describe('the server comes up again (behaviour.md §1.2; voice.md §5)', () => {
  it('closes what was live, leaves wrap-up alone, signs everybody out, and the next call works', async () => {
    await at.open({ agents: 2 });
    const done = await at.wrapUp();
    const inBot = await at.desk.engine.idle().then(() => at.transferred());
    await signIn(at.desk, at.agent(1));
    await at.desk.engine.idle();
    const live = (await rowsOf(at.desk, inBot)).row;
    expect(live.statuscode).toBe(2);
    await at.run({ type: 'AgentAccepted', conversation: inBot, agent: at.agent(1) });
    await at.run({ type: 'MediaConnected', conversation: inBot, agent: at.agent(1) });

    await at.run({ type: 'ServerStarted' });
    const { row, live: mirror, sessions, participants, offers } = await rowsOf(at.desk, inBot);
    expect(row).toMatchObject({
      statecode: 1,
      statuscode: 4,
      msdyn_statuschangereason: 192350014,
      msdyn_isabandoned: false,
    });
    expect(mirror).toMatchObject({ statuscode: 4 });
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350054, statecode: 1 });
    expect(participants[1]).toMatchObject({ msdyn_starttalktime: null, msdyn_iscapacityblocking: false });
    expect(offers.every(({ statuscode }) => statuscode !== 1)).toBe(true);
    expect((await rowsOf(at.desk, done)).row.statuscode).toBe(5);
    for (const n of [0, 1])
      expect(await statusOf(at.desk, at.agent(n))).toMatchObject({
        msdyn_isagentloggedin: false,
        msdyn_currentpresenceid: presences.offline,
        msdyn_availableunitscapacity: n === 0 ? 70 : 100,
      });
    const timers = await at.store.query({ text: 'select key from wirechief.timer order by key', values: [] });
    expect(timers).toEqual([{ key: `lifecycle:${done}` }]);

    await signIn(at.desk, at.agent(1));
    const next = await at.transferred();
    expect((await rowsOf(at.desk, next)).row).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: at.agent(1),
    });
  });

  it('leaves alone what is no call of ours, and is not stopped by one that cannot be closed', async () => {
    await at.open({ agents: 1 });
    const broken = await at.transferred();
    const live = await at.transferred();
    const written = await at.store.transact(
      { actor: at.agent(), cause: 'a program' },
      async (transaction) => {
        const values = { subject: 'x', msdyn_channel: [192440000], statecode: 0, statuscode: 1 } as const;
        const bare = await transaction.create(t.msdyn_ocliveworkitem, values);
        const workstream = { ...values, msdyn_liveworkstreamid: at.desk.ids.workstream };
        return [bare, await transaction.create(t.msdyn_ocliveworkitem, workstream)];
      },
    );
    const store = busyStore(at.store, ({ conversation }) => conversation === broken);
    const lines: string[] = [];
    const engine = createEngine({ store, log: (line) => lines.push(line) });

    await engine.run({ type: 'ServerStarted' });
    await engine.idle();
    expect((await rowsOf(at.desk, live)).row.statuscode).toBe(4);
    expect((await rowsOf(at.desk, broken)).row.statuscode).toBe(1);
    for (const id of written)
      expect(await at.store.row(t.msdyn_ocliveworkitem, id)).toMatchObject({ statuscode: 1 });
    expect(lines).toEqual([expect.stringContaining(`CallLost of ${broken} failed`)]);
  });

  it.each([
    ['when the server was last seen alive', -400, 600],
    ['not in the future', 400, 1000],
    ['when it last wrote, without a heartbeat', null, 100],
  ])('running talk stops %s', async (_, aliveSeconds, expected) => {
    await at.open({ agents: 1 });
    const conversation = await at.talking();
    const now = new Date();
    const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
    await at.store.query({
      text: `with talk as (update "dataverse"."msdyn_sessionparticipant" set "msdyn_starttalktime" = $1
          where "msdyn_starttalktime" is not null returning 1)
        update "dataverse"."msdyn_ocliveworkitem" set "modifiedon" = $2 where exists (select from talk)`,
      values: [ago(1000), ago(900)],
    });
    await at.run({
      type: 'ServerStarted',
      ...(aliveSeconds === null ? {} : { lastAliveOn: ago(-aliveSeconds) }),
    });
    const talk = (await rowsOf(at.desk, conversation)).row.msdyn_conversationtalktimeinseconds ?? 0;
    expect(Math.abs(talk - expected)).toBeLessThan(30);
  });
});
