/** Numbers are those of docs/differences.md. */
import { describe, expect, it } from 'vitest';
import { ruleAt } from '../../src/conversation/timeout-rules.ts';
import { clockedDesk } from '../engine/clocked-desk.ts';
import { rowsOf, signIn } from '../engine/front-desk.ts';
import { deeds } from '../engine/transition.ts';

describe('the life of a conversation differs from the product', () => {
  const at = clockedDesk();
  const acts = deeds(at);

  it('81 what a supervisor ends counts as abandoned after a bot too', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.withBot('voice');
    await at.handOver(conversation);
    await acts.forceClose(conversation);
    expect((await rowsOf(at.desk, conversation)).row.msdyn_isabandoned).toBe(true);
  });

  it('84 a representative who declines what a supervisor transfers leaves it where it was', async () => {
    await at.open({ agents: 2 });
    const conversation = await at.isTalked('liveChat');
    const to = at.agent(1);
    await signIn(at.desk, to);
    const supervisor = at.desk.ids.bot;
    await at.run({ type: 'SupervisorTransferRequested', conversation, agent: supervisor, to });
    await at.run({ type: 'AgentRejected', conversation, agent: to });
    expect((await rowsOf(at.desk, conversation)).row.msdyn_activeagentid).toBe(at.agent());
  });

  it('83 of time-out rules that are due the last one is carried out', () => {
    const since = new Date('2030-01-07T10:00:00Z');
    const silence = { of: 'customer', since, acceptedOn: since, open: true } as const;
    const rules = [
      { waitsFor: 'customer', afterMs: 60_000, action: 'wait', order: 1 },
      { waitsFor: 'customer', afterMs: 120_000, action: 'close', order: 2 },
    ] as const;
    const atMinute = (minutes: number): Date => new Date(since.getTime() + minutes * 60_000);
    expect(ruleAt(rules, silence, atMinute(1.5))?.action).toBe('wait');
    expect(ruleAt(rules, silence, atMinute(3))?.action).toBe('close');
  });
});
