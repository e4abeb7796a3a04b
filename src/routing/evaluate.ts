/** Evaluates the rules of a set against facts, and says how each fared. Source: rules.md §4.2, §4.3. */
import type { ComparisonTrace, RuleStatus, RuleTrace } from '../tables/why.ts';
import { type Comparison, type Condition, guidOf, type Rule } from './rules.ts';

/** A value found at a path. Durations are numbers of seconds. */
export type Fact = string | number | boolean | Date;

/** Values by path. Several: rows of a to-many relation, of which any may satisfy. None: the path leads to nothing.
 *  A path that is not in the map is not known. */
export type Facts = ReadonlyMap<string, readonly Fact[]>;

/** Whether a rule's conditions hold, each comparison made, and what was not understood. */
export interface RuleResult {
  readonly holds: boolean;
  readonly comparisons: readonly ComparisonTrace[];
  readonly notes: readonly string[];
}

/** Evaluates one rule. Every comparison is made, so that the trace is whole. A rule with anything in it that is not
 *  understood does not hold: routing wrongly in silence is worse than not routing. */
export function evaluateRule(rule: Rule, facts: Facts): RuleResult {
  const comparisons: ComparisonTrace[] = [];
  const notes: string[] = [];
  const holds = evaluate(rule.condition, facts, comparisons, notes);
  return { holds: holds && notes.length === 0, comparisons, notes };
}

/** How a rule fared that was looked at (`result`) or not (null), and taken or not. */
export function statusOf(result: RuleResult | null, takes: boolean): RuleStatus {
  if (!result) return 'Not processed';
  if (takes) return 'Applied';
  return result.holds ? 'Matched' : 'Processed';
}

/** A rule for the trace; `notes` are added to what evaluation had to say. */
export function traceOf(
  rule: Rule,
  order: number,
  status: RuleStatus,
  result: RuleResult | null,
  notes: readonly string[],
): RuleTrace {
  const { id, name } = rule;
  return {
    id,
    name,
    order,
    status,
    comparisons: result?.comparisons ?? [],
    notes: [...(result?.notes ?? []), ...notes],
  };
}

function evaluate(condition: Condition, facts: Facts, trace: ComparisonTrace[], notes: string[]): boolean {
  if (condition.kind === 'broken') {
    notes.push(condition.note);
    return false;
  }
  if (condition.kind === 'comparison') return compare(condition, facts, trace, notes);
  const results = condition.parts.map((part) => evaluate(part, facts, trace, notes));
  return condition.kind === 'every' ? results.every(Boolean) : results.some(Boolean);
}

function compare(comparison: Comparison, facts: Facts, trace: ComparisonTrace[], notes: string[]): boolean {
  const { path, operator } = comparison;
  const actual = facts.get(path);
  if (!actual) notes.push(`nothing is known under ${path}`);
  const expected = expectedValues(comparison, facts, notes);
  const result = decide(operator, actual ?? [], expected);
  if (result === null) notes.push(`operator ${operator || '(none)'} is not known`);
  trace.push({
    path,
    operator,
    expected: expected.map(show),
    actual: (actual ?? []).map(show),
    result: result ?? false,
  });
  return result ?? false;
}

function expectedValues(comparison: Comparison, facts: Facts, notes: string[]): readonly Fact[] {
  const { rightPath, values, unit } = comparison;
  if (rightPath !== null) {
    const found = facts.get(rightPath);
    if (!found) notes.push(`nothing is known under ${rightPath}`);
    return found ?? [];
  }
  if (unit === null) return values;
  const factor = secondsPer[unit.toLowerCase()];
  if (factor === undefined) {
    notes.push(`unit ${unit} is not known`);
    return values;
  }
  return values.map((value) => Number(value) * factor);
}

/** The seconds of a unit in lower case. */
export const secondsPer: { readonly [unit: string]: number } = {
  seconds: 1,
  minutes: 60,
  hours: 3600,
  days: 86_400,
};

type Test = (actual: Fact, expected: Fact) => boolean;

