/** A call centre in numbers only: the real matcher on virtual time, with Poisson arrivals, exponential service and, where
 *  asked for, callers of exponential patience. Times are in mean service times. */

import { Heap } from '../../src/routing/heap.ts';
import { type Candidate, type Demand, Planner, type WaitingItem } from '../../src/routing/index.ts';
import { Random } from '../fuzz/random.ts';
import type { Traffic } from './theory.ts';

/** What was seen. `served`: the share that was answered within `within`; `left`: the share that lost patience. */
export interface Seen {
  readonly meanWait: number;
  readonly served: number;
  readonly left: number;
}

/** How long it goes on, and what is asked of it. `patience`: mean, null for endless. */
export interface Course {
  readonly calls: number;
  readonly seed: number;
  readonly within: number;
  readonly patience: number | null;
}

interface Coming {
  readonly at: number;
  readonly what: 'free' | 'leaves';
  readonly id: string;
}

const demand: Demand = {
  telephone: true,
  node: null,
  method: 'leastActive',
  requiredUnits: 1,
  profiles: [],
  allowedPresences: [192360000],
  skills: [],
  matching: 'none',
  maximumDeclines: 3,
  affinity: null,
  preferred: [],
  preferredOnly: false,
  rules: null,
};

/** Runs it. The first twentieth of the calls fills the place and is not counted. */
export function run({ agents, load }: Traffic, { calls, seed, within, patience }: Course): Seen {
  const random = new Random(seed);
  const exponential = (mean: number) => -Math.log(1 - random.next()) * mean;
  const planner = new Planner();
  const coming = new Heap<Coming>((one, other) => one.at - other.at);
  const waiting = new Map<string, number>();
  for (let n = 0; n < agents; n += 1) planner.putAgent(person(`agent ${n}`, 0));
  const uncounted = Math.floor(calls / 20);
  const seen = { counted: 0, waits: 0, served: 0, left: 0 };
  let arrival = exponential(1 / load);
  for (let arrived = 0; arrived < calls; ) {
    const next = coming.peek();
    const now = next !== null && next.at < arrival ? next.at : arrival;
    if (next !== null && next.at < arrival) {
      coming.pop();
      if (next.what === 'free') planner.putAgent(person(next.id, now));
      else leave(next.id, now);
    } else {
      arrived += 1;
      const id = `${arrived}`;
      waiting.set(id, now);
      planner.putItem({ id, queue: 'queue', key: '', turn: [arrived], demand } satisfies WaitingItem);
      if (patience !== null) coming.push({ at: now + exponential(patience), what: 'leaves', id });
      arrival = now + exponential(1 / load);
    }
    for (let found = planner.next(); found !== null; found = planner.next()) {
      count(found.item, now, false);
      coming.push({ at: now + exponential(1), what: 'free', id: found.agent });
    }
  }
  return {
    meanWait: seen.waits / seen.counted,
    served: seen.served / seen.counted,
    left: seen.left / seen.counted,
  };

  function leave(id: string, now: number): void {
    if (!waiting.has(id)) return;
    planner.removeItem(id);
    count(id, now, true);
  }

  function count(id: string, now: number, left: boolean): void {
    const wait = now - (waiting.get(id) ?? now);
    waiting.delete(id);
    if (Number(id) <= uncounted) return;
    seen.counted += 1;
    seen.waits += wait;
    if (left) seen.left += 1;
    else if (wait <= within) seen.served += 1;
  }
}

function person(
  agent: string,
  releasedAt: number,
): {
  readonly candidate: Candidate;
  readonly queues: ReadonlyMap<string, { readonly joinedRank: number; readonly lastAssignedOn: Date | null }>;
} {
  return {
    candidate: {
      agent,
      name: agent,
      signedIn: true,
      basePresence: 192360000,
      availableUnits: 1,
      profiles: [],
      blocked: false,
      skills: [],
      sessions: 0,
      liveCalls: 0,
      node: null,
      lastReleasedOn: new Date(Math.round(releasedAt * 1e6)),
      lastAssignedOn: null,
      joinedRank: 1,
      declines: 0,
      facts: new Map(),
    },
    queues,
  };
}

const queues = new Map([['queue', { joinedRank: 1, lastAssignedOn: null }]]);
