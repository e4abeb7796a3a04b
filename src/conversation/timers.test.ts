import { describe, expect, it } from 'vitest';
import { autoClose } from '../../test/engine/auto-close.ts';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf, signIn, statusOf, type Wishes } from '../../test/engine/front-desk.ts';
import { partiesOf } from '../../test/engine/room-desk.ts';
import { change } from '../../test/engine/world.ts';
import { msdyn_ocliveworkitem } from '../tables/dataverse/index.ts';
import type { ConversationEvent } from './index.ts';

const at = clockedDesk();
const minute = 60;
const day = 24 * 60 * minute;
const never = null;
const state = { open: 1, active: 2, waiting: 3, closed: 4, wrapUp: 5 } as const;
type State = keyof typeof state;

const stateOf = async (conversation: string): Promise<State | undefined> => {
  const { statuscode } = (await rowsOf(at.desk, conversation)).row;
  return Object.entries(state).find(([, code]) => code === statuscode)?.[0] as State | undefined;
};
const persistent: Wishes = { workstream: { msdyn_conversationmode: 192350001 } };

describe('the defaults (behaviour.md §1.3, the table)', () => {
  const talks = { voice: 'voice', chat: 'liveChat', sms: 'messaging' } as const;
  type Cell = readonly [string, State, number | null, State, () => Promise<string>, Wishes];
  const cells: readonly Cell[] = [
    ['live chat', 'open', 20 * minute, 'closed', () => at.came(talks.chat), {}],
    ['live chat', 'active', never, 'active', () => at.isTalked(talks.chat), {}],
    ['live chat', 'wrapUp', 15 * minute, 'closed', () => at.isWrappedUp(talks.chat), {}],
    ['voice', 'open', 30 * day, 'closed', () => at.came(talks.voice), {}],
    ['voice', 'active', 120 * minute, 'wrapUp', () => at.isTalked(talks.voice), {}],
    ['voice', 'wrapUp', day, 'closed', () => at.isWrappedUp(talks.voice), {}],
    ['SMS', 'open', 30 * day, 'closed', () => at.came(talks.sms), {}],
    ['SMS', 'active', 30 * day, 'closed', () => at.isTalked(talks.sms), {}],
    ['SMS', 'wrapUp', day, 'closed', () => at.isWrappedUp(talks.sms), {}],
    [
      'SMS, by the workstream,',
      'waiting',
      5 * minute,
      'closed',
      () => at.waits(),
      { workstream: { msdyn_autocloseafterinactivity: 5 } },
    ],
    ['SMS, of a workstream that says nothing,', 'waiting', never, 'waiting', () => at.waits(), {}],
    ['persistent chat', 'open', 30 * day, 'closed', () => at.came(talks.chat), persistent],
    ['persistent chat', 'wrapUp', day, 'closed', () => at.isWrappedUp(talks.chat), persistent],
    [
      'persistent chat, by the workstream,',
      'waiting',
      5 * minute,
      'closed',
      async () => {
        const conversation = await at.isTalked(talks.chat);
        await at.run({ type: 'SessionClosed', conversation, agent: at.agent() });
        return conversation;
      },
      { workstream: { ...persistent.workstream, msdyn_autocloseafterinactivity: 5 } },
    ],
    ['record', 'open', never, 'open', () => at.came('record'), {}],
    ['record', 'active', never, 'active', () => at.isTalked('record'), {}],
  ];
  it.each<Cell>(cells)('%s %s: %s seconds, then %s', async (_, from, seconds, to, bring, wishes) => {
    await at.open({ agents: 1, ...wishes });
    const conversation = await bring();
    expect(await stateOf(conversation)).toBe(from);
    await at.pass(seconds === null ? 1_000 * day : seconds - 1);
    expect(await stateOf(conversation)).toBe(from);
    await at.pass(1);
    expect(await stateOf(conversation)).toBe(to);
  });

  it('a callback that nobody could make: seven days', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.came('voice');
    await at.run({ type: 'CallbackAccepted', conversation });
    await at.pass(7 * day - 1);
    expect(await stateOf(conversation)).toBe('open');
    await at.pass(1);
    expect(await stateOf(conversation)).toBe('closed');
  });
});

