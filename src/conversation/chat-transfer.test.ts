import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { partiesOf } from '../../test/engine/room-desk.ts';
import { deeds } from '../../test/engine/transition.ts';
import { make, offeredTo } from '../../test/engine/world.ts';
import { queue, queueitem } from '../tables/dataverse/index.ts';
import { presences, systemUserId } from '../tables/index.ts';

const at = clockedDesk();
const acts = deeds(at);
const types = { messaging: 192350000, record: 192350001, voice: 192350002 } as const;
const unitsOf = async (n: number) => (await statusOf(at.desk, at.agent(n)))?.msdyn_availableunitscapacity;

/** A queue of a type, with agent 2 in it. */
const queueOf = async (type: keyof typeof types, member = true): Promise<string> => {
  const id = await make(at.store, queue, { name: `Other ${type}`, msdyn_queuetype: types[type] });
  if (member)
    await at.store.transact({ actor: systemUserId, cause: 'test' }, (transaction) =>
      transaction.associate('queuemembership_association', id, at.agent(1)),
    );
  return id;
};

describe('a chat, messages or a record are sent to a queue (behaviour.md §1.2, §3.3, §3.9)', () => {
  const cases = [
    ['liveChat', 'messaging'],
    ['messaging', 'messaging'],
    ['record', 'record'],
  ] as const;

  it.each(cases)(
    '%s to a %s queue: open there, 010, 002, counted; offered to its member',
    async (kind, type) => {
      await at.open({ agents: 2 });
      const conversation = await at.isTalked(kind);
      const target = await queueOf(type);
      await at.pass(10);
      await at.run({ type: 'QueueTransferRequested', conversation, agent: at.agent(), queue: target });
      const { row, sessions, participants } = await rowsOf(at.desk, conversation);
      expect(row).toMatchObject({
        statuscode: 1,
        msdyn_cdsqueueid: target,
        msdyn_activeagentid: null,
        msdyn_transfercount: 1,
      });
      expect(sessions[0]).toMatchObject({ statecode: 1, msdyn_closurereason: 192350010 });
      expect(sessions[1]).toMatchObject({ msdyn_sessioncreationreason: 192350002, msdyn_cdsqueueid: target });
      expect(participants[0]?.msdyn_lefton).toEqual(at.now());
      expect(await unitsOf(0)).toBe(100);
      const item = await at.store.row(queueitem, row.msdyn_queueitemid ?? '');
      expect(item).toMatchObject({ queueid: target, statecode: 0, enteredon: at.now() });
      await signIn(at.desk, at.agent(1));
      await at.desk.engine.idle();
      expect(await offeredTo(at.desk, conversation)).toBe(at.agent(1));
    },
  );

  it.each(cases)('%s to a voice queue is refused by name, and nothing happens', async (kind, type) => {
    await at.open({ agents: 2 });
    const conversation = await at.isTalked(kind);
    const target = await queueOf('voice');
    const asked = { type: 'QueueTransferRequested', conversation, agent: at.agent(), queue: target } as const;
    await expect(at.run(asked)).rejects.toThrow(`Other voice is no ${type} queue`);
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 2,
      msdyn_transfercount: 0,
    });
  });

  it('a queue without members: a chat is closed, a record stays in it', async () => {
    for (const [kind, type, ends] of [
      ['liveChat', 'messaging', 4],
      ['record', 'record', 1],
    ] as const) {
      await at.open({ agents: 2 });
      const conversation = await at.isTalked(kind);
      const target = await queueOf(type, false);
      await at.run({ type: 'QueueTransferRequested', conversation, agent: at.agent(), queue: target });
      expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(ends);
      await at.clear();
    }
  });
});

describe('a chat, messages or a record are handed to another representative (behaviour.md §3.9)', () => {
  const kinds = ['liveChat', 'messaging', 'record'] as const;
  const asked = async (kind: (typeof kinds)[number]): Promise<string> => {
    await at.open({ agents: 2 });
    const conversation = await at.isTalked(kind);
    await signIn(at.desk, at.agent(1));
    await at.run({ type: 'AgentTransferRequested', conversation, agent: at.agent(), to: at.agent(1) });
    return conversation;
  };

  it.each(kinds)('%s: offered, capacity taken; accepted it is theirs, and their time runs', async (kind) => {
    const conversation = await asked(kind);
    expect(await offeredTo(at.desk, conversation)).toBe(at.agent(1));
    expect([await unitsOf(0), await unitsOf(1)]).toEqual([70, 70]);
    await at.pass(20);
    await at.run({ type: 'AgentAccepted', conversation, agent: at.agent(1) });
    const { row, sessions, participants } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 2, msdyn_activeagentid: at.agent(1), msdyn_transfercount: 1 });
    expect(sessions[0]).toMatchObject({ statecode: 1, msdyn_closurereason: 192350006 });
    expect(participants.find((one) => one.msdyn_agentid === at.agent(1))).toMatchObject({
      msdyn_assignreason: 'AgentTransfer',
      msdyn_startactivetime: at.now(),
    });
    expect([await unitsOf(0), await unitsOf(1)]).toEqual([100, 70]);
    expect(participants.find((one) => one.msdyn_agentid === at.agent())?.msdyn_holdtime).toBe(0);
  });

  it.each(['AgentRejected', 'OfferExpired'] as const)('%s: it stays where it was', async (how) => {
    const conversation = await asked('liveChat');
    if (how === 'AgentRejected') await at.run({ type: how, conversation, agent: at.agent(1) });
    else await at.pass(120);
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: at.agent(),
      msdyn_transfercount: 0,
    });
    expect([await unitsOf(0), await unitsOf(1)]).toEqual([70, 100]);
  });

  it('the customer leaves meanwhile: the offer is void', async () => {
    const conversation = await asked('liveChat');
    await acts.customerLeaves(conversation, 'liveChat');
    expect(await offeredTo(at.desk, conversation)).toBeNull();
    expect(await unitsOf(1)).toBe(100);
  });

  it('messages are put aside meanwhile: the offer is void', async () => {
    const conversation = await asked('messaging');
    await acts.closeTab(conversation);
    expect((await rowsOf(at.desk, conversation)).row.statuscode).toBe(3);
    expect(await offeredTo(at.desk, conversation)).toBeNull();
    expect(await unitsOf(1)).toBe(100);
  });
});

