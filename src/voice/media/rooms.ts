/** Rooms as gain matrices (voice.md §4): who hears whom, evaluated for every frame. */
import type { GainMatrix } from './media.ts';
import { frameSamples } from './tone.ts';

interface Share {
  readonly speaker: string;
  readonly gain: number;
}

/** All rooms and who is in them. */
export class Rooms {
  /** Room of each leg. */
  readonly #roomOf = new Map<string, string>();
  readonly #heardBy = new Map<string, readonly Share[]>();
  readonly #sum = new Float64Array(frameSamples);

  /** Puts exactly the legs named in the matrix (as listener or speaker) into the room; takes them out of others.
   *  A gain outside 0 to 1 is brought into it; a leg's gain for itself is ignored. Empty gains end the room. */
  set(room: string, gains: GainMatrix): void {
    for (const [leg, current] of this.#roomOf) if (current === room) this.leave(leg);
    const members = new Set<string>();
    for (const [listener, speakers] of Object.entries(gains)) {
      members.add(listener);
      for (const speaker of Object.keys(speakers)) members.add(speaker);
    }
    for (const leg of members) {
      this.leave(leg);
      this.#roomOf.set(leg, room);
    }
    for (const [listener, speakers] of Object.entries(gains)) {
      const shares = Object.entries(speakers)
        .map(([speaker, gain]) => ({ speaker, gain: Math.min(1, Math.max(0, gain)) }))
        .filter(({ speaker, gain }) => speaker !== listener && gain > 0);
      this.#heardBy.set(listener, shares);
    }
  }

  /** Takes a leg out of its room: it hears nobody and nobody hears it. */
  leave(leg: string): void {
    const room = this.#roomOf.get(leg);
    if (room === undefined) return;
    this.#roomOf.delete(leg);
    this.#heardBy.delete(leg);
    for (const [listener, shares] of this.#heardBy) {
      if (this.#roomOf.get(listener) === room && shares.some(({ speaker }) => speaker === leg)) {
        this.#heardBy.set(
          listener,
          shares.filter(({ speaker }) => speaker !== leg),
        );
      }
    }
  }

  has(leg: string): boolean {
    return this.#roomOf.has(leg);
  }

  /** What the leg hears in this frame: a speaker's own frame when it is the only one at full gain, else the mix
   *  written to `out`; null when nobody it hears says anything. `frameOf` gives each speaker's frame or null. */
  mix(leg: string, frameOf: (speaker: string) => Int16Array | null, out: Int16Array): Int16Array | null {
    let only: Int16Array | null = null;
    let heard = 0;
    for (const { speaker, gain } of this.#heardBy.get(leg) ?? []) {
      const frame = frameOf(speaker);
      if (frame === null) continue;
      heard += 1;
      if (heard === 1) this.#sum.fill(0);
      only = heard === 1 && gain === 1 ? frame : null;
      for (let index = 0; index < frameSamples; index += 1) {
        this.#sum[index] = (this.#sum[index] ?? 0) + gain * (frame[index] ?? 0);
      }
    }
    if (heard === 0) return null;
    if (only !== null) return only;
    for (let index = 0; index < frameSamples; index += 1) {
      out[index] = Math.max(-32_768, Math.min(32_767, Math.round(this.#sum[index] ?? 0)));
    }
    return out;
  }
}