describe('what moves the limits (behaviour.md §1.3)', () => {
  it('a row of the channel and state goes before the default, and null is never', async () => {
    await at.open({ agents: 1 });
    await autoClose(at.store, 192440000, { 0: 7, 1: null });
    const waiting = await at.came('voice');
    await at.pass(7 * minute);
    expect(await stateOf(waiting)).toBe('closed');
    const talking = await at.isTalked('voice');
    await at.pass(1_000 * day);
    expect(await stateOf(talking)).toBe('active');
  });

  type Ask = (asked: { conversation: string; agent: string }, other: string) => ConversationEvent;
  it.each<[string, number, Ask]>([
    ['monitor', 1, (asked) => ({ type: 'SupervisionRequested', ...asked, part: 'monitor' })],
    ['consult', 0, (asked, to) => ({ type: 'ConsultRequested', ...asked, to, number: null })],
    ['transfer', 0, (asked, to) => ({ type: 'AgentTransferRequested', ...asked, to })],
  ])('%s starts the clock of an active call again', async (_, who, ask) => {
    await at.open({ agents: 2 });
    const conversation = await at.isTalked('voice');
    await signIn(at.desk, at.agent(1));
    await at.pass(100 * minute);
    await at.run(ask({ conversation, agent: at.agent(who) }, at.agent(1)));
    if (who === 0) await at.run({ type: 'AgentAccepted', conversation, agent: at.agent(1) });
    await at.pass(120 * minute - 1);
    expect(await stateOf(conversation)).toBe('active');
    await at.pass(1);
    expect(await stateOf(conversation)).toBe('wrapUp');
  });

  it('wrap-up counts from its beginning, whatever is written meanwhile', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.isWrappedUp('voice');
    await at.pass(day - minute);
    await change(at.store, msdyn_ocliveworkitem, conversation, { description: 'Notes' });
    await at.pass(minute);
    expect(await stateOf(conversation)).toBe('closed');
  });

  it('blocking capacity for longer than the limit of wrap-up: the longer value wins', async () => {
    await at.open({ agents: 1, workstream: { msdyn_blockcapacityforwrapupinseconds: 60 * minute } });
    const conversation = await at.isWrappedUp('liveChat');
    await at.pass(59 * minute);
    expect(await stateOf(conversation)).toBe('wrapUp');
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: 70 });
    await at.pass(minute);
    expect(await stateOf(conversation)).toBe('closed');
  });
});

describe('a call that somebody outside has (behaviour.md §1.3, §2.4)', () => {
  const isOutside = async (): Promise<{ conversation: string; party: string }> => {
    await at.open({ agents: 1 });
    const conversation = await at.isTalked('voice');
    await at.pass(30);
    const asked = { conversation, agent: at.agent(), number: '+4533334444', bridged: true } as const;
    await at.run({ type: 'ExternalTransferRequested', ...asked });
    await at.pass(10);
    const party = (await partiesOf(at.desk, conversation))[0]?.wirechief_callpartyid ?? '';
    await at.run({ type: 'PartyAnswered', conversation, party });
    return { conversation, party };
  };

  it('their talk time counts, on their participant and in the sums', async () => {
    const { conversation, party } = await isOutside();
    await at.pass(90);
    await at.run({ type: 'PartyLeft', conversation, party });
    const { row, participants } = await rowsOf(at.desk, conversation);
    expect(participants.find((one) => one.msdyn_externalparticipantchannel !== null)).toMatchObject({
      msdyn_talktime: 90,
      msdyn_starttalktime: null,
      msdyn_holdtime: 0,
    });
    expect(row).toMatchObject({
      msdyn_conversationtalktimeinseconds: 120,
      msdyn_conversationholdtimeinseconds: 10,
      msdyn_conversationhandletimeinseconds: 130,
    });
  });

  it('two hours of it: closed, because nobody is there for notes', async () => {
    const { conversation } = await isOutside();
    await at.pass(120 * minute);
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 4, msdyn_statuschangereason: 192350010 });
    expect(sessions.at(-1)).toMatchObject({ statecode: 1, msdyn_closurereason: 192350056 });
  });
});
