import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { inShort, lastPlan, partiesOf } from '../../test/engine/room-desk.ts';
import { change } from '../../test/engine/world.ts';
import { queue } from '../tables/dataverse/index.ts';

const at = deskOfTests();

/** Agent 1 talks; agents 2 and 3 are there, all of them members of the front desk's queue. */
async function talking(): Promise<string> {
  await at.open({ agents: 3 });
  const conversation = await at.talking();
  for (const n of [1, 2]) await signIn(at.desk, at.agent(n));
  await at.desk.engine.idle();
  at.effects();
  return conversation;
}

const consult = (conversation: string, id = at.desk.ids.front): Promise<void> =>
  at.run({ type: 'ConsultRequested', conversation, agent: at.agent(), to: null, queue: id, number: null });

/** Who is asked now, and who was before, oldest first. */
const asked = async (conversation: string): Promise<(string | null)[]> =>
  (await partiesOf(at.desk, conversation)).map(({ wirechief_agentid }) => wirechief_agentid);
const units = async (n: number) =>
  (await statusOf(at.desk, at.agent(n)))?.msdyn_availableunitscapacity ?? 100;

describe('consult to a queue (behaviour.md §3.9)', () => {
  it('one of the queue is asked, the customer on hold; accepted, they help and give capacity until they leave', async () => {
    const conversation = await talking();
    await consult(conversation);
    const [first] = await asked(conversation);
    const helper = first ?? '';
    const n = at.desk.ids.agents.indexOf(helper);
    expect([1, 2]).toContain(n);
    expect(await units(n)).toBe(70);
    const { offers } = await rowsOf(at.desk, conversation);
    expect(offers.at(-1)).toMatchObject({
      wirechief_agentid: helper,
      wirechief_purpose: 3,
      wirechief_queueid: at.desk.ids.front,
    });
    await at.run({ type: 'AgentAccepted', conversation, agent: helper });
    expect(inShort(lastPlan(at.desk, conversation))).toEqual([
      '~customer',
      `primary:${at.agent()}`,
      `consult:${helper}`,
    ]);
    expect(await units(n)).toBe(70);
    await at.run({ type: 'LeaveRequested', conversation, agent: helper });
    expect(await units(n)).toBe(100);
  });

  it.each(['AgentRejected', 'OfferExpired', 'AgentLost'] as const)(
    'declined, missed or gone (%s): the next one is asked, and after the last nobody',
    async (type) => {
      const conversation = await talking();
      await consult(conversation);
      const no = async (): Promise<void> => {
        const party = (await partiesOf(at.desk, conversation)).find(({ statecode }) => statecode === 0);
        const agent = party?.wirechief_agentid ?? '';
        const offer = party?.wirechief_callpartyid ?? '';
        if (type === 'OfferExpired') await at.run({ type, conversation, offer });
        else if (type === 'AgentLost') await at.run({ type, agent });
        else await at.run({ type, conversation, agent });
      };
      await no();
      const both = await asked(conversation);
      expect([...both].sort()).toEqual([at.agent(1), at.agent(2)].sort());
      const first = at.desk.ids.agents.indexOf(both[0] ?? '');
      if (type !== 'AgentLost') expect([await units(first), await units(3 - first)]).toEqual([100, 70]);
      await no();
      expect(await asked(conversation)).toEqual(both);
      expect(await units(3 - first)).toBe(100);
      expect((await rowsOf(at.desk, conversation)).row).toMatchObject({ statuscode: 2 });
    },
  );

  it('the call ends, or the invitation is taken back: capacity is given back, and nobody else is asked', async () => {
    const conversation = await talking();
    await consult(conversation);
    const [party] = await partiesOf(at.desk, conversation);
    const id = party?.wirechief_callpartyid ?? '';
    await at.run({ type: 'PartyDropRequested', conversation, agent: at.agent(), party: id });
    expect(await asked(conversation)).toHaveLength(1);
    await consult(conversation);
    const [, second] = await asked(conversation);
    await at.run({ type: 'AgentAccepted', conversation, agent: second ?? '' });
    await at.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'test' });
    expect([await units(1), await units(2)]).toEqual([100, 100]);
  });

  it('promoted, the helper goes on giving capacity, once', async () => {
    const conversation = await talking();
    await consult(conversation);
    const [helper] = await asked(conversation);
    await at.run({ type: 'AgentAccepted', conversation, agent: helper ?? '' });
    const [party] = await partiesOf(at.desk, conversation);
    const id = party?.wirechief_callpartyid ?? null;
    await at.run({ type: 'PromoteRequested', conversation, agent: at.agent(), party: id });
    expect((await rowsOf(at.desk, conversation)).row.msdyn_activeagentid).toBe(helper);
    expect([await units(at.desk.ids.agents.indexOf(helper ?? '')), await units(0)]).toEqual([70, 100]);
  });

  it('refused: nobody fits, no voice queue, no such queue; nothing is written', async () => {
    const conversation = await talking();
    await at.run({ type: 'AgentLost', agent: at.agent(1) });
    await at.run({ type: 'AgentLost', agent: at.agent(2) });
    await expect(consult(conversation)).rejects.toMatchObject({
      key: 'conflict',
      message: expect.stringContaining('Nobody of Front-desk Call center Queue can be consulted now'),
    });
    await expect(consult(conversation, at.agent())).rejects.toMatchObject({ key: 'conflict' });
    await change(at.store, queue, at.desk.ids.front, { msdyn_queuetype: 192350000 });
    await expect(consult(conversation)).rejects.toMatchObject({
      message: expect.stringContaining('is no voice queue'),
    });
    expect(await asked(conversation)).toEqual([]);
    expect(inShort(lastPlan(at.desk, conversation))).toEqual([]);
  });
});

describe('capacity of who is consulted by name (msdyn_blockcapacityforconsult)', () => {
  it.each([
    [null, 100],
    [[192350001], 100],
    [[192350002], 70],
  ] as const)('%s leaves them %i', async (blocks, left) => {
    await at.open({ agents: 2, workstream: { msdyn_blockcapacityforconsult: blocks } });
    const conversation = await at.talking();
    const [agent, to] = [at.agent(), at.agent(1)];
    await signIn(at.desk, to);
    await at.run({ type: 'ConsultRequested', conversation, agent, to, number: null });
    await at.run({ type: 'AgentAccepted', conversation, agent: to });
    expect(await units(1)).toBe(left);
    await at.run({ type: 'AgentEnded', conversation, agent: to });
    expect(await units(1)).toBe(100);
  });
});
