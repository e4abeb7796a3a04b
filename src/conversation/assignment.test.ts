import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { signIn, statusOf } from '../../test/engine/front-desk.ts';
import { change as changeRow, make as makeRow, offeredTo as offerOf } from '../../test/engine/world.ts';
import * as t from '../tables/dataverse/index.ts';
import { presences, type Table, type Values } from '../tables/index.ts';
import { msdyn_omnichannelconfiguration } from '../tables/platform/index.ts';
import type { AssignmentEvaluation } from '../tables/why.ts';

const at = deskOfTests();

const make = <T extends Table>(table: T, values: Values<T>): Promise<string> =>
  makeRow(at.store, table, values);
const change = <T extends Table>(table: T, id: string, values: Values<T>): Promise<void> =>
  changeRow(at.store, table, id, values);
const resourceOf = (agent: string): Promise<string> =>
  make(t.bookableresource, { name: agent, resourcetype: 3, userid: agent });

const offeredTo = (conversation: string): Promise<string | null> => offerOf(at.desk, conversation);

/** The newest assignment evaluation of a conversation. */
const evaluationOf = async (conversation: string): Promise<AssignmentEvaluation> => {
  const rows = await at.store.rows(
    t.msdyn_unifiedroutingdiagnostic,
    { msdyn_ocliveworkitemid: conversation, msdyn_diagnosticdatatype: 4 },
    {
      orderBy: [
        ['createdon', 'desc'],
        ['msdyn_unifiedroutingdiagnosticid', 'desc'],
      ],
    },
  );
  return JSON.parse(rows[0]?.msdyn_evaluation ?? '{}') as AssignmentEvaluation;
};

const failures = async (conversation: string): Promise<(string | undefined)[]> =>
  (await evaluationOf(conversation)).candidates.map(({ failed }) => failed?.criterion);

describe('skills (behaviour.md §4.6; rules.md §7)', () => {
  /** Two agents, Danish 4 of 5 and 2 of 10; a call in the legal queue that asks for Danish at 5 of 10. */
  const skilled = async (matching: 192350000 | 192350001 | null, first: 0 | 1 = 1): Promise<string> => {
    await at.open({ workstream: { msdyn_matchinglogic: matching } });
    const danish = await make(t.characteristic, { name: 'Danish', characteristictype: 1 });
    const model = (top: number): Promise<string> =>
      make(t.ratingmodel, { name: `0 to ${top}`, minratingvalue: 0, maxratingvalue: top });
    const [five, ten] = [await model(5), await model(10)];
    const value = (ratingmodel: string, points: number): Promise<string> =>
      make(t.ratingvalue, { name: String(points), ratingmodel, value: points });
    const own = [await value(ten, 2), await value(five, 4)];
    for (const [n, ratingvalue] of own.entries())
      await make(t.bookableresourcecharacteristic, {
        resource: await resourceOf(at.agent(n)),
        characteristic: danish,
        ratingvalue,
      });
    const conversation = await at.transferred();
    await make(t.msdyn_ocliveworkitemcharacteristic, {
      msdyn_ocliveworkitemid: conversation,
      msdyn_characteristic: danish,
      msdyn_ratingvalue: await value(ten, 5),
      msdyn_characteristicsource: 321240000,
    });
    // Whoever is to get it is there first: work is not kept waiting for somebody better.
    for (const n of [first, 1 - first]) await signIn(at.desk, at.agent(n));
    await at.desk.engine.idle();
    return conversation;
  };

  it('exact: ratings of different models are put on one scale; who lacks is told why', async () => {
    const conversation = await skilled(192350000);
    expect(await offeredTo(conversation)).toBe(at.agent(1));
    await at.run({ type: 'AgentRejected', conversation, agent: at.agent(1) });
    const { candidates } = await evaluationOf(conversation);
    expect(candidates.find(({ agent }) => agent === at.agent(0))?.failed).toEqual({
      criterion: 'skills',
      required: 'Danish at 50 % or more',
      actual: '20 %',
    });
  });

  it('closest: the over-qualified before the under-qualified, but somebody gets it', async () => {
    const conversation = await skilled(192350001);
    expect(await offeredTo(conversation)).toBe(at.agent(1));
    await at.run({ type: 'AgentRejected', conversation, agent: at.agent(1) });
    expect(await offeredTo(conversation)).toBe(at.agent(0));
  });

  it('none: skills are ignored', async () => {
    expect(await offeredTo(await skilled(null, 0))).toBe(at.agent(0));
  });
});

