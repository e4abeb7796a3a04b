/** What was heard, and which pitch is in it. */

const rate = 8000;

/** How much of the energy of these samples is at this pitch, 0 to 1 (Goertzel). Near silence is 0. */
export function toneShareOf(samples: Int16Array, hertz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let before = 0;
  let last = 0;
  let energy = 0;
  for (const sample of samples) {
    const next = sample + coefficient * last - before;
    before = last;
    last = next;
    energy += sample * sample;
  }
  // Below -50 dBm0 or so there is nothing to judge.
  if (energy < samples.length * 50 * 50) return 0;
  const power = before * before + last * last - coefficient * before * last;
  return Math.min(1, (2 * power) / (samples.length * energy));
}

interface Heard {
  readonly at: number;
  readonly samples: Int16Array;
}

/** Keeps the last seconds of what came in, packet by packet with its time of arrival. */
export class Ear {
  readonly #keepMs: number;
  #heard: Heard[] = [];

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** `at`: arrival, in milliseconds of performance.now(). */
  hear(samples: Int16Array, at: number): void {
    this.#heard.push({ at, samples });
    if (this.#heard.length > 1000 || (this.#heard[0]?.at ?? at) < at - 2 * this.#keepMs) {
      this.#heard = this.#heard.filter((one) => one.at >= at - this.#keepMs);
    }
  }

  #last(ms: number): Heard[] {
    const since = performance.now() - ms;
    return this.#heard.filter(({ at }) => at >= since);
  }

  /** The samples that arrived in the last milliseconds. */
  recording(ms: number): Int16Array {
    const parts = this.#last(ms);
    const joined = new Int16Array(parts.reduce((length, { samples }) => length + samples.length, 0));
    let at = 0;
    for (const { samples } of parts) {
      joined.set(samples, at);
      at += samples.length;
    }
    return joined;
  }

  /** The share of the last milliseconds that was this pitch, 0 to 1. Time in which nothing came counts as nothing. */
  share(hertz: number, ms: number): number {
    const parts = this.#last(ms);
    const sum = parts.reduce(
      (total, { samples }) => total + toneShareOf(samples, hertz) * (samples.length / (rate / 1000)),
      0,
    );
    const heardMs = parts.reduce((total, { samples }) => total + samples.length / (rate / 1000), 0);
    return sum / Math.max(ms - 20, heardMs, 1);
  }

  /** Root mean square of the last milliseconds, 0 to 1 of full scale; 0 when nothing came. */
  level(ms: number): number {
    const samples = this.recording(ms);
    if (samples.length === 0) return 0;
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) / 32_768;
  }

  forget(): void {
    this.#heard = [];
  }
}
