/** The matcher: waiting work and people, kept in memory by queue and by what the work asks for. It says who may get what
 *  next; whether that still holds is for whoever writes it down to find out. An item is matched whenever somebody fits,
 *  however many wait before it. Pure. Source: behaviour.md §4.3 to §4.5.
 *
 *  Items that ask for the same in the same queue are one class, a heap by their turn. A class is looked at again only
 *  when something may have changed for it: an item came, or a person became able to take it. So a pass costs the classes
 *  that changed, not the items that wait. */
import { byMethod } from './assign.ts';
import { type Candidate, type Demand, failedCriterion, type Way } from './candidate.ts';
import { Heap } from './heap.ts';

/** Work that waits. `key`: what it asks for; items of one queue with the same key fit the same people. `turn`: its
 *  place among all that waits, compared number by number, smaller first. */
export interface WaitingItem {
  readonly id: string;
  readonly queue: string;
  readonly key: string;
  readonly turn: readonly number[];
  readonly demand: Demand;
}

/** A person and the queues they are a member of, with their order of joining each. */
export interface PlannedAgent {
  readonly candidate: Candidate;
  readonly queues: ReadonlyMap<string, { readonly joinedRank: number; readonly lastAssignedOn: Date | null }>;
}

interface Class {
  readonly queue: string;
  readonly key: string;
  readonly demand: Demand;
  readonly items: Heap<WaitingItem>;
  /** Turn of the head when it was last put among the classes to look at; null: it is not among them. */
  due: readonly number[] | null;
}

