/** Overflow: whether work may wait in a queue as it stands, and what happens to it otherwise.
 *  Source: behaviour.md §3.5; rules.md §4.2, §4.5, §5. */
import type { OverflowCondition, RuleTrace } from '../tables/why.ts';
import { evaluateRule, type Facts, secondsPer, statusOf, traceOf } from './evaluate.ts';
import type { ReadRuleSet } from './route.ts';
import { type Condition, guidOf, type Rule } from './rules.ts';

/** Where the work is: about to be queued, or waiting. */
export type OverflowStage = 'prequeue' | 'inqueue';

/** The kind of a channel, as far as overflow goes. */
export type ChannelKind = 'voice' | 'messaging' | 'record';

/** What an overflow does (msdyn_overflowactionconfig.msdyn_overflowactiontype). */
export type OverflowAction = 'queueAnyway' | 'end' | 'phone' | 'callback' | 'voicemail' | 'queue' | 'remain';

/** An action with what it needs: the queue's id, or the number. */
export interface ActionConfig {
  readonly action: OverflowAction;
  readonly data: string | null;
}

/** The actions by the values of the choice. */
export const overflowActions: ReadonlyMap<number, OverflowAction> = new Map([
  [192350000, 'queueAnyway'],
  [192350001, 'end'],
  [192350002, 'phone'],
  [192350003, 'callback'],
  [192350004, 'voicemail'],
  [192350005, 'queue'],
  [192350006, 'remain'],
]);

/** Which conditions and actions there are, by stage and channel: the table of behaviour.md §3.5. To leave the work in
 *  its queue is no action of its own while it waits, and always allowed. */
export const allowed: {
  readonly [S in OverflowStage]: {
    readonly [C in ChannelKind]: {
      readonly conditions: readonly OverflowCondition[];
      readonly actions: readonly OverflowAction[];
    };
  };
} = {
  prequeue: {
    voice: {
      conditions: ['outOfHours', 'queueSize', 'estimatedWait'],
      actions: ['queueAnyway', 'remain', 'callback', 'end', 'queue', 'phone', 'voicemail'],
    },
    messaging: {
      conditions: ['outOfHours', 'queueSize'],
      actions: ['queueAnyway', 'remain', 'end', 'queue'],
    },
    record: { conditions: ['outOfHours'], actions: ['queueAnyway', 'remain', 'queue'] },
  },
  inqueue: {
    voice: { conditions: ['lapsedWait'], actions: ['remain', 'callback', 'queue', 'phone', 'voicemail'] },
    messaging: { conditions: ['lapsedWait'], actions: ['remain', 'end', 'queue'] },
    record: { conditions: ['lapsedWait'], actions: ['remain', 'queue'] },
  },
};

/** What is left of them for a waiting call that came by transfer or overflow. */
const afterMoving: readonly OverflowAction[] = ['remain', 'queue', 'phone'];

/** Where the evaluation takes place. `moved`: the work came to this queue by transfer or overflow. */
export interface OverflowPlace {
  readonly stage: OverflowStage;
  readonly channel: ChannelKind;
  readonly moved: boolean;
}

/** What a set of overflow rules says. `applied` null: nothing overflows. `rule` null: no rule, the queue is closed. */
export interface Overflow {
  readonly applied: {
    readonly rule: string | null;
    readonly condition: OverflowCondition;
    readonly config: ActionConfig;
  } | null;
  readonly rules: readonly RuleTrace[];
  readonly notes: readonly string[];
}

/** Evaluates all rules; of those that hold, one about operating hours goes first, then list order decides. A queue that
 *  is closed and has no rule about it overflows all the same: the product adds "out of hours, assign anyway" with the
 *  hours. `actions`: the configurations by id. */
export function evaluateOverflow(
  read: ReadRuleSet | null,
  facts: Facts,
  actions: ReadonlyMap<string, ActionConfig>,
  place: OverflowPlace,
): Overflow {
  const notes: string[] = [];
  const rules = read !== null && 'ruleSet' in read ? read.ruleSet.rules : [];
  const disabled = read !== null && 'ruleSet' in read ? read.disabled : new Set<string>();
  if (read !== null && 'fault' in read) notes.push(read.fault);
  const judged = rules.map((rule) => judge(rule, disabled.has(rule.id), facts, actions, place));
  const holding = judged.filter(({ config }) => config !== null);
  const winner = holding.find(({ condition }) => condition === 'outOfHours') ?? holding[0];
  const traces = judged.map(({ rule, result, notes: said }, index) =>
    traceOf(rule, index + 1, statusOf(result, judged[index] === winner), result, said),
  );
  if (winner?.config) {
    const { rule, condition, config } = winner;
    return { applied: { rule: rule.name, condition, config }, rules: traces, notes };
  }
  const closed = place.stage === 'prequeue' && facts.get(openPath)?.[0] === false;
  const byDefault = {
    rule: null,
    condition: 'outOfHours',
    config: { action: 'queueAnyway', data: null },
  } as const;
  return { applied: closed ? byDefault : null, rules: traces, notes };
}

