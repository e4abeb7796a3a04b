import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, signIn } from '../../test/engine/front-desk.ts';
import { rule, when, xml } from '../../test/engine/rules-xml.ts';
import { change, make, offeredTo } from '../../test/engine/world.ts';
import * as t from '../tables/dataverse/index.ts';
import type { AssignmentEvaluation } from '../tables/why.ts';
import { readExplanation } from './explain/read-explanation.ts';
import { readPlace } from './read/in-queue.ts';

const at = deskOfTests();

/** Waits until all that was written past the engine is heard: the change log is told in order. */
async function heard(): Promise<void> {
  const last = new Promise<void>((resolve) => {
    const stop = at.store.subscribe((changes) => {
      if (!changes.some(({ table }) => table === 'account')) return;
      stop();
      resolve();
    });
  });
  await make(at.store, t.account, { name: 'Last' });
  await last;
}

/** A queue of the custom method: whoever can take work gets it, and `rules` order it. */
async function ordersItsWork(queue: string, ...rules: string[]): Promise<void> {
  const configuration = await make(at.store, t.msdyn_assignmentconfiguration, {
    msdyn_name: 'Order',
    msdyn_queueid: queue,
    msdyn_isactiveconfiguration: true,
  });
  for (const [type, definition] of [
    [192350000, xml(...rules)],
    [192350002, xml(rule(''))],
  ] as const)
    await make(at.store, t.msdyn_assignmentconfigurationstep, {
      msdyn_name: 'Order',
      msdyn_assignmentconfigurationid: configuration,
      msdyn_rulesetid: await make(at.store, t.msdyn_decisionruleset, {
        msdyn_name: 'Rules',
        msdyn_rulesettype: 192350000,
        msdyn_rulesetdefinition: definition,
      }),
      msdyn_type: type,
    });
  await change(at.store, t.queue, queue, { msdyn_assignmentstrategy: 192350002 });
}

it('who is free again after a call is matched with what waits, in wrap-up too (behaviour.md §4.4)', async () => {
  await at.open({ agents: 1, workstream: { msdyn_allowedpresences: [192360000, 192360001] } });
  const first = await at.talking();
  const second = await at.transferred();
  expect(await offeredTo(at.desk, second)).toBeNull();
  await at.run({ type: 'AgentEnded', conversation: first, agent: at.agent() });
  expect(await offeredTo(at.desk, second)).toBe(at.agent());
});

it('what was changed past the engine counts at the next event (behaviour.md §4.4)', async () => {
  await at.open({ agents: 2, capacity: 10 });
  await signIn(at.desk, at.agent(0));
  const conversation = await at.transferred();
  expect(await offeredTo(at.desk, conversation)).toBeNull();
  await change(at.store, t.systemuser, at.agent(0), { msdyn_capacity: 100 });
  await heard();
  await at.run({ type: 'WorkAvailable' });
  expect(await offeredTo(at.desk, conversation)).toBe(at.agent(0));
});

it('an item that nobody fits does not hold up one behind it, whoever signs in (behaviour.md §4.4)', async () => {
  await at.open({ agents: 1, workstream: { msdyn_matchinglogic: 192350000 } });
  const skill = await make(at.store, t.characteristic, { name: 'Rare', characteristictype: 1 });
  const rare = await at.transferred();
  await make(at.store, t.msdyn_ocliveworkitemcharacteristic, {
    msdyn_ocliveworkitemid: rare,
    msdyn_characteristic: skill,
  });
  const plain = await at.transferred();
  await signIn(at.desk, at.agent());
  await at.desk.engine.idle();
  expect(await offeredTo(at.desk, rare)).toBeNull();
  expect(await offeredTo(at.desk, plain)).toBe(at.agent());
});

it('plain queues come before one that orders its own work, the smaller number before both (behaviour.md §4.3)', async () => {
  for (const [priority, first] of [
    [null, 'plain'],
    [1, 'custom'],
  ] as const) {
    await at.open({ agents: 1 });
    await ordersItsWork(at.desk.ids.legal);
    await change(at.store, t.queue, at.desk.ids.legal, { msdyn_priority: priority });
    const work = { custom: await at.transferred(), plain: await call(at.desk, number.direct) };
    await signIn(at.desk, at.agent());
    await at.desk.engine.idle();
    expect(await offeredTo(at.desk, work[first])).toBe(at.agent());
    await at.clear();
  }
});

