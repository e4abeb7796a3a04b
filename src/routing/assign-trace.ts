/** The trace of an assignment, bounded however many members a queue has: those who fared alike are told of together,
 *  with the first few of their names. Pure. Source: behaviour.md §4.11. */
import type { AssignmentEvaluation, CandidateTrace, FoldedCandidates } from '../tables/why.ts';

/** A queue of so many members is told of person by person. */
const wholeUpTo = 6;
/** Of a larger one: how many who fit are told of, and how many of each reason for being passed over. */
const keptFitting = 3;
const keptNames = 3;

/** Folds the traces, which are best first. */
export function foldCandidates(
  candidates: readonly CandidateTrace[],
  notes: readonly string[],
): AssignmentEvaluation {
  const said = notes.length > 0 ? { notes: notes.slice(0, 5).map((note) => note.slice(0, 200)) } : {};
  if (candidates.length <= wholeUpTo) return { candidates, ...said };
  const kept: CandidateTrace[] = [];
  const folded = new Map<string, { first: CandidateTrace; count: number; names: string[] }>();
  for (const one of candidates) {
    const key = one.failed
      ? `${one.failed.criterion} ${one.failed.required} ${one.failed.actual}`
      : one.outcome;
    const group = folded.get(key);
    if (!one.failed && kept.length < keptFitting) kept.push(one);
    else if (!group) folded.set(key, { first: one, count: 1, names: [one.name ?? one.agent] });
    else {
      group.count += 1;
      if (group.names.length < keptNames) group.names.push(one.name ?? one.agent);
    }
  }
  return { candidates: kept, folded: byCount([...folded.values()].map(toFolded)), ...said };
}

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

function toFolded(group: { first: CandidateTrace; count: number; names: string[] }): FoldedCandidates {
  const { first, count, names } = group;
  const failed = first.failed ? { failed: first.failed } : {};
  return { outcome: first.outcome, ...failed, count, names: names.map((name) => name.slice(0, 60)) };
}
