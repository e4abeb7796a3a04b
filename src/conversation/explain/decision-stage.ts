/** One routing decision, stored or only supposed, as a stage of an explanation. Pure. Rows of that table may come from an
 *  import, so nothing in them is believed: what has not the expected shape is left out. Source: behaviour.md §4.11. */
import type { RuleStatus } from '../../tables/why.ts';
import type {
  ExplainedCandidate,
  ExplainedComparison,
  ExplainedRule,
  ExplainedStage,
  NamedValue,
} from '../../tables/why-trace.ts';
import { diagnostic } from '../choices.ts';
import { isObject, list, numeral, type Shape, shape, string, strings } from './shapes.ts';

/** A decision: the kind by msdyn_diagnosticdatatype, and the three contracts of src/tables/why.ts as they came. */
export interface Decided {
  readonly kind: number | null;
  readonly startedOn: Date | null;
  readonly completedOn: Date | null;
  readonly input: unknown;
  readonly evaluation: unknown;
  readonly output: unknown;
}

type Told = Pick<ExplainedStage, 'Stage' | 'Summary'> &
  Partial<Pick<ExplainedStage, 'Inputs' | 'Rules' | 'Candidates' | 'Notes'>>;

/** The stage of a decision; null for one that cannot be read. */
export function stageOf({ kind, startedOn, completedOn, ...decided }: Decided): ExplainedStage | null {
  const told = tell(kind, shape(decided.input), shape(decided.evaluation), decided.output);
  return told && stage(told, startedOn, completedOn);
}

/** A stage with what it does not say left empty. */
export const stage = (told: Told, startedOn: Date | null, completedOn: Date | null): ExplainedStage => ({
  StartedOn: startedOn?.toISOString() ?? null,
  CompletedOn: completedOn?.toISOString() ?? null,
  Times: 1,
  Inputs: [],
  Rules: [],
  Candidates: [],
  Notes: [],
  ...told,
});

function tell(kind: number | null, input: Shape, evaluation: Shape, output: unknown): Told | null {
  if (kind === diagnostic.classification.data) return tellClassification(input, evaluation, strings(output));
  if (kind === diagnostic.assignment.data) return tellAssignment(input, evaluation, shape(output));
  if (kind === diagnostic.identification.data) return tellIdentification(evaluation, shape(output));
  if (kind !== diagnostic.routeToQueue.data) return null;
  return 'stage' in evaluation
    ? tellOverflow(evaluation, shape(output))
    : tellRoute(input, evaluation, shape(output));
}

/** Each search for the caller is told as a rule. */
function tellIdentification(evaluation: Shape, output: Shape): Told | null {
  const reason = string(output.reason);
  if (reason === null) return null;
  const name = string(output.name);
  return {
    Stage: 'Intake',
    Summary: name === null ? reason : `${name}: ${reason}`,
    Rules: list(evaluation.searches).filter(isObject).map(toSearch),
    Notes: strings(evaluation.notes),
  };
}

function toSearch(search: Shape, index: number): ExplainedRule {
  const outcome = string(search.outcome) ?? 'not asked';
  const found = list(search.candidates).flatMap(
    (one) => string(shape(one).name) ?? string(shape(one).id) ?? [],
  );
  return {
    RuleSet: null,
    Order: index + 1,
    Name: [string(search.table) ?? '', ...strings(search.conditions)].join(', '),
    Status: outcome === 'not asked' ? 'Not processed' : outcome === 'one' ? 'Matched' : 'Processed',
    QueueId: null,
    Comparisons: [],
    Notes: [`${outcome}${found.length > 0 ? `: ${found.join(', ')}` : ''}`],
  };
}

function tellClassification(input: Shape, evaluation: Shape, outputs: readonly string[]): Told {
  const sets = list(evaluation.sets).filter(isObject);
  return {
    Stage: 'Classification',
    Summary: outputs.join('; ') || 'nothing was set',
    Inputs: variablesOf(input),
    Rules: sets.flatMap((set) => rulesOf(set.rules, string(set.name) ?? string(set.id))),
    Notes: sets.flatMap(({ notes }) => strings(notes)),
  };
}

function tellRoute(input: Shape, evaluation: Shape, output: Shape): Told {
  const name = string(output.queueName) ?? string(output.queue) ?? 'no queue';
  const fallback = string(output.fallbackReason);
  const set = isObject(input.ruleSet) ? string(input.ruleSet.name) : null;
  const rule = string(output.rule);
  const applied = list(evaluation.rules)
    .filter(isObject)
    .find(({ id }) => id === rule);
  return {
    Stage: 'RouteToQueue',
    Summary:
      fallback === null
        ? `${name}, by the rule ${string(applied?.name) ?? rule ?? '?'}`
        : `${name}: ${fallback}`,
    Inputs: variablesOf(input),
    Rules: rulesOf(evaluation.rules, set),
    Notes: strings(evaluation.notes),
  };
}

