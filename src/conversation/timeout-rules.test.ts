import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockedDesk } from '../../test/engine/clocked-desk.ts';
import { rowsOf, statusOf } from '../../test/engine/front-desk.ts';
import { type Does, timeoutRule, type Waits } from '../../test/engine/timeout-rules.ts';
import { change } from '../../test/engine/world.ts';
import { msdyn_ocautomatedactionrule } from '../tables/platform/index.ts';
import { nextRuleOn, ruleAt } from './timeout-rules.ts';

const at = clockedDesk();
const minute = 60;
const rule = (waitsFor: Waits, after: number, action: Does, more?: Parameters<typeof timeoutRule>[5]) =>
  timeoutRule(at.store, at.desk.ids.direct, waitsFor, after, action, more);
const customerWrites = (conversation: string) => at.run({ type: 'CustomerMessaged', conversation });
const agentWrites = (conversation: string) =>
  at.run({ type: 'AgentMessaged', conversation, agent: at.agent() });
const stateOf = async (conversation: string) => (await rowsOf(at.desk, conversation)).row.statuscode;
const states = { open: 1, active: 2, waiting: 3, closed: 4, wrapUp: 5 } as const;

/** Nothing at the instant itself ("greater than"), and then. */
const changesAfter = async (conversation: string, seconds: number, to: number): Promise<void> => {
  const before = await stateOf(conversation);
  await at.pass(seconds);
  expect(await stateOf(conversation)).toBe(before);
  await at.pass(1);
  expect(await stateOf(conversation)).toBe(to);
};

it('a rule is due at the instant of the next one, and none before it', async () => {
  await at.open({ agents: 1 });
  const since = new Date('2030-01-07T10:00:00Z');
  const oneRule = fc.record({
    waitsFor: fc.constantFrom('customer' as const, 'representative' as const),
    afterMs: fc.integer({ min: 60_000, max: 100_000_000 }),
    action: fc.constantFrom('close' as const, 'wait' as const, 'release' as const),
    order: fc.integer({ min: 1, max: 5 }),
  });
  const silences = fc.record({
    of: fc.constantFrom('customer' as const, 'representative' as const),
    since: fc.constant(since),
    acceptedOn: fc.option(fc.integer({ min: 0, max: 9_000_000 }).map((ms) => new Date(since.getTime() + ms))),
    open: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(oneRule, { maxLength: 6 }), silences, (rules, silence) => {
      const on = nextRuleOn(rules, silence);
      if (on === null) return ruleAt(rules, silence, new Date('2100-01-01')) === null;
      const before = new Date(on.getTime() - 1);
      return ruleAt(rules, silence, on) !== null && ruleAt(rules, silence, before) === null;
    }),
    { seed: 14, numRuns: 300 },
  );
});

