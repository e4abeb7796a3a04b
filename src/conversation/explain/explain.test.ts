import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../../test/engine/desk.ts';
import { call, count, number, rowsOf, signIn } from '../../../test/engine/front-desk.ts';
import { make } from '../../../test/engine/world.ts';
import * as t from '../../tables/dataverse/index.ts';
import { tables } from '../../tables/index.ts';
import type { TimedReader } from '../read/people.ts';
import { availabilityBefore } from './availability.ts';
import { foldTries, stage, stageOf } from './decision-stage.ts';
import { explainAgent } from './explain-agent.ts';
import { explainRouting } from './explain-routing.ts';
import { inText } from './in-text.ts';
import { readExplanation } from './read-explanation.ts';

const at = deskOfTests();
const reader = async (): Promise<TimedReader> => ({
  now: await at.store.now(),
  query: (statement) => at.store.query(statement),
  row: (table, id) => at.store.row(table, id),
});
const everything = async (): Promise<void> => undefined;
const asked = {
  number: number.bot,
  workstream: null,
  caller: number.caller,
  e164: (text: string) => at.store.e164(text),
};
const legal = new Map([['va_Department', 'Legal']]);

/** The bytes of the decisions that are kept of a conversation. */
async function keptBytes(conversation: string): Promise<number> {
  const rows = await at.store.rows(t.msdyn_unifiedroutingdiagnostic, {
    msdyn_ocliveworkitemid: conversation,
  });
  const texts = rows.flatMap((row) => [row.msdyn_inputdata, row.msdyn_evaluation, row.msdyn_outputdata]);
  return Buffer.byteLength(texts.join(''));
}

describe('an explanation of a conversation (mission B3, behaviour.md §4.11)', () => {
  it('tells intake, rules, tries, offers, a decline and a transfer in order, and as text', async () => {
    await at.open({ agents: 2 });
    const conversation = await at.transferred();
    await signIn(at.desk, at.agent());
    await at.desk.engine.idle();
    await at.run({ type: 'AgentRejected', conversation, agent: at.agent() });
    const found = await readExplanation(await reader(), conversation);
    const told = found.Stages.map(({ Stage }) => Stage);
    expect(told[0]).toBe('Intake');
    expect(found.Stages[0]?.Summary).toContain('Kim Berg');
    expect(told.indexOf('RouteToQueue')).toBeLessThan(told.indexOf('Assignment'));
    const route = found.Stages.find(({ Stage }) => Stage === 'RouteToQueue');
    expect(route).toMatchObject({
      Summary: 'Legal Call center Queue, by the rule Legal',
      Inputs: [{ Name: 'va_Department', Value: 'Legal' }],
      Rules: [
        {
          RuleSet: 'Front-desk rules',
          Status: 'Applied',
          Comparisons: [{ Operator: '==', Expected: ['Legal'], Actual: ['Legal'], Result: true }],
        },
      ],
    });
    const tries = found.Stages.filter(({ Stage }) => Stage === 'Assignment');
    expect(tries[0]?.Candidates).toMatchObject([
      { Criterion: 'signedIn', Required: 'signed in', Actual: 'signed out' },
      { Criterion: 'signedIn' },
    ]);
    expect(tries.some(({ Candidates }) => Candidates.some(({ Outcome }) => Outcome === 'Assigned'))).toBe(
      true,
    );
    expect(found.Stages.find(({ Stage }) => Stage === 'Offer')?.Summary).toBe(
      'Agent 1 was asked (Assignment): Rejected',
    );
    const text = inText(found);
    expect(text).toContain('rule 1. Legal of Front-desk rules: Applied');
    expect(text).toContain('signedIn: needs signed in, has signed out');
  });

  it('sixty candidates, three tries and a transfer: at most 8 kB are kept', async () => {
    await at.open({ agents: 60 });
    const conversation = await at.transferred();
    await signIn(at.desk, at.agent(0));
    await at.desk.engine.idle();
    await at.run({ type: 'AgentRejected', conversation, agent: at.agent(0) });
    await signIn(at.desk, at.agent(1));
    await at.desk.engine.idle();
    const { offers } = await rowsOf(at.desk, conversation);
    const agent = offers.find(({ statuscode }) => statuscode === 1)?.wirechief_agentid ?? '';
    await at.run({ type: 'AgentAccepted', conversation, agent });
    await at.run({ type: 'MediaConnected', conversation, agent });
    await at.run({ type: 'QueueTransferRequested', conversation, agent, queue: at.desk.ids.front });
    const { Stages } = await readExplanation(await reader(), conversation);
    const tries = Stages.filter(({ Stage }) => Stage === 'Assignment');
    expect(tries.reduce((sum, { Times }) => sum + Times, 0)).toBeGreaterThanOrEqual(3);
    for (const { Candidates } of tries)
      expect(Candidates.reduce((sum, { Count }) => sum + Count, 0)).toBe(60);
    expect(Stages.some(({ Stage }) => Stage === 'Transfer')).toBe(true);
    expect(await keptBytes(conversation)).toBeLessThanOrEqual(8192);
  });
});

