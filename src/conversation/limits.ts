/** How long things may take. All can be set, none is asked of a newcomer. */

const minuteMs = 60_000;

/** Milliseconds unless said. Open, active and wrap-up: how long a conversation may stand in that state without a change
 *  (behaviour.md §1.3, voice). `graceMs`: how long a lost page has to come back to its call (ui.md §4.7).
 *  `offerSeconds`: the countdown where no notification template says one (behaviour.md §5.4). `declines`: how often one
 *  person may decline one conversation and still be asked (behaviour.md §4.9). */
export interface Limits {
  readonly openMs: number;
  readonly activeMs: number;
  readonly wrapUpMs: number;
  readonly graceMs: number;
  readonly offerSeconds: number;
  readonly declines: number;
}

/** The documented values for voice. */
export const defaultLimits: Limits = {
  openMs: 30 * 24 * 60 * minuteMs,
  activeMs: 120 * minuteMs,
  wrapUpMs: 24 * 60 * minuteMs,
  graceMs: 90_000,
  offerSeconds: 120,
  declines: 3,
};
