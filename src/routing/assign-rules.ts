/** The custom assignment method: ordered rules over people and work; the first that holds for anybody wins, and orders
 *  those it holds for. Pure. Source: behaviour.md §4.5; rules.md §4.2, §4.4, §6. */
import type { Candidate } from './candidate.ts';
import { evaluateRule, type Fact, type Facts } from './evaluate.ts';
import type { ReadRuleSet } from './route.ts';
import { guidOf, type Output, pathsOf, type Rule } from './rules.ts';

/** A step of an assignment configuration with its rule set. */
export interface AssignmentStep {
  readonly id: string;
  readonly name: string | null;
  readonly isDefault: boolean;
  readonly read: ReadRuleSet;
}

/** The rule set that applies to this work, and what is known of the work by the paths the rules look at. */
export interface AssignmentRules {
  readonly step: AssignmentStep | null;
  readonly facts: Facts;
  readonly notes: readonly string[];
}

/** Which of the assignment steps applies: the one that the first holding rule of the selection set names; else the
 *  default one; with a single one and no selection, that. */
export function selectStep(
  selection: ReadRuleSet | null,
  steps: readonly AssignmentStep[],
  facts: Facts,
): AssignmentRules {
  const notes: string[] = [];
  const fallback =
    steps.find(({ isDefault }) => isDefault) ?? (selection === null ? (steps[0] ?? null) : null);
  if (selection === null) return { step: fallback, facts, notes };
  if ('fault' in selection) return { step: fallback, facts, notes: [selection.fault] };
  for (const rule of selection.ruleSet.rules) {
    if (selection.disabled.has(rule.id)) continue;
    const result = evaluateRule(rule, facts);
    notes.push(...result.notes);
    const named = result.holds
      ? steps.find(({ id }) => rule.outputs.some((output) => names(output, id)))
      : null;
    if (named) return { step: named, facts, notes };
  }
  return { step: fallback, facts, notes };
}

const names = (output: Output, ruleSet: string): boolean =>
  output.kind === 'set' && guidOf(output.value) === ruleSet.toLowerCase();

/** Those whom the first rule that holds for anybody holds for, in its order; and that rule. */
export interface Ruled {
  readonly rule: string | null;
  readonly candidates: readonly Candidate[];
  readonly notes: readonly string[];
}

/** Evaluates the rules in order. Whoever declined less goes first, then the order of the rule, then round robin. */
export function applyRules({ step, facts, notes }: AssignmentRules, candidates: readonly Candidate[]): Ruled {
  if (step === null)
    return { rule: null, candidates: [], notes: [...notes, 'no assignment rule set applies'] };
  if ('fault' in step.read) return { rule: null, candidates: [], notes: [...notes, step.read.fault] };
  const { ruleSet, disabled } = step.read;
  const paths = pathsOf(ruleSet);
  const said = new Set(notes);
  const known = candidates.map((candidate) => ({ candidate, facts: together(facts, candidate, paths) }));
  for (const rule of ruleSet.rules) {
    if (disabled.has(rule.id)) continue;
    const holding = known.flatMap((one) => {
      const result = evaluateRule(rule, one.facts);
      for (const note of result.notes) said.add(`${rule.name}: ${note}`);
      return result.holds ? [one.candidate] : [];
    });
    if (holding.length > 0)
      return { rule: rule.name, candidates: inOrder(rule, holding, said), notes: [...said] };
  }
  return { rule: null, candidates: [], notes: [...said] };
}

/** What rules may look at of a person, by the part of the path after `agent.`, in lower case (rules.md §4.4). The last
 *  four spellings are ours: the product's are not published. */
const ofAgent: { readonly [name: string]: (candidate: Candidate) => Fact | null } = {
  basepresencestatus: ({ basePresence }) => basePresence,
  lastsessionassignedon: ({ lastAssignedOn }) => lastAssignedOn,
  lastsessionreleasedon: ({ lastReleasedOn }) => lastReleasedOn,
  unitcapacity: ({ availableUnits }) => availableUnits,
  profilecapacity: ({ profiles }) => profiles.reduce((sum, { available }) => sum + available, 0),
  proficiency: ({ skills }) => skills.reduce((sum, { rating }) => sum + (rating ?? 0), 0),
  skillcount: ({ skills }) => skills.length,
};

/** The facts at a path of a person; null: no such path. */
function factsOf(candidate: Candidate, path: string): readonly Fact[] | null {
  const lower = path.toLowerCase();
  if (!lower.startsWith('agent.')) return null;
  const known = ofAgent[lower.slice('agent.'.length)];
  if (!known) return candidate.facts.get(path) ?? null;
  const value = known(candidate);
  return value === null ? [] : [value];
}

function together(facts: Facts, candidate: Candidate, paths: readonly string[]): Facts {
  const all = new Map(facts);
  for (const path of paths) {
    const found = factsOf(candidate, path);
    if (found !== null) all.set(path, found);
  }
  return all;
}

function inOrder(rule: Rule, candidates: readonly Candidate[], notes: Set<string>): readonly Candidate[] {
  const orders = rule.outputs.flatMap((output) => (output.kind === 'order' ? [output] : []));
  const usable = orders.filter(({ path }) => {
    const known = candidates.some((candidate) => factsOf(candidate, path) !== null);
    if (!known) notes.add(`${rule.name}: an order by ${path} is not known`);
    return known;
  });
  return [...candidates].sort((one, other) => {
    if (one.declines !== other.declines) return one.declines - other.declines;
    for (const { path, descending } of usable) {
      const difference = compareFacts(factsOf(one, path)?.[0], factsOf(other, path)?.[0]);
      if (difference !== 0) return descending ? -difference : difference;
    }
    return (
      compareFacts(one.lastAssignedOn ?? undefined, other.lastAssignedOn ?? undefined) ||
      one.joinedRank - other.joinedRank
    );
  });
}

/** An absent value stands first: a fresh sign-in has none and goes first (rules.md §6). */
function compareFacts(one: Fact | undefined, other: Fact | undefined): number {
  if (one === undefined || other === undefined)
    return Number(one !== undefined) - Number(other !== undefined);
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0;
  return Number(one) - Number(other) || 0;
}
