/** Reads the stored routing decisions (src/tables/why.ts). Rows of that table may come from an import, so nothing in
 *  them is believed: what has not the expected shape is no decision. */
import type {
  AssignmentInput,
  AssignmentOutput,
  CandidateTrace,
  ComparisonTrace,
  RouteToQueueInput,
  RouteToQueueOutput,
  RuleTrace,
} from '../../tables/why.ts';
import { isRecord, number, text, type WebRecord } from '../kit/record.ts';

/** One decision of the engine as it was stored, as far as the page shows it. */
export type Decision = { readonly id: string; readonly at: string } & (
  | {
      readonly kind: 'queue';
      readonly variables: RouteToQueueInput['variables'];
      readonly rules: readonly RuleTrace[];
      readonly notes: readonly string[];
      readonly output: Pick<RouteToQueueOutput, 'queue' | 'queueName' | 'rule' | 'fallbackReason'>;
    }
  | {
      readonly kind: 'agent';
      readonly input: Pick<AssignmentInput, 'method' | 'requiredUnits'>;
      readonly candidates: readonly CandidateTrace[];
      readonly output: Pick<AssignmentOutput, 'agent' | 'reason'>;
    }
);

/** msdyn_diagnosticdatatype: which decision a row holds. Source: table msdyn_unifiedroutingdiagnostic. */
const routeToQueue = 3;
const assignment = 4;

function json(row: WebRecord, column: string): WebRecord | null {
  try {
    const value: unknown = JSON.parse(text(row, column) ?? 'null');
    return isRecord(value) ? value : null;
  } catch {
    return null; // no JSON: not a row of ours
  }
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): string[] => list(value).filter((entry) => typeof entry === 'string');

const isComparison = (value: unknown): value is ComparisonTrace =>
  isRecord(value) &&
  typeof value.path === 'string' &&
  typeof value.operator === 'string' &&
  Array.isArray(value.expected) &&
  Array.isArray(value.actual);

const isRule = (value: unknown): value is RuleTrace =>
  isRecord(value) &&
  typeof value.id === 'string' &&
  typeof value.name === 'string' &&
  typeof value.status === 'string' &&
  list(value.comparisons).every(isComparison) &&
  Array.isArray(value.comparisons) &&
  Array.isArray(value.notes);

const isCandidate = (value: unknown): value is CandidateTrace =>
  isRecord(value) &&
  typeof value.agent === 'string' &&
  typeof value.outcome === 'string' &&
  (value.failed === undefined || isRecord(value.failed)) &&
  (value.lastReleasedOn === null || typeof value.lastReleasedOn === 'string');

function queueDecision(input: WebRecord, evaluation: WebRecord, output: WebRecord) {
  const variables = isRecord(input.variables) ? Object.entries(input.variables) : [];
  return {
    kind: 'queue' as const,
    variables: Object.fromEntries(variables.map(([name, value]) => [name, String(value)])),
    rules: list(evaluation.rules).filter(isRule),
    notes: texts(evaluation.notes),
    output: {
      queue: text(output, 'queue'),
      queueName: text(output, 'queueName'),
      rule: text(output, 'rule'),
      fallbackReason: text(output, 'fallbackReason'),
    },
  };
}

const methods: readonly AssignmentInput['method'][] = [
  'leastActive',
  'highestCapacity',
  'roundRobin',
  'custom',
  'noAssignment',
];

function agentDecision(input: WebRecord, evaluation: WebRecord, output: WebRecord) {
  return {
    kind: 'agent' as const,
    input: {
      method: methods.find((method) => method === input.method) ?? null,
      requiredUnits: number(input, 'requiredUnits') ?? 0,
    },
    candidates: list(evaluation.candidates).filter(isCandidate),
    output: { agent: text(output, 'agent'), reason: text(output, 'reason') ?? '' },
  };
}

/** The decision in a diagnostic row, or null when the row holds none that can be read. */
export function decisionOf(row: WebRecord): Decision | null {
  const head = { id: text(row, 'msdyn_unifiedroutingdiagnosticid') ?? '', at: text(row, 'createdon') ?? '' };
  const type = number(row, 'msdyn_diagnosticdatatype');
  const input = json(row, 'msdyn_inputdata');
  const evaluation = json(row, 'msdyn_evaluation');
  const output = json(row, 'msdyn_outputdata');
  if (input === null || evaluation === null || output === null) return null;
  if (type === routeToQueue) return { ...head, ...queueDecision(input, evaluation, output) };
  return type === assignment ? { ...head, ...agentDecision(input, evaluation, output) } : null;
}