/** The matcher. */
export class Planner {
  readonly #items = new Map<string, WaitingItem>();
  readonly #agents = new Map<string, PlannedAgent>();
  /** How they stand in each queue, apart for those who are in a call: work that is one need not pass over them. */
  readonly #free = new Map<string, Map<string, Candidate>>();
  readonly #inCall = new Map<string, Map<string, Candidate>>();
  readonly #classes = new Map<string, Map<string, Class>>();
  readonly #due = new Heap<{ readonly of: Class; readonly turn: readonly number[] }>((one, other) =>
    byTurn(one.turn, other.turn),
  );

  /** How many items wait. */
  get waiting(): number {
    return this.#items.size;
  }

  /** An item waits, or waits differently than before. `looked`: whether it is to be looked at now; one that was tried in
   *  vain waits until something else changes. */
  putItem(item: WaitingItem, looked = true): void {
    this.#items.set(item.id, item);
    const of = this.#classOf(item);
    of.items.push(item);
    if (looked) this.#lookAt(of);
  }

  /** An item waits no longer. */
  removeItem(id: string): void {
    this.#items.delete(id);
  }

  /** A person changed: what they can take, or where. */
  putAgent(agent: PlannedAgent): void {
    this.removeAgent(agent.candidate.agent);
    // Whoever is away can take nothing by any way, and would only be passed over again and again.
    if (!agent.candidate.signedIn) return;
    this.#keep(agent);
    for (const queue of agent.queues.keys())
      for (const of of this.#classes.get(queue)?.values() ?? [])
        if (this.#head(of) !== null && takes(of.demand, agent.candidate)) this.#lookAt(of);
  }

  /** A person has more to do than before, and can take nothing that they could not take before. */
  book(agent: PlannedAgent): void {
    this.removeAgent(agent.candidate.agent);
    this.#keep(agent);
  }

  removeAgent(id: string): void {
    for (const queue of this.#agents.get(id)?.queues.keys() ?? [])
      for (const members of [this.#free, this.#inCall]) members.get(queue)?.delete(id);
    this.#agents.delete(id);
  }

  /** The next item in turn that somebody fits, and who; null when nobody fits anything. The item is taken out, and
   *  the person has it on top of what they have, until they are put again. */
  next(): { readonly item: string; readonly agent: string } | null {
    for (let due = this.#due.pop(); due !== null; due = this.#due.pop()) {
      const { of, turn } = due;
      if (of.due !== turn) continue;
      of.due = null;
      const head = this.#head(of);
      if (head === null) continue;
      // The head left, and the class has a later turn now.
      if (byTurn(head.turn, turn) !== 0) {
        this.#lookAt(of);
        continue;
      }
      const agent = this.#best(of);
      if (agent === null) continue;
      this.#items.delete(head.id);
      this.#lookAt(of);
      this.book(withWork(agent, of));
      return { item: head.id, agent: agent.candidate.agent };
    }
    return null;
  }

  #keep(agent: PlannedAgent): void {
    const { candidate, queues } = agent;
    this.#agents.set(candidate.agent, agent);
    const members = candidate.liveCalls > 0 ? this.#inCall : this.#free;
    for (const [queue, here] of queues) {
      const those = members.get(queue) ?? new Map<string, Candidate>();
      members.set(queue, those.set(candidate.agent, { ...candidate, ...here }));
    }
  }

  #classOf({ queue, key, demand }: WaitingItem): Class {
    const classes = this.#classes.get(queue) ?? new Map<string, Class>();
    this.#classes.set(queue, classes);
    const known = classes.get(key);
    if (known) return known;
    const items = new Heap<WaitingItem>((one, other) => byTurn(one.turn, other.turn));
    const made: Class = { queue, key, demand, items, due: null };
    classes.set(key, made);
    return made;
  }

  #lookAt(of: Class): void {
    const head = this.#head(of);
    if (head === null) {
      this.#classes.get(of.queue)?.delete(of.key);
      return;
    }
    if (of.due !== null && byTurn(of.due, head.turn) <= 0) return;
    of.due = head.turn;
    this.#due.push({ of, turn: head.turn });
  }

  /** The first item that still waits as it did; those that left are dropped on the way. */
  #head(of: Class): WaitingItem | null {
    for (let first = of.items.peek(); first !== null; first = of.items.peek()) {
      if (this.#items.get(first.id) === first) return first;
      of.items.pop();
    }
    return null;
  }

  #best({ queue, demand }: Class): PlannedAgent | null {
    let best: Candidate | null = null;
    for (const members of demand.telephone ? [this.#free] : [this.#free, this.#inCall])
      for (const seat of members.get(queue)?.values() ?? []) {
        // Whom somebody goes before need not be able.
        if (best !== null && byMethod(demand, seat, best) >= 0) continue;
        if (takes(demand, seat)) best = seat;
      }
    return best && (this.#agents.get(best.agent) ?? null);
  }
}

/** Whether the person can take it by any way that is open to them. Under the custom method the rules themselves are
 *  left to whoever decides. */
function takes(demand: Demand, candidate: Candidate): boolean {
  const { method, affinity, preferred, preferredOnly } = demand;
  if (method === 'noAssignment') return false;
  if (affinity === candidate.agent && isOpen(demand, candidate, 'affinity')) return true;
  if (preferred.length > 0) {
    if (preferred.includes(candidate.agent) && isOpen(demand, candidate, 'preferred')) return true;
    if (preferredOnly) return false;
  }
  return isOpen(demand, candidate, method === 'custom' ? 'rules' : 'method');
}

const isOpen = (demand: Demand, candidate: Candidate, way: Way): boolean =>
  failedCriterion(demand, candidate, way) === null;

/** The latest instant there is: whoever was given work this moment comes last among those who take turns. */
const justNow = new Date(8_640_000_000_000_000);

/** The person with one piece of this work more. */
function withWork({ candidate, queues }: PlannedAgent, { queue, demand }: Class): PlannedAgent {
  const asked = new Set(demand.profiles.map(({ id }) => id));
  const here = queues.get(queue);
  return {
    candidate: {
      ...candidate,
      availableUnits: candidate.availableUnits - demand.requiredUnits,
      profiles: candidate.profiles.map(({ profile, available }) => ({
        profile,
        available: available - (asked.has(profile) ? 1 : 0),
      })),
      sessions: candidate.sessions + 1,
      liveCalls: candidate.liveCalls + (demand.telephone ? 1 : 0),
    },
    queues: here ? new Map([...queues, [queue, { ...here, lastAssignedOn: justNow }]]) : queues,
  };
}

/** Compares two turns number by number. */
export function byTurn(one: readonly number[], other: readonly number[]): number {
  for (let place = 0; place < one.length; place += 1) {
    const difference = (one[place] ?? 0) - (other[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