const openPath = 'queue_prequeue.iswithinoperatinghour';

function judge(
  rule: Rule,
  isDisabled: boolean,
  facts: Facts,
  actions: ReadonlyMap<string, ActionConfig>,
  place: OverflowPlace,
) {
  const condition = conditionOf(rule, place.stage);
  const notes: string[] = isDisabled ? ['the rule is switched off'] : [];
  const result = isDisabled ? null : evaluateRule(rule, facts);
  if (!result?.holds) return { rule, condition, result, config: null, notes };
  const id = actionId(rule);
  const config = id === null ? null : (actions.get(id) ?? null);
  const said =
    config === null
      ? 'the rule names no overflow action that is there'
      : misfitOf(rule, config.action, place);
  if (said !== null) notes.push(said);
  return { rule, condition, result, config: said === null ? config : null, notes };
}

/** Why a rule with this action is not for this place; null when it is. */
export function misfitOf(
  rule: Rule,
  action: OverflowAction,
  { stage, channel, moved }: OverflowPlace,
): string | null {
  const condition = conditionOf(rule, stage);
  const { conditions, actions } = allowed[stage][channel];
  if (!conditions.includes(condition)) return `${condition} is no ${stage} condition of ${channel}`;
  if (!actions.includes(action)) return `${action} is no ${stage} action of ${channel}`;
  return moved && stage === 'inqueue' && channel === 'voice' && !afterMoving.includes(action)
    ? `${action} is not done to work that came by transfer or overflow`
    : null;
}

/** How long work of a channel may have waited when an in-queue rule acts, seconds from and to (behaviour.md §3.5). */
const lapses: { readonly [C in ChannelKind]: readonly [number, number] } = {
  voice: [60, 3_600],
  messaging: [60, 172_800],
  record: [180, 172_800],
};

/** Why a rule acts too early or too late for its channel; null when it does not. */
export function lapseFaultOf({ condition }: Rule, channel: ChannelKind): string | null {
  const [low, high] = lapses[channel];
  const wrong = lapsesIn(condition).find((seconds) => seconds < low || seconds > high);
  return wrong === undefined
    ? null
    : `a wait of ${wrong} seconds is none of ${channel}, which has ${low} to ${high}`;
}

/** What a rule looks at: told by the flag it sets, else by the paths of its conditions. */
function conditionOf(rule: Rule, stage: OverflowStage): OverflowCondition {
  const names = [
    ...rule.outputs.flatMap((output) => (output.kind === 'set' ? [output.path] : [])),
    ...pathsIn(rule.condition),
  ].map((path) => path.toLowerCase());
  const has = (part: string): boolean => names.some((name) => name.includes(part));
  if (has('operatinghour')) return 'outOfHours';
  if (has('queuesize')) return 'queueSize';
  if (has('estimatedwaittime')) return 'estimatedWait';
  return stage === 'inqueue' || has('lapsedwaittime') ? 'lapsedWait' : 'outOfHours';
}

function pathsIn(condition: Condition): readonly string[] {
  if (condition.kind === 'comparison') return [condition.path];
  return condition.kind === 'broken' ? [] : condition.parts.flatMap(pathsIn);
}

function actionId(rule: Rule): string | null {
  for (const output of rule.outputs)
    if (output.kind === 'set' && /^overflowaction\./i.test(output.path)) return guidOf(output.value);
  return null;
}

/** The ids of the actions that the rules of a set name. */
export function actionIdsOf(read: ReadRuleSet | null): readonly string[] {
  if (read === null || 'fault' in read) return [];
  return read.ruleSet.rules.flatMap((rule) => actionId(rule) ?? []);
}

/** After how many seconds of waiting an in-queue set must be looked at next, when `lapsed` have passed; null: never. */
export function nextLapse(read: ReadRuleSet | null, lapsed: number): number | null {
  if (read === null || 'fault' in read) return null;
  const limits = read.ruleSet.rules
    .filter(({ id }) => !read.disabled.has(id))
    .flatMap(({ condition }) => limitsIn(condition))
    .filter((seconds) => seconds > lapsed);
  return limits.length === 0 ? null : Math.min(...limits);
}

function limitsIn(condition: Condition): readonly number[] {
  if (condition.kind === 'broken') return [];
  if (condition.kind !== 'comparison') return condition.parts.flatMap(limitsIn);
  const past = condition.operator === '>' ? 1 : 0;
  return lapsesIn(condition)
    .map((seconds) => seconds + past)
    .filter((seconds) => seconds > 0);
}

/** The waits, in seconds, that the condition compares with. */
function lapsesIn(condition: Condition): readonly number[] {
  if (condition.kind === 'broken') return [];
  if (condition.kind !== 'comparison') return condition.parts.flatMap(lapsesIn);
  if (!condition.path.toLowerCase().endsWith('lapsedwaittime')) return [];
  const factor = secondsPer[condition.unit?.toLowerCase() ?? 'seconds'] ?? Number.NaN;
  return condition.values.map((value) => Number(value) * factor).filter((seconds) => !Number.isNaN(seconds));
}
