/** A clock kept in two columns of a row: the instant a run began beside the whole seconds of the finished runs.
 *  Used for talk, hold and wrap-up alike; a restart loses nothing, because the open start is in the row. */

/** `startedOn`: null while it stands still. `seconds`: whole seconds of all finished runs. */
export interface Stopwatch {
  readonly startedOn: Date | null;
  readonly seconds: number;
}

/** Whole seconds between two instants, both read on one clock that shows seconds only.
 *  Rounding instants instead of durations keeps neighbours exact: what talk loses at a hold, hold gains, so the sum
 *  of any chain of runs is off by less than one second however many runs it has. Throws RangeError if `to` is earlier. */
export function secondsBetween(from: Date, to: Date): number {
  if (to < from) throw new RangeError(`${to.toISOString()} precedes ${from.toISOString()}`);
  return Math.floor(to.getTime() / 1000) - Math.floor(from.getTime() / 1000);
}

/** Starts it; one that runs already goes on unchanged. */
export function start(watch: Stopwatch, at: Date): Stopwatch {
  return { startedOn: watch.startedOn ?? at, seconds: watch.seconds };
}

/** Stops a running stopwatch and adds the run to its total; one that stands still stays as it is.
 *  Throws RangeError if `at` precedes startedOn: our bug, never the caller's.
 *  Source: session participant table, msdyn_starttalktime and msdyn_talktime. */
export function stop(watch: Stopwatch, at: Date): Stopwatch {
  if (watch.startedOn === null) return watch;
  return { startedOn: null, seconds: watch.seconds + secondsBetween(watch.startedOn, at) };
}
