import { describe, expect, it } from 'vitest';
import { loudness, pitchAmplitude, sine } from '../media/tone.ts';
import { atSpeakingLevel, toTelephoneRate } from './downsample.ts';

const at16k = (hertz: number) => ({ rate: 16_000, samples: sine(hertz, 16_000, -6, 16_000) });
const decibels = (one: number, other: number) => 20 * Math.log10(one / other);

describe('16 kHz to 8 kHz', () => {
  it.each([200, 1000, 3000, 3300])('passes %i Hz unchanged', (hertz) => {
    const source = at16k(hertz);
    const half = toTelephoneRate(source);
    expect(half.length).toBe(8000);
    const kept = decibels(pitchAmplitude(half, hertz), pitchAmplitude(source.samples, hertz, 16_000));
    expect(Math.abs(kept)).toBeLessThan(1);
  });

  it.each([4100, 4500, 5000, 6000, 7500])('lets no alias of %i Hz through', (hertz) => {
    const source = at16k(hertz);
    const body = toTelephoneRate(source).subarray(200, 7800);
    expect(decibels(loudness(body), loudness(source.samples))).toBeLessThan(-55);
  });

  it('leaves 8 kHz as it is and takes nothing else', () => {
    const samples = sine(440, 100);
    expect(toTelephoneRate({ rate: 8000, samples })).toBe(samples);
    expect(() => toTelephoneRate({ rate: 44_100, samples })).toThrow(RangeError);
  });

  it('brings quiet and loud speech to one level without clipping', () => {
    const quiet = atSpeakingLevel(sine(500, 8000, -35));
    const loud = atSpeakingLevel(sine(500, 8000, 0));
    expect(decibels(loudness(quiet), 32_768)).toBeCloseTo(-19, 1);
    expect(decibels(loudness(loud), 32_768)).toBeCloseTo(-19, 1);
    const silence = new Int16Array(320);
    expect(atSpeakingLevel(silence)).toBe(silence);
  });
});
