/** What is wrong with a rule set's definition, found when it is written: nothing that would be passed over in silence
 *  later is let in. Source: rules.md §4; behaviour.md §4.1, §4.2, §10. */
import { isKnownOperator, isKnownUnit, secondsPer } from './evaluate.ts';
import {
  type Comparison,
  type Condition,
  type Output,
  parseRuleSet,
  type Rule,
  RuleSetError,
} from './rules.ts';

/** Whether a path of columns leads anywhere from a table: null, or what is missing. */
export type FindPath = (table: string, path: readonly string[]) => string | null;

/** The most rules that any stage allows (route to queue), and queues of a split. */
const limits = { rules: 200, shares: 5, depth: 3 } as const;

/** The first thing that is wrong, in words that say what would be right; null when the definition can be used.
 *  `find`: resolves columns; heads of paths it is not asked about are left to the engine. */
export function faultOfRuleSet(definition: string, find: FindPath): string | null {
  let rules: readonly Rule[];
  try {
    ({ rules } = parseRuleSet(definition));
  } catch (error) {
    if (error instanceof RuleSetError) return error.message;
    throw error;
  }
  if (rules.length > limits.rules) return `${rules.length} rules; a rule set has at most ${limits.rules}`;
  const ids = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    const where = `rule ${index + 1}${rule.name ? ` '${rule.name}'` : ''}`;
    if (rule.id === '') return `${where} has no id`;
    if (ids.has(rule.id)) return `${where}: the id ${rule.id} stands in the set twice`;
    ids.add(rule.id);
    const fault = faultOfCondition(rule.condition, find) ?? faultOfOutputs(rule.outputs, find);
    if (fault !== null) return `${where}: ${fault}`;
  }
  return null;
}

function faultOfCondition(condition: Condition, find: FindPath): string | null {
  if (condition.kind === 'broken') return condition.note;
  if (condition.kind !== 'comparison') {
    for (const part of condition.parts) {
      const fault = faultOfCondition(part, find);
      if (fault !== null) return fault;
    }
    return null;
  }
  const { operator, path, unit, rightPath, values } = condition;
  if (!isKnownOperator(operator)) return `operator '${operator}' is not known`;
  if (unit !== null && !isKnownUnit(unit)) return `unit '${unit}' is not known`;
  if (unit !== null && values.some((value) => value === '' || Number.isNaN(Number(value))))
    return `'${values.join(', ')}' is no number of ${unit}`;
  return (
    faultOfPath(path, find) ?? (rightPath === null ? faultOfRange(condition) : faultOfPath(rightPath, find))
  );
}

/** What an overflow condition may be set to, whatever the channel: from and to, in items or seconds (behaviour.md §3.5).
 *  `bare`: what a value without a unit counts. */
const ranges: {
  readonly [path: string]: {
    readonly low: number;
    readonly high: number;
    readonly bare: number;
    readonly words: string;
  };
} = {
  'queue_prequeue.currentqueuesize': { low: 1, high: 100, bare: 1, words: '1 to 100 work items' },
  'queue_prequeue.estimatedwaittimeinminutes': {
    low: 30,
    high: 3_600,
    bare: 60,
    words: '30 seconds to 60 minutes',
  },
  'queue_inqueue.lapsedwaittime': { low: 60, high: 172_800, bare: 1, words: '1 minute to 2 days' },
};

function faultOfRange({ path, values, unit }: Comparison): string | null {
  const range = ranges[path.toLowerCase()];
  if (!range) return null;
  const factor = unit === null ? range.bare : (secondsPer[unit.toLowerCase()] ?? Number.NaN);
  const wrong = values.find((value) => {
    const number = value === '' ? Number.NaN : Number(value) * factor;
    return !(number >= range.low && number <= range.high);
  });
  return wrong === undefined
    ? null
    : `${path} cannot be compared with '${wrong}'${unit === null ? '' : ` ${unit}`}: it takes ${range.words}`;
}

function faultOfOutputs(outputs: readonly Output[], find: FindPath): string | null {
  for (const output of outputs) {
    const fault =
      output.kind === 'split'
        ? faultOfShares(output.shares)
        : output.kind === 'set' || output.kind === 'order'
          ? faultOfPath(output.path, find)
          : null;
    if (fault !== null) return fault;
  }
  return null;
}

function faultOfShares(shares: readonly { readonly percentage: number }[]): string | null {
  const sum = shares.reduce((total, { percentage }) => total + percentage, 0);
  if (shares.length > limits.shares)
    return `percentages for ${shares.length} queues; there may be ${limits.shares} at most`;
  return Math.abs(sum - 100) < 1e-9 ? null : `the percentages sum to ${sum}, not to 100`;
}

/** The conversation and the person have tables; what other heads name is known to the stage that uses them. */
function faultOfPath(path: string, find: FindPath): string | null {
  const [head = '', ...rest] = path.split('.');
  if (path === '') return 'an attribute is not named';
  if (head === 'msdyn_ocliveworkitem')
    return rest.length > limits.depth
      ? `${path} goes further than two lookups`
      : found(path, head, rest, find);
  if (head === 'agent' && rest[0] === 'systemuser') return found(path, 'systemuser', rest.slice(1), find);
  return null;
}

function found(path: string, table: string, rest: readonly string[], find: FindPath): string | null {
  const missing = rest.length === 0 ? 'no column is named' : find(table, rest);
  return missing === null ? null : `${path}: ${missing}`;
}
