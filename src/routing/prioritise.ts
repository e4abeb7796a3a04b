/** Order of work: across queues, and inside one, as numbers that are compared one by one. Pure.
 *  Source: behaviour.md §4.3; rules.md §4.2, §6. */
import type { PriorityTrace } from '../tables/why.ts';
import { evaluateRule, type Fact, type Facts, statusOf, traceOf } from './evaluate.ts';
import type { ReadRuleSet } from './route.ts';
import type { Output } from './rules.ts';

/** A queue as far as its place among others goes. `custom`: it has a prioritisation rule set. */
export interface QueuePlace {
  readonly name: string;
  readonly priority: number | null;
  readonly custom: boolean;
}

/** An urgency that no queue has: one without a number comes last. */
const leastUrgent = 2 ** 31;

/** The place as numbers: smaller number first, an empty one last; plain queues before custom ones; custom ones by name.
 *  Plain queues of one number stay equal: their work is taken oldest first over all of them. */
export function turnOfQueue({ name, priority, custom }: QueuePlace): readonly number[] {
  const first = [priority ?? leastUrgent, custom ? 1 : 0];
  if (!custom) return first;
  return [...first, ...inLetters(name.toLowerCase())];
}

/** A text letter by letter; its end comes before every letter. */
const inLetters = (text: string): readonly number[] => [
  ...Array.from({ length: text.length }, (_, n) => text.charCodeAt(n) + 1),
  0,
];

/** Where work stands in a queue that orders its work by rules. `turn`: compared number by number, smaller first; whatever
 *  stands behind it decides among the equal. `trace`: how it came to that. */
export interface Rank {
  readonly turn: readonly number[];
  readonly trace: PriorityTrace;
}

/** Ranks a piece of work: a bucket for each rule, in the order of the rules and each with its own sort; what no rule
 *  takes makes the last bucket and has no sort. The first rule that holds takes it. A rule set that cannot be read orders
 *  nothing. */
export function rankOf(read: ReadRuleSet, facts: Facts): Rank {
  if ('fault' in read)
    return { turn: [0], trace: { bucket: 1, buckets: 1, rule: null, rules: [], notes: [read.fault] } };
  const { ruleSet, disabled } = read;
  let taken = -1;
  const rules = ruleSet.rules.map((rule, index) => {
    const isDisabled = disabled.has(rule.id);
    const result = taken < 0 && !isDisabled ? evaluateRule(rule, facts) : null;
    if (result?.holds === true) taken = index;
    const notes = isDisabled ? ['the rule is switched off'] : [];
    return traceOf(rule, index + 1, statusOf(result, taken === index), result, notes);
  });
  const rule = ruleSet.rules[taken];
  const bucket = rule ? taken : rules.length;
  const sort = (rule?.outputs ?? []).flatMap((output) => sortOf(output, facts));
  const trace = { bucket: bucket + 1, buckets: rules.length + 1, rule: rule?.name ?? null, rules, notes: [] };
  return { turn: [bucket, ...sort], trace };
}

/** Every path that ranking by the set looks at besides those of its conditions. */
export const sortPathsOf = (read: ReadRuleSet): readonly string[] =>
  'fault' in read
    ? []
    : read.ruleSet.rules.flatMap(({ outputs }) =>
        outputs.flatMap((output) => (output.kind === 'order' ? [output.path] : [])),
      );

/** How many characters of a text count in a sort. */
const sortedCharacters = 100;

function sortOf(output: Output, facts: Facts): readonly number[] {
  if (output.kind !== 'order') return [];
  const ascending = inNumbers(facts.get(output.path)?.[0]);
  return output.descending ? ascending.map((number) => -number) : ascending;
}

/** A value as numbers in the same order. An absent value comes first (rules.md §6), numbers before texts, texts without
 *  regard to case. */
function inNumbers(fact: Fact | undefined): readonly number[] {
  if (fact === undefined || Number.isNaN(fact)) return [0];
  if (typeof fact !== 'string') return [1, Number(fact)];
  const text = fact.toLowerCase().slice(0, sortedCharacters);
  return [2, ...inLetters(text)];
}
