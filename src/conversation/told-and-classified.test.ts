/** Classification, announcements and bot failure on a real store. */
import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, rowsOf } from '../../test/engine/front-desk.ts';
import { put, rule, when, xml } from '../../test/engine/rules-xml.ts';
import * as t from '../tables/dataverse/index.ts';
import { systemUserId, type Table, type Values } from '../tables/index.ts';

describe('classification and what callers are told, seen on the desk', () => {
  const at = deskOfTests();
  const make = <T extends Table>(table: T, values: Values<T>): Promise<string> =>
    at.store.transact({ actor: systemUserId, cause: 'test' }, (transaction) =>
      transaction.create(table, values),
    );
  const set = <T extends Table>(table: T, id: string, values: Values<T>): Promise<void> =>
    at.store.transact({ actor: systemUserId, cause: 'test' }, (transaction) =>
      transaction.update(table, id, values),
    );

  it.each([
    ['enrichment', 192350000],
    ['skill identification', 192350001],
  ] as const)(
    '§4.1, %s: sets before route to queue, whose outputs the rules see; skills and columns are rows',
    async (_, msdyn_type) => {
      await at.open({ agents: 1 });
      const skill = await make(t.characteristic, { name: 'Law' });
      const records = `<upsertrecords><target>msdyn_ocliveworkitemcharacteristic</target><records><record>${put('a.characteristicid', skill)}</record></records></upsertrecords>`;
      const classification = await make(t.msdyn_decisionruleset, {
        msdyn_name: 'Classify',
        msdyn_uniquename: 'new_classify',
        msdyn_rulesettype: 192350000,
        msdyn_rulesetdefinition: xml(
          rule(
            when('liveworkitemcontext.va_Scope', '==', 'Contract'),
            put('liveworkitemcontext.va_Department', 'Legal'),
            put('msdyn_ocliveworkitem.prioritycode', '2'),
            records,
          ),
        ),
      });
      const [configuration] = await at.store.rows(t.msdyn_routingconfiguration, {});
      await make(t.msdyn_routingconfigurationstep, {
        msdyn_routingconfigurationid: configuration?.msdyn_routingconfigurationid ?? '',
        msdyn_rulesetid: classification,
        msdyn_type,
        msdyn_steporder: 9,
      });
      const conversation = await call(at.desk, number.bot);
      await at.run({ type: 'BotTransferred', conversation, variables: { va_Scope: 'Contract' } });
      expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
        msdyn_cdsqueueid: at.desk.ids.legal,
        prioritycode: 2,
      });
      expect(
        await at.store.rows(t.msdyn_ocliveworkitemcharacteristic, { msdyn_ocliveworkitemid: conversation }),
      ).toMatchObject([{ msdyn_characteristic: skill, msdyn_characteristicsource: 321240000 }]);
      const items = await at.store.rows(t.msdyn_ocliveworkitemcontextitem, {
        msdyn_ocliveworkitemid: conversation,
      });
      expect(items.map(({ msdyn_name, msdyn_value }) => [msdyn_name, msdyn_value]).sort()).toEqual([
        ['va_Department', 'Legal'],
        ['va_Scope', 'Contract'],
      ]);
      const [row] = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, {
        msdyn_ocliveworkitemid: conversation,
        msdyn_diagnosticdatatype: 2,
      });
      expect(row).toMatchObject({
        msdyn_name: 'Classification',
        msdyn_ruletype: 1,
        msdyn_decisionrulesetid: classification,
      });
      expect(JSON.parse(row?.msdyn_evaluation ?? '{}')).toMatchObject({
        sets: [{ name: 'Classify', rules: [{ status: 'Applied' }] }],
      });
    },
  );

  it('§3.4: "next in line" and "position n", each once; the text is the row’s, with its slugs', async () => {
    await at.open({ agents: 1 });
    const [voice] = await at.store.rows(t.msdyn_ocvoicechannelsetting, {
      msdyn_liveworkstreamid: at.desk.ids.workstream,
    });
    await set(t.msdyn_ocvoicechannelsetting, voice?.msdyn_ocvoicechannelsettingid ?? '', {
      msdyn_announcepositioninqueue: true,
    });
    await make(t.msdyn_ocsystemmessage, {
      msdyn_name: 'position',
      msdyn_messagetype: 2,
      msdyn_streamsource: 192440000,
      msdyn_messagereceiver: 192350001,
      msdyn_systemmessageeventtype: 192350021,
      msdyn_messagetext: '{$va_Department$} {$nobody$}{QueueName}: {Position}',
    });
    const first = await at.transferred();
    const second = await at.transferred();
    at.effects();
    for (const conversation of [first, second, second])
      await at.run({ type: 'PromptDue', conversation, prompt: 'position', turn: 1 } as never);
    const said = at.desk.effects
      .splice(0)
      .flatMap((effect) => (effect.type === 'Say' ? [[effect.id.split(':').at(-1), effect.text]] : []));
    expect(said).toEqual([
      ['1', 'You are next in line.'],
      ['2', 'Legal Legal Call center Queue: 2'],
      ['2', 'Legal Legal Call center Queue: 2'],
    ]);
  });

  it('§3.4: the average wait, on entry, of a queue without overflow rules too', async () => {
    await at.open({ agents: 1 });
    const [voice] = await at.store.rows(t.msdyn_ocvoicechannelsetting, {
      msdyn_liveworkstreamid: at.desk.ids.workstream,
    });
    await set(t.msdyn_ocvoicechannelsetting, voice?.msdyn_ocvoicechannelsettingid ?? '', {
      msdyn_announceaveragewaittime: true,
    });
    const answeredOn = new Date(Date.now() - 3_600_000);
    const queues = [at.desk.ids.legal, at.desk.ids.front];
    for (const [n, queue] of queues.entries())
      for (let waits = 0; waits < 20; waits += 1)
        await make(t.msdyn_ocsession, {
          subject: 'earlier',
          msdyn_cdsqueueid: queue,
          msdyn_queueassignedon: new Date(answeredOn.getTime() - (n + 2) * 60_000),
          msdyn_agentacceptedon: answeredOn,
        });
    const said = () => at.desk.effects.splice(0).flatMap((one) => (one.type === 'Say' ? [one.text] : []));
    const conversation = await at.transferred();
    expect(said()).toEqual([expect.stringContaining('2 minutes')]);
    await at.run({ type: 'WorkMoved', conversation, queue: at.desk.ids.front });
    expect(said()).toEqual([expect.stringContaining('3 minutes')]);
  });

  it('§3.1 rows 4 and 5: the channel’s hours go before all; when it is open the greeting comes first', async () => {
    await at.open({ agents: 1 });
    const [voice] = await at.store.rows(t.msdyn_ocvoicechannelsetting, {
      msdyn_liveworkstreamid: at.desk.ids.workstream,
    });
    const message = (type: 192350035 | 192350036 | 192350056, text: string) =>
      make(t.msdyn_ocsystemmessage, {
        msdyn_name: text,
        msdyn_streamsource: 192440000,
        msdyn_messagereceiver: 192350001,
        msdyn_systemmessageeventtype: type,
        msdyn_messagetext: text,
      });
    await message(192350056, 'Welcome');
    await message(192350035, 'Holiday');
    const open = await call(at.desk, number.bot);
    expect(at.desk.effects.splice(0)).toMatchObject([{ type: 'Say', text: 'Welcome' }, { type: 'StartBot' }]);
    expect((await rowsOf(at.desk, open)).row.statuscode).toBe(1);
    const holidays = await make(t.calendar, { name: 'holidays', type: 2 });
    const since = new Date(Date.now() - 2 * 86_400_000);
    await make(t.calendarrule, {
      calendarid: holidays,
      name: 'Closed',
      effectiveintervalstart: since,
      effectiveintervalend: new Date(Date.now() + 2 * 86_400_000),
    });
    const calendar = await make(t.calendar, { name: 'hours', type: 1, holidayschedulecalendarid: holidays });
    await make(t.calendarrule, {
      calendarid: calendar,
      pattern: 'FREQ=DAILY',
      timezonecode: 92,
      offset: 0,
      duration: 1440,
    });
    const hours = await make(t.msdyn_operatinghour, {
      msdyn_name: 'hours',
      msdyn_calendarid: `{${calendar}}`,
    });
    await set(t.msdyn_ocvoicechannelsetting, voice?.msdyn_ocvoicechannelsettingid ?? '', {
      msdyn_operatinghoursid: hours,
    });
    const closed = await call(at.desk, number.bot);
    expect(at.desk.effects.splice(0)).toMatchObject([
      { type: 'PlayWaiting' },
      { type: 'Say', text: 'Holiday' },
    ]);
    const { row, live, sessions } = await rowsOf(at.desk, closed);
    expect([row.statecode, row.statuscode, live?.statuscode, sessions.length]).toEqual([1, 4, 4, 0]);
    expect(row.msdyn_isabandoned).toBe(true);
    await at.run({ type: 'PromptEnded', conversation: closed, prompt: 'end:hours', key: null });
    expect(at.desk.effects.splice(0)).toMatchObject([{ type: 'Release', cause: 'outOfHours' }]);
  });

  const failures = [
    ['prompt and hang up', 192350000, 28, null, ['Say']],
    ['prompt and transfer outside', 192350001, 29, 44, ['PlayWaiting', 'Say', 'CallParty']],
    ['prompt and escalate', 192350002, 30, 45, ['PlayWaiting', 'Say']],
    ['wait music and escalate', 192350003, 31, 46, ['PlayWaiting']],
    ['nothing said about it', null, 31, 46, ['PlayWaiting']],
  ] as const;
  it.each(failures)('§3.6 bot failure, %s', async (_, kind, closed, created, effects) => {
    await at.open({ agents: 1 });
    if (kind !== null) {
      const config = await make(t.msdyn_overflowactionconfig, {
        msdyn_name: 'failure',
        msdyn_botfailureactiontype: kind,
        msdyn_overflowactiondata: kind === 192350001 ? '+4570999999' : null,
      });
      await set(t.msdyn_liveworkstream, at.desk.ids.workstream, { msdyn_botfailureactionconfig: config });
    }
    const conversation = await call(at.desk, number.bot);
    at.effects();
    await at.run({ type: 'BotFailed', conversation, reason: 'no flow' });
    expect(at.effects()).toEqual(effects);
    const { sessions, row } = await rowsOf(at.desk, conversation);
    expect(sessions.map((one) => (one.msdyn_closurereason ?? 192350000) - 192350000)).toContain(closed);
    if (created === null) expect(row).toMatchObject({ statuscode: 4, msdyn_statuschangereason: 192350014 });
    else {
      expect(sessions.map((one) => (one.msdyn_sessioncreationreason ?? 0) - 192350000)).toContain(created);
      expect(row).toMatchObject({ statuscode: 1, msdyn_cdsqueueid: at.desk.ids.front });
    }
  });
});
