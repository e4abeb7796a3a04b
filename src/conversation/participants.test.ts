import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf, signIn, type Wishes } from '../../test/engine/front-desk.ts';
import { partiesOf } from '../../test/engine/room-desk.ts';
import { deeds } from '../../test/engine/transition.ts';

const at = clockedDesk();
const acts = deeds(at);
const outside = '+4533334444';
const mode = { primary: 192350002, consult: 192350003, monitor: 192350004 } as const;

const newest = async (conversation: string) => {
  const { participants } = await rowsOf(at.desk, conversation);
  return participants
    .toSorted((one, other) => Number(one.msdyn_addedon) - Number(other.msdyn_addedon))
    .at(-1);
};
const talking = async (): Promise<string> => {
  const conversation = await acts.isTheirLast('voice');
  await signIn(at.desk, at.agent(1));
  await at.pass(1);
  return conversation;
};
const own = (conversation: string) => ({ conversation, agent: at.agent() });
const partyAnswers = async (conversation: string): Promise<void> => {
  const party = (await partiesOf(at.desk, conversation))[0]?.wirechief_callpartyid ?? '';
  await at.run({ type: 'PartyAnswered', conversation, party });
};

describe('why a participant is there (behaviour.md §2.3)', () => {
  it.each<[string, keyof typeof mode, () => Promise<string>]>([
    ['InitChat', 'primary', () => at.rings('voice')],
    [
      'BotTransferSession',
      'primary',
      async () => {
        const conversation = await at.withBot('voice');
        await at.pass(1);
        await acts.signIn();
        await at.handOver(conversation);
        return conversation;
      },
    ],
    [
      'AgentConsult',
      'consult',
      async () => {
        const conversation = await talking();
        const to = at.agent(1);
        await at.run({ type: 'ConsultRequested', ...own(conversation), to, number: null });
        return conversation;
      },
    ],
    [
      'AgentTransfer',
      'primary',
      async () => {
        const conversation = await talking();
        const to = at.agent(1);
        await at.run({ type: 'AgentTransferRequested', ...own(conversation), to });
        await at.run({ type: 'AgentAccepted', conversation, agent: to });
        return conversation;
      },
    ],
    [
      'ExternalBlindTransfer',
      'primary',
      async () => {
        const conversation = await talking();
        const to = { number: outside, bridged: true };
        await at.run({ type: 'ExternalTransferRequested', ...own(conversation), ...to });
        await partyAnswers(conversation);
        return conversation;
      },
    ],
    [
      'ExternalWarmTransfer',
      'primary',
      async () => {
        const conversation = await talking();
        await at.run({ type: 'ConsultRequested', ...own(conversation), to: null, number: outside });
        await partyAnswers(conversation);
        await at.pass(1);
        await at.run({ type: 'PromoteRequested', ...own(conversation), party: null });
        return conversation;
      },
    ],
    [
      'AgentMonitor',
      'monitor',
      async () => {
        const conversation = await talking();
        const agent = at.agent(1);
        await at.run({ type: 'SupervisionRequested', conversation, agent, part: 'monitor' });
        return conversation;
      },
    ],
    [
      'AgentConversationJoin',
      'monitor',
      async () => {
        const conversation = await talking();
        const agent = at.agent(1);
        await at.run({ type: 'SupervisionRequested', conversation, agent, part: 'barge' });
        return conversation;
      },
    ],
    [
      'AgentPick',
      'primary',
      async () => {
        const conversation = await acts.isThere('voice');
        await acts.pick(conversation);
        return conversation;
      },
    ],
    [
      'SupervisorAssign',
      'primary',
      async () => {
        const conversation = await acts.isThere('voice');
        await acts.assign(conversation);
        return conversation;
      },
    ],
    [
      'CustomerReconnect',
      'primary',
      async () => {
        const conversation = await at.waits();
        await at.pass(1);
        await acts.comeBack(conversation);
        return conversation;
      },
    ],
    [
      'AgentConversationRejoin',
      'primary',
      async () => {
        const conversation = await at.waits();
        await at.pass(1);
        await acts.reopen(conversation);
        return conversation;
      },
    ],
  ])('%s, %s', async (reason, part, bring) => {
    const wishes: Wishes =
      reason === 'AgentPick' ? { workstream: { msdyn_workdistributionmode: 192350001 } } : {};
    await at.open({ agents: 2, ...wishes });
    const conversation = await bring();
    expect(await newest(conversation)).toMatchObject({
      msdyn_assignreason: reason,
      msdyn_mode: mode[part],
      msdyn_addedon: at.now(),
      msdyn_lefton: null,
      msdyn_leftonreason: null,
    });
  });
});

describe('when a participant came and left (behaviour.md §2.3)', () => {
  it.each([
    ['rejected', 'AgentReject', (id: string) => acts.reject(id)],
    ['timed out', 'AgentTimeout', () => at.pass(120)],
    ['left when the customer was gone', null, (id: string) => acts.customerLeaves(id, 'voice')],
  ] as const)('an offer that was %s keeps its row, never joined', async (_, reason, act) => {
    await at.open({ agents: 1 });
    const conversation = await acts.ringsOnce('voice');
    const addedOn = at.now();
    await at.pass(1);
    await act(conversation);
    const { participants } = await rowsOf(at.desk, conversation);
    expect(participants).toHaveLength(1);
    expect(participants[0]).toMatchObject({
      msdyn_addedon: addedOn,
      msdyn_joinedon: null,
      msdyn_leftonreason: reason,
    });
    expect(participants[0]?.msdyn_lefton).not.toBeNull();
  });

  it('offered, accepted, gone: added, joined, left, without a reason; one primary in each session', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.rings('voice');
    const addedOn = at.now();
    await at.pass(5);
    await at.run({ type: 'AgentAccepted', ...own(conversation) });
    const joinedOn = at.now();
    await at.pass(7);
    await acts.end(conversation);
    const { participants, sessions } = await rowsOf(at.desk, conversation);
    expect(participants).toMatchObject([
      {
        msdyn_addedon: addedOn,
        msdyn_joinedon: joinedOn,
        msdyn_lefton: at.now(),
        msdyn_leftonreason: null,
      },
    ]);
    expect(sessions).toHaveLength(1);
  });

  it('talk and hold are summed each in its own column', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.isTalked('voice');
    await at.pass(10);
    await at.run({ type: 'HoldRequested', ...own(conversation) });
    await at.pass(30);
    await at.run({ type: 'UnholdRequested', ...own(conversation) });
    await at.pass(5);
    await acts.end(conversation);
    const { participants } = await rowsOf(at.desk, conversation);
    expect(participants).toMatchObject([{ msdyn_talktime: 15, msdyn_holdtime: 30 }]);
  });
});
