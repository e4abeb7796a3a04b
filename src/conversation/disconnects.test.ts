import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { inShort, lastPlan } from '../../test/engine/room-desk.ts';
import { deeds } from '../../test/engine/transition.ts';
import { presences } from '../tables/index.ts';

const at = clockedDesk();
const acts = deeds(at);
const states = { open: 1, active: 2, closed: 4, wrapUp: 5 } as const;

const loses = (agent = at.agent()): Promise<void> => at.run({ type: 'AgentLost', agent });
const comesBack = (agent = at.agent()): Promise<void> => at.run({ type: 'AgentConnected', agent });
const presence = async () => (await statusOf(at.desk, at.agent()))?.msdyn_currentpresenceid;
/** The state before and at the end of so many seconds. */
const around = async (conversation: string, seconds: number): Promise<readonly (number | null)[]> => {
  const state = async () => (await rowsOf(at.desk, conversation)).row.statuscode;
  await at.pass(seconds - 1);
  const before = await state();
  await at.pass(1);
  return [before, await state()];
};

describe('the representative drops (behaviour.md §1.8)', () => {
  it.each([
    ['voice', 30],
    ['liveChat', 150],
    ['messaging', 150],
    ['record', 150],
  ] as const)('%s: back to its queue after %d seconds', async (kind, seconds) => {
    await at.open({ agents: 1 });
    const conversation = await acts.isTheirLast(kind);
    await loses();
    expect(await around(conversation, seconds)).toEqual([states.active, states.open]);
    const { sessions } = await rowsOf(at.desk, conversation);
    expect(sessions[0]).toMatchObject({ statecode: 1, msdyn_closurereason: 192350007 });
    expect(sessions[1]).toMatchObject({ msdyn_sessioncreationreason: 192350010 });
  });

  it('voice: the customer is told and hears music; hold is kept for whoever is back in time', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.isTalked('voice');
    await at.run({ type: 'HoldRequested', conversation, agent: at.agent() });
    at.desk.effects.splice(0);
    await loses();
    expect(at.desk.effects.splice(0)).toMatchObject([
      { type: 'Arrange', room: { parties: [] } },
      { type: 'Say', text: expect.stringContaining('will rejoin') },
    ]);
    await at.pass(29);
    await comesBack();
    expect(inShort(lastPlan(at.desk, conversation))).toEqual(['~customer', `primary:${at.agent()}`]);
    expect(await around(conversation, 600)).toEqual([states.active, states.active]);
    expect((await rowsOf(at.desk, conversation)).sessions).toHaveLength(1);
  });

  it('voice: twice in one call, each time 30 seconds', async () => {
    await at.open({ agents: 1 });
    const conversation = await acts.isTheirLast('voice');
    await loses();
    await at.pass(20);
    await comesBack();
    await at.pass(5);
    await loses();
    expect(await around(conversation, 30)).toEqual([states.active, states.open]);
  });

  it('Offline at once; what it was is there again within two and a half minutes, later it is made anew', async () => {
    await at.open({ agents: 1 });
    await signIn(at.desk, at.agent());
    await at.run({ type: 'PresenceSet', agent: at.agent(), presence: presences.busy, by: at.agent() });
    await loses();
    expect(await presence()).toBe(presences.offline);
    await at.pass(149);
    await comesBack();
    expect(await presence()).toBe(presences.busy);
    await loses();
    await at.pass(150);
    await comesBack();
    expect(await presence()).toBe(presences.available);
  });

  it('while the offer rings it is rejected for them, as by a refresh of the page, and no decline', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.rings('voice');
    await loses();
    const { row, sessions, participants } = await rowsOf(at.desk, conversation);
    expect(row.statuscode).toBe(states.open);
    expect(sessions[0]).toMatchObject({ statecode: 1, msdyn_closurereason: 192350064 });
    expect(participants[0]).toMatchObject({ msdyn_joinedon: null, msdyn_leftonreason: null });
    await comesBack();
    await at.desk.engine.idle();
    expect((await rowsOf(at.desk, conversation)).row.msdyn_activeagentid).toBe(at.agent());
  });

  it('a call that has ended or moved meanwhile is not rejoined, and they are told so', async () => {
    await at.open({ agents: 2 });
    const conversation = await acts.isTheirLast('voice');
    await loses();
    await at.pass(30);
    await comesBack();
    const rejoin = { type: 'RejoinRequested', conversation, agent: at.agent() } as const;
    await expect(at.run(rejoin)).rejects.toThrow('The conversation is waiting in its queue.');
    await acts.customerLeaves(conversation, 'voice');
    await expect(at.run(rejoin)).rejects.toThrow('The conversation is closed.');
  });
});

describe('one of several drops (behaviour.md §1.8)', () => {
  const consulted = async (): Promise<string> => {
    await at.open({ agents: 2 });
    const conversation = await acts.isTheirLast('voice');
    await signIn(at.desk, at.agent(1));
    const [agent, to] = [at.agent(), at.agent(1)];
    await at.run({ type: 'ConsultRequested', conversation, agent, to, number: null });
    await at.run({ type: 'AgentAccepted', conversation, agent: to });
    await at.run({ type: 'PresenceSet', agent: to, presence: presences.away, by: to });
    return conversation;
  };

  it('the consulted one: their part ends, the call goes on', async () => {
    const conversation = await consulted();
    await loses(at.agent(1));
    expect(inShort(lastPlan(at.desk, conversation))).toEqual(['~customer', `primary:${at.agent()}`]);
    expect(await around(conversation, 150)).toEqual([states.active, states.active]);
  });

  it('the primary one: all wait, and after 30 seconds the consultation is over and the call in its queue', async () => {
    const conversation = await consulted();
    await loses();
    const waiting = inShort(lastPlan(at.desk, conversation));
    expect(waiting.some((one) => one.startsWith('primary'))).toBe(false);
    expect(waiting.every((one) => one === 'customer' || one.startsWith('~'))).toBe(true);
    expect(await around(conversation, 30)).toEqual([states.active, states.open]);
    expect(inShort(lastPlan(at.desk, conversation))).toEqual(['customer']);
  });
});

describe('the customer drops (behaviour.md §1.8)', () => {
  it.each([
    ['waits in the queue', 'open', 'closed', () => at.came('liveChat')],
    ['is talked to', 'active', 'wrapUp', () => at.isTalked('liveChat')],
  ] as const)('live chat that %s: three minutes, then %s → %s', async (_, from, to, bring) => {
    await at.open({ agents: 1 });
    const conversation = await bring();
    await at.run({ type: 'CustomerLeft', conversation, by: 'lost' });
    expect(await around(conversation, 180)).toEqual([states[from], states[to]]);
  });
});
