import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { number, rowsOf, signIn } from '../../test/engine/front-desk.ts';
import { makeOutboundProfile, type ProfileWishes } from '../../test/engine/outbound.ts';
import { inShort, lastPlan } from '../../test/engine/room-desk.ts';
import * as t from '../tables/dataverse/index.ts';
import { wirechief_callcontrol } from '../tables/wirechief/wirechief_callcontrol.ts';
import { closure } from './choices.ts';
import type { CallEnded } from './events.ts';
import { readExplanation } from './explain/read-explanation.ts';

const at = deskOfTests();
const ours = '+4570000200';

const profile = (more: Partial<ProfileWishes> = {}): Promise<string> =>
  makeOutboundProfile(at.store, { name: 'Sales out', number: ours, agents: [at.agent()], ...more });

/** Agent 1, signed in, with one outbound profile, which is open to every country unless said otherwise. */
async function open(more: Partial<ProfileWishes> = {}): Promise<string> {
  await at.open({ agents: 2 });
  const made = await profile({ queue: at.desk.ids.front, ...more });
  await signIn(at.desk, at.agent());
  await at.desk.engine.idle();
  at.effects();
  return made;
}

async function dial(more: { number?: string; profile?: string; conversation?: string } = {}) {
  const conversation = more.conversation ?? randomUUID();
  await at.run({
    type: 'CustomerDialled',
    agent: at.agent(),
    number: number.caller,
    profile: null,
    ...more,
    conversation,
  });
  return conversation;
}

const ended = (conversation: string, by: CallEnded['by'], refused: CallEnded['refused']): Promise<void> =>
  at.run({
    type: 'CallEnded',
    conversation,
    by,
    reason: 'test',
    ...(refused === undefined ? {} : { refused }),
  });
const control = (conversation: string) => at.store.row(wirechief_callcontrol, conversation);
const dialled = () => at.desk.effects.find(({ type }) => type === 'CallCustomer');

describe('a representative calls a customer (behaviour.md §3.10)', () => {
  it('an outbound conversation that is theirs at once, with its rows; the customer is dialled', async () => {
    const workstream = await open();
    const conversation = await dial();
    const { row, live, sessions, participants, offers } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      subject: 'Kim Berg: Sales out',
      statecode: 0,
      statuscode: 2,
      msdyn_statuschangereason: 192350003,
      msdyn_isoutbound: true,
      msdyn_isabandoned: false,
      msdyn_liveworkstreamid: workstream,
      msdyn_customer: { table: 'contact', id: at.desk.ids.contact },
      msdyn_activeagentid: at.agent(),
      msdyn_lastsessionid: sessions[0]?.activityid,
      msdyn_queueitemid: null,
    });
    expect(live).toMatchObject({ msdyn_statuscode: 2, msdyn_activeagentid: at.agent() });
    expect(sessions).toMatchObject([
      { statecode: 0, msdyn_channel: 192440000, msdyn_cdsqueueid: at.desk.ids.front },
    ]);
    expect(sessions[0]?.msdyn_agentacceptedon).toEqual(row.msdyn_startedon);
    expect(participants).toMatchObject([
      { msdyn_agentid: at.agent(), msdyn_mode: 192350002, msdyn_talktime: 0 },
    ]);
    expect(offers).toEqual([]);
    const [context] = await at.store.rows(t.msdyn_ocphonecallengagementctx, {
      msdyn_liveworkitemid: conversation,
    });
    // The columns are named "Customer phone number" and "Organization phone number" in the product.
    expect(context).toMatchObject({ msdyn_fromphone: number.caller, msdyn_tophone: ours });
    expect(dialled()).toEqual({
      type: 'CallCustomer',
      conversation,
      call: context?.msdyn_callsid,
      number: number.caller,
      from: ours,
      agent: at.agent(),
    });
    expect(at.effects()).toEqual(['CallCustomer']);
  });

  it('the same conversation again has no effect; one that is somebody else’s is refused', async () => {
    await open();
    const conversation = await dial();
    at.effects();
    await dial({ conversation });
    expect(at.effects()).toEqual([]);
    expect(await at.store.rows(t.msdyn_ocliveworkitem, {})).toHaveLength(1);
    await at.run({ type: 'AgentEnded', conversation, agent: at.agent() });
    await at.run({ type: 'SessionClosed', conversation, agent: at.agent() });
    const other = {
      type: 'CustomerDialled',
      agent: at.agent(1),
      number: number.caller,
      profile: null,
    } as const;
    await expect(at.run({ ...other, conversation })).rejects.toMatchObject({ key: 'conflict' });
  });

  it('answered: both talk, and what the profile records begins; then hang-up, wrap-up, closed', async () => {
    await open({ voice: { msdyn_recordingenabled: true, msdyn_recordingmode: [192351002] } });
    const conversation = await dial();
    expect(await at.store.rows(t.msdyn_ocrecording, {})).toEqual([]);
    await at.run({ type: 'CustomerAnswered', conversation });
    const plan = lastPlan(at.desk, conversation);
    expect(inShort(plan)).toEqual(['customer', `primary:${at.agent()}`]);
    expect(plan?.recording).toMatchObject({ audio: true, paused: false });
    await at.run({ type: 'MediaConnected', conversation, agent: at.agent() });
    expect(await control(conversation)).toMatchObject({ wirechief_step: null, wirechief_dialoutcome: 1 });
    expect((await rowsOf(at.desk, conversation)).participants[0]?.msdyn_starttalktime).not.toBeNull();
    await ended(conversation, 'customer', undefined);
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 5,
      msdyn_statuschangereason: 192350006,
    });
    await at.run({ type: 'SessionClosed', conversation, agent: at.agent() });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statecode: 1, statuscode: 4, msdyn_isabandoned: false });
    expect(sessions[0]).toMatchObject({ msdyn_closurereason: closure.customerEndConversation, statecode: 1 });
  });

  it.each([
    [486, 'customer', 2, closure.conversationClosed],
    [603, 'customer', 3, closure.conversationClosed],
    ['noReply', 'customer', 3, closure.conversationClosed],
    [404, 'customer', 4, closure.conversationClosed],
    [488, 'customer', 5, closure.conversationClosed],
    [503, 'failure', 6, closure.voiceConnectivityProblem],
    [0, 'failure', 6, closure.voiceConnectivityProblem],
  ] as const)(
    '§6.4: not answered (%s): wrap-up, with what became of it',
    async (refused, by, outcome, closed) => {
      await open();
      const conversation = await dial();
      await ended(conversation, by, refused);
      expect(await control(conversation)).toMatchObject({ wirechief_dialoutcome: outcome });
      const { row, sessions } = await rowsOf(at.desk, conversation);
      expect(row).toMatchObject({ statuscode: 5, msdyn_conversationtalktimeinseconds: 0 });
      expect(sessions[0]?.msdyn_closurereason).toBe(closed);
    },
  );

  it('ended or closed before it is answered: the leg is given up', async () => {
    await open({ limit: 3 });
    const first = await dial();
    at.effects();
    await at.run({ type: 'AgentEnded', conversation: first, agent: at.agent() });
    expect(at.effects()).toEqual(['Release']);
    expect(await control(first)).toMatchObject({ wirechief_dialoutcome: 7 });
    const second = await dial();
    at.effects();
    await at.run({ type: 'SessionClosed', conversation: second, agent: at.agent() });
    expect(at.effects()).toEqual(['Release']);
    expect((await rowsOf(at.desk, second)).row.statuscode).toBe(4);
  });

  it('a page that stays away: nobody else gets a call that rings at a customer', async () => {
    await open();
    const conversation = await dial();
    await at.run({ type: 'AgentLost', agent: at.agent() });
    await at.run({ type: 'AgentGone', agent: at.agent() });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statecode: 1, statuscode: 4 });
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.msdyn_closurereason).toBe(closure.agentDisconnected);
  });
});

