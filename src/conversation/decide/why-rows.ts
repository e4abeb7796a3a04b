/** The rows that tell why work was routed as it was: a run for each stay in a queue, and a diagnostic for each decision.
 *  Source: behaviour.md §4.11; mission row B3. */
import type { Overflow } from '../../routing/index.ts';
import { msdyn_unifiedroutingdiagnostic, msdyn_unifiedroutingrun } from '../../tables/dataverse/index.ts';
import type { Guid } from '../../tables/index.ts';
import type {
  ClassificationEvaluation,
  OverflowEvaluation,
  OverflowOutput,
  QueueFigures,
  RouteToQueueEvaluation,
  RouteToQueueInput,
  RouteToQueueOutput,
} from '../../tables/why.ts';
import { diagnostic, routingStatus } from '../choices.ts';
import type { Routing } from '../situation.ts';
import type { Context } from './context.ts';

type Run = Guid<'msdyn_unifiedroutingrun'>;

/** Begins a run for a queue; a new stay after a decline has no rules to tell of. */
export function beginRun(
  context: Context,
  queue: { readonly id: Guid<'queue'> | null; readonly name: string | null },
): Run {
  const { situation, draft, now, routing } = context;
  const { conversation, workstream } = situation;
  const run = draft.create(msdyn_unifiedroutingrun, {
    msdyn_name: conversation.subject,
    msdyn_liveworkitem: conversation.activityid,
    msdyn_targetobject: { table: 'msdyn_ocliveworkitem', id: conversation.activityid ?? '' },
    msdyn_workstream: workstream.msdyn_liveworkstreamid,
    msdyn_queue: queue.id,
    msdyn_starttime: now,
    msdyn_runnumber: (situation.routingRun?.number ?? 0) + 1,
    msdyn_routingstatus: routingStatus.routed,
  });
  if (routing) for (const made of decisionsOf(routing, queue)) row(context, run, made);
  return run;
}

/** A decision as its row keeps it. */
export interface Made {
  readonly name: string;
  readonly kind: { readonly data: 2 | 3; readonly rule: 1 | 2 };
  readonly number: number;
  readonly ruleSet: Guid<'msdyn_decisionruleset'> | null;
  readonly input: RouteToQueueInput | null;
  readonly evaluation: ClassificationEvaluation | RouteToQueueEvaluation | OverflowEvaluation;
  readonly output: readonly string[] | RouteToQueueOutput | OverflowOutput;
}

/** The decisions of routing that ended in `queue`, in order. */
export function decisionsOf(
  routing: Routing,
  queue: { readonly id: Guid<'queue'> | null; readonly name: string | null },
): readonly Made[] {
  const { classification, route, input, ruleSet, chosen, figures } = routing;
  const classified: Made[] = classification
    ? [
        {
          name: 'Classification',
          kind: diagnostic.classification,
          number: 0,
          ruleSet: classification.sets[0]?.id ?? null,
          input: { ...input, ruleSet: null },
          evaluation: { sets: classification.sets },
          output: classification.sets.flatMap(({ outputs }) => outputs),
        },
      ]
    : [];
  const routed: Made = {
    name: 'Route to queue',
    kind: diagnostic.routeToQueue,
    number: 1,
    ruleSet,
    input,
    evaluation: route.evaluation,
    output: {
      queue: queue.id,
      queueName: queue.name,
      rule: route.rule,
      fallbackReason: route.fallbackReason,
    },
  };
  const overflown =
    route.overflow && chosen !== null
      ? [overflowMade({ stage: 'prequeue', queue: chosen, figures, overflow: route.overflow })]
      : [];
  return [...classified, routed, ...overflown];
}

interface OverflowDecided {
  readonly stage: 'prequeue' | 'inqueue';
  readonly queue: Guid<'queue'>;
  readonly figures: QueueFigures | null;
  readonly overflow: Overflow;
  readonly stays?: string | null;
}

/** An overflow decision; `stays`: why nothing comes of it. The figures of the queue, the rules, and what is done. */
export function overflowRow(context: Context, run: Run | null, decided: OverflowDecided): void {
  row(context, run, overflowMade(decided));
}

function overflowMade({ stage, queue, figures, overflow, stays = null }: OverflowDecided): Made {
  const { rules, notes, applied } = overflow;
  return {
    name: stage === 'prequeue' ? 'Overflow before queueing' : 'Overflow in queue',
    kind: diagnostic.routeToQueue,
    number: 1,
    ruleSet: null,
    input: null,
    evaluation: { stage, figures, rules, notes },
    output: {
      queue,
      condition: applied?.condition ?? null,
      rule: applied?.rule ?? null,
      action: applied?.config.action ?? null,
      target: applied?.config.data ?? null,
      ...(stays === null ? {} : { stays }),
    },
  };
}

function row({ situation, draft, now }: Context, run: Run | null, made: Made): void {
  const { conversation } = situation;
  draft.create(msdyn_unifiedroutingdiagnostic, {
    msdyn_name: made.name,
    msdyn_unifiedroutingrunid: run,
    msdyn_ocliveworkitemid: conversation.activityid,
    msdyn_targetobject: { table: 'msdyn_ocliveworkitem', id: conversation.activityid ?? '' },
    msdyn_diagnosticdatatype: made.kind.data,
    msdyn_ruletype: made.kind.rule,
    msdyn_startedon: now,
    msdyn_completedon: now,
    msdyn_sequencenumber: made.number,
    ...(made.ruleSet === null ? {} : { msdyn_decisionrulesetid: made.ruleSet }),
    ...(made.input === null ? {} : { msdyn_inputdata: JSON.stringify(made.input) }),
    msdyn_evaluation: JSON.stringify(made.evaluation),
    msdyn_outputdata: JSON.stringify(made.output),
  });
}
