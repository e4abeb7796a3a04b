/** Overflow and operating hours on a real store. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { put, rule, when, xml } from '../../test/engine/rules-xml.ts';
import * as t from '../tables/dataverse/index.ts';
import { systemUserId, type Table, type Values } from '../tables/index.ts';
import { wirechief_callparty } from '../tables/wirechief/wirechief_callparty.ts';
import { readExplanation } from './explain/read-explanation.ts';

const acts = (action: string): string =>
  put('overflowaction.msdyn_overflowactionconfig.msdyn_overflowactionconfigid', action);
const full = when('queue_prequeue.currentqueuesize', '>=', '1');
const closed = when('queue_prequeue.iswithinoperatinghour', '==', 'false');
const waited = when('queue_inqueue.lapsedwaittime', '>=', '2', ' unit="minutes"');

const type = {
  anyway: 192350000,
  end: 192350001,
  phone: 192350002,
  callback: 192350003,
  voicemail: 192350004,
  queue: 192350005,
} as const;

describe('overflow, seen on the desk (behaviour.md §3.5)', () => {
  const at = deskOfTests();
  const make = <T extends Table>(table: T, values: Values<T>): Promise<string> =>
    at.store.transact({ actor: systemUserId, cause: 'test' }, (transaction) =>
      transaction.create(table, values),
    );
  const set = <T extends Table>(table: T, id: string, values: Values<T>): Promise<void> =>
    at.store.transact({ actor: systemUserId, cause: 'test' }, (transaction) =>
      transaction.update(table, id, values),
    );
  const action = (kind: keyof typeof type, data: string | null = null): Promise<string> =>
    make(t.msdyn_overflowactionconfig, {
      msdyn_name: kind,
      msdyn_overflowactiontype: type[kind],
      msdyn_overflowactiondata: data,
    });
  const ruleSet = (definition: string): Promise<string> =>
    make(t.msdyn_decisionruleset, {
      msdyn_name: 'set',
      msdyn_uniquename: `new_${randomUUID()}`,
      msdyn_rulesettype: 192350000,
      msdyn_rulesetdefinition: definition,
    });
  const overflows = async (
    condition: string,
    kind: keyof typeof type,
    data: string | null = null,
    stage: 'pre' | 'in' = 'pre',
  ): Promise<void> => {
    const rules = await ruleSet(xml(rule(condition, acts(await action(kind, data)))));
    await set(
      t.queue,
      at.desk.ids.legal,
      stage === 'pre'
        ? { msdyn_prequeueoverflowrulesetid: rules }
        : { msdyn_inqueueoverflowrulesetid: rules },
    );
  };
  const sessions = async (conversation: string) =>
    (await rowsOf(at.desk, conversation)).sessions.map((one) => [
      one.msdyn_cdsqueueid === at.desk.ids.legal ? 'legal' : 'front',
      (one.msdyn_sessioncreationreason ?? 0) - 192350000,
      one.msdyn_closurereason === null ? null : one.msdyn_closurereason - 192350000,
    ]);
  const why = async (conversation: string, name: string) => {
    const rows = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, {
      msdyn_ocliveworkitemid: conversation,
      msdyn_name: name,
    });
    return rows.map(({ msdyn_evaluation, msdyn_outputdata }) => [
      JSON.parse(msdyn_evaluation ?? 'null'),
      JSON.parse(msdyn_outputdata ?? 'null'),
    ]);
  };
  /** A call that waits in Legal already, then the one that is looked at. */
  const second = async (): Promise<string> => {
    await at.transferred();
    at.desk.effects.splice(0);
    return at.transferred();
  };
  const neverOpen = async (): Promise<string> => {
    const inner = await make(t.calendar, { name: 'times', type: 0 });
    await make(t.calendarrule, { calendarid: inner, offset: 0, duration: 1 });
    const calendar = await make(t.calendar, { name: 'hours', type: 1 });
    await make(t.calendarrule, {
      calendarid: calendar,
      innercalendarid: inner,
      pattern: 'FREQ=WEEKLY;BYDAY=MO',
      timezonecode: 105,
      effectiveintervalstart: new Date('2090-01-02T00:00:00Z'),
    });
    return make(t.msdyn_operatinghour, { msdyn_name: 'hours', msdyn_calendarid: calendar });
  };

  it('before queueing, end: the caller is told and let go; 016, reason 011', async () => {
    await at.open({ agents: 1 });
    await overflows(full, 'end');
    const conversation = await second();
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350011,
      msdyn_isabandoned: true,
    });
    expect(await sessions(conversation)).toContainEqual(['legal', 24, 16]);
    expect(at.effects()).toEqual(['StartBot', 'PlayWaiting', 'Say']);
    await at.run({ type: 'PromptEnded', conversation, prompt: 'end:overflow', key: null });
    expect(at.desk.effects.splice(0)).toMatchObject([{ type: 'Release', cause: 'overflow' }]);
    const [[evaluation, output]] = (await why(conversation, 'Overflow before queueing')) as [
      [object, object],
    ];
    expect(output).toMatchObject({ queue: at.desk.ids.legal, condition: 'queueSize', action: 'end' });
    expect(evaluation).toMatchObject({ stage: 'prequeue', figures: { open: true, size: 1 } });
  });

  it('before queueing, another queue: 015, creation 034, counted', async () => {
    await at.open({ agents: 1 });
    await overflows(full, 'queue', at.desk.ids.front);
    const conversation = await second();
    const { row } = await rowsOf(at.desk, conversation);
    expect(row).toMatchObject({
      statuscode: 1,
      msdyn_cdsqueueid: at.desk.ids.front,
      msdyn_overflowtransfercount: 1,
    });
    expect(await sessions(conversation)).toEqual(
      expect.arrayContaining([
        ['legal', 24, 15],
        ['front', 34, null],
      ]),
    );
  });

  it('before queueing, assign anyway: creation 036', async () => {
    await at.open({ agents: 1 });
    await overflows(full, 'anyway');
    expect(await sessions(await second())).toContainEqual(['legal', 36, null]);
  });

  it('before queueing, a phone number: called while the caller hears music; joined and let go, or queued after all', async () => {
    await at.open({ agents: 1 });
    await overflows(full, 'phone', '+4570999999');
    const conversation = await second();
    const dialled = at.desk.effects.splice(0).find((effect) => effect.type === 'CallParty');
    expect(dialled).toMatchObject({ number: '+4570999999' });
    const party = dialled?.type === 'CallParty' ? dialled.party : '';
    await at.run({ type: 'PartyRefused', conversation, party, status: 486, reason: 'busy' });
    expect(await sessions(conversation)).toEqual(
      expect.arrayContaining([
        ['legal', 24, 37],
        ['legal', 36, null],
      ]),
    );
    const other = await at.transferred();
    const called = at.desk.effects.splice(0).find((effect) => effect.type === 'CallParty');
    await at.run({
      type: 'PartyAnswered',
      conversation: other,
      party: called?.type === 'CallParty' ? called.party : '',
    });
    expect(at.effects()).toContain('LetGo');
    expect((await rowsOf(at.desk, other)).row).toMatchObject({
      statuscode: 4,
      msdyn_statuschangereason: 192350011,
    });
  });

  it('before queueing, voicemail: the message begins, the conversation is over', async () => {
    await at.open({ agents: 1 });
    await overflows(full, 'voicemail');
    const conversation = await second();
    expect(at.effects()).toContain('TakeMessage');
    expect(await sessions(conversation)).toContainEqual(['legal', 24, 16]);
  });

  it('out of hours goes before the rest, and the hours are looked at', async () => {
    await at.open({ agents: 1 });
    const end = await action('end');
    const rules = await ruleSet(
      xml(rule(full, acts(end)), rule(closed, acts(await action('queue', at.desk.ids.front)))),
    );
    await set(t.queue, at.desk.ids.legal, {
      msdyn_prequeueoverflowrulesetid: rules,
      msdyn_operatinghourid: await neverOpen(),
    });
    const conversation = await second();
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 1,
      msdyn_cdsqueueid: at.desk.ids.front,
    });
    const [[, output]] = (await why(conversation, 'Overflow before queueing')) as [[object, object]];
    expect(output).toMatchObject({ condition: 'outOfHours', action: 'queue' });
  });

  it('while waiting: after the limit, 024 and creation 034; a chain ends after five', async () => {
    await at.open({ agents: 1 });
    await overflows(waited, 'queue', at.desk.ids.front, 'in');
    const conversation = await at.transferred();
    const [timer] = await at.store.query({
      text: `select due from wirechief.timer where key = $1`,
      values: [`overflow:${conversation}`],
    });
    const { row } = await rowsOf(at.desk, conversation);
    expect(Number(timer?.due) - Number(row.msdyn_firstwaitstartedon)).toBe(120_000);
    const due = { type: 'OverflowDue', conversation } as const;
    await at.run(due as never);
    expect((await rowsOf(at.desk, conversation)).row.msdyn_cdsqueueid).toBe(at.desk.ids.legal);
    const back = async (): Promise<void> => {
      await set(t.queueitem, (await rowsOf(at.desk, conversation)).row.msdyn_queueitemid ?? '', {
        enteredon: new Date(Date.now() - 180_000),
      });
      await at.run(due as never);
    };
    await back();
    const moved = (await rowsOf(at.desk, conversation)).row;
    expect(moved).toMatchObject({ msdyn_cdsqueueid: at.desk.ids.front, msdyn_overflowtransfercount: 1 });
    expect(await sessions(conversation)).toEqual(
      expect.arrayContaining([
        ['legal', 24, 24],
        ['front', 34, null],
      ]),
    );
    const [item] = await at.store.query({
      text: 'select "queueid" as id from "dataverse"."queueitem" where "queueitemid" = $1',
      values: [moved.msdyn_queueitemid],
    });
    expect(item?.id).toBe(at.desk.ids.front);
    const other = await ruleSet(xml(rule(waited, acts(await action('queue', at.desk.ids.legal)))));
    await set(t.queue, at.desk.ids.front, { msdyn_inqueueoverflowrulesetid: other });
    for (let n = 0; n < 7; n += 1) await back();
    expect((await rowsOf(at.desk, conversation)).row.msdyn_overflowtransfercount).toBe(5);
    expect(at.desk.lines.join()).toContain('moved 5 times by overflow and stays');
    const { Stages } = await readExplanation(at.store, conversation);
    expect(Stages.filter(({ Stage }) => Stage === 'Overflow').at(-1)?.Summary).toContain(
      'not done: the conversation was moved 5 times by overflow and stays',
    );
  });

  it.each(['pre', 'in'] as const)(
    'rules of overflow look at columns and variables too: %squeue',
    async (stage) => {
      await at.open({ agents: 1 });
      const known = when(
        'msdyn_ocliveworkitem.msdyn_customer_msdyn_ocliveworkitem_contact.fullname',
        '==',
        'Kim Berg',
      );
      const legal = when('liveworkitemcontext.va_Department', '==', 'Legal');
      await overflows((stage === 'pre' ? '' : waited) + known + legal, 'queue', at.desk.ids.front, stage);
      const queueOf = async (from: string): Promise<string | null> => {
        const conversation = await call(at.desk, number.bot, from);
        await at.run({ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } });
        await set(t.queueitem, (await rowsOf(at.desk, conversation)).row.msdyn_queueitemid ?? '', {
          enteredon: new Date(Date.now() - 180_000),
        });
        await at.run({ type: 'OverflowDue', conversation } as never);
        return (await rowsOf(at.desk, conversation)).row.msdyn_cdsqueueid;
      };
      expect(await queueOf(number.caller)).toBe(at.desk.ids.front);
      expect(await queueOf('+4529999999')).toBe(at.desk.ids.legal);
    },
  );

  describe('while waiting, a phone number', () => {
    /** A call that has waited too long, and the party that is called for it. */
    const rings = async (): Promise<{ conversation: string; party: string }> => {
      await at.open({ agents: 1 });
      await overflows(waited, 'phone', '+4570999999', 'in');
      const conversation = await at.transferred();
      await set(t.queueitem, (await rowsOf(at.desk, conversation)).row.msdyn_queueitemid ?? '', {
        enteredon: new Date(Date.now() - 180_000),
      });
      at.effects();
      await at.run({ type: 'OverflowDue', conversation } as never);
      const called = at.desk.effects.splice(0).find((effect) => effect.type === 'CallParty');
      return { conversation, party: called?.type === 'CallParty' ? called.party : '' };
    };
    const timers = (conversation: string) =>
      at.store.query({
        text: 'select key from wirechief.timer where key like $1',
        values: [`overflow:${conversation}`],
      });
    const stateOf = async (party: string) =>
      (await at.store.row(wirechief_callparty, party))?.statuscode ?? null;

    it('is let be when an agent takes the call first', async () => {
      const { conversation, party } = await rings();
      expect(await stateOf(party)).toBe(1);
      await signIn(at.desk, at.agent());
      await at.desk.engine.idle();
      at.effects();
      await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
      expect(at.desk.effects.splice(0)).toContainEqual({ type: 'DropParty', conversation, party });
      expect(await stateOf(party)).toBe(4);
      expect(await timers(conversation)).toEqual([]);
      // It picked up a moment too late.
      await at.run({ type: 'PartyAnswered', conversation, party });
      expect((await rowsOf(at.desk, conversation)).row).toMatchObject({ statuscode: 2 });
    });

    it('has the call when it picks up while an agent is still asked; who does not is asked no more', async () => {
      const { conversation, party } = await rings();
      await signIn(at.desk, at.agent());
      await at.desk.engine.idle();
      at.effects();
      await at.run({ type: 'PartyAnswered', conversation, party });
      expect(at.effects()).toEqual(expect.arrayContaining(['LetGo', 'StopRinging']));
      const { row, offers, sessions } = await rowsOf(at.desk, conversation);
      expect(row).toMatchObject({ statuscode: 4, msdyn_statuschangereason: 192350011 });
      expect(sessions.at(-1)?.msdyn_closurereason).toBe(192350036);
      expect(offers).toMatchObject([{ statuscode: 5 }]);
      expect((await statusOf(at.desk, at.agent()))?.msdyn_availableunitscapacity).toBe(100);
    });

    it('that is busy leaves the caller where they are; the same number is called once at a time', async () => {
      const { conversation, party } = await rings();
      await at.run({ type: 'OverflowDue', conversation } as never);
      expect(at.effects()).not.toContain('CallParty');
      await at.run({ type: 'PartyRefused', conversation, party, status: 486, reason: 'busy' });
      expect(await stateOf(party)).toBe(4);
      expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
        statuscode: 1,
        msdyn_cdsqueueid: at.desk.ids.legal,
      });
    });

    it('is let be when the caller gives up, and no limit of the queue is watched any more', async () => {
      const { conversation, party } = await rings();
      const other = await at.transferred();
      expect(await timers(other)).toHaveLength(1);
      at.effects();
      for (const one of [conversation, other])
        await at.run({ type: 'CallEnded', conversation: one, by: 'customer', reason: 'gave up' });
      expect(at.desk.effects.splice(0)).toContainEqual({ type: 'DropParty', conversation, party });
      expect(await timers(conversation)).toEqual([]);
      expect(await timers(other)).toEqual([]);
    });
  });

  it('direct callback: asked after 30 s and every 120 s; key 1 is confirmed, then the call ends and the place is kept', async () => {
    await at.open({ agents: 1 });
    await overflows(full, 'callback');
    const conversation = await second();
    const due = async (): Promise<number> => {
      const [row] = await at.store.query({
        text: 'select due from wirechief.timer where key = $1',
        values: [`prompt:callback:${conversation}`],
      });
      return Math.round((Number(row?.due) - Date.now()) / 10_000);
    };
    expect(await due()).toBe(3);
    at.effects();
    await at.run({ type: 'PromptDue', conversation, prompt: 'callback', turn: 1 } as never);
    expect(at.desk.effects.splice(0)).toMatchObject([{ type: 'Say', id: 'callback:1', keys: ['1'] }]);
    expect(await due()).toBe(12);
    await at.run({ type: 'PromptEnded', conversation, prompt: 'callback:1', key: '1' });
    await at.run({ type: 'PromptEnded', conversation, prompt: 'callback-accepted', key: null });
    expect(at.effects()).toEqual(['Say', 'Release']);
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 1,
      msdyn_cdsqueueid: at.desk.ids.legal,
    });
  });

  it('§3.3: the fallback queue ignores overflow; rules that cannot be read lead there, and the trace says why', async () => {
    await at.open({ agents: 1 });
    const rules = await ruleSet(xml(rule('', acts(await action('end')))));
    await set(t.queue, at.desk.ids.front, { msdyn_prequeueoverflowrulesetid: rules });
    await set(t.msdyn_decisionruleset, at.desk.ids.ruleSet, {
      msdyn_rulesetdefinition: '<!DOCTYPE x><decision/>',
    });
    const conversation = await at.transferred();
    expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
      statuscode: 1,
      msdyn_cdsqueueid: at.desk.ids.front,
    });
    const [[, output]] = (await why(conversation, 'Route to queue')) as [
      [object, { fallbackReason: string }],
    ];
    expect(output.fallbackReason).toContain('document types');
  });
});
