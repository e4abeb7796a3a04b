/** What assignment looks at besides a person's capacity and presence, and what work asks for in the words of routing.
 *  Source: behaviour.md §4.5, §4.6, §4.9, §4.10. */
import type { AssignmentRules, Demand, Fact, HeldSkill, RequiredSkill } from '../routing/index.ts';
import { matchingOf } from '../routing/index.ts';
import type { Guid } from '../tables/index.ts';
import type { AssignmentMethod } from '../tables/why.ts';
import { base, creation } from './choices.ts';
import type { Load, WorkstreamFacts } from './situation.ts';

/** What a conversation asks for: its skills, who its customer prefers (best first; none when the setting is off), how
 *  often one person may decline it (null: the default) and how many people did, the rules of a queue that has its own,
 *  and the presence of whoever misses or rejects it (null: it stays). */
export interface Wants {
  readonly skills: readonly RequiredSkill[];
  readonly preferred: readonly Guid<'systemuser'>[];
  readonly preferredOnly: boolean;
  readonly maximumDeclines: number | null;
  readonly decliners: number;
  readonly rules: AssignmentRules | null;
  readonly afterMissed: PresenceToSet | null;
  readonly afterRejected: PresenceToSet | null;
}

/** A presence that is set for somebody, with its base status. */
export interface PresenceToSet {
  readonly presence: Guid<'msdyn_presence'>;
  readonly base: number;
}

/** The presence of whoever let an offer run out or rejected it, where the organisation wants one; by the reason for
 *  which the work is in its queue again. Nobody is made inactive for missing work that is offered to who is away
 *  (behaviour.md §4.7). */
export function asideOf(
  wants: Pick<Wants, 'afterMissed' | 'afterRejected'>,
  reason: number,
  { msdyn_allowedpresences: allowed }: Pick<WorkstreamFacts, 'msdyn_allowedpresences'>,
): PresenceToSet | null {
  if (reason === creation.agentInviteTimeout) return allowed?.includes(base.away) ? null : wants.afterMissed;
  return reason === creation.agentInviteRejected ? wants.afterRejected : null;
}

/** What a member of the queue has: skills, and the columns that the queue's rules look at, by their path. */
export interface Abilities {
  readonly skills: readonly HeldSkill[];
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
}

/** How many different people may decline before work is left to be picked or assigned by hand (behaviour.md §4.9). */
export const maximumDecliners = 100;

/** Why the engine does not hand this work out by itself; null when it does. */
export function leftAlone(
  method: AssignmentMethod | null,
  { msdyn_workdistributionmode }: WorkstreamFacts,
  { decliners }: Pick<Wants, 'decliners'>,
): string | null {
  if (method === null)
    return 'the assignment strategy of the queue is not known: the work stays in the queue';
  if (method === 'noAssignment')
    return 'the queue assigns nothing by itself: the work is picked or assigned by hand';
  if (msdyn_workdistributionmode === 192350001) return 'the workstream hands nothing out: the work is picked';
  return decliners >= maximumDecliners
    ? `${decliners} people declined it: the work is picked or assigned by hand`
    : null;
}

/** Who has to have returning work back: whoever had it last, where the workstream keeps it with one person. */
export function affinityOf(
  workstream: WorkstreamFacts,
  reason: number | null,
  lastAgent: Guid<'systemuser'> | null,
): Guid<'systemuser'> | null {
  return workstream.msdyn_enableagentaffinity === true && reason === creation.customerRejoin
    ? lastAgent
    : null;
}

/** The demand of work under a method. `declines`: the default of how often one person may decline it. */
export function demandOf(
  method: AssignmentMethod,
  workstream: WorkstreamFacts,
  load: Load,
  wants: Wants,
  affinity: Guid<'systemuser'> | null,
  declines: number,
): Demand {
  return {
    method,
    telephone: load.telephone,
    node: load.node,
    requiredUnits: load.units,
    profiles: load.profiles,
    allowedPresences: workstream.msdyn_allowedpresences ?? [],
    skills: wants.skills,
    matching: matchingOf(workstream.msdyn_matchinglogic),
    maximumDeclines: wants.maximumDeclines ?? declines,
    affinity,
    preferred: wants.preferred,
    preferredOnly: wants.preferredOnly,
    rules: wants.rules,
  };
}
