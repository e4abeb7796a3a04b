/** The door of routing: from a conversation's facts to a queue, from a queue's members to a person. Pure. */
export { type Assignment, assign, methodOf } from './assign.ts';
export { type AssignmentRules, type AssignmentStep, selectStep } from './assign-rules.ts';
export { foldCandidates } from './assign-trace.ts';
export { basePresenceNames, type Candidate, type Demand } from './candidate.ts';
export type { Fact, Facts } from './evaluate.ts';
export { type PlannedAgent, Planner, type WaitingItem } from './plan.ts';
export { type ReadRuleSet, type Route, readRuleSet, routeToQueue } from './route.ts';
export { pathsOf } from './rules.ts';
export { type HeldSkill, matchingOf, normalised, type RequiredSkill } from './skills.ts';
