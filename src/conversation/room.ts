/** Who hears whom in a call: the one place that says so. Voice asks it for each pair; the call-control decisions only
 *  say who is there, in which part, and who is on hold. Pure. Source: behaviour.md §3.9. */
import type { Guid } from '../tables/index.ts';

/** The part somebody has in a call. `customer`: the caller. `primary`: whose call it is. `consult`: asked for help.
 *  `monitor`: hears everybody and is heard by nobody. `whisper`: hears everybody, is heard by the primary only.
 *  `barge`: has joined and talks with everybody. */
export type Part = 'customer' | 'primary' | 'consult' | 'monitor' | 'whisper' | 'barge';

/** Somebody in a call. `id`: the call's own id for the caller, the agent's id for an agent, the party's id for an
 *  external party. On hold: hears the hold music and nobody, and nobody hears them. */
export interface Presence {
  readonly id: string;
  readonly part: Part;
  readonly held: boolean;
}

/** Whether `listener` hears `speaker`. */
export function hears(listener: Presence, speaker: Presence): boolean {
  if (listener.id === speaker.id || listener.held || speaker.held) return false;
  if (speaker.part === 'monitor') return false;
  if (speaker.part === 'whisper') return listener.part === 'primary';
  return true;
}

/** How a call stands: who is in it besides the caller, and what is kept of it. A call is brought to this state from
 *  whatever state it is in, so that saying it twice is saying it once. */
export interface RoomPlan {
  /** The caller. `held`: hold music. */
  readonly caller: { readonly held: boolean };
  readonly parties: readonly Party[];
  /** What the caller hears while nobody is there to talk to. */
  readonly alone: 'wait' | 'hold';
  readonly recording: Keeping | null;
}

/** Somebody in the call besides the caller. */
export interface Party extends Presence {
  /** The agent behind it; null for an external party. */
  readonly agent: Guid<'systemuser'> | null;
  readonly part: Exclude<Part, 'customer'>;
}

/** What is recorded or transcribed. `id`: the row it will belong to. `paused`: nothing is kept now, no sound, no text and
 *  no key. `audio`: a recording too, not only a transcript. */
export interface Keeping {
  readonly id: Guid;
  readonly audio: boolean;
  readonly transcript: boolean;
  readonly paused: boolean;
}
