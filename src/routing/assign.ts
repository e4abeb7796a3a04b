/** Assignment: who of a queue's members gets the work, and why not the others. Pure.
 *  Source: behaviour.md §4.5, §4.6, §4.9, §4.10. */
import type { AssignmentMethod, CandidateTrace, Criterion } from '../tables/why.ts';
import { applyRules } from './assign-rules.ts';
import { type Candidate, type Demand, failedCriterion, inWords, type Way } from './candidate.ts';
import { closenessOf } from './skills.ts';

/** Who is chosen (null: nobody fits), by which way, and how each candidate fared. `rule`: of the custom method. */
export interface Assignment {
  readonly chosen: string | null;
  readonly way: Way | null;
  readonly rule: string | null;
  readonly candidates: readonly CandidateTrace[];
  readonly notes: readonly string[];
}

/** The method of a queue by its strategy; an empty one is least active, the default of voice queues
 *  (behaviour.md §11 choice 7). Null: a strategy that is not known. */
export function methodOf(strategy: number | null): AssignmentMethod | null {
  if (strategy === null) return 'leastActive';
  return methods.get(strategy) ?? null;
}

const methods: ReadonlyMap<number, AssignmentMethod> = new Map([
  [192350000, 'highestCapacity'],
  [192350001, 'roundRobin'],
  [192350002, 'custom'],
  [192350003, 'leastActive'],
  [192350005, 'noAssignment'],
]);

interface Judged {
  readonly candidate: Candidate;
  readonly failed: Criterion | null;
}

/** Chooses. Who must have it back goes before preferred people, those before the method of the queue. */
export function assign(demand: Demand, candidates: readonly Candidate[]): Assignment {
  const returning = candidates.filter(({ agent }) => agent === demand.affinity);
  const back = answer(demand, candidates, 'affinity', judgeBy(demand, returning, 'affinity'));
  if (back.chosen !== null) return back;
  const preferred = demand.preferred.flatMap((id) => candidates.filter(({ agent }) => agent === id));
  const asked = judgeBy(demand, preferred, 'preferred');
  const first = answer(demand, candidates, 'preferred', asked);
  if (first.chosen !== null || (demand.preferredOnly && demand.preferred.length > 0)) return first;
  if (demand.method === 'custom') return byRules(demand, candidates);
  const judged = judgeBy(demand, candidates, 'method').sort((one, other) =>
    byMethod(demand, one.candidate, other.candidate),
  );
  return answer(demand, candidates, 'method', judged);
}

/** Compares two people by the queue's method, for those who fit. Fewer declines of this work go first. Under closest
 *  match neither the method nor round robin counts, so the same person is asked until they are full (§4.6). */
export function byMethod(demand: Demand, one: Candidate, other: Candidate): number {
  const declines = one.declines - other.declines;
  if (declines !== 0) return declines;
  if (demand.matching === 'closest' && demand.skills.length > 0) {
    const near = closenessOf(demand.skills, one.skills);
    const far = closenessOf(demand.skills, other.skills);
    return near.rank - far.rank || near.distance - far.distance || one.joinedRank - other.joinedRank;
  }
  const byItself =
    demand.method === 'leastActive'
      ? byInstant(one.lastReleasedOn, other.lastReleasedOn)
      : demand.method === 'highestCapacity'
        ? roomOf(demand, other) - roomOf(demand, one)
        : 0;
  return byItself || byInstant(one.lastAssignedOn, other.lastAssignedOn) || one.joinedRank - other.joinedRank;
}

/** Available capacity: units, and where the work asks for none, the least room in any of its profiles. */
function roomOf({ requiredUnits, profiles }: Demand, candidate: Candidate): number {
  if (requiredUnits > 0 || profiles.length === 0) return candidate.availableUnits;
  const rooms = profiles.map(
    ({ id }) => candidate.profiles.find(({ profile }) => profile === id)?.available ?? 0,
  );
  return Math.min(...rooms);
}

function judgeBy(demand: Demand, candidates: readonly Candidate[], way: Way): Judged[] {
  return candidates.map((candidate) => ({ candidate, failed: failedCriterion(demand, candidate, way) }));
}

function byRules(demand: Demand, candidates: readonly Candidate[]): Assignment {
  const { rules } = demand;
  const judged = judgeBy(demand, candidates, 'rules');
  const able = judged.flatMap(({ candidate, failed }) => (failed ? [] : [candidate]));
  const ruled = rules
    ? applyRules(rules, able)
    : { rule: null, candidates: [], notes: ['the queue has no active assignment configuration'] };
  const held = new Set(ruled.candidates.map(({ agent }) => agent));
  const failed = judged.map((one): Judged => {
    if (one.failed !== null || held.has(one.candidate.agent)) return one;
    return { candidate: one.candidate, failed: 'rule' };
  });
  const rest = failed.filter(({ candidate }) => !held.has(candidate.agent));
  const fitting = ruled.candidates.map((candidate): Judged => ({ candidate, failed: null }));
  return {
    ...answer(demand, candidates, 'rules', [...fitting, ...rest]),
    rule: ruled.rule,
    notes: ruled.notes,
  };
}

/** `judged`: who was looked at, best first. Who was not looked at is passed over for that. */
function answer(
  demand: Demand,
  candidates: readonly Candidate[],
  way: Way,
  judged: readonly Judged[],
): Assignment {
  const fitting = judged.filter(({ failed }) => failed === null);
  const failing = judged.filter(({ failed }) => failed !== null);
  const seen = new Set(judged.map(({ candidate }) => candidate.agent));
  const unseen = candidates
    .filter(({ agent }) => !seen.has(agent))
    .map((candidate): Judged => ({ candidate, failed: way === 'affinity' ? null : 'preferred' }));
  const chosen = fitting[0]?.candidate.agent ?? null;
  return {
    chosen,
    way: chosen === null ? null : way,
    rule: null,
    notes: [],
    candidates: [
      ...fitting.map(({ candidate }, index) => trace(demand, candidate, index + 1, null)),
      ...[...failing, ...unseen].map(({ candidate, failed }) => trace(demand, candidate, null, failed)),
    ],
  };
}

/** What a trace says of a candidate whatever was asked for, kept because an instant as text costs more than the rest. */
const standing = new WeakMap<Candidate, Pick<CandidateTrace, 'lastReleasedOn' | 'lastAssignedOn'>>();

function standingOf(candidate: Candidate): Pick<CandidateTrace, 'lastReleasedOn' | 'lastAssignedOn'> {
  const known = standing.get(candidate);
  if (known) return known;
  const made = {
    lastReleasedOn: candidate.lastReleasedOn?.toISOString() ?? null,
    lastAssignedOn: candidate.lastAssignedOn?.toISOString() ?? null,
  };
  standing.set(candidate, made);
  return made;
}

function trace(
  demand: Demand,
  candidate: Candidate,
  rank: number | null,
  failed: Criterion | null,
): CandidateTrace {
  return {
    agent: candidate.agent,
    name: candidate.name,
    outcome: rank === 1 ? 'Assigned' : rank === null ? 'Passed over' : 'Fits',
    ...(rank === null ? {} : { rank }),
    ...(failed ? { failed: { criterion: failed, ...inWords(failed, demand, candidate) } } : {}),
    availableUnits: candidate.availableUnits,
    declines: candidate.declines,
    ...standingOf(candidate),
  };
}

/** An instant that never was stands before all others: a fresh sign-in goes first (behaviour.md §4.5). */
function byInstant(one: Date | null, other: Date | null): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  return one.getTime() - other.getTime();
}
