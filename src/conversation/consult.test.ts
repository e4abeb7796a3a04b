import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { inShort, lastPlan, partiesOf } from '../../test/engine/room-desk.ts';

const at = deskOfTests();

interface Three {
  readonly conversation: string;
  readonly first: string;
  readonly second: string;
  readonly third: string;
}

async function talkingToOneOfThree(): Promise<Three> {
  await at.open({ agents: 3 });
  const conversation = await at.talking();
  for (const n of [1, 2]) await signIn(at.desk, at.agent(n));
  at.effects();
  return { conversation, first: at.agent(), second: at.agent(1), third: at.agent(2) };
}

async function consulting(): Promise<Three> {
  const all = await talkingToOneOfThree();
  const { conversation, first, second } = all;
  await at.run({ type: 'ConsultRequested', conversation, agent: first, to: second, number: null });
  await at.run({ type: 'AgentAccepted', conversation, agent: second });
  return all;
}

const plan = (conversation: string): readonly string[] => inShort(lastPlan(at.desk, conversation));

describe('consult (behaviour.md §2.3, §3.9)', () => {
  it('the customer on hold, the helper talks with the primary and costs no capacity', async () => {
    const { conversation, first, second } = await consulting();
    expect(plan(conversation)).toEqual(['~customer', `primary:${first}`, `consult:${second}`]);
    const { row, participants } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 2, msdyn_activeagentid: first, msdyn_transfercount: 0 });
    expect(participants.find((one) => one.msdyn_agentid === second)).toMatchObject({
      msdyn_mode: 192350003,
      msdyn_assignreason: 'AgentConsult',
      msdyn_iscapacityblocking: false,
    });
    expect(await statusOf(at.desk, second)).toMatchObject({ msdyn_availableunitscapacity: 100 });
  });

  it('public when unheld, held one by one, together by merge', async () => {
    const { conversation, first, second, third } = await consulting();
    await at.run({ type: 'ConsultRequested', conversation, agent: first, to: third, number: null });
    await at.run({ type: 'AgentAccepted', conversation, agent: third });
    await at.run({ type: 'UnholdRequested', conversation, agent: first });
    expect(plan(conversation)).toEqual([
      'customer',
      `primary:${first}`,
      `consult:${second}`,
      `consult:${third}`,
    ]);
    const party = (await partiesOf(at.desk, conversation)).find((one) => one.wirechief_agentid === third);
    const hold = { type: 'PartyHoldRequested', conversation, agent: first } as const;
    await at.run({ ...hold, party: party?.wirechief_callpartyid ?? '', held: true });
    expect(plan(conversation)).toContain(`~consult:${third}`);
    await at.run({ type: 'HoldRequested', conversation, agent: first });
    await at.run({ type: 'MergeRequested', conversation, agent: first });
    expect(plan(conversation).some((one) => one.startsWith('~'))).toBe(false);
  });

  it('the helper leaves, or loses their page: the call goes on', async () => {
    const { conversation, first, second } = await consulting();
    await at.run({ type: 'AgentLost', agent: second });
    expect(plan(conversation)).toEqual(['~customer', `primary:${first}`]);
    expect(await partiesOf(at.desk, conversation)).toMatchObject([{ statuscode: 3, statecode: 1 }]);
  });

  it('the primary ends: all are out of it', async () => {
    const { conversation, first } = await consulting();
    await at.run({ type: 'AgentEnded', conversation, agent: first });
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(5);
    expect(await partiesOf(at.desk, conversation)).toMatchObject([{ statuscode: 3 }]);
  });

  it('the helper presses End: only they are out of it', async () => {
    const { conversation, first, second } = await consulting();
    await at.run({ type: 'AgentEnded', conversation, agent: second });
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(2);
    expect(plan(conversation)).toEqual(['~customer', `primary:${first}`]);
  });

  it('the primary loses the page: all wait on hold; past the grace period the call goes back', async () => {
    const { conversation, first, second } = await consulting();
    await at.run({ type: 'AgentLost', agent: first });
    expect(plan(conversation)).toEqual(['~customer', `~consult:${second}`]);
    await at.run({ type: 'AgentConnected', agent: first });
    expect(plan(conversation)).toEqual(['~customer', `primary:${first}`, `consult:${second}`]);
    await at.run({ type: 'AgentLost', agent: first });
    await at.run({ type: 'AgentGone', agent: first });
    expect(await partiesOf(at.desk, conversation)).toMatchObject([{ statuscode: 3 }]);
    const { sessions } = await rowsOf(at.desk, conversation);
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350007 });
  });

  it('promoted: the roles are swapped and the first may leave', async () => {
    const { conversation, first, second } = await consulting();
    const [party] = await partiesOf(at.desk, conversation);
    const id = party?.wirechief_callpartyid ?? '';
    await at.run({ type: 'PromoteRequested', conversation, agent: first, party: id });
    expect(plan(conversation)).toEqual(['customer', `primary:${second}`, `consult:${first}`]);
    const { row, participants } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ msdyn_activeagentid: second, msdyn_transfercount: 1 });
    const primary = participants.find(
      (one) => one.msdyn_sessionparticipantid === row.msdyn_activesessionparticipantid,
    );
    expect(primary?.msdyn_starttalktime).toBeInstanceOf(Date);
    expect(await statusOf(at.desk, first)).toMatchObject({ msdyn_availableunitscapacity: 100 });
    expect(await statusOf(at.desk, second)).toMatchObject({ msdyn_availableunitscapacity: 70 });
    await at.run({ type: 'LeaveRequested', conversation, agent: first });
    expect(plan(conversation)).toEqual(['customer', `primary:${second}`]);
    await expect(at.run({ type: 'LeaveRequested', conversation, agent: second })).rejects.toThrow('primary');
  });
});

