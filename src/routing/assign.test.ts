import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, methodOf } from './assign.ts';
import type { Candidate, Demand } from './candidate.ts';
import { readRuleSet } from './route.ts';

const available = 192360000;
const busy = 192360001;
const demand: Demand = {
  method: 'leastActive',
  telephone: true,
  node: null,
  requiredUnits: 30,
  allowedPresences: [available, busy],
  maximumDeclines: 3,
  profiles: [],
  skills: [],
  matching: 'none',
  affinity: null,
  preferred: [],
  preferredOnly: false,
  rules: null,
};
const at = (minute: number): Date => new Date(1_700_000_000_000 + minute * 60_000);

const person = (agent: string, more: Partial<Candidate> = {}): Candidate => ({
  agent,
  name: agent,
  signedIn: true,
  basePresence: available,
  availableUnits: 100,
  profiles: [],
  blocked: false,
  skills: [],
  sessions: 0,
  facts: new Map(),
  liveCalls: 0,
  node: null,
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
    ['ten sessions', { sessions: 10 }, 'sessions', 'fewer than 10 sessions', '10 sessions'],
    ['blocked', { blocked: true }, 'blocked', 'no blocking profile used up', 'one is used up'],
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

  it('knows the strategies (rules.md §6)', () => {
    const strategies = [null, 192350000, 192350001, 192350002, 192350003, 192350005, 192350004];
    expect(strategies.map(methodOf)).toEqual([
      'leastActive',
      'highestCapacity',
      'roundRobin',
      'custom',
      'leastActive',
      'noAssignment',
      null,
    ]);
  });
});

describe('skills (behaviour.md §4.6)', () => {
  const danish = { skill: 'da', label: 'Danish', rating: 0.5 };
  const law = { skill: 'law', label: 'Law', rating: null };
  const skilled = (agent: string, rating: number | null, more: Partial<Candidate> = {}): Candidate =>
    person(agent, { skills: [{ skill: 'da', rating }], ...more });
  const exact = { ...demand, matching: 'exact', skills: [danish] } as const;
  const closest = { ...demand, matching: 'closest', skills: [danish] } as const;

  it.each<[string, Candidate, string]>([
    ['missing', person('a'), 'does not have it'],
    ['rated too low', skilled('a', 0.4), '40 %'],
    ['without a rating', skilled('a', null), 'no rating'],
  ])('exact match passes over a skill that is %s', (_, one, actual) => {
    expect(assign(exact, [one]).candidates[0]?.failed).toEqual({
      criterion: 'skills',
      required: 'Danish at 50 % or more',
      actual,
    });
  });

  it('exact match takes whoever has every skill with the rating or more, in the order of the method', () => {
    const both = [skilled('a', 1, { lastReleasedOn: at(2) }), skilled('b', 0.5, { lastReleasedOn: at(1) })];
    expect(assign(exact, both).chosen).toBe('b');
    expect(assign({ ...exact, skills: [danish, law] }, both).chosen).toBeNull();
  });

  it('closest match: exactly, then over-, then under-qualified, and nobody is left out', () => {
    const people = [person('none'), skilled('low', 0.2), skilled('lower', 0.1), skilled('over', 0.9)];
    const { candidates } = assign(closest, [...people, skilled('more', 0.6), skilled('same', 0.5)]);
    expect(candidates.map(({ agent }) => agent)).toEqual(['same', 'more', 'over', 'low', 'lower', 'none']);
  });

  it('closest match asks the same person until they are full: neither method nor round robin counts', () => {
    const team = [
      skilled('a', 0.5, { joinedRank: 1, lastReleasedOn: at(9), lastAssignedOn: at(9) }),
      skilled('b', 0.5, { joinedRank: 2, lastReleasedOn: null, lastAssignedOn: null }),
    ];
    expect(assign(closest, team).chosen).toBe('a');
  });

  it('none: skills are ignored', () => {
    expect(assign({ ...exact, matching: 'none' }, [person('a')]).chosen).toBe('a');
  });
});

describe('capacity profiles (behaviour.md §4.8)', () => {
  const profiled = {
    ...demand,
    requiredUnits: 0,
    profiles: [
      { id: 'p', name: 'Voice' },
      { id: 'q', name: 'VIP' },
    ],
  };
  const rooms = (p: number, q: number) => ({
    profiles: [
      { profile: 'p', available: p },
      { profile: 'q', available: q },
    ],
  });

  it('there must be room in all of them', () => {
    expect(assign(profiled, [person('a', rooms(1, 1))]).chosen).toBe('a');
    expect(assign(profiled, [person('a', rooms(1, 0))]).candidates[0]?.failed).toEqual({
      criterion: 'profile',
      required: 'room in profile VIP',
      actual: '0 left',
    });
    expect(assign(profiled, [person('a')]).candidates[0]?.failed?.actual).toBe('does not have it');
  });

  it('highest capacity goes by the profile with the least room', () => {
    const team = [person('a', rooms(5, 1)), person('b', rooms(3, 2))];
    expect(assign({ ...profiled, method: 'highestCapacity' }, team).chosen).toBe('b');
  });
});

