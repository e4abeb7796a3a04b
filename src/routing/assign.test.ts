import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, type Candidate, type Demand, methodOf } from './assign.ts';

const available = 192360000;
const busy = 192360001;
const demand: Demand = {
  method: 'leastActive',
  requiredUnits: 30,
  allowedPresences: [available, busy],
  maximumDeclines: 3,
};
const at = (minute: number): Date => new Date(1_700_000_000_000 + minute * 60_000);

const person = (agent: string, more: Partial<Candidate> = {}): Candidate => ({
  agent,
  name: agent,
  signedIn: true,
  basePresence: available,
  availableUnits: 100,
  liveCalls: 0,
  lastReleasedOn: at(0),
  lastAssignedOn: at(0),
  joinedRank: agent.charCodeAt(0),
  declines: 0,
  ...more,
});

const order = (method: Demand['method'], ...people: Candidate[]): string[] =>
  assign({ ...demand, method }, people)
    .candidates.filter(({ rank }) => rank !== undefined)
    .map(({ agent }) => agent);

describe('who fits (behaviour.md §4.7 to §4.9)', () => {
  it.each<[string, Partial<Candidate>, string, string, string]>([
    ['signed out', { signedIn: false, basePresence: null }, 'signedIn', 'signed in', 'signed out'],
    ['away', { basePresence: 192360003 }, 'presence', 'Available or Busy', 'Appear away'],
    ['never set', { basePresence: null }, 'presence', 'Available or Busy', 'none'],
    ['in a call', { liveCalls: 1 }, 'softphone', 'no other call', '1 live'],
    ['too little capacity', { availableUnits: 29 }, 'capacity', '30 units', '29 units'],
    ['declined three times', { declines: 3 }, 'declines', 'fewer than 3 declines', '3 declines'],
  ])('%s is passed over at the first criterion that failed', (_, more, criterion, required, actual) => {
    const { chosen, candidates } = assign(demand, [person('a', more)]);
    expect(chosen).toBeNull();
    expect(candidates).toMatchObject([
      { agent: 'a', outcome: 'Passed over', failed: { criterion, required, actual } },
    ]);
  });

  it('exactly enough capacity is enough', () => {
    expect(assign(demand, [person('a', { availableUnits: 30 })]).chosen).toBe('a');
  });

  it('says when no other work of this kind can be placed either', () => {
    expect(assign(demand, []).exhausted).toBe(true);
    expect(assign(demand, [person('a', { signedIn: false })]).exhausted).toBe(true);
    expect(assign(demand, [person('a', { declines: 3 })]).exhausted).toBe(false);
  });
});

describe('who comes first (behaviour.md §4.5)', () => {
  it('least active: oldest release; never released first; ties round robin', () => {
    expect(
      order(
        'leastActive',
        person('a', { lastReleasedOn: at(9) }),
        person('b', { lastReleasedOn: at(3), lastAssignedOn: at(8) }),
        person('c', { lastReleasedOn: null }),
        person('d', { lastReleasedOn: at(3), lastAssignedOn: at(7) }),
      ),
    ).toEqual(['c', 'd', 'b', 'a']);
  });

  it('highest capacity: most free units; ties round robin', () => {
    expect(
      order(
        'highestCapacity',
        person('a', { availableUnits: 40, lastReleasedOn: null }),
        person('b', { availableUnits: 100, lastAssignedOn: at(5) }),
        person('c', { availableUnits: 100, lastAssignedOn: at(4) }),
      ),
    ).toEqual(['c', 'b', 'a']);
  });

  it('round robin: oldest assignment, at first the order of joining', () => {
    expect(
      order(
        'roundRobin',
        person('b', { lastAssignedOn: null, joinedRank: 2 }),
        person('a', { lastAssignedOn: at(1) }),
        person('c', { lastAssignedOn: null, joinedRank: 1 }),
      ),
    ).toEqual(['c', 'b', 'a']);
  });

  it('whoever declined this work comes after those who did not (behaviour.md §4.9)', () => {
    expect(order('leastActive', person('a', { declines: 1, lastReleasedOn: null }), person('b'))).toEqual([
      'b',
      'a',
    ]);
  });

  it('knows the strategies, and that custom rules and no assignment are not there', () => {
    expect([null, 192350000, 192350001, 192350003, 192350002, 192350005].map(methodOf)).toEqual([
      'leastActive',
      'highestCapacity',
      'roundRobin',
      'leastActive',
      null,
      null,
    ]);
  });
});

describe('fairness', () => {
  /** One call at a time: the chosen one talks, and is released at the minute the call began. */
  const play = (method: Demand['method'], people: Candidate[], calls: number): Map<string, number> => {
    const counts = new Map(people.map(({ agent }) => [agent, 0]));
    let team = people;
    for (let minute = 1; minute <= calls; minute += 1) {
      const { chosen } = assign({ ...demand, method }, team);
      counts.set(chosen as string, (counts.get(chosen as string) ?? 0) + 1);
      team = team.map((one) =>
        one.agent === chosen ? { ...one, lastReleasedOn: at(minute), lastAssignedOn: at(minute) } : one,
      );
    }
    return counts;
  };
  const teams = fc
    .uniqueArray(fc.constantFrom(...'abcdefghij'), { minLength: 1, maxLength: 10 })
    .map((names) => names.map((name) => person(name, { lastReleasedOn: null, lastAssignedOn: null })));

  it.each(['leastActive', 'roundRobin', 'highestCapacity'] as const)(
    '%s gives everybody the same number of calls, give or take one',
    (method) => {
      fc.assert(
        fc.property(teams, fc.integer({ min: 1, max: 60 }), (team, calls) => {
          const counts = [...play(method, team, calls).values()];
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }),
      );
    },
  );

  it('the longest idle of those who fit is always chosen', () => {
    const people = fc.uniqueArray(
      fc.record({
        agent: fc.uuid(),
        minute: fc.integer({ min: 0, max: 1000 }),
        units: fc.integer({ min: 0, max: 60 }),
      }),
      { selector: ({ agent }) => agent, maxLength: 12 },
    );
    fc.assert(
      fc.property(people, (drawn) => {
        const team = drawn.map(({ agent, minute, units }) =>
          person(agent, { lastReleasedOn: at(minute), availableUnits: units }),
        );
        const fitting = team.filter(({ availableUnits }) => availableUnits >= 30);
        const oldest = Math.min(...fitting.map(({ lastReleasedOn }) => lastReleasedOn?.getTime() ?? 0));
        const { chosen } = assign(demand, team);
        expect(
          team.find(({ agent }) => agent === chosen)?.lastReleasedOn?.getTime() ?? Number.POSITIVE_INFINITY,
        ).toBe(oldest);
      }),
    );
  });
});