describe('a stage of a decision', () => {
  it('never throws and tells only what has the expected shape, whatever the row holds', () => {
    const decided = fc.record({
      kind: fc.constantFrom(null, 0, 2, 3, 4, 9),
      startedOn: fc.constant(null),
      completedOn: fc.constant(null),
      input: fc.jsonValue(),
      evaluation: fc.jsonValue(),
      output: fc.jsonValue(),
    });
    fc.assert(
      fc.property(decided, (one) => {
        const stage = stageOf(one);
        for (const rule of stage?.Rules ?? []) expect(Array.isArray(rule.Notes)).toBe(true);
        for (const { Names } of stage?.Candidates ?? []) expect(Array.isArray(Names)).toBe(true);
      }),
      { seed: 20260105 },
    );
  });

  it('tries in a row that came to the same are one, with how many they were', () => {
    const one = stage({ Stage: 'Assignment', Summary: 'none of 2 members fits' }, new Date(0), new Date(0));
    const later = { ...one, StartedOn: '2026-01-05T10:00:00.000Z', CompletedOn: '2026-01-05T10:00:00.000Z' };
    const other = { ...later, Summary: 'Agent 1 was first of 1 who fit' };
    expect(foldTries([one, later, other])).toEqual([
      { ...one, Times: 2, CompletedOn: later.CompletedOn },
      other,
    ]);
  });
});

describe('why not this agent (mission B3)', () => {
  it('tells every criterion, not only the first that failed, and the tries of the past', async () => {
    await at.open({ agents: 2, capacity: 10 });
    const conversation = await at.transferred();
    const found = await explainAgent(await reader(), conversation, at.agent());
    expect(found).toMatchObject({ Name: 'Agent 1', Outcome: 'passed over: signedIn' });
    const missed = found.Criteria.filter(({ IsMet }) => !IsMet);
    expect(missed).toMatchObject([
      { Criterion: 'signedIn', Required: 'signed in', Actual: 'signed out' },
      { Criterion: 'presence', Required: 'Available', Actual: 'none' },
      { Criterion: 'capacity', Required: '30 units', Actual: '10 units' },
    ]);
    expect(found.Criteria.find(({ Criterion }) => Criterion === 'softphone')).toMatchObject({ IsMet: true });
    expect(found.Tries).toMatchObject([{ Outcome: 'Passed over', Criterion: 'signedIn' }]);
  });

  it('who is no member of the queue is told so; who does not wait any more has only the past', async () => {
    await at.open({ agents: 1 });
    const stranger = await make(at.store, t.systemuser, { fullname: 'Robin Vale', domainname: 'robin' });
    const conversation = await at.transferred();
    const found = await explainAgent(await reader(), conversation, stranger);
    expect(found.Criteria[0]).toEqual({
      Criterion: 'queueMember',
      Required: 'member of Legal Call center Queue',
      Actual: 'is not',
      IsMet: false,
    });
    expect(found.Criteria.map(({ Criterion }) => Criterion)).not.toContain('skills');
    await at.run({ type: 'CallEnded', conversation, by: 'customer', reason: 'hung up' });
    const later = await explainAgent(await reader(), conversation, at.agent());
    expect(later).toMatchObject({ Outcome: 'the conversation waits in no queue now', Criteria: [] });
    expect(later.Tries).toHaveLength(1);
  });
});

