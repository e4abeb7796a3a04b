import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf } from '../../test/engine/front-desk.ts';
import { hasWaited, overflows } from '../../test/engine/overflow-rules.ts';
import { put, rule, xml } from '../../test/engine/rules-xml.ts';
import { deeds } from '../../test/engine/transition.ts';
import { change } from '../../test/engine/world.ts';
import {
  msdyn_decisionruleset,
  msdyn_liveworkstream,
  msdyn_ocliveworkitem,
  msdyn_queueextension,
} from '../tables/dataverse/index.ts';
import type { Kind } from './channels.ts';

const at = clockedDesk();
const acts = deeds(at);

/** Whether the conversation and its last stay in a queue, if it had any, count as abandoned. */
const abandoned = async (conversation: string): Promise<readonly [boolean | null, boolean | null]> => {
  const { row } = await rowsOf(at.desk, conversation);
  expect(row.statuscode === 4 || row.statuscode === 5).toBe(true);
  const stays = await at.store.rows(
    msdyn_queueextension,
    { msdyn_conversationid: conversation },
    { orderBy: [['msdyn_starttime', 'asc']] },
  );
  return [row.msdyn_isabandoned, stays.at(-1)?.msdyn_isabandoned ?? false];
};
const leaves = (kind: Kind) => (conversation: string) => acts.customerLeaves(conversation, kind);
type Act = (conversation: string) => Promise<unknown>;
const inQueue = async (kind: Kind): Promise<string> => {
  const conversation = await at.withBot(kind);
  await at.handOver(conversation);
  return conversation;
};
/** Without a bot, sent to the legal queue by a rule: in the fallback queue overflow does not count. */
const inLegal = async (): Promise<string> => {
  const { workstream, ruleSet, legal } = at.desk.ids;
  await change(at.store, msdyn_liveworkstream, workstream, { msdyn_bot_user: null });
  await change(at.store, msdyn_decisionruleset, ruleSet, {
    msdyn_rulesetdefinition: xml(rule('', put('assign_to.queue', `{${legal}}`))),
  });
  return at.withBot('liveChat');
};

describe('with a bot first (behaviour.md §1.7)', () => {
  it.each<[string, boolean, (kind: Kind) => Promise<string>, (kind: Kind) => Act]>([
    ['the customer leaves inside the bot', false, at.withBot, leaves],
    [
      'the bot ends it',
      false,
      at.withBot,
      () => (conversation) => at.run({ type: 'BotEnded', conversation }),
    ],
    ['the customer leaves while waiting after the bot escalated', true, inQueue, leaves],
    ['the limit of an open conversation passes', false, inQueue, () => () => at.pass(30 * 24 * 60 * 60)],
    ['a supervisor forces it closed inside the bot', false, at.withBot, () => acts.forceClose],
    ['a supervisor forces it closed after the bot escalated', true, inQueue, () => acts.forceClose],
  ])('%s: %s', async (_, expected, bring, act) => {
    for (const kind of ['voice', 'liveChat'] as const) {
      await at.open({ agents: 1 });
      const conversation = await bring(kind);
      await act(kind)(conversation);
      expect(await abandoned(conversation)).toEqual([expected, expected]);
      await at.clear();
    }
  });
});

describe('without a bot (behaviour.md §1.7)', () => {
  const reject: Act = async (conversation) => {
    await acts.reject(conversation);
    await acts.customerLeaves(conversation, 'voice');
  };
  it.each<[string, boolean, () => Promise<string>, Act]>([
    ['the caller leaves the queue', true, () => at.came('voice'), leaves('voice')],
    ['a chat customer leaves the queue', true, () => at.came('liveChat'), leaves('liveChat')],
    ['the caller leaves while it rings', true, () => at.rings('voice'), leaves('voice')],
    ['after an offer was rejected', true, () => acts.ringsOnce('voice'), reject],
    ['after a representative accepted', false, () => at.isTalked('voice'), leaves('voice')],
    ['a supervisor forces it closed in the queue', true, () => at.came('voice'), acts.forceClose],
    ['a supervisor forces it closed in conversation', false, () => at.isTalked('voice'), acts.forceClose],
    ['the limit of an open chat passes', true, () => at.came('liveChat'), () => at.pass(20 * 60)],
  ])('%s: %s', async (_, expected, bring, act) => {
    await at.open({ agents: 2 });
    const conversation = await bring();
    await act(conversation);
    expect(await abandoned(conversation)).toEqual([expected, expected]);
  });

  it('who leaves a message, or is put through to a number outside, has given up nothing', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.came('voice');
    await at.run({ type: 'VoicemailTaken', conversation });
    expect(await abandoned(conversation)).toEqual([false, false]);
  });

  it('overflow ends it: counts', async () => {
    await at.open({ agents: 1 });
    await overflows(at.store, at.desk.ids.legal, hasWaited, 'end');
    const conversation = await inLegal();
    await at.pass(120);
    expect((await rowsOf(at.desk, conversation)).row.msdyn_statuschangereason).toBe(192350011);
    expect(await abandoned(conversation)).toEqual([true, true]);
  });

  it('whoever leaves after a human had answered once has abandoned nothing', async () => {
    await at.open({ agents: 1 });
    const conversation = await acts.isTheirLast('voice');
    await acts.release(conversation);
    await acts.customerLeaves(conversation, 'voice');
    expect(await abandoned(conversation)).toEqual([false, false]);
  });
});

it('overflow that ends it after a bot counts (behaviour.md §1.7)', async () => {
  await at.open({ agents: 1 });
  await overflows(at.store, at.desk.ids.legal, hasWaited, 'end');
  const conversation = await inQueue('liveChat');
  await at.pass(120);
  expect(await abandoned(conversation)).toEqual([true, true]);
});

it('only what came in is abandoned (behaviour.md §1.7)', async () => {
  await at.open({ agents: 1 });
  const conversation = await at.came('voice');
  await change(at.store, msdyn_ocliveworkitem, conversation, { msdyn_isoutbound: true });
  await acts.customerLeaves(conversation, 'voice');
  expect((await abandoned(conversation))[0]).toBe(false);
});