describe('supervision (behaviour.md §2.3, §3.9)', () => {
  it('monitor, whisper, barge in, leave', async () => {
    const { conversation, first, second } = await talkingToOneOfThree();
    const ask = (part: 'monitor' | 'whisper' | 'barge'): Promise<void> =>
      at.run({ type: 'SupervisionRequested', conversation, agent: second, part });
    for (const part of ['monitor', 'whisper', 'barge'] as const) {
      await ask(part);
      expect(plan(conversation)).toEqual(['customer', `primary:${first}`, `${part}:${second}`]);
    }
    const { participants } = await rowsOf(at.desk, conversation);
    expect(participants.find((one) => one.msdyn_agentid === second)).toMatchObject({
      msdyn_mode: 192350004,
      msdyn_assignreason: 'AgentMonitor',
    });
    await at.run({ type: 'LeaveRequested', conversation, agent: second });
    expect(plan(conversation)).toEqual(['customer', `primary:${first}`]);
  });

  it('not one’s own call', async () => {
    const { conversation, first } = await talkingToOneOfThree();
    const own = { type: 'SupervisionRequested', conversation, agent: first, part: 'monitor' } as const;
    await expect(at.run(own)).rejects.toThrow('own call');
    await expect(at.run({ type: 'ForceCloseRequested', conversation, agent: first })).rejects.toThrow(
      'own call',
    );
  });

  it('force close: straight to Closed, reason ForceClosedBySupervisor, session ForceClose', async () => {
    const { conversation, second } = await consulting();
    await at.run({ type: 'ForceCloseRequested', conversation, agent: second });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350015,
      msdyn_isabandoned: false,
    });
    expect(sessions[1]).toMatchObject({ msdyn_closurereason: 192350014 });
    expect(at.effects().at(-1)).toBe('Release');
  });

  it('force close of a call that waits counts as abandoned (§1.7)', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.transferred();
    await at.run({ type: 'ForceCloseRequested', conversation, agent: at.agent() });
    const { row } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350015,
      msdyn_isabandoned: true,
    });
  });
});
