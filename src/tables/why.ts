/** The wire contract of "why did this route here": the JSON that routing keeps in the text columns of
 *  msdyn_unifiedroutingdiagnostic. One row a decision; msdyn_inputdata, msdyn_evaluation and msdyn_outputdata hold the
 *  three types named for its msdyn_diagnosticdatatype. Source: behaviour.md §4.11, mission row B3. */

/** How a rule fared: true and used, true but an earlier one was used, evaluated and false, not looked at. */
export type RuleStatus = 'Applied' | 'Matched' | 'Processed' | 'Not processed';

/** One comparison as it was made. `actual`: the values found at `path`, as text; empty when there was nothing. */
export interface ComparisonTrace {
  readonly path: string;
  readonly operator: string;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
  readonly result: boolean;
}

/** One rule as it was evaluated. `order` counts from 1. `queue`: where it sends the work. `notes`: what could not be
 *  understood, in words. */
export interface RuleTrace {
  readonly id: string;
  readonly name: string;
  readonly order: number;
  readonly status: RuleStatus;
  readonly comparisons: readonly ComparisonTrace[];
  readonly queue?: string;
  readonly notes: readonly string[];
}

/** msdyn_inputdata of a route-to-queue decision (data type 3). */
export interface RouteToQueueInput {
  readonly workstream: string;
  readonly ruleSet: { readonly id: string; readonly name: string | null; readonly hitPolicy: string } | null;
  readonly variables: { readonly [name: string]: string };
}

/** msdyn_evaluation of a route-to-queue decision. */
export interface RouteToQueueEvaluation {
  readonly rules: readonly RuleTrace[];
  readonly notes: readonly string[];
}

/** What an overflow rule looks at. */
export type OverflowCondition = 'outOfHours' | 'queueSize' | 'estimatedWait' | 'lapsedWait';

/** A classification rule set as it was run. `outputs`: what was set, in words. */
export interface ClassificationTrace {
  readonly id: string;
  readonly name: string | null;
  readonly rules: readonly RuleTrace[];
  readonly outputs: readonly string[];
  readonly notes: readonly string[];
}

/** msdyn_evaluation of a classification decision (data type 2); its input is RouteToQueueInput without a rule set, its
 *  output what was set. */
export interface ClassificationEvaluation {
  readonly sets: readonly ClassificationTrace[];
}

/** How a queue stood when work was about to wait there, or waited. `estimatedWait` and `lapsedWait` in seconds; null:
 *  not known, or not looked at. */
export interface QueueFigures {
  readonly open: boolean;
  readonly holiday: string | null;
  readonly size: number;
  readonly estimatedWait: number | null;
  readonly lapsedWait: number | null;
}

/** msdyn_evaluation of an overflow decision (data type 3, named Overflow). */
export interface OverflowEvaluation {
  readonly stage: 'prequeue' | 'inqueue';
  readonly figures: QueueFigures | null;
  readonly rules: readonly RuleTrace[];
  readonly notes: readonly string[];
}

/** msdyn_outputdata of an overflow decision. `queue`: where it overflowed; `action` null: it did not. `stays`: why the
 *  action was not done, where it was not. */
export interface OverflowOutput {
  readonly queue: string;
  readonly condition: OverflowCondition | null;
  readonly rule: string | null;
  readonly action: string | null;
  readonly target: string | null;
  readonly stays?: string;
}

/** msdyn_outputdata of a route-to-queue decision. `fallbackReason`: why the fallback queue was taken, else null. */
export interface RouteToQueueOutput {
  readonly queue: string | null;
  readonly queueName: string | null;
  readonly rule: string | null;
  readonly fallbackReason: string | null;
}

/** What a person must have to be offered work, in the order in which it is checked. `rule`: no rule of the custom
 *  method holds for them; `preferred`: only preferred people were asked. */
export type Criterion =
  | 'signedIn'
  | 'presence'
  | 'softphone'
  | 'sessions'
  | 'blocked'
  | 'capacity'
  | 'profile'
  | 'skills'
  | 'rule'
  | 'preferred'
  | 'declines';