describe('time-out rules (behaviour.md §1.4)', () => {
  it('the customer does not answer the representative: closed, capacity is free', async () => {
    await at.open({ agents: 1 });
    await rule('customer', 10, 'close');
    const conversation = await at.isTalked('messaging');
    await at.pass(30 * minute);
    expect(await stateOf(conversation)).toBe(states.active);
    await agentWrites(conversation);
    await changesAfter(conversation, 10 * minute, states.closed);
    const { row, live, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ msdyn_statuschangereason: 192350010, msdyn_isabandoned: false });
    expect(live?.statuscode).toBe(4);
    expect(sessions.at(-1)).toMatchObject({ statecode: 1, msdyn_closurereason: 192350061 });
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: 100 });
  });

  it('each message of the customer ends the silence', async () => {
    await at.open({ agents: 1 });
    await rule('customer', 10, 'close');
    const conversation = await at.isTalked('messaging');
    await agentWrites(conversation);
    await at.pass(9 * minute);
    await customerWrites(conversation);
    await at.pass(24 * 60 * minute);
    expect(await stateOf(conversation)).toBe(states.active);
    await agentWrites(conversation);
    await changesAfter(conversation, 10 * minute, states.closed);
  });

  it('first to waiting, and closed from there', async () => {
    await at.open({ agents: 1 });
    await rule('customer', 10, 'wait');
    await rule('customer', 1, 'close', { unit: 'hour' });
    const conversation = await at.isTalked('messaging');
    await agentWrites(conversation);
    await changesAfter(conversation, 10 * minute, states.waiting);
    const put = await rowsOf(at.desk, conversation);
    expect(put.row).toMatchObject({ msdyn_statuschangereason: 192350004, msdyn_activeagentid: null });
    expect(put.sessions.at(-1)).toMatchObject({ statecode: 1, msdyn_closurereason: 192350061 });
    expect(await statusOf(at.desk, at.agent())).toMatchObject({ msdyn_availableunitscapacity: 100 });
    await changesAfter(conversation, 50 * minute - 1, states.closed);
    expect((await rowsOf(at.desk, conversation)).row.msdyn_statuschangereason).toBe(192350009);
  });

  it('a conversation that was given back is closed from its queue', async () => {
    await at.open({ agents: 1 });
    await rule('customer', 1, 'close', { unit: 'day' });
    const conversation = await at.isTalked('messaging');
    await agentWrites(conversation);
    await at.run({ type: 'AgentLost', agent: at.agent() });
    await at.pass(60 * minute);
    expect(await stateOf(conversation)).toBe(states.open);
    await changesAfter(conversation, 23 * 60 * minute, states.closed);
    expect((await rowsOf(at.desk, conversation)).sessions.at(-1)?.msdyn_closurereason).toBe(192350061);
  });

  it('the representative does not answer: counted from their acceptance, and from the newest message', async () => {
    await at.open({ agents: 1 });
    await rule('representative', 5, 'wait');
    const conversation = await at.came('messaging');
    await at.pass(60 * minute);
    await at.run({ type: 'AgentConnected', agent: at.agent() });
    await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
    await at.pass(4 * minute);
    await customerWrites(conversation);
    await changesAfter(conversation, 5 * minute, states.waiting);
    const { sessions } = await rowsOf(at.desk, conversation);
    expect(sessions.at(-1)).toMatchObject({ statecode: 1, msdyn_closurereason: 192350062 });
  });

  it('released back to the queue: another session, and the clock of whoever takes it is their own', async () => {
    await at.open({ agents: 1 });
    await rule('representative', 5, 'release');
    const conversation = await at.isTalked('messaging');
    await at.pass(5 * minute + 1);
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: states.active, msdyn_statuschangereason: 192350002 });
    expect(sessions.map(({ msdyn_closurereason: reason }) => reason)).toEqual([192350062, null]);
    await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
    await at.pass(4 * minute);
    expect((await rowsOf(at.desk, conversation)).sessions).toHaveLength(2);
  });

  it('two rules of one condition: the smaller order goes first', async () => {
    await at.open({ agents: 1 });
    await rule('customer', 10, 'close', { order: 2 });
    await rule('customer', 10, 'wait', { order: 1 });
    const conversation = await at.isTalked('messaging');
    await agentWrites(conversation);
    await at.pass(10 * minute + 1);
    const { sessions } = await rowsOf(at.desk, conversation);
    expect(sessions.at(-1)?.msdyn_closurereason).toBe(192350061);
    // The other one fits a waiting conversation too, and its time has come.
    expect(await stateOf(conversation)).toBe(states.closed);
    expect((await rowsOf(at.desk, conversation)).row.msdyn_statuschangereason).toBe(192350009);
  });

  it('a rule that is switched off, and one of another workstream, do nothing', async () => {
    await at.open({ agents: 1 });
    const off = await rule('customer', 10, 'close');
    const conversation = await at.isTalked('messaging');
    await agentWrites(conversation);
    await change(at.store, msdyn_ocautomatedactionrule, off, { statecode: 1, statuscode: 2 });
    await at.pass(60 * minute);
    expect(await stateOf(conversation)).toBe(states.active);
  });

  it.each(['liveChat', 'voice', 'record'] as const)('none for %s', async (kind) => {
    await at.open({ agents: 1 });
    await rule('customer', 1, 'close');
    await rule('representative', 1, 'close');
    const conversation = await at.isTalked(kind);
    if (kind === 'liveChat') await agentWrites(conversation);
    await at.pass(10 * minute);
    expect(await stateOf(conversation)).toBe(states.active);
  });

  it('a conversation in wrap-up is left to its own limit', async () => {
    await at.open({ agents: 1 });
    await rule('customer', 10, 'close');
    const conversation = await at.isTalked('messaging');
    await agentWrites(conversation);
    await at.run({ type: 'AgentEnded', conversation, agent: at.agent() });
    await at.pass(60 * minute);
    expect(await stateOf(conversation)).toBe(states.wrapUp);
  });
});
