import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, type Demand, everyCriterion, failedCriterion, type Way } from './candidate.ts';

const demands: fc.Arbitrary<Demand> = fc.record({
  method: fc.constant('leastActive' as const),
  telephone: fc.boolean(),
  node: fc.constantFrom(null, 'here'),
  requiredUnits: fc.constantFrom(0, 30, 100),
  profiles: fc.constantFrom([], [{ id: 'p', name: 'Calls' }]),
  allowedPresences: fc.constantFrom([], [192360000], [192360000, 192360001]),
  skills: fc.constantFrom([], [{ skill: 's', label: 'Danish', rating: 0.5 }]),
  matching: fc.constantFrom('exact' as const, 'closest' as const, 'none' as const),
  maximumDeclines: fc.constantFrom(1, 3),
  affinity: fc.constant(null),
  preferred: fc.constant([]),
  preferredOnly: fc.constant(false),
  rules: fc.constant(null),
});

const candidates: fc.Arbitrary<Candidate> = fc.record({
  agent: fc.constant('a'),
  name: fc.constant('Agent'),
  signedIn: fc.boolean(),
  basePresence: fc.constantFrom(null, 192360000, 192360001, 192360004),
  availableUnits: fc.constantFrom(-30, 0, 30, 100),
  profiles: fc.constantFrom([], [{ profile: 'p', available: 0 }], [{ profile: 'p', available: 2 }]),
  blocked: fc.boolean(),
  skills: fc.constantFrom([], [{ skill: 's', rating: null }], [{ skill: 's', rating: 0.9 }]),
  sessions: fc.constantFrom(0, 10),
  liveCalls: fc.constantFrom(0, 1),
  node: fc.constantFrom(null, 'here', 'there'),
  lastReleasedOn: fc.constant(null),
  lastAssignedOn: fc.constant(null),
  joinedRank: fc.constant(1),
  declines: fc.constantFrom(0, 1, 3),
  facts: fc.constant(new Map()),
});

const ways = fc.constantFrom<Way>('affinity', 'preferred', 'rules', 'method');

describe('everyCriterion (mission B3)', () => {
  it('tells all of them, and the first that is not met is the one assignment stops at', () => {
    fc.assert(
      fc.property(demands, candidates, ways, (demand, candidate, way) => {
        const all = everyCriterion(demand, candidate, way);
        expect(all.find(({ met }) => !met)?.criterion ?? null).toBe(failedCriterion(demand, candidate, way));
        for (const { required, actual } of all) expect([required, actual]).not.toContain('');
      }),
      { seed: 20260105 },
    );
  });

  it('by the method of the queue: nine, in the order of the lists of behaviour.md §4.5 to §4.9', () => {
    const [demand] = fc.sample(demands, { numRuns: 1, seed: 1 });
    const [candidate] = fc.sample(candidates, { numRuns: 1, seed: 1 });
    if (!demand || !candidate) throw new Error('nothing was made');
    expect(everyCriterion(demand, candidate, 'method').map(({ criterion }) => criterion)).toEqual([
      ...['signedIn', 'presence', 'softphone', 'sessions', 'blocked', 'capacity', 'profile', 'skills'],
      'declines',
    ]);
  });
});
