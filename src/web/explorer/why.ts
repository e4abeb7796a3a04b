/** Reads the stored routing decisions (src/tables/why.ts) without trusting that they are whole. */
import type {
  AssignmentEvaluation,
  AssignmentInput,
  AssignmentOutput,
  RouteToQueueEvaluation,
  RouteToQueueInput,
  RouteToQueueOutput,
} from '../../tables/why.ts';
import { number, text, type WebRecord } from '../kit/record.ts';

/** One decision of the engine as it was stored. */
export type Decision =
  | {
      readonly kind: 'queue';
      readonly id: string;
      readonly at: string;
      readonly input: RouteToQueueInput;
      readonly evaluation: RouteToQueueEvaluation;
      readonly output: RouteToQueueOutput;
    }
  | {
      readonly kind: 'agent';
      readonly id: string;
      readonly at: string;
      readonly input: AssignmentInput;
      readonly evaluation: AssignmentEvaluation;
      readonly output: AssignmentOutput;
    };

/** msdyn_diagnosticdatatype: which decision a row holds. Source: table msdyn_unifiedroutingdiagnostic. */
const routeToQueue = 3;
const assignment = 4;

function parsed<T>(row: WebRecord, column: string): T | null {
  try {
    return JSON.parse(text(row, column) ?? 'null') as T | null;
  } catch {
    return null; // not ours: rows of that table may come from an import
  }
}

/** The decision in a diagnostic row, or null when the row holds none that can be read. */
export function decisionOf(row: WebRecord): Decision | null {
  const head = { id: text(row, 'msdyn_unifiedroutingdiagnosticid') ?? '', at: text(row, 'createdon') ?? '' };
  if (number(row, 'msdyn_diagnosticdatatype') === routeToQueue) {
    const input = parsed<RouteToQueueInput>(row, 'msdyn_inputdata');
    const evaluation = parsed<RouteToQueueEvaluation>(row, 'msdyn_evaluation');
    const output = parsed<RouteToQueueOutput>(row, 'msdyn_outputdata');
    if (input !== null && evaluation !== null && output !== null) {
      return { kind: 'queue', ...head, input, evaluation, output };
    }
  }
  if (number(row, 'msdyn_diagnosticdatatype') === assignment) {
    const input = parsed<AssignmentInput>(row, 'msdyn_inputdata');
    const evaluation = parsed<AssignmentEvaluation>(row, 'msdyn_evaluation');
    const output = parsed<AssignmentOutput>(row, 'msdyn_outputdata');
    if (input !== null && evaluation !== null && output !== null) {
      return { kind: 'agent', ...head, input, evaluation, output };
    }
  }
  return null;
}
