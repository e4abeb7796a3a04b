/** The door of routing: from a conversation's facts to a queue, from a queue's members to a person. Pure. */
export {
  type Assignment,
  assign,
  basePresenceNames,
  type Candidate,
  type Demand,
  methodOf,
} from './assign.ts';
export type { Fact, Facts } from './evaluate.ts';
export { type ReadRuleSet, type Route, readRuleSet, routeToQueue } from './route.ts';
export { pathsOf } from './rules.ts';
