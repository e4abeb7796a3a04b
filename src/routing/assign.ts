/** Assignment: who of a queue's members gets the work, and why not the others. Pure.
 *  Source: behaviour.md §4.5, §4.6, §4.9, §4.10. */
import type { AssignmentEvaluation, AssignmentMethod, CandidateTrace } from '../tables/why.ts';
import { applyRules } from './assign-rules.ts';
import { foldCandidates, type Judged, toTrace } from './assign-trace.ts';
import { type Candidate, type Demand, failedCriterion, type Way } from './candidate.ts';
import { closenessOf } from './skills.ts';

/** Who is chosen (null: nobody fits), by which way, and how each candidate fared: `judged`, those who fit first, best
 *  first. `rule`: of the custom method. Pieces of work are many and so are candidates: they are put into words only where
 *  that is asked for. */
export class Assignment {
  readonly chosen: string | null;
  readonly way: Way | null;
  readonly rule: string | null;
  readonly judged: readonly Judged[];
  readonly notes: readonly string[];
  readonly #demand: Demand;

  constructor(
    demand: Demand,
    way: Way,
    judged: readonly Judged[],
    { rule, notes }: { readonly rule: string | null; readonly notes: readonly string[] } = byNoRule,
  ) {
    const first = judged[0];
    this.chosen = first?.fits ? first.candidate.agent : null;
    this.way = this.chosen === null ? null : way;
    this.rule = rule;
    this.judged = judged;
    this.notes = notes;
    this.#demand = demand;
  }

  /** How many fit. */
  get fitting(): number {
    const end = this.judged.findIndex(({ fits }) => !fits);
    return end < 0 ? this.judged.length : end;
  }

  /** Every candidate in words. */
  get candidates(): readonly CandidateTrace[] {
    return this.judged.map((one, place) => toTrace(this.#demand, one, place + 1));
  }

  /** The same, bounded. */
  get folded(): AssignmentEvaluation {
    return foldCandidates(this.#demand, this.judged, this.notes);
  }
}

const byNoRule = { rule: null, notes: [] };

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

/** Chooses. Who must have it back goes before preferred people, those before the method of the queue. */
export function assign(demand: Demand, candidates: readonly Candidate[]): Assignment {
  if (demand.affinity !== null) {
    const returning = candidates.filter(({ agent }) => agent === demand.affinity);
    const back = answer(demand, candidates, 'affinity', judgeBy(demand, returning, 'affinity'));
    if (back.chosen !== null) return back;
  }
  if (demand.preferred.length > 0) {
    const preferred = demand.preferred.flatMap((id) => candidates.filter(({ agent }) => agent === id));
    const first = answer(demand, candidates, 'preferred', judgeBy(demand, preferred, 'preferred'));
    if (first.chosen !== null || demand.preferredOnly) return first;
  }
  if (demand.method === 'custom') return byRules(demand, candidates);
  const judged = judgeBy(demand, candidates, 'method');
  const fitting = judged
    .filter(({ fits }) => fits)
    .sort((one, other) => byMethod(demand, one.candidate, other.candidate));
  return new Assignment(demand, 'method', [...fitting, ...judged.filter(({ fits }) => !fits)]);
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

const judgeBy = (demand: Demand, candidates: readonly Candidate[], way: Way): Judged[] =>
  candidates.map((candidate) => {
    const failed = failedCriterion(demand, candidate, way);
    return { candidate, fits: failed === null, failed };
  });

function byRules(demand: Demand, candidates: readonly Candidate[]): Assignment {
  const { rules } = demand;
  const judged = judgeBy(demand, candidates, 'rules');
  const able = judged.flatMap(({ candidate, fits }) => (fits ? [candidate] : []));
  const ruled = rules
    ? applyRules(rules, able)
    : { rule: null, candidates: [], notes: ['the queue has no active assignment configuration'] };
  const held = new Set(ruled.candidates.map(({ agent }) => agent));
  const failed = judged.map((one): Judged => {
    if (!one.fits || held.has(one.candidate.agent)) return one;
    return { candidate: one.candidate, fits: false, failed: 'rule' };
  });
  const rest = failed.filter(({ candidate }) => !held.has(candidate.agent));
  const fitting = ruled.candidates.map((candidate): Judged => ({ candidate, fits: true, failed: null }));
  return new Assignment(demand, 'rules', [...fitting, ...rest], ruled);
}

/** `judged`: who was looked at, best first. Who was not looked at is passed over for that. */
function answer(
  demand: Demand,
  candidates: readonly Candidate[],
  way: Way,
  judged: readonly Judged[],
): Assignment {
  const seen = new Set(judged.map(({ candidate }) => candidate.agent));
  const unseen = candidates
    .filter(({ agent }) => !seen.has(agent))
    .map((candidate): Judged => {
      return { candidate, fits: false, failed: way === 'affinity' ? null : 'preferred' };
    });
  const fitting = judged.filter(({ fits }) => fits);
  const failing = judged.filter(({ fits }) => !fits);
  return new Assignment(demand, way, [...fitting, ...failing, ...unseen]);
}

/** An instant that never was stands before all others: a fresh sign-in goes first (behaviour.md §4.5). */
function byInstant(one: Date | null, other: Date | null): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  return one.getTime() - other.getTime();
}
