import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, type Demand, failedCriterion } from './candidate.ts';
import { type PlannedAgent, Planner, type WaitingItem } from './plan.ts';

const demand: Demand = {
  method: 'leastActive',
  telephone: true,
  node: null,
  requiredUnits: 30,
  allowedPresences: [192360000],
  maximumDeclines: 3,
  profiles: [],
  skills: [],
  matching: 'exact',
  affinity: null,
  preferred: [],
  preferredOnly: false,
  rules: null,
};

const item = (
  id: string,
  queue: string,
  turn: readonly number[],
  skill?: string,
  telephone = true,
  node: string | null = null,
): WaitingItem => {
  const skills = skill === undefined ? [] : [{ skill, label: skill, rating: null }];
  return {
    id,
    queue,
    key: `${skill} ${telephone} ${node}`,
    turn,
    demand: { ...demand, skills, telephone, node },
  };
};

const agent = (id: string, queues: readonly string[], more: Partial<Candidate> = {}): PlannedAgent => ({
  candidate: {
    agent: id,
    name: id,
    signedIn: true,
    basePresence: 192360000,
    availableUnits: 100,
    profiles: [],
    blocked: false,
    skills: [],
    sessions: 0,
    liveCalls: 0,
    node: null,
    lastReleasedOn: null,
    lastAssignedOn: null,
    joinedRank: 0,
    declines: 0,
    facts: new Map(),
    ...more,
  },
  queues: new Map(queues.map((queue, joinedRank) => [queue, { joinedRank, lastAssignedOn: null }])),
});

const all = (planner: Planner): string[] => {
  const found: string[] = [];
  for (let next = planner.next(); next !== null; next = planner.next())
    found.push(`${next.item}→${next.agent}`);
  return found;
};

describe('the matcher (behaviour.md §4.3, §4.4)', () => {
  it('the smaller turn first, whichever came first', () => {
    const planner = new Planner();
    planner.putAgent(agent('a', ['p', 'q']));
    planner.putItem(item('late', 'p', [1, 20]));
    planner.putItem(item('urgent', 'q', [0, 30]));
    planner.putItem(item('early', 'p', [1, 10]));
    expect(all(planner)).toEqual(['urgent→a']);
    planner.putAgent(agent('a', ['p', 'q']));
    expect(all(planner)).toEqual(['early→a']);
  });

  it('one call at a time, and chats for as long as there is capacity (behaviour.md §4.8)', () => {
    const planner = new Planner();
    planner.putAgent(agent('a', ['q'], { availableUnits: 90 }));
    for (const id of ['call 1', 'call 2'])
      planner.putItem(item(id, 'q', [0, Number(id.at(-1))], undefined, true));
    for (const id of ['chat 3', 'chat 4', 'chat 5'])
      planner.putItem(item(id, 'q', [0, Number(id.at(-1))], undefined, false));
    expect(all(planner)).toEqual(['call 1→a', 'chat 3→a', 'chat 4→a']);
  });

  it('a fitting item behind a thousand that nobody fits is matched', () => {
    const planner = new Planner();
    for (let n = 0; n < 1000; n += 1) planner.putItem(item(`x${n}`, 'q', [0, n], 'rare'));
    planner.putItem(item('easy', 'q', [0, 5000]));
    planner.putAgent(agent('a', ['q']));
    expect(all(planner)).toEqual(['easy→a']);
    expect(planner.waiting).toBe(1000);
  });

  it('what left waits no longer, and what is put again stands where it says', () => {
    const planner = new Planner();
    planner.putItem(item('gone', 'q', [0, 1]));
    planner.putItem(item('moved', 'q', [0, 2]));
    planner.putItem(item('next', 'q', [0, 3]));
    planner.removeItem('gone');
    planner.putItem(item('moved', 'q', [0, 4]));
    planner.putAgent(agent('a', ['q']));
    planner.putAgent(agent('b', ['q']));
    expect(all(planner)).toEqual(['next→a', 'moved→b']);
  });

  it('one put back quietly is not looked at again until something changes', () => {
    const planner = new Planner();
    planner.putAgent(agent('a', ['q']));
    planner.putItem(item('one', 'q', [0, 1]), false);
    expect(all(planner)).toEqual([]);
    planner.putAgent(agent('b', ['q']));
    expect(all(planner)).toEqual(['one→a']);
  });
});

