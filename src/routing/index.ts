/** The door of routing: from a conversation's facts to a queue, from a queue's members to a person. Pure. */
export { Assignment, assign, methodOf } from './assign.ts';
export { type AssignmentRules, type AssignmentStep, selectStep } from './assign-rules.ts';
export { averageWait } from './average-wait.ts';
export {
  basePresenceNames,
  type Candidate,
  type Demand,
  everyCriterion,
  type Judgement,
} from './candidate.ts';
export { type FindPath, faultOfRuleSet } from './check-rule-set.ts';
export { type Classification, type Convert, classify, withoutMissing } from './classify.ts';
export type { Fact, Facts } from './evaluate.ts';
export * from './hours.ts';
export { lintWorld } from './lint/lint-world.ts';
export { type Finding, type LintInput, type LintRow, lintTables } from './lint/rows.ts';
export * from './overflow.ts';
export { byTurn, type PlannedAgent, Planner, type WaitingItem } from './plan.ts';
export {
  type QueuePlace,
  type Rank,
  rankOf,
  sortPathsOf,
  turnOfQueue,
} from './prioritise.ts';
export {
  type LookAtQueue,
  ownOverflowSets,
  queuesOf,
  type ReadRuleSet,
  type Route,
  readRuleSet,
  routeToQueue,
} from './route.ts';
export { guidOf, pathsOf, type Skill } from './rules.ts';
export { type HeldSkill, matchingOf, normalised, type RequiredSkill } from './skills.ts';
export { readXml, type XmlElement, XmlError } from './xml.ts';
