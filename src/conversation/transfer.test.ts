import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { inShort, lastPlan, partiesOf } from '../../test/engine/room-desk.ts';

const at = deskOfTests();

/** A call of agent 1; agent 2 is signed in too. */
async function talkingToOneOfTwo(): Promise<{ conversation: string; first: string; second: string }> {
  await at.open({ agents: 2 });
  const conversation = await at.talking();
  await signIn(at.desk, at.agent(1));
  at.effects();
  return { conversation, first: at.agent(), second: at.agent(1) };
}

describe('transfer to a representative (behaviour.md §1.2, §3.9)', () => {
  it('rings, the customer on hold, the call still the first one’s, capacity taken', async () => {
    const { conversation, first, second } = await talkingToOneOfTwo();
    await at.run({ type: 'AgentTransferRequested', conversation, agent: first, to: second });
    const { row, offers } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: first,
      msdyn_conversationactivitystate: 2,
    });
    expect(offers.at(-1)).toMatchObject({
      wirechief_agentid: second,
      wirechief_purpose: 2,
      statuscode: 1,
      ownerid: { table: 'systemuser', id: second },
    });
    expect(inShort(lastPlan(at.desk, conversation))).toEqual(['~customer', `primary:${first}`]);
    expect(at.effects()).toEqual(['RingAgent', 'Arrange']);
    expect(await statusOf(at.desk, second)).toMatchObject({ msdyn_availableunitscapacity: 70 });
  });

  it('accepted: the first is free at once, a new session, the customer off hold', async () => {
    const { conversation, first, second } = await talkingToOneOfTwo();
    await at.run({ type: 'AgentTransferRequested', conversation, agent: first, to: second });
    await at.run({ type: 'AgentAccepted', conversation, agent: second });
    const { row, sessions, participants } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: second,
      msdyn_transfercount: 1,
      msdyn_lastsessionid: sessions.at(-1)?.activityid,
    });
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350006, statecode: 1 });
    expect(sessions[2]).toMatchObject({ msdyn_sessioncreationreason: 192350001, statecode: 0 });
    expect(participants.find((one) => one.msdyn_agentid === second)).toMatchObject({
      msdyn_mode: 192350002,
      msdyn_assignreason: 'AgentTransfer',
      msdyn_iscapacityblocking: true,
    });
    expect(participants.find((one) => one.msdyn_agentid === first)?.msdyn_lefton).not.toBeNull();
    expect(inShort(lastPlan(at.desk, conversation))).toEqual(['customer', `primary:${second}`]);
    expect(await statusOf(at.desk, first)).toMatchObject({ msdyn_availableunitscapacity: 100 });
    expect(await statusOf(at.desk, second)).toMatchObject({ msdyn_availableunitscapacity: 70 });
    await at.run({ type: 'MediaConnected', conversation, agent: second });
    await expect(at.run({ type: 'AgentEnded', conversation, agent: first })).rejects.toThrow('Agent 2');
    await at.run({ type: 'AgentEnded', conversation, agent: second });
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(5);
  });

  it('whoever else is in the call goes on in the new session', async () => {
    await at.open({ agents: 3 });
    const conversation = await at.talking();
    await signIn(at.desk, at.agent(1));
    const [first, second, supervisor] = [at.agent(), at.agent(1), at.agent(2)];
    await at.run({ type: 'SupervisionRequested', conversation, agent: supervisor, part: 'monitor' });
    await at.run({ type: 'AgentTransferRequested', conversation, agent: first, to: second });
    await at.run({ type: 'AgentAccepted', conversation, agent: second });
    const { sessions, participants } = await rowsOf(at.desk, conversation);
    const [before, after] = sessions.slice(-2).map(({ activityid }) => activityid);
    const listening = participants.filter((one) => one.msdyn_agentid === supervisor);
    expect(listening.find((one) => one.msdyn_omnichannelsession === before)?.msdyn_lefton).not.toBeNull();
    expect(listening.find((one) => one.msdyn_omnichannelsession === after)).toMatchObject({
      msdyn_mode: 192350004,
      msdyn_assignreason: 'AgentMonitor',
      msdyn_lefton: null,
    });
    await at.run({ type: 'LeaveRequested', conversation, agent: supervisor });
    const left = (await rowsOf(at.desk, conversation)).participants;
    expect(left.filter((one) => one.msdyn_agentid === supervisor && one.msdyn_lefton === null)).toEqual([]);
  });

  it.each([
    ['rejected', 'AgentRejected', 3],
    ['run out', 'OfferExpired', 4],
  ] as const)(
    '%s: the first has the customer back, off hold, capacity given back',
    async (_, type, status) => {
      const { conversation, first, second } = await talkingToOneOfTwo();
      await at.run({ type: 'AgentTransferRequested', conversation, agent: first, to: second });
      const offer = (await rowsOf(at.desk, conversation)).offers.at(-1)?.wirechief_offerid ?? '';
      await at.run(
        type === 'OfferExpired' ? { type, conversation, offer } : { type, conversation, agent: second },
      );
      const { row, offers, participants } = await rowsOf(at.desk, conversation);
      expect(row).toMatchObject({ msdyn_activeagentid: first, msdyn_transfercount: 0 });
      expect(offers.at(-1)).toMatchObject({ statuscode: status, statecode: 1 });
      expect(participants.find((one) => one.msdyn_agentid === first)?.msdyn_startholdtime).toBeNull();
      expect(inShort(lastPlan(at.desk, conversation))).toEqual(['customer', `primary:${first}`]);
      expect(await partiesOf(at.desk, conversation)).toMatchObject([{ statuscode: 4, statecode: 1 }]);
      expect(await statusOf(at.desk, second)).toMatchObject({ msdyn_availableunitscapacity: 100 });
    },
  );

  it('the customer leaves meanwhile: the offer is withdrawn', async () => {
    const { conversation, first, second } = await talkingToOneOfTwo();
    await at.run({ type: 'AgentTransferRequested', conversation, agent: first, to: second });
    await at.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'hung up' });
    const { row, offers } = await rowsOf(at.desk, conversation);
    expect(row.statuscode).toBe(5);
    expect(offers.at(-1)).toMatchObject({ statuscode: 5 });
    expect(await statusOf(at.desk, second)).toMatchObject({ msdyn_availableunitscapacity: 100 });
    await expect(at.run({ type: 'AgentAccepted', conversation, agent: second })).rejects.toThrow('wrap-up');
  });

  it('is refused to oneself, to who is signed out, twice, and by others', async () => {
    const { conversation, first, second } = await talkingToOneOfTwo();
    const to = (agent: string, target: string): Promise<void> =>
      at.run({ type: 'AgentTransferRequested', conversation, agent, to: target });
    await expect(to(first, first)).rejects.toThrow('own call');
    await expect(to(second, first)).rejects.toThrow('This is the call of Agent 1');
    await to(first, second);
    await expect(to(first, second)).rejects.toThrow('under way already');
  });

  it('the same request again has no effect', async () => {
    const { conversation, first, second } = await talkingToOneOfTwo();
    const event = { type: 'AgentTransferRequested', conversation, agent: first, to: second } as const;
    await at.run({ ...event, request: 'r1' });
    at.effects();
    await at.run({ ...event, request: 'r1' });
    expect(at.effects()).toEqual([]);
    expect(await partiesOf(at.desk, conversation)).toHaveLength(1);
  });
});

describe('transfer to a queue (behaviour.md §1.2, §3.3, §3.9)', () => {
  it('back to Open, same queue item in the other queue, offered there', async () => {
    const { conversation, first, second } = await talkingToOneOfTwo();
    const queue = at.desk.ids.front;
    await at.run({ type: 'QueueTransferRequested', conversation, agent: first, queue });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ msdyn_cdsqueueid: queue, msdyn_transfercount: 1 });
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350010, statecode: 1 });
    expect(sessions[2]).toMatchObject({ msdyn_sessioncreationreason: 192350002, msdyn_cdsqueueid: queue });
    expect([first, second]).toContain(row.msdyn_activeagentid);
    expect(lastPlan(at.desk, conversation)).toMatchObject({
      parties: [],
      alone: 'wait',
      caller: { held: false },
    });
  });

  it('an unknown queue is refused and the call goes on', async () => {
    const { conversation, first } = await talkingToOneOfTwo();
    const queue = '00000000-0000-4000-8000-0000000000aa';
    await expect(
      at.run({ type: 'QueueTransferRequested', conversation, agent: first, queue }),
    ).rejects.toThrow('no queue');
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({ msdyn_activeagentid: first });
  });
});