const lower = (fact: Fact): string => show(fact).trim().toLowerCase();

const same: Test = (actual, expected) => {
  if (typeof actual === 'number') return actual === numberOf(expected);
  if (actual instanceof Date) return actual.getTime() === instantOf(expected);
  return (guidOf(lower(actual)) ?? lower(actual)) === (guidOf(lower(expected)) ?? lower(expected));
};

const ordered =
  (holds: (difference: number) => boolean): Test =>
  (actual, expected) => {
    const byNumber = numberOf(actual) - numberOf(expected);
    const difference = Number.isNaN(byNumber) ? instantOf(actual) - instantOf(expected) : byNumber;
    return holds(difference);
  };

/** Operators by their name without blanks, hyphens and underscores. `negated`: none of the expected may hold. */
const tests: { readonly [operator: string]: { readonly test: Test; readonly negated?: true } } = {
  '==': { test: same },
  '!=': { test: same, negated: true },
  '>': { test: ordered((difference) => difference > 0) },
  '>=': { test: ordered((difference) => difference >= 0) },
  '<': { test: ordered((difference) => difference < 0) },
  '<=': { test: ordered((difference) => difference <= 0) },
  in: { test: same },
  notin: { test: same, negated: true },
  contains: { test: (actual, expected) => lower(actual).includes(lower(expected)) },
  notcontains: { test: (actual, expected) => lower(actual).includes(lower(expected)), negated: true },
  beginswith: { test: (actual, expected) => lower(actual).startsWith(lower(expected)) },
  notbeginswith: { test: (actual, expected) => lower(actual).startsWith(lower(expected)), negated: true },
  endswith: { test: (actual, expected) => lower(actual).endsWith(lower(expected)) },
  notendswith: { test: (actual, expected) => lower(actual).endsWith(lower(expected)), negated: true },
};

/** Other spellings met or expected, by the same reduced form. */
const spellings: { readonly [operator: string]: string } = {
  '=': '==',
  equals: '==',
  equal: '==',
  '<>': '!=',
  notequals: '!=',
  notequal: '!=',
  doesnotcontain: 'notcontains',
  startswith: 'beginswith',
  notstartswith: 'notbeginswith',
  doesnotbeginwith: 'notbeginswith',
  doesnotendwith: 'notendswith',
};

/** Null: the operator is not known. A comparison with an absent left value is false, also a negated one. */
function decide(operator: string, actual: readonly Fact[], expected: readonly Fact[]): boolean | null {
  const reduced = reduce(operator);
  if (reduced === 'notnull') return actual.length > 0;
  if (reduced === 'null') return actual.length === 0;
  const known = tests[spellings[reduced] ?? reduced];
  if (!known) return null;
  return actual.some(
    (value) => expected.some((other) => known.test(value, other)) !== (known.negated ?? false),
  );
}

const reduce = (operator: string): string => operator.toLowerCase().replace(/[\s_-]/g, '');

/** Whether an operator of a condition is understood, in any of its spellings. */
export function isKnownOperator(operator: string): boolean {
  const reduced = reduce(operator);
  return reduced === 'null' || reduced === 'notnull' || (spellings[reduced] ?? reduced) in tests;
}

/** Whether a unit of a duration is understood. */
export const isKnownUnit = (unit: string): boolean => unit.toLowerCase() in secondsPer;

function numberOf(fact: Fact): number {
  if (typeof fact === 'number') return fact;
  return typeof fact === 'string' && fact.trim() !== '' ? Number(fact) : Number.NaN;
}

function instantOf(fact: Fact): number {
  if (fact instanceof Date) return fact.getTime();
  return typeof fact === 'string' && /^\d{4}-\d{2}-\d{2}/.test(fact.trim())
    ? Date.parse(fact.trim())
    : Number.NaN;
}

/** A fact as text for the trace: instants in ISO form. */
function show(fact: Fact): string {
  return fact instanceof Date ? fact.toISOString() : String(fact);
}
