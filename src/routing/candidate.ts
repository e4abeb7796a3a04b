/** A person as assignment sees them, what work asks for, and the first thing that a person lacks. Pure.
 *  Source: behaviour.md §4.5 to §4.9. */
import type { AssignmentMethod, Criterion } from '../tables/why.ts';
import type { AssignmentRules } from './assign-rules.ts';
import type { Fact } from './evaluate.ts';
import { firstMissing, type HeldSkill, type Matching, type RequiredSkill } from './skills.ts';

/** What the work asks for. `telephone`: it is a call, of which a person has one at a time;
 *  `node`: the server that has it, null when none has yet. `allowedPresences`: base presence statuses. `profiles`: capacity profiles, one unit of each.
 *  `maximumDeclines`: how often one person may decline this work and still be asked. `affinity`: who has to have it
 *  back, whatever their capacity and presence. `preferred`: who is asked before all others, best first; `preferredOnly`:
 *  and nobody else. `rules`: of the custom method, else null. */
export interface Demand {
  readonly method: AssignmentMethod;
  readonly telephone: boolean;
  readonly node: string | null;
  readonly requiredUnits: number;
  readonly profiles: readonly { readonly id: string; readonly name: string | null }[];
  readonly allowedPresences: readonly number[];
  readonly skills: readonly RequiredSkill[];
  readonly matching: Matching;
  readonly maximumDeclines: number;
  readonly affinity: string | null;
  readonly preferred: readonly string[];
  readonly preferredOnly: boolean;
  readonly rules: AssignmentRules | null;
}

/** A member of the queue. `basePresence` null: never set. `liveCalls`: calls offered to or talked on by this person now.
 *  `node`: the server that their softphone is connected to. `joinedRank`: order of joining the queue. `profiles`: what is left of each. `blocked`: a blocking profile is used up.
 *  `facts`: columns of the user that rules look at, by their path. */
export interface Candidate {
  readonly agent: string;
  readonly name: string | null;
  readonly signedIn: boolean;
  readonly basePresence: number | null;
  readonly availableUnits: number;
  readonly profiles: readonly { readonly profile: string; readonly available: number }[];
  readonly blocked: boolean;
  readonly skills: readonly HeldSkill[];
  readonly sessions: number;
  readonly liveCalls: number;
  readonly node: string | null;
  readonly lastReleasedOn: Date | null;
  readonly lastAssignedOn: Date | null;
  readonly joinedRank: number;
  readonly declines: number;
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
}

/** How many sessions a person may have (behaviour.md §11 choice 9). */
const maximumSessions = 10;

/** By which of its ways work comes to a person; each looks at less than the one after it. */
export type Way = 'affinity' | 'preferred' | 'rules' | 'method';

/** A criterion: by which ways it is looked at, and whether the person fails it. */
interface Check {
  readonly criterion: Criterion;
  readonly ways: readonly Way[];
  readonly fails: (demand: Demand, candidate: Candidate) => boolean;
}

const everyWay: readonly Way[] = ['affinity', 'preferred', 'rules', 'method'];

/** The criteria in the order in which they are looked at. Preferred people are asked by presence only, rules stand for
 *  presence, units and skills (not for profiles), affinity overrides all three. */
const checks: readonly Check[] = [
  { criterion: 'signedIn', ways: everyWay, fails: (_, { signedIn }) => !signedIn },
  {
    criterion: 'presence',
    ways: ['preferred', 'method'],
    fails: ({ allowedPresences }, { basePresence }) =>
      basePresence === null || !allowedPresences.includes(basePresence),
  },
  // One softphone carries one call, on the server it is connected to; the product leaves this to capacity alone.
  {
    criterion: 'softphone',
    ways: everyWay,
    fails: (demand, candidate) =>
      demand.telephone && (candidate.liveCalls > 0 || isElsewhere(demand, candidate)),
  },
  {
    criterion: 'sessions',
    ways: ['rules', 'method'],
    fails: (_, { sessions }) => sessions >= maximumSessions,
  },
  { criterion: 'blocked', ways: ['rules', 'method'], fails: (_, { blocked }) => blocked },
  {
    criterion: 'capacity',
    ways: ['method'],
    fails: ({ requiredUnits }, { availableUnits }) => availableUnits < requiredUnits,
  },
  {
    criterion: 'profile',
    ways: ['rules', 'method'],
    fails: ({ profiles }, candidate) => profiles.some(({ id }) => !hasRoom(candidate, id)),
  },
  {
    criterion: 'skills',
    ways: ['method'],
    fails: ({ matching, skills }, candidate) =>
      matching === 'exact' && firstMissing(skills, candidate.skills) !== null,
  },
  {
    criterion: 'declines',
    ways: everyWay,
    fails: ({ maximumDeclines }, { declines }) => declines >= maximumDeclines,
  },
];

const checksBy = (way: Way): readonly Check[] => checks.filter(({ ways }) => ways.includes(way));

const checksOf: { readonly [W in Way]: readonly Check[] } = {
  affinity: checksBy('affinity'),
  preferred: checksBy('preferred'),
  rules: checksBy('rules'),
  method: checksBy('method'),
};

