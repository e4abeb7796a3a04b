/** Rows of behaviour.md §4.5 to §4.10, each on the real database and the whole engine. */
import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { call, number, rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { change, make, offeredTo } from '../../test/engine/world.ts';
import * as t from '../tables/dataverse/index.ts';
import { presences } from '../tables/index.ts';
import { msdyn_omnichannelconfiguration } from '../tables/platform/index.ts';

const at = clockedDesk();

const offered = (conversation: string): Promise<string | null> => offeredTo(at.desk, conversation);
/** A call to the queue of the workstream without a bot. */
const toFront = async (): Promise<string> => {
  const conversation = await call(at.desk, number.direct);
  await at.desk.engine.idle();
  return conversation;
};
/** Whoever is asked takes the call, and is done with it after a minute. */
const served = async (conversation: string): Promise<string> => {
  const agent = (await offered(conversation)) ?? '';
  await at.run({ type: 'AgentAccepted', conversation, agent });
  await at.pass(60);
  await at.run({ type: 'AgentEnded', conversation, agent });
  await at.run({ type: 'SessionClosed', conversation, agent });
  return agent;
};

describe('methods (behaviour.md §4.5)', () => {
  it('highest capacity: who has most left', async () => {
    await at.open({ queue: { msdyn_assignmentstrategy: 192350000 } });
    await change(at.store, t.systemuser, at.agent(1), { msdyn_capacity: 200 });
    await at.signAllIn();
    expect(await offered(await toFront())).toBe(at.agent(1));
  });

  it('advanced round robin: first by joining, then by the oldest assignment, queue by queue', async () => {
    await at.open({ queue: { msdyn_assignmentstrategy: 192350001 } });
    await at.signAllIn();
    const [one, other] = [at.agent(0), at.agent(1)];
    expect(await served(await toFront())).toBe(one);
    // The first there, although they had the last of the other queue.
    expect(await served(await at.transferred())).toBe(one);
    expect(await served(await toFront())).toBe(other);
    expect(await served(await toFront())).toBe(one);
    expect(await served(await at.transferred())).toBe(other);
  });

  it('least active: the oldest release over all queues; a fresh sign-in goes first', async () => {
    await at.open();
    await at.signAllIn();
    const first = await served(await toFront());
    const second = await served(await at.transferred());
    expect(second).not.toBe(first);
    expect(await served(await at.transferred())).toBe(first);
    await at.run({ type: 'AgentLost', agent: first });
    await at.run({ type: 'AgentGone', agent: first });
    await signIn(at.desk, first);
    await at.desk.engine.idle();
    expect(await offered(await toFront())).toBe(first);
  });

  it('least active, messaging: moving to Waiting is a release', async () => {
    await at.open({ agents: 1 });
    await at.waits();
    const [state] = await at.store.rows(t.msdyn_agentchannelstate, { msdyn_agentid: at.agent() });
    expect(state?.msdyn_lastsessionreleasetime).toEqual(at.now());
  });

  it('preferred: three at most, members of the queue only', async () => {
    await at.open({ agents: 5 });
    await make(at.store, msdyn_omnichannelconfiguration, {
      msdyn_enable_preferred_agent_routing: true,
      msdyn_preferredagentbackupmode: 192350000,
    });
    for (const [n, agent] of [1, 2, 3, 4].entries())
      await make(at.store, t.msdyn_preferredagent, {
        msdyn_recordid: { table: 'contact', id: at.desk.ids.contact },
        msdyn_systemuserid: at.agent(agent),
        msdyn_preferencerating: n + 1,
      });
    await at.store.query({
      text: 'delete from "dataverse"."queuemembership" where "systemuserid" = $1',
      values: [at.agent(1)],
    });
    // The first is no member, the fourth is one too many, and nobody else is preferred.
    for (const n of [0, 1, 4]) await signIn(at.desk, at.agent(n));
    const conversation = await toFront();
    expect(await offered(conversation)).toBeNull();
    await signIn(at.desk, at.agent(3));
    await at.desk.engine.idle();
    expect(await offered(conversation)).toBe(at.agent(3));
  });
});

describe('capacity (behaviour.md §4.8)', () => {
  const profile = async (
    values: { readonly most: number; readonly daily?: true; readonly blocks?: true },
    agent = at.agent(),
  ): Promise<string> => {
    const [known] = await at.store.rows(t.bookableresource, { userid: agent });
    const resource =
      known?.bookableresourceid ??
      (await make(at.store, t.bookableresource, { name: agent, resourcetype: 3, userid: agent }));
    const id = await make(at.store, t.msdyn_capacityprofile, {
      msdyn_name: `Most ${values.most}`,
      msdyn_defaultmaxunits: values.most,
      msdyn_resetduration: values.daily ? 192350001 : 192350000,
      msdyn_blockassignment: values.blocks === true,
    });
    await make(at.store, t.msdyn_bookableresourcecapacityprofile, {
      msdyn_bookableresourceid: resource,
      msdyn_capacityprofileid: id,
    });
    return id;
  };
  const ofWorkstream = (msdyn_capacityprofile_id: string): Promise<string> =>
    make(at.store, t.msdyn_liveworkstreamcapacityprofile, {
      msdyn_workstream_id: at.desk.ids.direct,
      msdyn_capacityprofile_id,
    });
  const left = async (id: string): Promise<number | null | undefined> =>
    (await at.store.rows(t.msdyn_agentcapacityprofileunit, { msdyn_capacityprofileid: id }))[0]
      ?.msdyn_availablecapacityprofileunits;
  const byProfile = { workstream: { msdyn_capacityformat: 192360000 } } as const;

  it('several profiles: room in all of them, and one of each is taken', async () => {
    await at.open({ agents: 1, ...byProfile });
    const [voice, important] = [await profile({ most: 2 }), await profile({ most: 1 })];
    await ofWorkstream(voice);
    await ofWorkstream(important);
    await signIn(at.desk, at.agent());
    const conversation = await toFront();
    expect(await offered(conversation)).toBe(at.agent());
    expect([await left(voice), await left(important)]).toEqual([1, 0]);
    await served(conversation);
    expect([await left(voice), await left(important)]).toEqual([2, 1]);
  });

  it('end of day: what is still open does not count against the next', async () => {
    await at.open({ agents: 1, ...byProfile });
    await ofWorkstream(await profile({ most: 1, daily: true }));
    const open = await at.isTalked('messaging');
    const second = await at.came('messaging');
    expect(await offered(second)).toBeNull();
    const back = { presence: presences.available, by: at.agent() };
    await at.run({ type: 'PresenceSet', agent: at.agent(), ...back });
    expect(await offered(second)).toBeNull();
    await at.pass(14 * 3_600);
    await at.run({ type: 'PresenceSet', agent: at.agent(), ...back });
    expect((await rowsOf(at.desk, open)).row.statuscode).toBe(2);
    expect(await offered(second)).toBe(at.agent());
  });

  it('end of day: what was used up is free at midnight, the presence with it, and who waits is offered', async () => {
    await at.open({ agents: 1, ...byProfile });
    const daily = await profile({ most: 1, daily: true, blocks: true });
    await ofWorkstream(daily);
    const first = await at.isTalked('messaging');
    await at.run({ type: 'AgentEnded', conversation: first, agent: at.agent() });
    await at.run({ type: 'SessionClosed', conversation: first, agent: at.agent() });
    const second = await at.came('messaging');
    const presence = async () => (await statusOf(at.desk, at.agent()))?.msdyn_currentpresenceid;
    expect([await presence(), await left(daily), await offered(second)]).toEqual([
      presences.doNotDisturb,
      0,
      null,
    ]);
    await at.pass(86_399 - (Math.floor(at.now().getTime() / 1000) % 86_400));
    expect(await offered(second)).toBeNull();
    await at.pass(1);
    expect(await offered(second)).toBe(at.agent());
  });

  it('a blocking profile that is used up keeps work of every kind away', async () => {
    await at.open({ agents: 1, workstream: { msdyn_allowedpresences: [192360000, 192360001, 192360002] } });
    await change(at.store, t.msdyn_liveworkstream, at.desk.ids.direct, { msdyn_capacityformat: 192360000 });
    await ofWorkstream(await profile({ most: 1, blocks: true }));
    await at.isTalked('messaging');
    // Of a workstream that goes by units, of which there are enough.
    const other = await at.withBot('messaging');
    await at.handOver(other);
    expect(await offered(other)).toBeNull();
  });
});

describe('declines (behaviour.md §4.9)', () => {
  const declines = async (conversation: string, how: 'rejects' | 'misses'): Promise<void> => {
    const agent = (await offered(conversation)) ?? '';
    const { offers } = await rowsOf(at.desk, conversation);
    const offer = offers.find(({ statuscode }) => statuscode === 1)?.wirechief_offerid ?? '';
    await at.run(
      how === 'rejects'
        ? { type: 'AgentRejected', conversation, agent }
        : { type: 'OfferExpired', conversation, offer },
    );
  };

  it('rejected and missed both count; whoever declined less is asked first, up to three times', async () => {
    await at.open();
    await at.signAllIn();
    const conversation = await toFront();
    const asked: (string | null)[] = [];
    for (let n = 0; n < 6; n += 1) {
      asked.push(await offered(conversation));
      await declines(conversation, n % 3 === 0 ? 'misses' : 'rejects');
    }
    const [first, second] = asked;
    expect(first).not.toBe(second);
    expect([...asked].sort()).toEqual([first, first, first, second, second, second].sort());
    // Nobody is asked a second time before both were asked once, nor a third before both were twice.
    for (const round of [0, 2, 4]) expect(asked[round]).not.toBe(asked[round + 1]);
    expect(await offered(conversation)).toBeNull();
    // Other work is not concerned.
    expect(await offered(await toFront())).not.toBeNull();
  });
});

it('the same agent for the whole conversation, whatever their presence and capacity (behaviour.md §4.10)', async () => {
  await at.open({ agents: 2, workstream: { msdyn_enableagentaffinity: true } });
  const conversation = await at.waits();
  await signIn(at.desk, at.agent(1));
  await change(at.store, t.systemuser, at.agent(), { msdyn_capacity: 0 });
  await at.run({ type: 'PresenceSet', agent: at.agent(), presence: presences.away, by: at.agent() });
  await at.run({ type: 'CustomerMessaged', conversation });
  expect(await offered(conversation)).toBe(at.agent());
  expect((await statusOf(at.desk, at.agent()))?.msdyn_availableunitscapacity).toBe(-30);
});