describe('a supervisor transfers (behaviour.md §2.1, §2.2 row 012, §3.9)', () => {
  const transfer = (conversation: string, to = at.agent(1)) =>
    at.run({ type: 'SupervisorTransferRequested', conversation, agent: at.desk.ids.bot, to });
  const talked = async (kind: 'liveChat' | 'messaging' = 'liveChat'): Promise<string> => {
    await at.open({ agents: 2 });
    const conversation = await at.isTalked(kind);
    await signIn(at.desk, at.agent(1));
    return conversation;
  };

  it('an active chat: the first representative helps from then on, costs nothing, and may leave', async () => {
    const conversation = await talked();
    await transfer(conversation);
    expect((await rowsOf(at.desk, conversation)).row.msdyn_activeagentid).toBe(at.agent());
    await at.run({ type: 'AgentAccepted', conversation, agent: at.agent(1) });
    const { row, sessions, participants } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 2, msdyn_activeagentid: at.agent(1), msdyn_transfercount: 1 });
    expect(sessions[0]).toMatchObject({ statecode: 1, msdyn_closurereason: 192350012 });
    expect(sessions[1]).toMatchObject({ msdyn_sessioncreationreason: 192350031, statecode: 0 });
    const inNew = participants.filter((one) => one.msdyn_omnichannelsession === sessions[1]?.activityid);
    expect(inNew.map((one) => [one.msdyn_agentid, one.msdyn_mode, one.msdyn_assignreason])).toEqual(
      expect.arrayContaining([
        [at.agent(1), 192350002, 'SupervisorTransferToAgent'],
        [at.agent(), 192350003, 'AgentConsult'],
      ]),
    );
    expect([await unitsOf(0), await unitsOf(1)]).toEqual([100, 70]);
    await acts.closeTab(conversation);
    expect((await partiesOf(at.desk, conversation)).filter(({ statecode }) => statecode === 0)).toEqual([]);
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: at.agent(1),
    });
  });

  it('what waits for its customer: offered as new work, back to its queue when declined', async () => {
    await at.open({ agents: 2 });
    const conversation = await at.waits();
    await at.run({ type: 'PresenceSet', agent: at.agent(), presence: presences.away, by: at.agent() });
    await signIn(at.desk, at.agent(1));
    await transfer(conversation);
    const { row, sessions, participants } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 2,
      msdyn_statuschangereason: 192350017,
      msdyn_activeagentid: at.agent(1),
      msdyn_transfercount: 1,
    });
    expect(sessions.at(-1)).toMatchObject({ msdyn_sessioncreationreason: 192350031 });
    expect(participants.at(-1)).toMatchObject({ msdyn_assignreason: 'SupervisorTransferToAgent' });
    await at.run({ type: 'AgentRejected', conversation, agent: at.agent(1) });
    const after = await rowsOf(at.desk, conversation);
    expect([1, 2]).toContain(after.row.statuscode);
    expect(after.sessions.at(-2)).toMatchObject({ statecode: 1, msdyn_closurereason: 192350001 });
  });

  it.each<[string, () => Promise<string>, string]>([
    ['a call', () => at.isTalked('voice'), 'A call is transferred by whoever talks in it.'],
    ['a record', () => at.isTalked('record'), 'A record is not transferred: it is assigned anew.'],
    ['what is not assigned', () => at.came('liveChat'), 'The conversation is waiting in its queue.'],
    [
      'what is closed',
      async () => {
        const conversation = await at.isTalked('liveChat');
        await acts.forceClose(conversation);
        return conversation;
      },
      'The conversation is closed.',
    ],
  ])('%s is refused in words', async (_, bring, words) => {
    await at.open({ agents: 2 });
    const conversation = await bring();
    await expect(transfer(conversation)).rejects.toThrow(words);
  });

  it('one who is away, or no member of the queue, is refused by name', async () => {
    const conversation = await talked();
    await at.run({ type: 'PresenceSet', agent: at.agent(1), presence: presences.away, by: at.agent(1) });
    await expect(transfer(conversation)).rejects.toThrow('Agent 2 is not available.');
    await expect(transfer(conversation, at.desk.ids.bot)).rejects.toThrow('is no member of Front-desk');
    await at.run({ type: 'PresenceSet', agent: at.agent(1), presence: presences.available, by: at.agent(1) });
    await transfer(conversation);
    await expect(transfer(conversation)).rejects.toThrow('A transfer to Agent 2 is under way already.');
  });
});

it('messages whose customer comes back stand in their queue again (behaviour.md §1.2, §3.4)', async () => {
  await at.open({ agents: 1 });
  const conversation = await at.waits();
  await at.run({ type: 'PresenceSet', agent: at.agent(), presence: presences.away, by: at.agent() });
  await at.pass(60);
  await acts.comeBack(conversation);
  const { row } = await rowsOf(at.desk, conversation);
  const item = await at.store.row(queueitem, row.msdyn_queueitemid ?? '');
  expect(item).toMatchObject({ statecode: 0, statuscode: 1, enteredon: at.now() });
});
