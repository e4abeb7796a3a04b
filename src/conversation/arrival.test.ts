import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, count, number, rowsOf } from '../../test/engine/front-desk.ts';
import * as t from '../tables/dataverse/index.ts';

const at = deskOfTests();

describe('arrival (behaviour.md §3.1 rows 1 to 9)', () => {
  it('a number that leads nowhere leaves no row and is released', async () => {
    await at.open();
    await call(at.desk, '+4599999999');
    await at.desk.engine.idle();
    expect(at.desk.effects).toMatchObject([{ type: 'Release', cause: 'unknownNumber' }]);
    expect(await count(at.desk, 'msdyn_ocliveworkitem')).toBe(0);
  });

  it('a withheld number is nobody', async () => {
    await at.open();
    const { row } = await rowsOf(at.desk, await call(at.desk, number.bot, null));
    expect(row).toMatchObject({ subject: 'Anonymous: Front-desk workstream', msdyn_customer: null });
  });

  it('links the one active case of the caller (behaviour.md §3.2)', async () => {
    await at.open();
    const customerid = { table: 'contact', id: at.desk.ids.contact };
    const cause = { actor: at.agent(), cause: 'test' };
    const incident = await at.store.transact(cause, (transaction) =>
      transaction.create(t.incident, { title: 'Lease', customerid }),
    );
    expect((await rowsOf(at.desk, await call(at.desk, number.bot))).row.msdyn_issueid).toBe(incident);
    await at.store.transact(cause, (transaction) =>
      transaction.create(t.incident, { title: 'Other', customerid }),
    );
    expect((await rowsOf(at.desk, await call(at.desk, number.bot))).row.msdyn_issueid).toBeNull();
  });

  it('without a bot it goes straight to the fallback queue, with the reason kept', async () => {
    await at.open({ agents: 1 });
    await at.signAllIn();
    const conversation = await call(at.desk, number.direct);
    await at.desk.engine.idle();
    expect(at.effects()).toEqual(['PlayWaiting', 'RingAgent']);
    const { sessions, participants, row } = await rowsOf(at.desk, conversation);
    expect(sessions).toMatchObject([
      { msdyn_cdsqueueid: at.desk.ids.front, msdyn_sessioncreationreason: 192350000 },
    ]);
    expect(participants).toMatchObject([{ msdyn_assignreason: 'InitChat', msdyn_agentid: at.agent() }]);
    expect(row.msdyn_firstwaitstartedon).not.toBeNull();
    const [rules] = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, { msdyn_diagnosticdatatype: 3 });
    expect(JSON.parse(rules?.msdyn_outputdata ?? '')).toMatchObject({
      queue: at.desk.ids.front,
      fallbackReason: 'the workstream has no active route-to-queue rules',
    });
  });

  it('a queue without members closes the conversation (behaviour.md §1.2)', async () => {
    await at.open({ agents: 0 });
    const conversation = await at.transferred();
    expect(at.effects()).toEqual(['StartBot', 'PlayWaiting', 'Release']);
    const { row, live, sessions } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350010,
      msdyn_isabandoned: false,
    });
    expect(live).toMatchObject({ statuscode: 4 });
    expect(sessions[1]).toMatchObject({ statecode: 1, msdyn_closurereason: 192350005 });
  });

  it('nobody free: it waits, and why is kept', async () => {
    await at.open({ agents: 1 });
    const conversation = await at.transferred();
    const { row } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 1,
      msdyn_statuschangereason: 192350001,
      msdyn_activeagentid: null,
    });
    const [people] = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, { msdyn_diagnosticdatatype: 4 });
    expect(JSON.parse(people?.msdyn_evaluation ?? '').candidates).toMatchObject([
      { outcome: 'Passed over', failed: { criterion: 'signedIn' } },
    ]);
    at.effects();
    await at.signAllIn();
    expect(at.effects()).toEqual(['RingAgent']);
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 2,
      msdyn_activeagentid: at.agent(),
    });
  });

  it('custom assignment without a configuration: the work stays, and says why', async () => {
    await at.open({ agents: 1, queue: { msdyn_assignmentstrategy: 192350002 } });
    await at.signAllIn();
    await at.transferred();
    const [people] = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, { msdyn_diagnosticdatatype: 4 });
    expect(JSON.parse(people?.msdyn_outputdata ?? '')).toMatchObject({ agent: null });
    expect(JSON.parse(people?.msdyn_evaluation ?? '')).toMatchObject({
      notes: ['the queue has no active assignment configuration'],
    });
  });
});

describe('context variables (behaviour.md §3.7)', () => {
  it.each([
    ['va_Nothing', '1', "no context variable 'va_Nothing'"],
    ['va_scope', '1', 'no context variable'],
    ['va_Orders', 'many', 'is a number'],
    ['va_Scope', 'x'.repeat(4001), 'longer than 4000'],
  ])('%s = %.8s is refused and leaves no trace', async (name, value, message) => {
    await at.open();
    const conversation = await call(at.desk, number.bot);
    await expect(at.run({ type: 'VariableSet', conversation, name, value })).rejects.toThrow(message);
    expect(await count(at.desk, 'msdyn_ocliveworkitemcontextitem')).toBe(0);
  });

  it('set twice is changed; one that cannot be set does not hold up a transfer, and is noted', async () => {
    await at.open();
    const conversation = await call(at.desk, number.bot);
    await at.run({ type: 'VariableSet', conversation, name: 'va_Scope', value: 'a' });
    await at.run({ type: 'VariableSet', conversation, name: 'va_Scope', value: 'b' });
    await at.run({ type: 'BotTransferred', conversation, variables: { va_Wrong: 'x', va_Scope: 'c' } });
    const items = await at.store.rows(t.msdyn_ocliveworkitemcontextitem, {
      msdyn_ocliveworkitemid: conversation,
    });
    expect(items).toMatchObject([{ msdyn_name: 'va_Scope', msdyn_value: 'c' }]);
    expect(at.desk.lines.join()).toContain('va_Wrong');
    expect((await rowsOf(at.desk, conversation)).row.msdyn_cdsqueueid).toBe(at.desk.ids.front);
  });
});
