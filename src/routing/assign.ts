/** Assignment: who of a queue's members gets the work, and why not the others. Pure.
 *  Source: behaviour.md §4.5, §4.7, §4.8, §4.9. */
import type { AssignmentMethod, CandidateTrace, Criterion } from '../tables/why.ts';

/** What the work asks for. `allowedPresences`: base presence statuses. `maximumDeclines`: how often one person may
 *  decline this work and still be asked. */
export interface Demand {
  readonly method: AssignmentMethod;
  readonly requiredUnits: number;
  readonly allowedPresences: readonly number[];
  readonly maximumDeclines: number;
}

/** A member of the queue. `basePresence` null: never set. `liveCalls`: offered to or talked on by this person now.
 *  `joinedRank`: order of joining the queue. */
export interface Candidate {
  readonly agent: string;
  readonly name: string | null;
  readonly signedIn: boolean;
  readonly basePresence: number | null;
  readonly availableUnits: number;
  readonly liveCalls: number;
  readonly lastReleasedOn: Date | null;
  readonly lastAssignedOn: Date | null;
  readonly joinedRank: number;
  readonly declines: number;
}

/** Who is chosen (null: nobody fits) and how each candidate fared. `exhausted`: nobody fits this work, and not only
 *  because of declines, so other work with the same demand need not be tried. */
export interface Assignment {
  readonly chosen: string | null;
  readonly candidates: readonly CandidateTrace[];
  readonly exhausted: boolean;
}

/** Names of the base presences, for the trace (behaviour.md §4.7). */
export const basePresenceNames: ReadonlyMap<number, string> = new Map([
  [192360000, 'Available'],
  [192360001, 'Busy'],
  [192360002, 'Do not disturb'],
  [192360003, 'Appear away'],
  [192360004, 'Offline'],
]);

/** The method of a queue by its strategy; an empty one is least active, the default of voice queues. Null: custom
 *  rules or no assignment, which are not there (behaviour.md §11 choice 7). */
export function methodOf(strategy: number | null): AssignmentMethod | null {
  if (strategy === null) return 'leastActive';
  return methods.get(strategy) ?? null;
}

const methods: ReadonlyMap<number, AssignmentMethod> = new Map([
  [192350000, 'highestCapacity'],
  [192350001, 'roundRobin'],
  [192350003, 'leastActive'],
]);

/** Chooses. Fewer declines of this work go first, then the method, then round robin, then order of joining. */
export function assign(demand: Demand, candidates: readonly Candidate[]): Assignment {
  const judged = candidates.map((candidate) => ({ candidate, failed: firstFailure(demand, candidate) }));
  const fitting = judged
    .flatMap(({ candidate, failed }) => (failed ? [] : [candidate]))
    .sort((one, other) => order(demand.method, one, other));
  const ranks = new Map(fitting.map(({ agent }, index) => [agent, index + 1]));
  return {
    chosen: fitting[0]?.agent ?? null,
    exhausted: judged.every(({ failed }) => failed !== null && failed.criterion !== 'declines'),
    candidates: judged
      .map(({ candidate, failed }) => trace(candidate, ranks.get(candidate.agent), failed))
      .sort(
        (one, other) =>
          (one.rank ?? Number.POSITIVE_INFINITY) - (other.rank ?? Number.POSITIVE_INFINITY) || 0,
      ),
  };
}

type Failure = { readonly criterion: Criterion; readonly required: string; readonly actual: string };

const presenceName = (base: number | null): string =>
  base === null ? 'none' : (basePresenceNames.get(base) ?? String(base));

function firstFailure(demand: Demand, candidate: Candidate): Failure | null {
  if (!candidate.signedIn) return { criterion: 'signedIn', required: 'signed in', actual: 'signed out' };
  if (candidate.basePresence === null || !demand.allowedPresences.includes(candidate.basePresence))
    return {
      criterion: 'presence',
      required: demand.allowedPresences.map(presenceName).join(' or ') || 'none is allowed',
      actual: presenceName(candidate.basePresence),
    };
  // One softphone carries one call; the product leaves this to capacity alone.
  if (candidate.liveCalls > 0)
    return { criterion: 'softphone', required: 'no other call', actual: `${candidate.liveCalls} live` };
  if (candidate.availableUnits < demand.requiredUnits)
    return {
      criterion: 'capacity',
      required: `${demand.requiredUnits} units`,
      actual: `${candidate.availableUnits} units`,
    };
  if (candidate.declines >= demand.maximumDeclines)
    return {
      criterion: 'declines',
      required: `fewer than ${demand.maximumDeclines} declines`,
      actual: `${candidate.declines} declines`,
    };
  return null;
}

function trace(candidate: Candidate, rank: number | undefined, failed: Failure | null): CandidateTrace {
  return {
    agent: candidate.agent,
    name: candidate.name,
    outcome: rank === 1 ? 'Assigned' : rank === undefined ? 'Passed over' : 'Fits',
    ...(rank === undefined ? {} : { rank }),
    ...(failed ? { failed } : {}),
    availableUnits: candidate.availableUnits,
    declines: candidate.declines,
    lastReleasedOn: candidate.lastReleasedOn?.toISOString() ?? null,
    lastAssignedOn: candidate.lastAssignedOn?.toISOString() ?? null,
  };
}

/** An instant that never was stands before all others: a fresh sign-in goes first (behaviour.md §4.5). */
const byInstant = (one: Date | null, other: Date | null): number =>
  (one?.getTime() ?? Number.NEGATIVE_INFINITY) === (other?.getTime() ?? Number.NEGATIVE_INFINITY)
    ? 0
    : (one?.getTime() ?? Number.NEGATIVE_INFINITY) < (other?.getTime() ?? Number.NEGATIVE_INFINITY)
      ? -1
      : 1;

function order(method: AssignmentMethod, one: Candidate, other: Candidate): number {
  const byMethod =
    method === 'leastActive'
      ? byInstant(one.lastReleasedOn, other.lastReleasedOn)
      : method === 'highestCapacity'
        ? other.availableUnits - one.availableUnits
        : 0;
  return (
    one.declines - other.declines ||
    byMethod ||
    byInstant(one.lastAssignedOn, other.lastAssignedOn) ||
    one.joinedRank - other.joinedRank
  );
}
