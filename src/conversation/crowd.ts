/** Everybody who may be handed work, kept in memory by queue: as they were last read, with what was given to them since.
 *  Pure. Source: behaviour.md §4.4. */
import type { Candidate, PlannedAgent } from '../routing/index.ts';
import type { Guid } from '../tables/index.ts';
import { People } from './people.ts';
import type { Person } from './read/people.ts';
import { type Load, type Member, toCandidate } from './situation.ts';

type Agent = Guid<'systemuser'>;
type Queue = Guid<'queue'>;

/** The members of queues, in memory. */
export class Crowd {
  readonly #people = new Map<Agent, Person>();
  readonly #seats = new Map<Queue, Map<Agent, Candidate>>();

  person(agent: Agent): Person | null {
    return this.#people.get(agent) ?? null;
  }

  /** The members of a queue, signed in or not, but for one. */
  others(queue: Queue, agent: Agent): readonly Candidate[] {
    const all = [...(this.#seats.get(queue)?.values() ?? [])];
    const place = all.findIndex((one) => one.agent === agent);
    if (place >= 0) all.splice(place, 1);
    return all;
  }

  /** A person came, or changed. */
  put(person: Person): void {
    const { agent, memberships } = person;
    this.#leave(agent, memberships);
    this.#people.set(agent, person);
    const candidate = candidateOf(person);
    for (const membership of memberships) {
      const { queue } = membership;
      const seats = this.#seats.get(queue) ?? new Map<Agent, Candidate>();
      this.#seats.set(queue, seats.set(agent, { ...candidate, ...standing(membership) }));
    }
  }

  remove(agent: Agent): void {
    this.#leave(agent, []);
    this.#people.delete(agent);
  }

  clear(): void {
    this.#people.clear();
    this.#seats.clear();
  }

  /** A seat that is kept keeps its place among the others. */
  #leave(agent: Agent, kept: Person['memberships']): void {
    for (const { queue } of this.#people.get(agent)?.memberships ?? [])
      if (!kept.some((one) => one.queue === queue)) this.#seats.get(queue)?.delete(agent);
  }
}

/** How a person stands in a queue of theirs. */
const standing = ({ id, assigned }: Person['memberships'][number]) => ({
  joinedRank: joinedRank(id),
  lastAssignedOn: assigned === null ? null : new Date(assigned),
});

/** The person as assignment sees them, in no queue. */
const candidateOf = (person: Person): Candidate =>
  toCandidate({ ...person, lastAssignedOn: null, isMember: true, joinedRank: 0, declines: 0 });

/** The person as a member of the queue; null when they are none. How often they declined some work is not known here. */
export function memberOf(person: Person, queue: Queue): Member | null {
  const membership = person.memberships.find((one) => one.queue === queue);
  if (membership === undefined) return null;
  return { ...person, ...standing(membership), isMember: true, declines: 0 };
}

/** The person as the matcher sees them. */
export const toPlanned = (person: Person): PlannedAgent => ({
  candidate: candidateOf(person),
  queues: new Map(person.memberships.map((membership) => [membership.queue, standing(membership)])),
});

/** The person with one piece of work more, given to them in the queue at this instant. */
export function withWork(person: Person, load: Omit<Load, 'unkept'>, queue: Queue, at: Date): Person {
  const people = new People({ ...load, unkept: [] }, false);
  people.reserve(person);
  return {
    ...people.current(person, at),
    version: null,
    memberships: person.memberships.map((one) =>
      one.queue === queue ? { ...one, assigned: at.toISOString() } : one,
    ),
  };
}

/** The order of joining, by the beginning of the membership's id, which is an instant and a count within it. */
function joinedRank(membership: string): number {
  const digits = membership.replaceAll('-', '');
  return Number.parseInt(digits.slice(0, 12), 16) * 4096 + Number.parseInt(digits.slice(13, 16), 16);
}