function tellOverflow(evaluation: Shape, output: Shape): Told {
  const action = string(output.action);
  const target = string(output.target);
  const by = string(output.rule) ?? 'the hours of the queue';
  const stays = string(output.stays);
  const when = evaluation.stage === 'prequeue' ? 'before queueing' : 'in the queue';
  return {
    Stage: 'Overflow',
    Summary:
      action === null
        ? `no overflow ${when}`
        : `overflow ${when} because of ${string(output.condition)}: ${action}${target === null ? '' : ` ${target}`}, by ${by}${stays === null ? '' : `; not done: ${stays}`}`,
    Inputs: namedValues(shape(evaluation.figures)),
    Rules: rulesOf(evaluation.rules, null),
    Notes: strings(evaluation.notes),
  };
}

function tellAssignment(input: Shape, evaluation: Shape, output: Shape): Told {
  const { session: _session, workstream: _workstream, ...asked } = input;
  const priority = isObject(evaluation.priority) ? evaluation.priority : null;
  return {
    Stage: 'Assignment',
    Summary: string(output.reason) ?? 'no reason was kept',
    Inputs: [...namedValues(asked), ...(priority ? [{ Name: 'priority', Value: inBucket(priority) }] : [])],
    Rules: rulesOf(priority?.rules, null),
    Candidates: [
      ...list(evaluation.candidates).flatMap((one) => candidateOf(one)),
      ...list(evaluation.folded).flatMap((one) => candidateOf(one)),
    ],
    Notes: [...strings(priority?.notes), ...strings(evaluation.notes)],
  };
}

/** Where the work stood in a queue that orders its work by rules. */
const inBucket = ({ bucket, buckets, rule }: Shape): string =>
  `bucket ${numeral(bucket) ?? '?'} of ${numeral(buckets) ?? '?'}: ${string(rule) ?? 'no rule took it'}`;

const variablesOf = (input: Shape): readonly NamedValue[] => namedValues(shape(input.variables));

/** The values that are there. */
export const named = (values: { readonly [name: string]: string | null }): readonly NamedValue[] =>
  Object.entries(values).flatMap(([Name, Value]) => (Value === null ? [] : [{ Name, Value }]));

function namedValues(values: Shape): readonly NamedValue[] {
  return Object.entries(values).flatMap(([Name, value]) => {
    const text = Array.isArray(value) ? strings(value).join(', ') : value === null ? null : String(value);
    return text === null || isObject(value) ? [] : [{ Name, Value: text }];
  });
}

const statuses: readonly RuleStatus[] = ['Applied', 'Matched', 'Processed', 'Not processed'];

function rulesOf(rules: unknown, RuleSet: string | null): readonly ExplainedRule[] {
  return list(rules).flatMap((one, index): ExplainedRule[] => {
    const Status = isObject(one) && statuses.find((status) => status === one.status);
    if (!isObject(one) || !Status) return [];
    return [
      {
        RuleSet,
        Order: numeral(one.order) ?? index + 1,
        Name: string(one.name) ?? '',
        Status,
        QueueId: string(one.queue),
        Comparisons: list(one.comparisons).filter(isObject).map(toComparison),
        Notes: strings(one.notes),
      },
    ];
  });
}

const toComparison = (one: Shape): ExplainedComparison => ({
  Path: string(one.path) ?? '',
  Operator: string(one.operator) ?? '',
  Expected: strings(one.expected),
  Actual: strings(one.actual),
  Result: one.result === true,
});

const outcomes: readonly ExplainedCandidate['Outcome'][] = ['Assigned', 'Fits', 'Passed over'];

/** A candidate, or a group of them that was folded. */
function candidateOf(one: unknown): ExplainedCandidate[] {
  const Outcome = isObject(one) && outcomes.find((outcome) => outcome === one.outcome);
  if (!isObject(one) || !Outcome) return [];
  const failed = shape(one.failed);
  const name = string(one.name) ?? string(one.agent);
  return [
    {
      AgentId: string(one.agent),
      Names: name === null ? strings(one.names) : [name],
      Count: numeral(one.count) ?? 1,
      Outcome,
      Rank: numeral(one.rank),
      Criterion: string(failed.criterion),
      Required: string(failed.required),
      Actual: string(failed.actual),
    },
  ];
}

/** Tries that came to the same one after the other become one. */
export function foldTries(stages: readonly ExplainedStage[]): readonly ExplainedStage[] {
  const folded: ExplainedStage[] = [];
  for (const one of stages) {
    const last = folded.at(-1);
    if (last?.Stage === 'Assignment' && one.Stage === 'Assignment' && sameTry(last, one))
      folded[folded.length - 1] = { ...last, Times: last.Times + 1, CompletedOn: one.CompletedOn };
    else folded.push(one);
  }
  return folded;
}

const sameTry = (one: ExplainedStage, other: ExplainedStage): boolean =>
  one.Summary === other.Summary && JSON.stringify(one.Candidates) === JSON.stringify(other.Candidates);
