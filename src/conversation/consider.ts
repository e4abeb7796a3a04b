/** Which member of a queue gets a piece of work, and why not the others: as the engine tries it, and as it is explained
 *  without doing it. Pure. Source: behaviour.md §4.5 to §4.10; mission row B3. */
import { Assignment, assign, basePresenceNames, type Demand, methodOf } from '../routing/index.ts';
import type { Guid } from '../tables/index.ts';
import type { AssignmentInput } from '../tables/why.ts';
import { affinityOf, demandOf, leftAlone } from './assignment-facts.ts';
import { type Board, type Load, type Member, toCandidate, type WorkstreamFacts } from './situation.ts';

/** The work as far as assignment goes. `reason`: for which its session was made; `lastAgent`: who had it last;
 *  `declines`: the default of how often one person may decline it. */
export interface Work {
  readonly session: Guid<'msdyn_ocsession'>;
  readonly workstream: WorkstreamFacts;
  readonly load: Load;
  readonly reason: number | null;
  readonly lastAgent: Guid<'systemuser'> | null;
  readonly declines: number;
}

/** What came of it. `left`: why the engine does not hand it out by itself; `reason`: one sentence for a person. */
export interface Considered {
  readonly demand: Demand;
  readonly left: string | null;
  readonly result: Assignment;
  readonly chosen: Member | null;
  readonly reason: string;
  readonly input: AssignmentInput;
}

/** Considers `members`, who may stand otherwise than on the board by now. */
export function consider(work: Work, board: Board, members: readonly Member[]): Considered {
  const { workstream, load, reason: cause, lastAgent, declines } = work;
  const method = methodOf(board.queue.msdyn_assignmentstrategy);
  const left = leftAlone(method, workstream, board.wants);
  const affinity = affinityOf(workstream, cause, lastAgent);
  const demand = demandOf(method ?? 'noAssignment', workstream, load, board.wants, affinity, declines);
  const candidates = () => [...members.map(toCandidate), ...board.others];
  const result = left === null ? assign(demand, candidates()) : new Assignment(demand, 'method', []);
  const chosen = members.find(({ agent }) => agent === result.chosen) ?? null;
  const reason =
    left ??
    (chosen
      ? inWords(result, chosen.name ?? 'The person')
      : `none of ${members.length + board.others.length} members fits`);
  return { demand, left, result, chosen, reason, input: toInput(work, board, demand) };
}

/** Why this person, in one sentence. */
function inWords({ way, rule, fitting }: Assignment, name: string): string {
  if (way === 'affinity') return `${name} had it before, and keeps it`;
  if (way === 'preferred') return `${name} is preferred by the customer`;
  return `${name} was first of ${fitting} who fit${rule === null ? '' : ` rule ${rule}`}`;
}

function toInput({ session, workstream }: Work, board: Board, demand: Demand): AssignmentInput {
  const { profiles, skills, matching } = demand;
  return {
    session,
    queue: board.queue.queueid ?? '',
    workstream: workstream.msdyn_liveworkstreamid ?? '',
    method: methodOf(board.queue.msdyn_assignmentstrategy),
    requiredUnits: demand.requiredUnits,
    allowedPresences: demand.allowedPresences.map(
      (presence) => basePresenceNames.get(presence) ?? String(presence),
    ),
    ...(profiles.length > 0 ? { profiles: profiles.map(({ id, name }) => name ?? id) } : {}),
    ...(skills.length > 0 ? { skills: skills.map(({ label }) => label), matching } : {}),
  };
}
