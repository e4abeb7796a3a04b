/** The wire contract of an explanation: what the functions wirechief_Explain… answer, members named as they stand on the
 *  wire; type aliases, so that they are JSON to the compiler. An explanation is a list of stages in the order in which
 *  they happened. Source: behaviour.md §4.11, mission row B3. */
import type { RuleStatus } from './why.ts';

/** What a stage is about. */
export type StageKind =
  | 'Intake'
  | 'Classification'
  | 'RouteToQueue'
  | 'Overflow'
  | 'Queue'
  | 'Transfer'
  | 'Supervisor'
  | 'Assignment'
  | 'Offer'
  | 'Consult'
  | 'End';

/** Something that was looked at, as text. */
export type NamedValue = {
  readonly Name: string;
  readonly Value: string;
};

/** One comparison of a rule. `Actual`: what was found at `Path`; empty when there was nothing. */
export type ExplainedComparison = {
  readonly Path: string;
  readonly Operator: string;
  readonly Expected: readonly string[];
  readonly Actual: readonly string[];
  readonly Result: boolean;
};

/** One rule. `RuleSet`: the name of its set, null where there is only one. `QueueId`: where it sends the work. */
export type ExplainedRule = {
  readonly RuleSet: string | null;
  readonly Order: number;
  readonly Name: string;
  readonly Status: RuleStatus;
  readonly QueueId: string | null;
  readonly Comparisons: readonly ExplainedComparison[];
  readonly Notes: readonly string[];
};

/** One person, or several who fared alike (`Count`, with the first few of their names): the rank of whoever fitted, or
 *  the first criterion that failed, required against actual. */
export type ExplainedCandidate = {
  readonly AgentId: string | null;
  readonly Names: readonly string[];
  readonly Count: number;
  readonly Outcome: 'Assigned' | 'Fits' | 'Passed over';
  readonly Rank: number | null;
  readonly Criterion: string | null;
  readonly Required: string | null;
  readonly Actual: string | null;
};

/** One stage. Instants in ISO 8601; `Times`: how many tries in a row it stands for, all of them alike. */
export type ExplainedStage = {
  readonly Stage: StageKind;
  readonly StartedOn: string | null;
  readonly CompletedOn: string | null;
  readonly Times: number;
  readonly Summary: string;
  readonly Inputs: readonly NamedValue[];
  readonly Rules: readonly ExplainedRule[];
  readonly Candidates: readonly ExplainedCandidate[];
  readonly Notes: readonly string[];
};

/** The answer of wirechief_ExplainConversation and wirechief_ExplainRouting. `ConversationId` null: only supposed. */
export type Explanation = {
  readonly ConversationId: string | null;
  readonly Title: string | null;
  readonly QueueId: string | null;
  readonly AgentId: string | null;
  readonly Stages: readonly ExplainedStage[];
};

/** One criterion of a person for one piece of work, whether it failed or not. */
export type ExplainedCriterion = {
  readonly Criterion: string;
  readonly Required: string;
  readonly Actual: string;
  readonly IsMet: boolean;
};

/** How a person fared in one try that was kept. */
export type ExplainedTry = {
  readonly On: string | null;
  readonly Outcome: string;
  readonly Criterion: string | null;
  readonly Required: string | null;
  readonly Actual: string | null;
};

/** The answer of wirechief_ExplainAgent. `Outcome`: as it is now; `Criteria`: all of them, in the order in which they
 *  are looked at, as they are now, none when the conversation waits in no queue. `Tries`: what was kept of the past. */
export type AgentExplanation = {
  readonly AgentId: string;
  readonly Name: string | null;
  readonly QueueId: string | null;
  readonly Outcome: string;
  readonly Criteria: readonly ExplainedCriterion[];
  readonly Tries: readonly ExplainedTry[];
};