const queues = ['p', 'q', 'r'];
const skillNames = ['s', 't'];
const change = fc.oneof(
  fc.record({
    kind: fc.constant('item' as const),
    id: fc.integer({ min: 0, max: 30 }),
    queue: fc.constantFrom(...queues),
    skill: fc.option(fc.constantFrom(...skillNames), { nil: undefined }),
    turn: fc.integer({ min: 0, max: 50 }),
    telephone: fc.boolean(),
    node: fc.constantFrom(null, 'here', 'there'),
  }),
  fc.record({
    kind: fc.constant('agent' as const),
    id: fc.integer({ min: 0, max: 8 }),
    queues: fc.subarray(queues),
    skills: fc.subarray(skillNames),
    units: fc.integer({ min: 0, max: 60 }),
    signedIn: fc.boolean(),
    node: fc.constantFrom(null, 'here', 'there'),
  }),
  fc.record({ kind: fc.constant('leave' as const), id: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ kind: fc.constant('match' as const) }),
);

describe('whatever comes and goes', () => {
  it('nobody gets what they cannot take, and no fitting work stands beside an able person', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
        const planner = new Planner();
        const items = new Map<string, WaitingItem>();
        const agents = new Map<string, PlannedAgent>();
        const fits = (one: PlannedAgent, { queue, demand: asked }: WaitingItem): boolean =>
          one.queues.has(queue) && failedCriterion(asked, one.candidate, 'method') === null;
        const match = (): void => {
          for (let next = planner.next(); next !== null; next = planner.next()) {
            const [work, person] = [items.get(next.item), agents.get(next.agent)];
            expect(work && person && fits(person, work)).toBe(true);
            if (!work || !person) return;
            const before = [...items.values()].filter((other) =>
              [...agents.values()].some((one) => fits(one, other)),
            );
            expect(Math.min(...before.map(({ turn }) => turn[1] ?? 0))).toBe(work.turn[1]);
            items.delete(next.item);
            const { candidate } = person;
            agents.set(next.agent, {
              ...person,
              candidate: {
                ...candidate,
                availableUnits: candidate.availableUnits - 30,
                sessions: candidate.sessions + 1,
                liveCalls: candidate.liveCalls + (work.demand.telephone ? 1 : 0),
              },
            });
          }
          for (const work of items.values())
            for (const person of agents.values()) expect(fits(person, work)).toBe(false);
          expect(planner.waiting).toBe(items.size);
        };
        for (const one of changes) {
          if (one.kind === 'item') {
            const made = item(`i${one.id}`, one.queue, [0, one.turn], one.skill, one.telephone, one.node);
            items.set(made.id, made);
            planner.putItem(made);
          } else if (one.kind === 'agent') {
            const skills = one.skills.map((skill) => ({ skill, rating: null }));
            const made = agent(`a${one.id}`, one.queues, {
              skills,
              availableUnits: one.units,
              signedIn: one.signedIn,
              node: one.node,
            });
            agents.set(made.candidate.agent, made);
            planner.putAgent(made);
          } else if (one.kind === 'leave') {
            items.delete(`i${one.id}`);
            planner.removeItem(`i${one.id}`);
          } else match();
        }
        match();
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('matching costs about as much from fifty thousand as from one thousand', () => {
    const costOf = (waiting: number): number => {
      const planner = new Planner();
      for (let n = 0; n < waiting; n += 1) planner.putItem(item(`i${n}`, `q${n % 20}`, [0, n], `s${n % 7}`));
      const skills = Array.from({ length: 7 }, (_, n) => ({ skill: `s${n}`, rating: null }));
      const started = process.cpuUsage();
      for (let n = 0; n < 500; n += 1) {
        planner.putAgent(agent(`a${n}`, [`q${n % 20}`], { skills }));
        planner.next();
      }
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 500;
    };
    costOf(1000);
    // Microseconds of the processor an assignment: the bound is loose, a pass over all that waits takes thousands.
    expect(costOf(50_000)).toBeLessThan(20 * Math.max(costOf(1000), 20));
  });
});
