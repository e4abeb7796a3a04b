/** Speech of 16 kHz to the telephone's 8 kHz: low-pass, every second sample, and an even level. */
import type { Sound } from './wav.ts';

const taps = 127;
/** Half-way point of the filter; with this many taps it is 60 dB down at 4 kHz, where aliases would begin. */
const cutoffHertz = 3620;

/** Windowed sinc (Blackman) for a signal of `rate` samples a second, gain 1. */
function lowPass(rate: number): Float64Array {
  const middle = (taps - 1) / 2;
  const cutoff = cutoffHertz / rate;
  const filter = Float64Array.from({ length: taps }, (_, index) => {
    const x = index - middle;
    const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
    const turn = (2 * Math.PI * index) / (taps - 1);
    return sinc * (0.42 - 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn));
  });
  const sum = filter.reduce((total, value) => total + value, 0);
  return filter.map((value) => value / sum);
}

/** Halves the rate. Shape: PCM of 16 kHz → PCM of 8 kHz, half as many samples (rounded up). Throws RangeError for
 *  any other rate but 8 kHz, which comes back as it is. */
export function toTelephoneRate({ rate, samples }: Sound): Int16Array {
  if (rate === 8000) return samples;
  if (rate !== 16_000) throw new RangeError(`speech of ${rate} samples a second`);
  const filter = lowPass(rate);
  const middle = (taps - 1) / 2;
  return Int16Array.from({ length: Math.ceil(samples.length / 2) }, (_, index) => {
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1)
      sum += (filter[tap] ?? 0) * (samples[2 * index + tap - middle] ?? 0);
    return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  });
}

const frame = 160;
/** Level of the speaking parts: -19 dB of full scale, the level of a close talker on a telephone. */
const speakingLevel = 32_768 * 10 ** (-19 / 20);
const highestPeak = 30_000;

/** Brings the speaking parts (frames above -40 dB of the peak) to one level, whatever the voice; never clips. */
export function atSpeakingLevel(samples: Int16Array): Int16Array {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  let sum = 0;
  let count = 0;
  for (let at = 0; at + frame <= samples.length; at += frame) {
    const power = samples.subarray(at, at + frame).reduce((total, sample) => total + sample * sample, 0);
    if (power <= frame * (peak / 100) ** 2) continue;
    sum += power;
    count += frame;
  }
  if (count === 0) return samples;
  const gain = Math.min(speakingLevel / Math.sqrt(sum / count), highestPeak / peak);
  return samples.map((sample) => Math.round(sample * gain));
}
