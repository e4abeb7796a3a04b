import { describe, expect, it } from 'vitest';
import { loudness, peakOfLevel, pitchAmplitude, pitchShare, sine } from './tone.ts';

describe('finding pitches (voice.md §9: give every party its own pitch)', () => {
  it('measures amplitude and share of a sine', () => {
    const tone = sine(440, 4000, -10);
    expect(pitchAmplitude(tone, 440)).toBeGreaterThan(peakOfLevel(-10) * 0.98);
    expect(pitchAmplitude(tone, 440)).toBeLessThan(peakOfLevel(-10) * 1.02);
    expect(pitchShare(tone, 440)).toBeGreaterThan(0.97);
    expect(pitchShare(tone, 1000)).toBeLessThan(1e-6);
  });

  it('splits a mixture by energy', () => {
    const one = sine(440, 8000, -10);
    const other = sine(1000, 8000, -10);
    const both = one.map((sample, index) => sample + (other[index] ?? 0));
    expect(pitchShare(both, 440)).toBeCloseTo(0.5, 2);
    expect(pitchShare(both, 1000)).toBeCloseTo(0.5, 2);
  });

  it('finds nothing in silence', () => {
    expect(pitchShare(new Int16Array(800), 440)).toBe(0);
    expect(loudness([])).toBe(0);
  });

  it('puts 0 dBm0 3.14 dB under full scale', () => {
    expect(peakOfLevel(3.14)).toBeCloseTo(32767, 0);
    expect(20 * Math.log10(peakOfLevel(-20) / peakOfLevel(0))).toBeCloseTo(-20, 6);
  });
});