describe('capacity profiles (behaviour.md §4.8)', () => {
  const profiled = async (
    profile: Values<typeof t.msdyn_capacityprofile>,
    own: number | null = null,
  ): Promise<string> => {
    await at.open({ agents: 1, workstream: { msdyn_capacityformat: 192360000 } });
    const id = await make(t.msdyn_capacityprofile, { msdyn_name: 'Voice', ...profile });
    for (const stream of [at.desk.ids.workstream, at.desk.ids.direct])
      await make(t.msdyn_liveworkstreamcapacityprofile, {
        msdyn_workstream_id: stream,
        msdyn_capacityprofile_id: id,
      });
    await make(t.msdyn_bookableresourcecapacityprofile, {
      msdyn_bookableresourceid: await resourceOf(at.agent()),
      msdyn_capacityprofileid: id,
      msdyn_maxunits: own,
    });
    return id;
  };
  const unit = async () =>
    (await at.store.rows(t.msdyn_agentcapacityprofileunit, { msdyn_agentid: at.agent() }))[0];
  const talk = async (conversation: string): Promise<void> => {
    await at.run({ type: 'AgentAccepted', conversation, agent: at.agent() });
    await at.run({ type: 'MediaConnected', conversation, agent: at.agent() });
  };
  const finish = async (conversation: string): Promise<void> => {
    await at.run({ type: 'AgentEnded', conversation, agent: at.agent() });
    await at.run({ type: 'SessionClosed', conversation, agent: at.agent() });
  };

  it('are taken by the offer, shown in the rows, and given back at the close', async () => {
    const profile = await profiled({ msdyn_defaultmaxunits: 2, msdyn_resetduration: 192350000 });
    const conversation = await at.offered();
    expect(await unit()).toMatchObject({
      msdyn_capacityprofileid: profile,
      msdyn_availablecapacityprofileunits: 1,
      msdyn_consumedcapacityprofileunits: 1,
      msdyn_defaultmaxunits: 2,
    });
    const kept = await at.store.rows(t.msdyn_ocliveworkitemcapacityprofile, {
      msdyn_ocliveworkitemid: conversation,
    });
    expect(kept).toMatchObject([{ msdyn_capacityprofileid: profile }]);
    // Units mean nothing under profiles (rules.md §7).
    expect((await statusOf(at.desk, at.agent()))?.msdyn_availableunitscapacity).toBe(100);
    await talk(conversation);
    expect((await statusOf(at.desk, at.agent()))?.msdyn_currentpresenceid).toBe(presences.busy);
    await finish(conversation);
    expect((await unit())?.msdyn_availablecapacityprofileunits).toBe(2);
    expect((await statusOf(at.desk, at.agent()))?.msdyn_currentpresenceid).toBe(presences.available);
    const history = await at.store.rows(t.msdyn_agentcapacityupdatehistory, { msdyn_agentid: at.agent() });
    expect(history.map((row) => row.msdyn_availablecapacityprofileunits).sort()).toEqual([1, 2]);
    expect(history.filter(({ msdyn_endtime }) => msdyn_endtime === null)).toHaveLength(1);
  });

  it('nobody who lacks the profile gets the work', async () => {
    await profiled({ msdyn_defaultmaxunits: 0, msdyn_resetduration: 192350000 });
    const conversation = await at.offered();
    expect(await offeredTo(conversation)).toBeNull();
    expect(await failures(conversation)).toEqual(['profile']);
  });

  it('a limit of the person counts before that of the profile', async () => {
    await profiled({ msdyn_defaultmaxunits: 0, msdyn_resetduration: 192350000 }, 1);
    expect(await offeredTo(await at.offered())).toBe(at.agent());
  });

  it('a blocking one that is used up shows on the status and in the presence', async () => {
    await profiled({ msdyn_defaultmaxunits: 1, msdyn_blockassignment: true, msdyn_resetduration: 192350000 });
    const conversation = await at.offered();
    await talk(conversation);
    expect(await statusOf(at.desk, at.agent())).toMatchObject({
      msdyn_isblockedbysomeprofile: true,
      msdyn_currentpresenceid: presences.doNotDisturb,
    });
    await finish(conversation);
    expect(await statusOf(at.desk, at.agent())).toMatchObject({
      msdyn_isblockedbysomeprofile: false,
      msdyn_currentpresenceid: presences.available,
    });
  });

  it('one that is reset at the end of the day stays taken after the close, but not after a decline', async () => {
    await profiled({ msdyn_defaultmaxunits: 1, msdyn_resetduration: 192350001 });
    const declined = await at.offered();
    await at.run({ type: 'CallEnded', conversation: declined, by: 'customer', reason: 'test' });
    expect((await unit())?.msdyn_availablecapacityprofileunits).toBe(1);
    const conversation = await at.transferred();
    expect(await offeredTo(conversation)).toBe(at.agent());
    await talk(conversation);
    await finish(conversation);
    expect((await unit())?.msdyn_availablecapacityprofileunits).toBe(0);
    expect(await offeredTo(await at.transferred())).toBeNull();
  });
});

