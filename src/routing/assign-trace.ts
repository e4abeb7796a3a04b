/** The trace of an assignment, bounded however many members a queue has: those who fared alike are told of together,
 *  with the first few of their names. Pure. Source: behaviour.md §4.11. */
import type { AssignmentEvaluation, CandidateTrace, Criterion, FoldedCandidates } from '../tables/why.ts';
import { type Candidate, type Demand, failure, inWords } from './candidate.ts';

/** How a candidate fared. `failed`: at what, null also for who was not looked at. */
export interface Judged {
  readonly candidate: Candidate;
  readonly fits: boolean;
  readonly failed: Criterion | null;
}

/** A queue of so many members is told of person by person. */
const wholeUpTo = 6;
/** Of a larger one: how many who fit are told of, and how many of each reason for being passed over. */
const keptFitting = 3;
const keptNames = 3;

/** How a candidate fared in words. `place`: among all, from 1; whoever fits stands before those who do not. */
export function toTrace(demand: Demand, { candidate, fits, failed }: Judged, place: number): CandidateTrace {
  const { agent, name, availableUnits, declines, lastReleasedOn, lastAssignedOn } = candidate;
  return {
    agent,
    name,
    outcome: !fits ? 'Passed over' : place === 1 ? 'Assigned' : 'Fits',
    ...(fits ? { rank: place } : {}),
    ...(failed ? { failed: { criterion: failed, ...inWords(failed, demand, candidate) } } : {}),
    availableUnits,
    ...(declines > 0 ? { declines } : {}),
    ...(lastReleasedOn ? { lastReleasedOn: lastReleasedOn.toISOString() } : {}),
    ...(lastAssignedOn ? { lastAssignedOn: lastAssignedOn.toISOString() } : {}),
  };
}

/** Those who fared alike. */
interface Alike {
  readonly first: Judged;
  count: number;
  readonly names: string[];
}

/** Folds how they fared, best first. */
export function foldCandidates(
  demand: Demand,
  judged: readonly Judged[],
  notes: readonly string[],
): AssignmentEvaluation {
  const said = notes.length > 0 ? { notes: notes.slice(0, 5).map((note) => note.slice(0, 200)) } : {};
  const inWhole = judged.length <= wholeUpTo;
  const kept = inWhole ? judged : judged.slice(0, keptFitting).filter(({ fits }) => fits);
  const candidates = kept.map((one, place) => toTrace(demand, one, place + 1));
  if (inWhole) return { candidates, ...said };
  const groups = new Map<Criterion | null, Map<string | number, Alike>>();
  for (let place = kept.length; place < judged.length; place += 1) {
    const one = judged[place];
    if (one) addTo(groups, one, one.failed ? failure(one.failed, demand, one.candidate) : String(one.fits));
  }
  const alike = [...groups.values()].flatMap((those) => [...those.values()]);
  return { candidates, folded: byCount(alike.map((one) => toFolded(demand, one))), ...said };
}

function addTo(
  groups: Map<Criterion | null, Map<string | number, Alike>>,
  one: Judged,
  how: string | number,
): void {
  const those = groups.get(one.failed) ?? new Map<string | number, Alike>();
  groups.set(one.failed, those);
  const alike = those.get(how);
  if (!alike) those.set(how, { first: one, count: 1, names: [nameOf(one)] });
  else {
    alike.count += 1;
    if (alike.names.length < keptNames) alike.names.push(nameOf(one));
  }
}

const nameOf = ({ candidate: { name, agent } }: Judged): string => (name ?? agent).slice(0, 60);

/** The largest groups; the smallest become one without a reason when there are many. */
function byCount(groups: readonly FoldedCandidates[]): readonly FoldedCandidates[] {
  const sorted = [...groups].sort((one, other) => other.count - one.count);
  if (sorted.length <= wholeUpTo) return sorted;
  const rest = sorted.slice(wholeUpTo - 1);
  return [
    ...sorted.slice(0, wholeUpTo - 1),
    {
      outcome: 'Passed over',
      count: rest.reduce((sum, { count }) => sum + count, 0),
      names: rest.flatMap(({ names }) => names).slice(0, keptNames),
    },
  ];
}

function toFolded(
  demand: Demand,
  { first: { candidate, fits, failed }, count, names }: Alike,
): FoldedCandidates {
  const why = failed ? { failed: { criterion: failed, ...inWords(failed, demand, candidate) } } : {};
  return { outcome: fits ? 'Fits' : 'Passed over', ...why, count, names };
}
