/** Route to queue: from a workstream's rule set and the facts of a conversation to a queue, with the reasons.
 *  Source: behaviour.md §3.3, §4.2; rules.md §4.2, §4.5. */
import type { RouteToQueueEvaluation, RuleTrace } from '../tables/why.ts';
import { evaluateRule, type Facts, statusOf, traceOf } from './evaluate.ts';
import type { Overflow } from './overflow.ts';
import { guidOf, parseRuleSet, type Rule, type RuleSet, RuleSetError } from './rules.ts';

/** A rule set ready to be evaluated, or why it cannot be. */
export type ReadRuleSet =
  | { readonly ruleSet: RuleSet; readonly disabled: ReadonlySet<string> }
  | { readonly fault: string };

/** How a queue stands for work that is about to be put there. `opensOn`: when it opens next; null while it is open, or
 *  when that is not known. */
export interface QueueVerdict {
  readonly overflow: Overflow;
  readonly open: boolean;
  readonly opensOn: Date | null;
}

/** Looks at a queue, with the overflow rule set of the rule that chose it in place of the queue's own; null when there is
 *  no such queue. */
export type LookAtQueue = (queue: string, ownRuleSet: string | null) => QueueVerdict | null;

/** Where the work goes. `queue` null: no rule decided, take the fallback queue for `fallbackReason`. `overflow`: what is
 *  done instead of queueing, null when the queue takes it as it is. */
export interface Route {
  readonly queue: string | null;
  readonly rule: string | null;
  readonly fallbackReason: string | null;
  readonly overflow: Overflow | null;
  readonly evaluation: RouteToQueueEvaluation;
}

/** Reads the columns of a rule set row: its XML, and the rules that are switched off, which come as a JSON list or
 *  as ids with commas or blanks between (rules.md §2). */
