/** Rows that are wrong although they are there, from an import or by hand: each concerns only the work it is about, which
 *  goes on, and the trace says why. Next to each, a call that has nothing to do with it. */
import { expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, rowsOf, signIn, statusOf } from '../../test/engine/front-desk.ts';
import { put, rule, when, xml } from '../../test/engine/rules-xml.ts';
import { change, make, offeredTo } from '../../test/engine/world.ts';
import * as t from '../tables/dataverse/index.ts';
import { msdyn_omnichannelconfiguration } from '../tables/platform/index.ts';

const at = deskOfTests();
const missing = '6e000000-0000-4000-8000-000000000009';
const legal = (): string => at.desk.ids.legal;
const front = (): string => at.desk.ids.front;

/** All that is kept of why. */
const why = async (conversation: string): Promise<string> => {
  const rows = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, {
    msdyn_ocliveworkitemid: conversation,
  });
  return rows.map((row) => `${row.msdyn_evaluation} ${row.msdyn_outputdata}`).join('\n');
};
const routes = (definition: string, type: 192350000 | 192350001 = 192350000): Promise<void> =>
  change(at.store, t.msdyn_decisionruleset, at.desk.ids.ruleSet, {
    msdyn_rulesetdefinition: definition,
    msdyn_rulesettype: type,
  });
const ruleSet = (definition: string): Promise<string> =>
  make(at.store, t.msdyn_decisionruleset, {
    msdyn_name: 'Broken',
    msdyn_rulesettype: 192350000,
    msdyn_rulesetdefinition: definition,
  });
const toQueue = (queue: string): string => put('assign_to.queue', queue);
const split = (...queues: string[]): string =>
  `<upsertrecords><target>percentagebaseddistribution</target><records>${queues
    .map(
      (queue) =>
        `<record>${put('queuedetails.queueid', queue)}${put('queuedetails.percentage', String(100 / queues.length))}</record>`,
    )
    .join('')}</records></upsertrecords>`;
const classifies = async (...outputs: string[]): Promise<void> => {
  const [configuration] = await at.store.rows(t.msdyn_routingconfiguration, {});
  await make(at.store, t.msdyn_routingconfigurationstep, {
    msdyn_routingconfigurationid: configuration?.msdyn_routingconfigurationid ?? '',
    msdyn_rulesetid: await ruleSet(xml(rule('', ...outputs))),
    msdyn_type: 192350000,
  });
};
const records = (name: string): string =>
  `<upsertrecords><target>x</target><records><record>${put(`x.${name}`, missing)}</record></records></upsertrecords>`;

const breakages: readonly (readonly [string, () => Promise<void>, () => string, RegExp])[] = [
  ['a route-to-queue set that cannot be parsed', () => routes('<decision'), front, /cannot be read/],
  ['a set of a type without rules', () => routes(xml(), 192350001), front, /type 192350001 are not there/],
  ['a set without a definition', () => routes(' '), front, /has no definition/],
  [
    'a rule with an operator nobody knows',
    () => routes(xml(rule(when('liveworkitemcontext.va_Department', 'rhymes', 'x'), toQueue(legal())))),
    front,
    /operator rhymes is not known/,
  ],
  [
    'a rule that looks at a column that is not there',
    () => routes(xml(rule(when('msdyn_ocliveworkitem.nothing', '!=', 'x'), toQueue(legal())))),
    front,
    /nothing is known under msdyn_ocliveworkitem.nothing/,
  ],
  [
    'a rule that sends to a queue that is not there',
    () => routes(xml(rule('', toQueue(missing)))),
    front,
    /queue 6e000000\S+ is not there/,
  ],
  [
    'and the next rule is taken, when there is one',
    () => routes(xml(rule('', toQueue(missing)), rule('', toQueue(legal())))),
    legal,
    /queue 6e000000\S+ is not there/,
  ],
  [
    'a percentage split over queues that are not there',
    () => routes(xml(rule('', split(missing, missing)))),
    front,
    /queue 6e000000\S+ is not there/,
  ],
  [
    'a skill that is not there',
    () => classifies(records('characteristicid')),
    legal,
    /skill 6e000000\S+ is not there/,
  ],
  [
    'a capacity profile that is not there',
    () => classifies(records('capacityprofileid')),
    legal,
    /capacity profile 6e000000\S+ is not there/,
  ],
  [
    'a column set to a row that is not there',
    () => classifies(put('msdyn_ocliveworkitem.transactioncurrencyid', missing)),
    legal,
    /transactioncurrency 6e000000\S+ is not there/,
  ],
  [
    'an overflow to a queue that is not there',
    async () => {
      const action = await make(at.store, t.msdyn_overflowactionconfig, {
        msdyn_overflowactiontype: 192350005,
        msdyn_overflowactiondata: missing,
      });
      const acts = put('overflowaction.msdyn_overflowactionconfig.msdyn_overflowactionconfigid', action);
      const full = when('queue_prequeue.currentqueuesize', '>=', '0');
      await change(at.store, t.queue, legal(), {
        msdyn_prequeueoverflowrulesetid: await ruleSet(xml(rule(full, acts))),
      });
    },
    legal,
    /queue 6e000000\S+ is not there/,
  ],
  [
    'overflow rules that cannot be parsed',
    async () =>
      change(at.store, t.queue, legal(), {
        msdyn_prequeueoverflowrulesetid: await ruleSet('<decision'),
        msdyn_inqueueoverflowrulesetid: await ruleSet('<decision'),
      }),
    legal,
    /cannot be read/,
  ],
  [
    'a calendar without a time zone',
    async () => {
      const calendar = await make(at.store, t.calendar, { name: 'Hours', type: 1 });
      await make(at.store, t.calendarrule, {
        calendarid: calendar,
        pattern: 'FREQ=DAILY',
        offset: 0,
        duration: 1,
      });
      const hours = await make(at.store, t.msdyn_operatinghour, { msdyn_calendarid: calendar });
      await change(at.store, t.queue, legal(), { msdyn_operatinghourid: hours });
    },
    legal,
    /time zone/,
  ],
  [
    'a workstream that takes less than nothing',
    async () => {
      await at.store.query({
        text: 'update "dataverse"."msdyn_liveworkstream" set "msdyn_capacityrequired" = -30',
        values: [],
      });
    },
    legal,
    /"Legal/,
  ],
];

