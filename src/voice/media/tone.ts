/** Pitches in PCM: making them and finding them. The finding half serves tests that give every party its own pitch. */

/** Samples per second everywhere in the media engine. */
export const sampleRate = 8000;

/** Samples in one frame of 20 ms. */
export const frameSamples = 160;

/** Peak amplitude of a sine of 0 dBm0 in 16-bit PCM: full scale is +3.14 dBm0 (ITU-T G.711). */
const peakOfZero = 32767 * 10 ** (-3.14 / 20);

/** Peak amplitude in 16-bit units of a sine at the level `dBm0`. */
export const peakOfLevel = (dBm0: number): number => Math.min(32767, peakOfZero * 10 ** (dBm0 / 20));

/** A sine as PCM. `samples`: its length at `rate` (default 8000 a second); level in dBm0, -10 unless given. */
export function sine(hertz: number, samples: number, dBm0 = -10, rate = sampleRate): Int16Array {
  const peak = peakOfLevel(dBm0);
  const step = (2 * Math.PI * hertz) / rate;
  return Int16Array.from({ length: samples }, (_, index) => Math.round(peak * Math.sin(step * index)));
}

/** Amplitude (peak, in the units of the samples) of the sine at `hertz` in `samples`: Goertzel over a Hann window,
 *  so that pitches a few bins away (2 × rate / length Hz) do not leak in. */
export function pitchAmplitude(samples: ArrayLike<number>, hertz: number, rate = sampleRate): number {
  const { length } = samples;
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let previous = 0;
  let beforePrevious = 0;
  for (let index = 0; index < length; index += 1) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / length);
    const current = (samples[index] ?? 0) * window + coefficient * previous - beforePrevious;
    beforePrevious = previous;
    previous = current;
  }
  const power =
    previous * previous + beforePrevious * beforePrevious - coefficient * previous * beforePrevious;
  // The mean of a Hann window is one half, hence 4 in place of the 2 of a bare Goertzel sum.
  return length === 0 ? 0 : (4 * Math.sqrt(Math.max(0, power))) / length;
}

/** Root mean square of the samples, in their units. */
export function loudness(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index += 1) sum += (samples[index] ?? 0) ** 2;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** Share (0 to about 1) of the samples' energy that is the sine at `hertz`; 0 for silence (under 8 of 32768 RMS). */
export function pitchShare(samples: ArrayLike<number>, hertz: number, rate = sampleRate): number {
  const all = loudness(samples);
  return all < 8 ? 0 : (pitchAmplitude(samples, hertz, rate) / Math.SQRT2 / all) ** 2;
}