describe('what would happen if (mission B3)', () => {
  it('a supposed call goes where a real one goes, and nothing is written', async () => {
    await at.open({ agents: 2 });
    await at.signAllIn();
    const before = await everyCount();
    const now = await at.store.now();
    const supposed = await explainRouting(
      await reader(),
      { ...asked, variables: legal, at: now },
      everything,
    );
    expect(await everyCount()).toEqual(before);
    const conversation = await at.transferred();
    const { row } = await rowsOf(at.desk, conversation);
    expect(supposed).toMatchObject({ QueueId: row.msdyn_cdsqueueid, AgentId: row.msdyn_activeagentid });
    const real = await readExplanation(await reader(), conversation);
    const ruled = ({ Stages }: typeof real) => Stages.find(({ Stage }) => Stage === 'RouteToQueue')?.Rules;
    expect(ruled(supposed)).toEqual(ruled(real));
    expect(supposed.Stages[0]?.Summary).toContain('Kim Berg');
  });

  it('refuses a number that leads nowhere and a variable that is not there', async () => {
    await at.open({ agents: 0 });
    const ask = async (more: object) =>
      explainRouting(
        await reader(),
        { ...asked, variables: legal, at: await at.store.now(), ...more },
        everything,
      );
    await expect(ask({ number: '+4599999999' })).rejects.toMatchObject({ key: 'invalidArgument' });
    await expect(ask({ variables: new Map([['va_None', '1']]) })).rejects.toThrow('va_None');
    const { Stages } = await ask({});
    expect(Stages.at(-1)).toMatchObject({
      Stage: 'End',
      Summary: 'queue Legal Call center Queue has no members',
    });
  });

  async function everyCount(): Promise<readonly unknown[]> {
    const rows = [];
    for (const name of tables.keys()) rows.push([name, await count(at.desk, name)]);
    const [log] = await at.store.query({
      text: 'select max(seq)::text as last from wirechief.change_log',
      values: [],
    });
    return [...rows, log];
  }
});

describe('availability (behaviour.md §4.12)', () => {
  it('counts who could take it, and the place behind those who wait', async () => {
    await at.open({ agents: 2 });
    const ask = async () => availabilityBefore(await reader(), at.desk.ids.workstream, legal);
    expect(await ask()).toEqual({
      QueueId: at.desk.ids.legal,
      IsQueueAvailable: true,
      StartTimeOfNextOperatingHour: '0001-01-01T00:00:00Z',
      EndTimeOfNextOperatingHour: '0001-01-01T00:00:00Z',
      NextTransitionTime: '0001-01-01T00:00:00Z',
      PositionInQueue: 1,
      IsAgentAvailable: false,
      AverageWaitTime: 0,
      AverageWaitTimeInSeconds: 0,
      NumberOfExpertsAvailableInQueue: 0,
    });
    await at.transferred();
    expect(await ask()).toMatchObject({ PositionInQueue: 2, NumberOfExpertsAvailableInQueue: 0 });
    await at.signAllIn();
    expect(await ask()).toMatchObject({ IsAgentAvailable: true, NumberOfExpertsAvailableInQueue: 1 });
    await call(at.desk, number.direct);
    await at.desk.engine.idle();
    expect(await ask()).toMatchObject({ PositionInQueue: 1, IsAgentAvailable: false });
  });
});
