/** Route to queue: from a workstream's rule set and the facts of a conversation to a queue, with the reasons.
 *  Source: behaviour.md §3.3, §4.2; rules.md §4.2, §4.5. */
import type { RouteToQueueEvaluation, RuleStatus, RuleTrace } from '../tables/why.ts';
import { evaluateRule, type Facts, type RuleResult } from './evaluate.ts';
import { guidOf, parseRuleSet, type Rule, type RuleSet, RuleSetError } from './rules.ts';

/** A rule set ready to be evaluated, or why it cannot be. */
export type ReadRuleSet =
  | { readonly ruleSet: RuleSet; readonly disabled: ReadonlySet<string> }
  | { readonly fault: string };

/** Where the work goes. `queue` null: no rule decided, take the fallback queue for `fallbackReason`. */
export interface Route {
  readonly queue: string | null;
  readonly rule: string | null;
  readonly fallbackReason: string | null;
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

/** Evaluates the rules in order. Under "all" every rule is looked at and the first that holds and names a queue is
 *  applied; under "first" the rules after it are not looked at. `draw` in [0, 1) decides a percentage split. */
export function routeToQueue(read: ReadRuleSet | null, facts: Facts, draw: number): Route {
  if (read === null) return fallback('the workstream has no active route-to-queue rules', [], []);
  if ('fault' in read) return fallback(read.fault, [], [read.fault]);
  const traces: RuleTrace[] = [];
  let applied: { rule: Rule; queue: string } | null = null;
  for (const [index, rule] of read.ruleSet.rules.entries()) {
    const passed = read.disabled.has(rule.id) || (applied !== null && read.ruleSet.hitPolicy === 'first');
    const result = passed ? null : evaluateRule(rule, facts);
    const target = queueOf(rule, draw);
    const takes: boolean = result?.holds === true && applied === null && target.queue !== null;
    if (takes && target.queue !== null) applied = { rule, queue: target.queue };
    const notes = read.disabled.has(rule.id)
      ? ['the rule is switched off']
      : [...(result?.notes ?? []), ...target.notes];
    traces.push(trace(rule, index + 1, statusOf(result, takes), result, target.queue, notes));
  }
  if (!applied) return fallback('no rule holds', traces, []);
  return {
    queue: applied.queue,
    rule: applied.rule.name,
    fallbackReason: null,
    evaluation: { rules: traces, notes: [] },
  };
}

function fallback(reason: string, rules: readonly RuleTrace[], notes: readonly string[]): Route {
  return { queue: null, rule: null, fallbackReason: reason, evaluation: { rules, notes } };
}

function statusOf(result: RuleResult | null, takes: boolean): RuleStatus {
  if (!result) return 'Not processed';
  if (takes) return 'Applied';
  return result.holds ? 'Matched' : 'Processed';
}

function trace(
  rule: Rule,
  order: number,
  status: RuleStatus,
  result: RuleResult | null,
  queue: string | null,
  notes: readonly string[],
): RuleTrace {
  const comparisons = result?.comparisons ?? [];
  return { id: rule.id, name: rule.name, order, status, comparisons, ...(queue ? { queue } : {}), notes };
}

function queueOf(rule: Rule, draw: number): { queue: string | null; notes: readonly string[] } {
  let queue: string | null = null;
  const notes: string[] = [];
  for (const output of rule.outputs) {
    if (output.kind === 'set' && output.path.toLowerCase() === 'assign_to.queue') {
      queue = guidOf(output.value);
      if (queue === null) notes.push(`${output.value || '(nothing)'} is no queue id`);
    } else if (output.kind === 'split') queue = share(output.shares, draw);
    else if (output.kind === 'set') notes.push(`${output.path} is kept but not acted upon`);
    else if (output.kind === 'other') notes.push(output.note);
    else notes.push('an order means nothing in a route-to-queue rule');
  }
  return { queue, notes };
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
