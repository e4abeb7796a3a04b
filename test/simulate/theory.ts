/** What queueing theory says of a call centre with Poisson arrivals and exponential service, first in first out.
 *  Sources: A. K. Erlang (1917), formula C; C. Palm (1957), the same with callers of exponential patience (Erlang A). */

/** `agents`, and offered `load` in erlangs (arrival rate by mean service time). */
export interface Traffic {
  readonly agents: number;
  readonly load: number;
}

/** The chance that a caller has to wait (Erlang C). Needs load < agents. */
export function chanceToWait({ agents, load }: Traffic): number {
  // Erlang B by its recursion, which neither overflows nor loses digits.
  let blocked = 1;
  for (let n = 1; n <= agents; n += 1) blocked = (load * blocked) / (n + load * blocked);
  return blocked / (1 - (load / agents) * (1 - blocked));
}

/** The mean wait of all callers, in mean service times. */
export function meanWait(traffic: Traffic): number {
  return chanceToWait(traffic) / (traffic.agents - traffic.load);
}

/** The share of callers who wait at most `within` mean service times. */
export function servedWithin(traffic: Traffic, within: number): number {
  return 1 - chanceToWait(traffic) * Math.exp(-(traffic.agents - traffic.load) * within);
}

/** Callers who lose patience after `patience` mean service times on average (Erlang A): the share that leaves, and the
 *  mean wait of all, in mean service times. */
export function withPatience(
  { agents, load }: Traffic,
  patience: number,
): { readonly left: number; readonly meanWait: number } {
  // Births at `load`, deaths at n up to `agents`, beyond it every waiting caller leaves at 1 / patience besides.
  let weight = 1;
  let total = 1;
  let waiting = 0;
  const most = agents + 1 + Math.ceil(20 * (load + agents) * Math.max(1, patience));
  for (let n = 1; n <= most; n += 1) {
    weight *= load / (Math.min(n, agents) + Math.max(0, n - agents) / patience);
    total += weight;
    waiting += weight * Math.max(0, n - agents);
    if (total > 1e200) {
      weight /= 1e200;
      total /= 1e200;
      waiting /= 1e200;
    }
    if (n > agents && weight < total * 1e-15) break;
  }
  const inQueue = waiting / total;
  return { left: inQueue / patience / load, meanWait: inQueue / load };
}
