/** Numbers are those of docs/differences.md. */
import { describe, expect, it } from 'vitest';
import * as t from '../../src/tables/dataverse/index.ts';
import { autoClose } from '../engine/auto-close.ts';
import { deskOfTests } from '../engine/desk.ts';
import { call, number, rowsOf, statusOf } from '../engine/front-desk.ts';

describe('the engine differs from the product', () => {
  const at = deskOfTests();

  it('9 timers are exact: due one day after wrap-up began, not at the next look', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.wrapUp();
    const { row } = await rowsOf(at.desk, conversation);
    const timers = await at.store.query({ text: 'select due from wirechief.timer', values: [] });
    const day = 24 * 60 * 60 * 1000;
    const lateness = timers.map(({ due }) =>
      Math.abs(Number(due) - day - Number(row.msdyn_wrapupinitiatedon)),
    );
    expect(Math.min(...lateness)).toBeLessThan(1000);
  });

  it('10 an agent has one live call, whatever the capacity says', async () => {
    await at.open({
      agents: 1,
      capacity: 1000,
      workstream: { msdyn_allowedpresences: [192360000, 192360001] },
    });
    await at.talking();
    const second = await at.transferred();
    expect((await rowsOf(at.desk, second)).row).toMatchObject({ statuscode: 1, msdyn_activeagentid: null });
  });

  it('12 a variable that is not declared does not stop a hand-over', async () => {
    await at.open({ agents: 1 });
    const conversation = await call(at.desk, number.bot);
    await at.run({
      type: 'BotTransferred',
      conversation,
      variables: { va_Nobody: 'x', va_Department: 'Legal' },
    });
    expect((await rowsOf(at.desk, conversation)).row.msdyn_cdsqueueid).toBe(at.desk.ids.legal);
    expect(at.desk.lines.join()).toContain('va_Nobody');
  });

  it('13 the ongoing conversation has the id of the conversation', async () => {
    await at.open();
    const conversation = await call(at.desk, number.bot);
    const live = await at.store.row(t.msdyn_liveconversation, conversation);
    expect(live?.msdyn_liveconversationid).toBe(conversation);
  });

  it('14 two hours active: closure CallTimedOut, wrap-up for AgentMovedToWrapUp', async () => {
    await at.open({ agents: 1 });
    await autoClose(at.store, 192440000, { 1: 0 });
    const conversation = await at.talking();
    await at.run({ type: 'LifecycleTimer', conversation, timer: 'active' });
    const { row, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({ statuscode: 5, msdyn_statuschangereason: 192350005 });
    expect(sessions.at(-1)?.msdyn_closurereason).toBe(192350056);
  });

  it('15 capacity is taken by the offer and given back when it ends', async () => {
    await at.open({ agents: 1, capacity: 100 });
    const conversation = await at.offered();
    const taken = (await statusOf(at.desk, at.agent()))?.msdyn_availableunitscapacity;
    await at.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'gave up' });
    const back = (await statusOf(at.desk, at.agent()))?.msdyn_availableunitscapacity;
    expect([Number(taken) < 100, back]).toEqual([true, 100]);
  });

  it('16 a lost page loses its offer at once', async () => {
    await at.open({ agents: 1 });
    const ringing = await at.offered();
    await at.run({ type: 'AgentLost', agent: at.agent() });
    expect((await rowsOf(at.desk, ringing)).offers.at(-1)).toMatchObject({ statuscode: 5 });
  });

  it('18 a call action that no longer fits is a 409 that names what is the case', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.talking();
    await at.run({ type: 'AgentEnded', conversation, agent: at.agent() });
    const hold = at.desk.engine.run({ type: 'HoldRequested', conversation, agent: at.agent() });
    await expect(hold).rejects.toMatchObject({
      status: 409,
      code: '0x80040265',
      message: expect.stringMatching(/wrap-up/),
    });
  });
});
