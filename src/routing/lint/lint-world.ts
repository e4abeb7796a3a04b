/** Looks over a whole world: what is wrong with how its rows fit together, although each row is good. Pure. */
import { skillNobodyHas, unusableHours } from './of-people.ts';
import {
  assignmentRulesUnused,
  overflowLoop,
  overflowOfOtherChannel,
  queueWithoutMembers,
} from './of-queues.ts';
import { missingRow, shadowedRule, untoldVariable, unusableRuleSet } from './of-rules.ts';
import {
  capacityAboveEveryone,
  missingFallbackQueue,
  noActiveRouting,
  numberWithoutWorkstream,
  queueTypeMismatch,
  unusableOutboundProfile,
} from './of-workstreams.ts';
import { type Finding, type LintInput, LintWorld } from './rows.ts';

const checks: readonly ((world: LintWorld) => Finding[])[] = [
  unusableRuleSet,
  missingRow,
  shadowedRule,
  untoldVariable,
  missingFallbackQueue,
  noActiveRouting,
  queueTypeMismatch,
  capacityAboveEveryone,
  numberWithoutWorkstream,
  unusableOutboundProfile,
  queueWithoutMembers,
  overflowLoop,
  overflowOfOtherChannel,
  assignmentRulesUnused,
  skillNobodyHas,
  unusableHours,
];

const weights = { error: 0, warning: 1, hint: 2 } as const;

/** Everything that is found, the worst first. */
export function lintWorld(input: LintInput): Finding[] {
  const world = new LintWorld(input);
  return checks
    .flatMap((check) => check(world))
    .sort((one, other) => weights[one.severity] - weights[other.severity]);
}