describe('a queue with a prioritisation rule set (behaviour.md §4.3; rules.md §6)', () => {
  const orders = 'liveworkitemcontext.va_Orders';
  const job = 'msdyn_ocliveworkitem.msdyn_customer_msdyn_ocliveworkitem_contact.jobtitle';
  const waits = async (variables: Record<string, string>, from: string = number.caller): Promise<string> => {
    const conversation = await call(at.desk, number.bot, from);
    await at.run({
      type: 'BotTransferred',
      conversation,
      variables: { va_Department: 'Legal', ...variables },
    });
    return conversation;
  };
  const finish = async (conversation: string): Promise<void> => {
    expect(await offeredTo(at.desk, conversation)).toBe(at.agent());
    await at.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'test' });
  };

  it('hands out bucket by bucket, each in its sort, anew when a variable changes; the trace tells', async () => {
    await at.open({ agents: 1 });
    const sort = `<orderby type="attribute" descending="true">${orders}</orderby>`;
    await ordersItsWork(at.desk.ids.legal, rule(when(orders, '>=', '10'), sort));
    const plain = await waits({});
    const ten = await waits({ va_Orders: '10' });
    const twenty = await waits({ va_Orders: '20' });
    // §3.4: the place in line is that of the order in which they are handed out.
    const places: (number | null)[] = [];
    for (const id of [plain, ten, twenty]) {
      const conversation = await at.store.row(t.msdyn_ocliveworkitem, id);
      places.push(conversation && (await readPlace(at.store, { conversation })));
    }
    expect(places).toEqual([3, 2, 1]);
    await signIn(at.desk, at.agent());
    await at.desk.engine.idle();
    const [tried] = await at.store.rows(
      t.msdyn_unifiedroutingdiagnostic,
      { msdyn_ocliveworkitemid: twenty, msdyn_diagnosticdatatype: 4 },
      { orderBy: [['msdyn_sequencenumber', 'desc']] },
    );
    const { priority } = JSON.parse(tried?.msdyn_evaluation ?? '{}') as AssignmentEvaluation;
    expect(priority).toMatchObject({ bucket: 1, buckets: 2, rule: 'it' });
    expect(priority?.rules[0]?.comparisons).toMatchObject([{ path: orders, actual: ['20'], result: true }]);
    const { store } = at;
    const { Stages } = await readExplanation(
      { query: (statement) => store.query(statement), row: (table, id) => store.row(table, id) },
      twenty,
    );
    const told = Stages.filter(({ Stage }) => Stage === 'Assignment').at(-1);
    expect(told?.Inputs).toContainEqual({ Name: 'priority', Value: 'bucket 1 of 2: it' });
    expect(told?.Rules).toMatchObject([{ Name: 'it', Status: 'Applied' }]);
    const [variable] = await store.rows(t.msdyn_ocliveworkstreamcontextvariable, { msdyn_name: 'va_Orders' });
    await make(store, t.msdyn_ocliveworkitemcontextitem, {
      msdyn_ocliveworkitemid: plain,
      msdyn_ocliveworkstreamcontextvariableid: variable?.msdyn_ocliveworkstreamcontextvariableid ?? '',
      msdyn_value: '30',
    });
    await heard();
    await finish(twenty);
    await finish(plain);
    await finish(ten);
  });

  it('goes by columns of the customer too, and hears when they change', async () => {
    await at.open({ agents: 1 });
    await ordersItsWork(at.desk.ids.legal, rule(when(job, '==', 'Judge')));
    const judge = await make(at.store, t.contact, { fullname: 'Pat Holm', mobilephone: '+4520000009' });
    const first = await waits({});
    const second = await waits({}, '+4520000009');
    // The matcher knows them both before.
    await at.run({ type: 'WorkAvailable' });
    await change(at.store, t.contact, judge, { jobtitle: 'judge' });
    await heard();
    await signIn(at.desk, at.agent());
    await at.desk.engine.idle();
    await finish(second);
    await finish(first);
  });

  it('goes on when a table it looks at is given another column', async () => {
    await at.open({ agents: 1 });
    await ordersItsWork(at.desk.ids.legal, rule(when(orders, '>=', '10')));
    await waits({});
    const later = await waits({ va_Orders: '10' });
    const table = 'alter table "dataverse"."msdyn_ocliveworkitem"';
    await at.store.query({ text: `${table} add column "added_later" text`, values: [] });
    try {
      for (let n = 0; n < 5; n += 1) await waits({ va_Orders: '1' });
      expect(at.desk.lines.filter((line) => line.includes('failed'))).toEqual([]);
      await signIn(at.desk, at.agent());
      await at.desk.engine.idle();
      await finish(later);
    } finally {
      await at.store.query({ text: `${table} drop column "added_later"`, values: [] });
    }
  });

  it('rules that cannot be read leave it first in, first out, and the trace says why', async () => {
    await at.open({ agents: 1 });
    await ordersItsWork(at.desk.ids.legal, '<rule');
    const first = await waits({});
    await waits({ va_Orders: '20' });
    await signIn(at.desk, at.agent());
    await at.desk.engine.idle();
    expect(await offeredTo(at.desk, first)).toBe(at.agent());
    const rows = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, {
      msdyn_ocliveworkitemid: first,
      msdyn_diagnosticdatatype: 4,
    });
    expect(rows.map((row) => row.msdyn_evaluation).join()).toContain('cannot be read');
  });
});
