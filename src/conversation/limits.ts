/** How long things may take. All can be set, none is asked of a newcomer. */
import type { Kind } from './channels.ts';
import { status } from './choices.ts';

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/** Milliseconds unless said. `callGraceMs`: how long a lost page has to come back to its call, `graceMs`: to other work and
 *  to its presence, `rejoinMs`: how long a customer who is lost from a live chat has (behaviour.md §1.8). `offerSeconds`: the countdown where no
 *  notification template says one (behaviour.md §5.4). `declines`: how often one person may decline one conversation
 *  and still be asked (behaviour.md §4.9). `dispositionCodes`: how many one person may give one conversation (§1.5). */
export interface Limits {
  readonly callGraceMs: number;
  readonly graceMs: number;
  readonly rejoinMs: number;
  readonly offerSeconds: number;
  readonly declines: number;
  readonly dispositionCodes: number;
}

/** The documented values. */
export const defaultLimits: Limits = {
  callGraceMs: 30_000,
  graceMs: 150_000,
  rejoinMs: 3 * minuteMs,
  offerSeconds: 120,
  declines: 3,
  dispositionCodes: 2,
};

/** Minutes by state as msdyn_occhannelstateconfiguration has them for one channel; null for never. */
export type AutoClose = { readonly [state: string]: number | null };

/** The states of that table by the status of a conversation: 0 open, 1 active, 2 waiting, 4 wrap-up. */
const states: ReadonlyMap<number, number> = new Map([
  [status.open, 0],
  [status.active, 1],
  [status.waiting, 2],
  [status.wrapUp, 4],
]);

/** The table of behaviour.md §1.3, in minutes, for channels without a row. */
const documented: { readonly [K in Kind]: AutoClose } = {
  liveChat: { 0: 20, 1: null, 4: 15 },
  voice: { 0: 30 * dayMinutes, 1: 120, 4: dayMinutes },
  messaging: { 0: 30 * dayMinutes, 1: 30 * dayMinutes, 4: dayMinutes },
  record: { 0: null, 1: null },
};

/** How long a conversation may stand in a state without a change, milliseconds; null for ever. A row goes before the
 *  documented value; a record is never closed, whatever a row says; what waits for its customer goes by the workstream
 *  (`inactivity`, minutes), where that says something. Source: behaviour.md §1.3. */
export function closesAfterMs(
  kind: Kind,
  statuscode: number,
  rows: AutoClose,
  inactivity: number | null,
): number | null {
  if (kind === 'record') return null;
  if (statuscode === status.waiting && inactivity !== null) return inactivity * minuteMs;
  const state = states.get(statuscode);
  if (state === undefined) return null;
  const minutes = state in rows ? rows[state] : documented[kind][state];
  return minutes == null ? null : minutes * minuteMs;
}