describe('settings of the organisation', () => {
  it('preferred representatives by presence only, where they are switched on (behaviour.md §4.5)', async () => {
    await at.open();
    const settings = await make(msdyn_omnichannelconfiguration, { msdyn_name: 'Settings' });
    await make(t.msdyn_preferredagent, {
      msdyn_recordid: { table: 'contact', id: at.desk.ids.contact },
      msdyn_systemuserid: at.agent(1),
      msdyn_preferencerating: 1,
    });
    await at.signAllIn();
    expect(await offeredTo(await at.transferred())).toBe(at.agent(0));
    await change(msdyn_omnichannelconfiguration, settings, { msdyn_enable_preferred_agent_routing: true });
    await change(t.systemuser, at.agent(1), { msdyn_capacity: 0 });
    expect(await offeredTo(await at.transferred())).toBe(at.agent(1));
  });

  it('work is left in the queue when none of them can take it and the backup mode says so', async () => {
    await at.open();
    await make(msdyn_omnichannelconfiguration, {
      msdyn_enable_preferred_agent_routing: true,
      msdyn_preferredagentbackupmode: 192350000,
    });
    await make(t.msdyn_preferredagent, {
      msdyn_recordid: { table: 'contact', id: at.desk.ids.contact },
      msdyn_systemuserid: at.agent(1),
      msdyn_preferencerating: 1,
    });
    const conversation = await at.offered();
    expect(await offeredTo(conversation)).toBeNull();
    expect((await failures(conversation)).sort()).toEqual(['preferred', 'signedIn']);
  });

  it('the number of declines allowed is a setting (behaviour.md §4.9)', async () => {
    await at.open();
    await make(msdyn_omnichannelconfiguration, { msdyn_number_of_declines_allowed: 1 });
    const conversation = await at.offered();
    await at.run({ type: 'AgentRejected', conversation, agent: at.agent() });
    expect(await offeredTo(conversation)).toBeNull();
    expect(await failures(conversation)).toContain('declines');
  });
});

describe('work that is not handed out (behaviour.md §4.5, §4.8)', () => {
  it.each<[string, Parameters<typeof at.open>[0], string]>([
    ['No Assignment', { queue: { msdyn_assignmentstrategy: 192350005 } }, 'assigns nothing by itself'],
    ['a pick workstream', { workstream: { msdyn_workdistributionmode: 192350001 } }, 'is picked'],
  ])('%s', async (_, wishes, words) => {
    await at.open(wishes);
    const conversation = await at.offered();
    expect(await offeredTo(conversation)).toBeNull();
    const [row] = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, {
      msdyn_ocliveworkitemid: conversation,
      msdyn_diagnosticdatatype: 4,
    });
    expect(row?.msdyn_outputdata).toContain(words);
  });
});

describe('the custom method (behaviour.md §4.5; rules.md §6)', () => {
  const condition = (lhs: string, rhs: string): string =>
    `<condition operator="=="><lhs type="attribute">${lhs}</lhs>${rhs}</condition>`;
  const rule = (name: string, body: string, order = ''): string =>
    `<rule id="b6d7c0de-0001-4000-8000-00000000000${name}" name="rule ${name}">${body}<action>${order}</action></rule>`;

  it('the first rule that holds for anybody, with facts of person and conversation', async () => {
    await at.open({ queue: { msdyn_assignmentstrategy: 192350002 } });
    const definition = [
      rule(
        '1',
        condition(
          'agent.systemuser.jobtitle',
          '<rhs type="attribute">liveworkitemcontext.va_Department</rhs>',
        ),
      ),
      rule(
        '2',
        condition('agent.basePresenceStatus', '<rhs type="staticvalue">192360000</rhs>'),
        '<orderby type="attribute" descending="false">agent.lastSessionReleasedOn</orderby>',
      ),
    ];
    const ruleSet = await make(t.msdyn_decisionruleset, {
      msdyn_name: 'Assignment',
      msdyn_rulesettype: 192350000,
      msdyn_rulesetdefinition: `<decision version="1"><rules>${definition.join('')}</rules></decision>`,
    });
    const configuration = await make(t.msdyn_assignmentconfiguration, {
      msdyn_queueid: at.desk.ids.legal,
      msdyn_isactiveconfiguration: true,
    });
    await make(t.msdyn_assignmentconfigurationstep, {
      msdyn_assignmentconfigurationid: configuration,
      msdyn_rulesetid: ruleSet,
      msdyn_type: 192350002,
      msdyn_steporder: 1,
      msdyn_isdefaultruleset: true,
    });
    await change(t.systemuser, at.agent(1), { jobtitle: 'legal' });
    await at.signAllIn();
    const conversation = await at.transferred();
    expect(await offeredTo(conversation)).toBe(at.agent(1));
    // Agent 2 is in a call now: nobody is left that the first rule holds for.
    const other = await at.transferred();
    expect(await offeredTo(other)).toBe(at.agent(0));
  });
});

it('however many members a queue has, the trace of one try stays small (behaviour.md §4.11)', async () => {
  await at.open({ agents: 60 });
  const conversation = await at.offered();
  const rows = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, {
    msdyn_ocliveworkitemid: conversation,
    msdyn_diagnosticdatatype: 4,
  });
  const { folded } = await evaluationOf(conversation);
  expect(folded?.[0]).toMatchObject({ count: 59, failed: { criterion: 'signedIn' } });
  expect(JSON.stringify(rows.map((row) => [row.msdyn_evaluation, row.msdyn_inputdata])).length).toBeLessThan(
    2000,
  );
});