it.each(breakages)('%s', async (_, breaks, queue, words) => {
  await at.open({ agents: 1 });
  await breaks();
  const broken = await at.transferred();
  const { row } = await rowsOf(at.desk, broken);
  expect(row).toMatchObject({ statuscode: 1, msdyn_cdsqueueid: queue() });
  expect(await why(broken)).toMatch(words);
  const sound = await call(at.desk, number.direct);
  await signIn(at.desk, at.agent());
  await at.desk.engine.idle();
  expect([await offeredTo(at.desk, broken), await offeredTo(at.desk, sound)]).toContain(at.agent());
});

it('a workstream whose fallback queue is not there: the default queue of its type, and the trace says so', async () => {
  await at.open({ agents: 1 });
  await at.store.query({
    text: 'update "dataverse"."msdyn_liveworkstream" set "msdyn_defaultqueue" = $1',
    values: [missing],
  });
  await routes('<decision');
  await change(at.store, t.queue, front(), { msdyn_isdefaultqueue: true });
  const conversation = await at.transferred();
  expect((await rowsOf(at.desk, conversation)).row).toMatchObject({
    statuscode: 1,
    msdyn_cdsqueueid: front(),
  });
  expect(await why(conversation)).toMatch(/fallback queue \S+ is not there/);
});

it.each([0, -1, 99])('%i declines allowed is no setting: three are (behaviour.md §4.9)', async (allowed) => {
  await at.open({ agents: 1 });
  await make(at.store, msdyn_omnichannelconfiguration, { msdyn_name: 'Settings' });
  await at.store.query({
    text: 'update "dataverse"."msdyn_omnichannelconfiguration" set "msdyn_number_of_declines_allowed" = $1',
    values: [allowed],
  });
  const conversation = await at.offered();
  for (let declines = 1; declines <= 3; declines += 1)
    await at.run({ type: 'AgentRejected', conversation, agent: at.agent() });
  expect((await rowsOf(at.desk, conversation)).offers.map(({ statuscode }) => statuscode)).toEqual([3, 3, 3]);
});

it('a countdown below zero is the default one, and capacity below zero takes nothing', async () => {
  await at.open({
    agents: 1,
    workstream: {
      msdyn_notificationtemplate_incoming_auth: 'short',
      msdyn_notificationtemplate_incoming_unauth: 'short',
    },
  });
  await make(at.store, t.msdyn_notificationtemplate, { msdyn_name: 'Short', msdyn_uniquename: 'short' });
  await at.store.query({
    text: `update "dataverse"."msdyn_notificationtemplate" set "msdyn_timeout" = -5;
      update "dataverse"."msdyn_liveworkstream" set "msdyn_capacityrequired" = -30`,
    values: [],
  });
  const conversation = await at.offered();
  await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
  expect((await statusOf(at.desk, at.agent()))?.msdyn_availableunitscapacity).toBe(100);
});
