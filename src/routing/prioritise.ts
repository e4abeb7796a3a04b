/** Order of work: across queues, and inside one. Pure comparators. Source: behaviour.md §4.3; rules.md §4.2, §6. */
import { evaluateRule, type Fact, type Facts } from './evaluate.ts';
import type { ReadRuleSet } from './route.ts';
import type { Output } from './rules.ts';

/** A queue as far as its place among others goes. `custom`: it has a prioritisation rule set. */
export interface QueuePlace {
  readonly name: string;
  readonly priority: number | null;
  readonly custom: boolean;
}

/** Waiting work. `since`: when it began to wait; of asynchronous channels its last interaction. `affinity`: it belongs
 *  to somebody already. `facts`: by the paths of the rules. `id` settles what is otherwise equal. */
export interface Waiting {
  readonly id: string;
  readonly since: Date;
  readonly affinity: boolean;
  readonly facts: Facts;
}

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Smaller number first, an empty one last; plain queues before custom ones; custom ones by name. Plain queues of one
 *  number stay equal: their work is taken oldest first over all of them. */
export function compareQueues(one: QueuePlace, other: QueuePlace): number {
  const first = one.priority ?? Number.POSITIVE_INFINITY;
  const second = other.priority ?? Number.POSITIVE_INFINITY;
  if (first !== second) return first < second ? -1 : 1;
  if (one.custom !== other.custom) return one.custom ? 1 : -1;
  return one.custom ? byText(one.name.toLowerCase(), other.name.toLowerCase()) : 0;
}

/** An urgency that no queue has: one without a number comes last. */
const leastUrgent = 2 ** 31;

/** The same order in numbers, compared one by one, smaller first: what stands behind them decides among the equal. */
export function turnOfQueue({ name, priority, custom }: QueuePlace): readonly number[] {
  const first = [priority ?? leastUrgent, custom ? 1 : 0];
  if (!custom) return first;
  const text = name.toLowerCase();
  // The end of a name comes before every letter.
  return [...first, ...Array.from({ length: text.length }, (_, n) => text.charCodeAt(n) + 1), 0];
}

/** Oldest first. */
function compareAge(one: Waiting, other: Waiting): number {
  return one.since.getTime() - other.since.getTime() || byText(one.id, other.id);
}

/** The work of one queue in the order in which it is taken: what has affinity, then a bucket for each rule, in the order
 *  of the rules and each with its own sort, then the rest oldest first. A rule set that cannot be read orders nothing. */
export function prioritise<W extends Waiting>(read: ReadRuleSet | null, waiting: readonly W[]): readonly W[] {
  const rules =
    read !== null && 'ruleSet' in read ? read.ruleSet.rules.filter(({ id }) => !read.disabled.has(id)) : [];
  const buckets = new Map<W, number>();
  for (const work of waiting) {
    const bucket = rules.findIndex((rule) => evaluateRule(rule, work.facts).holds);
    buckets.set(work, work.affinity ? -1 : bucket < 0 ? rules.length : bucket);
  }
  const bucketOf = (work: W): number => buckets.get(work) ?? rules.length;
  return [...waiting].sort(
    (one, other) =>
      bucketOf(one) - bucketOf(other) ||
      bySorts(rules[bucketOf(one)]?.outputs ?? [], one, other) ||
      compareAge(one, other),
  );
}

function bySorts(outputs: readonly Output[], one: Waiting, other: Waiting): number {
  for (const output of outputs) {
    if (output.kind !== 'order') continue;
    const order = byFact(one.facts.get(output.path)?.[0], other.facts.get(output.path)?.[0]);
    if (order !== 0) return output.descending ? -order : order;
  }
  return 0;
}

/** An absent value comes first ascending (rules.md §6). */
function byFact(one: Fact | undefined, other: Fact | undefined): number {
  if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? -1 : 1;
  if (typeof one === 'string' || typeof other === 'string')
    return byText(String(one).toLowerCase(), String(other).toLowerCase());
  return Number(one) - Number(other);
}