export function readRuleSet(definition: string | null, disabledRules: string | null): ReadRuleSet {
  if (definition === null || definition.trim() === '') return { fault: 'the rule set has no definition' };
  const ids = (disabledRules ?? '').match(/[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/g) ?? [];
  try {
    return { ruleSet: parseRuleSet(definition), disabled: new Set(ids.map((id) => id.toLowerCase())) };
  } catch (error) {
    if (error instanceof RuleSetError) return { fault: `the rule set cannot be read: ${error.message}` };
    throw error;
  }
}

/** A rule that holds and names a queue. */
interface Match {
  readonly rule: Rule;
  readonly queue: string;
  readonly verdict: QueueVerdict;
}

const untroubled: QueueVerdict = {
  overflow: { applied: null, rules: [], notes: [] },
  open: true,
  opensOn: null,
};

/** Evaluates the rules in order. Under "all" every rule is looked at and the first that holds and whose queue does not
 *  overflow is applied; when all overflow, one with an open queue, else the one whose queue opens soonest, and its
 *  action runs. Under "first" the rules after the first match are not looked at. `draw` in [0, 1) decides a percentage
 *  split, before overflow is looked at. Source: behaviour.md §3.5, §4.2. */
export function routeToQueue(
  read: ReadRuleSet | null,
  facts: Facts,
  draw: number,
  lookAt: LookAtQueue = () => untroubled,
): Route {
  if (read === null) return fallback('the workstream has no active route-to-queue rules', [], []);
  if ('fault' in read) return fallback(read.fault, [], [read.fault]);
  const matches: Match[] = [];
  let astray = false;
  const rules = read.ruleSet.rules.slice(0, ruleLimit);
  const looked = rules.map((rule) => {
    const isDisabled = read.disabled.has(rule.id);
    const passed = isDisabled || (matches.length > 0 && read.ruleSet.hitPolicy === 'first');
    const result = passed ? null : evaluateRule(rule, facts);
    const target = queueOf(rule, draw);
    const notes = isDisabled ? ['the rule is switched off'] : target.notes;
    if (result?.holds !== true || target.queue === null)
      return { result, notes, queue: target.queue, match: null };
    const verdict = lookAt(target.queue, target.ownRuleSet);
    if (verdict === null) {
      astray = true;
      return { result, notes: [...notes, `queue ${target.queue} is not there`], queue: null, match: null };
    }
    const match = { rule, queue: target.queue, verdict };
    matches.push(match);
    const { applied } = verdict.overflow;
    return {
      result,
      notes: applied ? [...notes, `overflows: ${applied.condition}`] : notes,
      queue: target.queue,
      match,
    };
  });
  const chosen = choose(matches);
  const traces = looked.map(({ result, notes, queue, match }, index): RuleTrace => {
    const status = statusOf(result, match !== null && match === chosen);
    return {
      ...traceOf(rules[index] as Rule, index + 1, status, result, notes),
      ...(queue ? { queue } : {}),
    };
  });
  const notes = rules.length < read.ruleSet.rules.length ? ['only 200 rules of a set are looked at'] : [];
  if (!chosen) {
    const reason = astray ? 'no rule that holds names a queue that is there' : 'no rule holds';
    return fallback(rules.length === 0 ? 'the rule set has no rules' : reason, traces, notes);
  }
  const { overflow } = chosen.verdict;
  return {
    queue: chosen.queue,
    rule: chosen.rule.name,
    fallbackReason: null,
    overflow: overflow.applied === null && overflow.notes.length === 0 ? null : overflow,
    evaluation: { rules: traces, notes },
  };
}

/** As many rules as the product allows (behaviour.md §10). */
const ruleLimit = 200;

/** The first that does not overflow, else the first that is open, else the one that opens soonest. */
function choose(matches: readonly Match[]): Match | undefined {
  const opening = ({ verdict }: Match): number => verdict.opensOn?.getTime() ?? Number.POSITIVE_INFINITY;
  return (
    matches.find(({ verdict }) => verdict.overflow.applied === null) ??
    matches.find(({ verdict }) => verdict.open) ??
    [...matches].sort((one, other) =>
      opening(one) < opening(other) ? -1 : opening(one) > opening(other) ? 1 : 0,
    )[0]
  );
}

function fallback(reason: string, rules: readonly RuleTrace[], notes: readonly string[]): Route {
  return { queue: null, rule: null, fallbackReason: reason, overflow: null, evaluation: { rules, notes } };
}

/** The overflow rule sets that rules bring along, by the queue they send to. */
export function ownOverflowSets(read: ReadRuleSet | null): readonly string[] {
  if (read === null || 'fault' in read) return [];
  return read.ruleSet.rules.flatMap((rule) => queueOf(rule, 0).ownRuleSet ?? []);
}

/** Every queue that the rules may send to. */
export function queuesOf(read: ReadRuleSet | null): readonly string[] {
  if (read === null || 'fault' in read) return [];
  return read.ruleSet.rules.flatMap(({ outputs }) =>
    outputs.flatMap((output) => {
      if (output.kind === 'split') return output.shares.map(({ queue }) => queue);
      return output.kind === 'set' && isQueue(output.path) ? (guidOf(output.value) ?? []) : [];
    }),
  );
}

const isQueue = (path: string): boolean => path.toLowerCase() === 'assign_to.queue';

interface Target {
  readonly queue: string | null;
  readonly ownRuleSet: string | null;
  readonly notes: readonly string[];
}

function queueOf(rule: Rule, draw: number): Target {
  let queue: string | null = null;
  let ownRuleSet: string | null = null;
  const notes: string[] = [];
  for (const output of rule.outputs) {
    if (output.kind === 'set' && isQueue(output.path)) {
      queue = guidOf(output.value);
      if (queue === null) notes.push(`${output.value || '(nothing)'} is no queue id`);
    } else if (output.kind === 'set' && /^prequeue_overflow_ruleset\./i.test(output.path)) {
      ownRuleSet = guidOf(output.value);
      if (ownRuleSet === null) notes.push(`${output.value || '(nothing)'} is no rule set id`);
    } else if (output.kind === 'split') queue = share(output.shares, draw);
    else if (output.kind === 'set') notes.push(`${output.path} is kept but not acted upon`);
    else if (output.kind === 'other') notes.push(output.note);
    else notes.push(`${output.kind} mean nothing in a route-to-queue rule`);
  }
  return { queue, ownRuleSet, notes };
}

function share(
  shares: readonly { readonly queue: string; readonly percentage: number }[],
  draw: number,
): string | null {
  let point = draw * shares.reduce((sum, { percentage }) => sum + percentage, 0);
  for (const { queue, percentage } of shares) {
    if (point < percentage) return queue;
    point -= percentage;
  }
  return shares.at(-1)?.queue ?? null;
}