describe('which outbound profile (behaviour.md §3.10)', () => {
  const sweden = '+46812345678';

  it('the dialled country chooses; a profile without a list calls the rest', async () => {
    const denmark = await open({ name: 'A Denmark', countries: 'DK,NO' });
    const anywhere = await profile({ name: 'B Anywhere', number: '+4570000201' });
    const danish = await dial();
    expect((await rowsOf(at.desk, danish)).row.msdyn_liveworkstreamid).toBe(denmark);
    await at.run({ type: 'AgentEnded', conversation: danish, agent: at.agent() });
    await at.run({ type: 'SessionClosed', conversation: danish, agent: at.agent() });
    const swedish = await dial({ number: sweden });
    expect((await rowsOf(at.desk, swedish)).row.msdyn_liveworkstreamid).toBe(anywhere);
    expect(dialled()).toMatchObject({ from: ours });
    const { Stages } = await readExplanation(at.store, swedish);
    expect(Stages[0]?.Notes).toContain(
      'outbound profile B Anywhere, which calls every country: +46812345678 belongs to SE',
    );
  });

  it('a country that none of theirs calls is refused, and says which are', async () => {
    await open({ countries: 'DK, NO' });
    await expect(dial({ number: sweden })).rejects.toMatchObject({
      key: 'invalidArgument',
      message: expect.stringContaining('+46812345678 belongs to SE; your outbound profiles call DK, NO.'),
    });
    expect(await at.store.rows(t.msdyn_ocliveworkitem, {})).toEqual([]);
  });

  it('a limit of 1 refuses a second call, in wrap-up too; a limit of 2 does not', async () => {
    await open();
    const first = await dial();
    await expect(dial()).rejects.toMatchObject({ message: expect.stringContaining('one softphone') });
    await at.run({ type: 'AgentEnded', conversation: first, agent: at.agent() });
    await expect(dial()).rejects.toMatchObject({
      key: 'conflict',
      message: expect.stringContaining('Capacity profile Sales out has a limit of 1'),
    });
    await at.run({ type: 'SessionClosed', conversation: first, agent: at.agent() });
    await dial();
    await at.desk.engine.idle();
    await at.clear();
    await open({ limit: 2 });
    await at.run({ type: 'AgentEnded', conversation: await dial(), agent: at.agent() });
    await dial();
  });

  it('refused: no profile, somebody else’s, no softphone', async () => {
    const mine = await open();
    const others = await profile({ name: 'Others', number: '+4570000202', agents: [at.agent(1)] });
    await expect(dial({ profile: others })).rejects.toMatchObject({ key: 'invalidArgument' });
    await at.run({ type: 'AgentLost', agent: at.agent() });
    await expect(dial({ profile: mine })).rejects.toMatchObject({
      message: expect.stringContaining('softphone of Agent 1 is not connected'),
    });
    await at.clear();
    await at.open({ agents: 1 });
    await signIn(at.desk, at.agent());
    await expect(dial()).rejects.toMatchObject({
      key: 'conflict',
      message: expect.stringContaining('Agent 1 has no outbound profile'),
    });
  });
});
