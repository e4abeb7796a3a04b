/** The average wait of a queue. Source: behaviour.md §3.4. */

/** One conversation of the queue that was connected: when, and after how many seconds of waiting. */
export interface Wait {
  readonly answeredOn: Date;
  readonly seconds: number;
}

const minuteMs = 60_000;
const recomputedEveryMs = 10 * minuteMs;
const idleMs = 7 * 24 * 60 * minuteMs;

/** How many conversations it takes, and over how many the average runs. */
export const waitsNeeded = 20;

/** The weight of the newest wait: that of a moving average over 20. The product does not publish its own. */
const weight = 2 / (waitsNeeded + 1);

/** The exponential moving average in seconds, as it was at the last full ten minutes; null before 20 conversations are
 *  there, which begins anew after seven days without one. */
export function averageWait(waits: readonly Wait[], now: Date): number | null {
  const asOf = Math.floor(now.getTime() / recomputedEveryMs) * recomputedEveryMs;
  const known = waits
    .filter(({ answeredOn }) => answeredOn.getTime() <= asOf)
    .sort((one, other) => one.answeredOn.getTime() - other.answeredOn.getTime());
  let average = 0;
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const { answeredOn, seconds } of known) {
    if (answeredOn.getTime() - last > idleMs) count = 0;
    average = count === 0 ? seconds : average + weight * (seconds - average);
    count += 1;
    last = answeredOn.getTime();
  }
  return count < waitsNeeded || asOf - last > idleMs ? null : average;
}