describe('who is asked before the method (behaviour.md §4.5, §4.10)', () => {
  const team = [
    person('a'),
    person('b', { availableUnits: 0, lastReleasedOn: at(9) }),
    person('c', { basePresence: 192360003 }),
  ];

  it('preferred people by presence only, best first, and then the next best', () => {
    expect(assign({ ...demand, preferred: ['c', 'b'] }, team)).toMatchObject({
      chosen: 'b',
      way: 'preferred',
    });
    expect(assign({ ...demand, preferred: ['c', 'x'] }, team)).toMatchObject({ chosen: 'a', way: 'method' });
  });

  it('or the work is left in the queue', () => {
    const { chosen, candidates } = assign({ ...demand, preferred: ['c'], preferredOnly: true }, team);
    expect(chosen).toBeNull();
    expect(candidates.find(({ agent }) => agent === 'a')?.failed?.criterion).toBe('preferred');
  });

  it('work that comes back goes to the same person, whatever their capacity and presence', () => {
    const gone = person('d', { basePresence: 192360002, availableUnits: -10, sessions: 12 });
    expect(assign({ ...demand, affinity: 'd' }, [...team, gone])).toMatchObject({
      chosen: 'd',
      way: 'affinity',
    });
    const away = { ...gone, signedIn: false };
    expect(assign({ ...demand, affinity: 'd' }, [...team, away]).chosen).toBe('a');
  });
});

describe('the custom method (behaviour.md §4.5; rules.md §6)', () => {
  const rule = (name: string, condition: string, order = ''): string =>
    `<rule id="b6d7c0de-0001-4000-8000-00000000000${name}" name="rule ${name}">${condition}<action>${order}</action></rule>`;
  const condition = (operator: string, lhs: string, rhs: string): string =>
    `<condition operator="${operator}"><lhs type="attribute">${lhs}</lhs>${rhs}</condition>`;
  const fixed = (value: string): string => `<rhs type="staticvalue">${value}</rhs>`;
  const by = (path: string, descending = false): string =>
    `<orderby type="attribute" descending="${descending}">${path}</orderby>`;
  const custom = (...rules: string[]): Demand => ({
    ...demand,
    method: 'custom',
    rules: {
      step: {
        id: 's',
        name: null,
        isDefault: true,
        read: readRuleSet(`<decision version="1"><rules>${rules.join('')}</rules></decision>`, null),
      },
      facts: new Map([['liveworkitemcontext.City', ['Oslo']]]),
      notes: [],
    },
  });
  const isAvailable = condition('==', 'agent.basePresenceStatus', fixed(String(available)));
  const sameCity = condition(
    '==',
    'agent.systemuser.city',
    '<rhs type="attribute">liveworkitemcontext.City</rhs>',
  );
  const from = (agent: string, city: string, more: Partial<Candidate> = {}): Candidate =>
    person(agent, { facts: new Map([['agent.systemuser.city', [city]]]), ...more });

  it('the first rule that holds for anybody wins; a dynamic condition compares person and conversation', () => {
    const rules = custom(rule('1', sameCity), rule('2', isAvailable));
    expect(assign(rules, [from('a', 'Rome'), from('b', 'oslo')])).toMatchObject({
      chosen: 'b',
      rule: 'rule 1',
    });
    const nobodyThere = assign(rules, [from('a', 'Rome'), from('b', 'Rome', { basePresence: busy })]);
    expect(nobodyThere).toMatchObject({ chosen: 'a', rule: 'rule 2' });
    expect(nobodyThere.candidates[1]?.failed?.criterion).toBe('rule');
  });

  it.each<[string, boolean, string]>([
    ['agent.lastSessionReleasedOn', false, 'c'],
    ['agent.lastSessionAssignedOn', false, 'b'],
    ['agent.unitCapacity', true, 'a'],
    ['agent.skillCount', true, 'b'],
    ['agent.systemuser.city', true, 'a'],
  ])('orders by %s, descending %s', (path, descending, first) => {
    const team = [
      from('a', 'Rome', { availableUnits: 90, lastReleasedOn: at(3), lastAssignedOn: at(3) }),
      from('b', 'Oslo', { availableUnits: 10, lastAssignedOn: null, skills: [{ skill: 'x', rating: 1 }] }),
      from('c', 'Bern', { availableUnits: 20, lastReleasedOn: null }),
    ];
    const { candidates } = assign(custom(rule('1', '', by(path, descending))), team);
    expect(candidates[0]?.agent).toBe(first);
  });

  it('the defaults of the workstream are not applied, profiles are', () => {
    const anybody = custom(rule('1', ''));
    const worn = person('a', { basePresence: 192360003, availableUnits: 0 });
    const skills = { matching: 'exact', skills: [{ skill: 'x', label: 'X', rating: null }] } as const;
    expect(assign({ ...anybody, ...skills }, [worn]).chosen).toBe('a');
    expect(assign({ ...anybody, profiles: [{ id: 'p', name: 'P' }] }, [worn]).chosen).toBeNull();
    expect(assign(anybody, [{ ...worn, blocked: true }]).chosen).toBeNull();
  });

  it('what is not understood is said, and holds for nobody', () => {
    const unknown = custom(rule('1', condition('is working', 'agent.calendar', '')));
    const { chosen, notes } = assign(unknown, [person('a')]);
    expect(chosen).toBeNull();
    expect(notes.join()).toContain('is working');
    expect(assign({ ...custom(), rules: null }, [person('a')]).notes.join()).toContain('no active');
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
