/** The rows that tell why work was routed as it was: a run for each stay in a queue, and a diagnostic for each decision.
 *  Source: behaviour.md §4.11; mission row B3. */
import type { Overflow } from '../../routing/index.ts';
import { msdyn_unifiedroutingdiagnostic, msdyn_unifiedroutingrun } from '../../tables/dataverse/index.ts';
import type { Guid, Values } from '../../tables/index.ts';
import type {
  ClassificationEvaluation,
  OverflowEvaluation,
  OverflowOutput,
  QueueFigures,
  RouteToQueueEvaluation,
  RouteToQueueOutput,
} from '../../tables/why.ts';
import { diagnostic, routingStatus } from '../choices.ts';
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
  if (!routing) return run;
  const { classification, route, input, ruleSet } = routing;
  if (classification) {
    const evaluation: ClassificationEvaluation = { sets: classification.sets };
    row(context, run, 'Classification', diagnostic.classification, {
      msdyn_decisionrulesetid: classification.sets[0]?.id ?? null,
      msdyn_sequencenumber: 0,
      msdyn_inputdata: JSON.stringify({ ...input, ruleSet: null }),
      msdyn_evaluation: JSON.stringify(evaluation),
      msdyn_outputdata: JSON.stringify(classification.sets.flatMap(({ outputs }) => outputs)),
    });
  }
  const evaluation: RouteToQueueEvaluation = route.evaluation;
  const output: RouteToQueueOutput = {
    queue: queue.id,
    queueName: queue.name,
    rule: route.rule,
    fallbackReason: route.fallbackReason,
  };
  row(context, run, 'Route to queue', diagnostic.routeToQueue, {
    msdyn_decisionrulesetid: ruleSet,
    msdyn_sequencenumber: 1,
    msdyn_inputdata: JSON.stringify(input),
    msdyn_evaluation: JSON.stringify(evaluation),
    msdyn_outputdata: JSON.stringify(output),
  });
  if (route.overflow && routing.chosen !== null)
    overflowRow(context, run, {
      stage: 'prequeue',
      queue: routing.chosen,
      figures: routing.figures,
      overflow: route.overflow,
    });
  return run;
}

/** An overflow decision: the figures of the queue, the rules, and what is done. */
export function overflowRow(
  context: Context,
  run: Run | null,
  decided: {
    readonly stage: 'prequeue' | 'inqueue';
    readonly queue: Guid<'queue'>;
    readonly figures: QueueFigures | null;
    readonly overflow: Overflow;
  },
): void {
  const { stage, queue, figures, overflow } = decided;
  const { rules, notes, applied } = overflow;
  const evaluation: OverflowEvaluation = { stage, figures, rules, notes };
  const output: OverflowOutput = {
    queue,
    condition: applied?.condition ?? null,
    rule: applied?.rule ?? null,
    action: applied?.config.action ?? null,
    target: applied?.config.data ?? null,
  };
  row(
    context,
    run,
    stage === 'prequeue' ? 'Overflow before queueing' : 'Overflow in queue',
    diagnostic.routeToQueue,
    {
      msdyn_sequencenumber: 1,
      msdyn_evaluation: JSON.stringify(evaluation),
      msdyn_outputdata: JSON.stringify(output),
    },
  );
}

function row(
  { situation, draft, now }: Context,
  run: Run | null,
  name: string,
  kind: { readonly data: 2 | 3; readonly rule: 1 | 2 },
  values: Values<typeof msdyn_unifiedroutingdiagnostic>,
): void {
  const { conversation } = situation;
  draft.create(msdyn_unifiedroutingdiagnostic, {
    msdyn_name: name,
    msdyn_unifiedroutingrunid: run,
    msdyn_ocliveworkitemid: conversation.activityid,
    msdyn_targetobject: { table: 'msdyn_ocliveworkitem', id: conversation.activityid ?? '' },
    msdyn_diagnosticdatatype: kind.data,
    msdyn_ruletype: kind.rule,
    msdyn_startedon: now,
    msdyn_completedon: now,
    ...values,
  });
}