/** The first criterion that keeps the work from the person, null when nothing does. */
export function failedCriterion(demand: Demand, candidate: Candidate, way: Way): Criterion | null {
  for (const check of checksOf[way]) if (check.fails(demand, candidate)) return check.criterion;
  return null;
}

/** A criterion of a person for one piece of work, in words. */
export interface Judgement {
  readonly criterion: Criterion;
  readonly required: string;
  readonly actual: string;
  readonly met: boolean;
}

/** Every criterion that is looked at by this way, met or not. */
export const everyCriterion = (demand: Demand, candidate: Candidate, way: Way): readonly Judgement[] =>
  checksOf[way].map(({ criterion, fails }) => ({
    criterion,
    ...inWords(criterion, demand, candidate),
    met: !fails(demand, candidate),
  }));

const isElsewhere = (demand: Demand, { node }: Candidate): boolean =>
  demand.node !== null && node !== null && node !== demand.node;

function hasRoom(candidate: Candidate, profile: string): boolean {
  return (candidate.profiles.find((one) => one.profile === profile)?.available ?? 0) > 0;
}

/** Names of the base presences, for the trace (behaviour.md §4.7). */
export const basePresenceNames: ReadonlyMap<number, string> = new Map([
  [192360000, 'Available'],
  [192360001, 'Busy'],
  [192360002, 'Do not disturb'],
  [192360003, 'Appear away'],
  [192360004, 'Offline'],
]);

const presenceName = (base: number | null): string =>
  base === null ? 'none' : (basePresenceNames.get(base) ?? String(base));

/** What tells apart those who fail one criterion of a demand: who is alike in this reads alike in words. */
export function failure(criterion: Criterion, demand: Demand, candidate: Candidate): string | number {
  switch (criterion) {
    case 'signedIn':
    case 'blocked':
    case 'rule':
    case 'preferred':
      return '';
    case 'presence':
      return candidate.basePresence ?? '';
    case 'sessions':
      return candidate.sessions;
    case 'capacity':
      return candidate.availableUnits;
    case 'declines':
      return candidate.declines;
    case 'softphone':
    case 'profile':
    case 'skills': {
      const { required, actual } = inWords(criterion, demand, candidate);
      return `${required} ${actual}`;
    }
  }
}

/** What a criterion asked for, and what there was, in words. */
export function inWords(
  criterion: Criterion,
  demand: Demand,
  candidate: Candidate,
): { readonly required: string; readonly actual: string } {
  const { allowedPresences, profiles } = demand;
  switch (criterion) {
    case 'signedIn':
      return { required: 'signed in', actual: candidate.signedIn ? 'signed in' : 'signed out' };
    case 'presence':
      return {
        required: allowedPresences.map(presenceName).join(' or ') || 'none is allowed',
        actual: presenceName(candidate.basePresence),
      };
    case 'softphone':
      if (demand.telephone && isElsewhere(demand, candidate))
        return { required: 'connected to the server of the call', actual: 'connected to another server' };
      return {
        required: demand.telephone ? 'no other call' : 'no telephone',
        actual: `${candidate.liveCalls} live`,
      };
    case 'sessions':
      return { required: `fewer than ${maximumSessions} sessions`, actual: `${candidate.sessions} sessions` };
    case 'blocked':
      return {
        required: 'no blocking profile used up',
        actual: candidate.blocked ? 'one is used up' : 'none is',
      };
    case 'capacity':
      return { required: `${demand.requiredUnits} units`, actual: `${candidate.availableUnits} units` };
    case 'profile': {
      const full = profiles.find(({ id }) => !hasRoom(candidate, id));
      if (!full)
        return {
          required:
            profiles.map(({ id, name }) => `room in profile ${name ?? id}`).join(' and ') || 'nothing',
          actual: 'has it',
        };
      const room = candidate.profiles.find(({ profile }) => profile === full.id);
      return {
        required: `room in profile ${full.name ?? full.id}`,
        actual: room ? `${room.available} left` : 'does not have it',
      };
    }
    case 'skills': {
      const missing = firstMissing(demand.skills, candidate.skills);
      if (demand.matching !== 'exact')
        return { required: 'nothing', actual: 'skills are not matched exactly' };
      if (missing === null)
        return {
          required: demand.skills.map(({ label }) => label).join(' and ') || 'nothing',
          actual: 'has it',
        };
      const least = missing.skill.rating;
      const { actual } = missing;
      return {
        required: `${missing.skill.label}${least === null ? '' : ` at ${percent(least)} or more`}`,
        actual:
          actual === null
            ? 'does not have it'
            : actual.rating === null
              ? 'no rating'
              : percent(actual.rating),
      };
    }
    case 'rule':
      return { required: 'a rule of the assignment rule set', actual: 'none holds' };
    case 'preferred':
      return { required: 'a preferred representative', actual: 'is none' };
    case 'declines':
      return {
        required: `fewer than ${demand.maximumDeclines} declines`,
        actual: `${candidate.declines} declines`,
      };
  }
}

const percent = (rating: number): string => `${Math.round(rating * 100)} %`;
