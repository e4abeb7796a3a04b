/** Time-out rules of a workstream: what the system does when one side has not written for so long. Pure.
 *  Source: behaviour.md §1.4; published article on time-out rules. */

/** Who is waited for. */
export type Side = 'customer' | 'representative';

/** A rule. `order`: which of two that are due at the same time goes first, the smaller one. */
export interface TimeoutRule {
  readonly waitsFor: Side;
  readonly afterMs: number;
  readonly action: 'close' | 'wait' | 'release';
  readonly order: number;
}

/** A silence: who does not write, and since when. `acceptedOn`: since when the representative has the conversation; null
 *  when nobody does. `open`: it is neither closed nor in wrap-up. */
export interface Silence {
  readonly of: Side;
  readonly since: Date;
  readonly acceptedOn: Date | null;
  readonly open: boolean;
}

/** When the rule is due; null while it does not fit. "Greater than": not at the very instant, but after it. A new
 *  representative is not released for the silence that another one met. */
export function dueOn(rule: TimeoutRule, { of, since, acceptedOn, open }: Silence): Date | null {
  if (!open || rule.waitsFor !== of) return null;
  if (acceptedOn === null && (of === 'representative' || rule.action !== 'close')) return null;
  const counts = acceptedOn !== null && (of === 'representative' || rule.action === 'release');
  const from = counts ? Math.max(since.getTime(), acceptedOn.getTime()) : since.getTime();
  return new Date(from + rule.afterMs + 1);
}

/** The rule that is to be carried out: of those that are due the last one, so that what was missed is not made up for. */
export function ruleAt(rules: readonly TimeoutRule[], silence: Silence, now: Date): TimeoutRule | null {
  const due = inOrder(rules, silence).filter(({ on }) => on <= now);
  const last = due.at(-1)?.on.getTime();
  return due.find(({ on }) => on.getTime() === last)?.rule ?? null;
}

/** When the next rule is due; null when none is. */
export const nextRuleOn = (rules: readonly TimeoutRule[], silence: Silence): Date | null =>
  inOrder(rules, silence)[0]?.on ?? null;

function inOrder(
  rules: readonly TimeoutRule[],
  silence: Silence,
): readonly { readonly rule: TimeoutRule; readonly on: Date }[] {
  return rules
    .flatMap((rule) => {
      const on = dueOn(rule, silence);
      return on === null ? [] : [{ rule, on }];
    })
    .sort((one, other) => one.on.getTime() - other.on.getTime() || one.rule.order - other.rule.order);
}