/** How work is handed out in a queue (queue.msdyn_assignmentstrategy). */
export type AssignmentMethod = 'leastActive' | 'highestCapacity' | 'roundRobin' | 'custom' | 'noAssignment';

/** One member of the queue as assignment saw it. `outcome`: got the offer; would have fitted but stood behind
 *  (`rank` counts from 1); or passed over at the first criterion that failed, with what was asked and what was there. */
export interface CandidateTrace {
  readonly agent: string;
  readonly name: string | null;
  readonly outcome: 'Assigned' | 'Fits' | 'Passed over';
  readonly rank?: number;
  readonly failed?: { readonly criterion: Criterion; readonly required: string; readonly actual: string };
  readonly availableUnits: number;
  readonly declines?: number;
  readonly lastReleasedOn?: string;
  readonly lastAssignedOn?: string;
}

/** msdyn_inputdata of an assignment decision (data type 4). `method` null: a method that is not there. */
export interface AssignmentInput {
  readonly session: string;
  readonly queue: string;
  readonly workstream: string;
  readonly method: AssignmentMethod | null;
  readonly requiredUnits: number;
  readonly allowedPresences: readonly string[];
  readonly profiles?: readonly string[];
  readonly skills?: readonly string[];
  readonly matching?: 'exact' | 'closest' | 'none';
}

/** Members of a large queue who fared alike: how many, and the first few of their names. */
export interface FoldedCandidates {
  readonly outcome: CandidateTrace['outcome'];
  readonly failed?: CandidateTrace['failed'];
  readonly count: number;
  readonly names: readonly string[];
}

/** Where work stood in a queue that orders its work by rules: its bucket of so many, counted from 1, and the rule that
 *  put it there, by name; null: none did, so it stands in the last one. */
export interface PriorityTrace {
  readonly bucket: number;
  readonly buckets: number;
  readonly rule: string | null;
  readonly rules: readonly RuleTrace[];
  readonly notes: readonly string[];
}

/** msdyn_evaluation of an assignment decision. `priority`: in a queue that orders its work by rules. `folded`: the members of a large queue that are not told of one by one.
 *  `notes`: what was not understood in the rules. */
export interface AssignmentEvaluation {
  readonly priority?: PriorityTrace;
  readonly candidates: readonly CandidateTrace[];
  readonly folded?: readonly FoldedCandidates[];
  readonly notes?: readonly string[];
}

/** msdyn_outputdata of an assignment decision. `reason`: one sentence for a person. */
export interface AssignmentOutput {
  readonly agent: string | null;
  readonly offer: string | null;
  readonly reason: string;
}

/** What a search for the caller asks: one rule of the workstream's record identification rule, or a default field. */
export interface IdentificationSearch {
  readonly table: 'account' | 'contact' | 'incident';
  readonly preferred: boolean;
  /** The conditions that could be asked, in words; those on what nobody told are left out. */
  readonly conditions: readonly string[];
  readonly outcome: 'nobody' | 'one' | 'ambiguous' | 'not asked';
  /** At most two: two mean ambiguous. */
  readonly candidates: readonly { readonly id: string; readonly name: string | null }[];
}

/** msdyn_inputdata of an identification (data type 0, rule type 11 Intake). `number`: `from` in E.164. */
export interface IdentificationInput {
  readonly workstream: string;
  readonly from: string;
  readonly number: string | null;
  readonly rule: 'default fields' | 'msdyn_recordidentificationrule';
  readonly unknownCallers: 'off' | 'ask' | 'automatic';
}

/** msdyn_evaluation of an identification. `notes`: what was not understood in the rule. */
export interface IdentificationEvaluation {
  readonly searches: readonly IdentificationSearch[];
  readonly notes: readonly string[];
}

/** msdyn_outputdata of an identification. `created`: the contact was made for the call. `reason`: which case of the
 *  outcome matrix decided, in a sentence. */
export interface IdentificationOutput {
  readonly customer: { readonly table: string; readonly id: string } | null;
  readonly name: string | null;
  readonly incident: string | null;
  readonly created: boolean;
  readonly reason: string;
}
