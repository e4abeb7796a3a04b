import { describe, expect, it } from 'vitest';
import { music, pitchesOf } from './music.ts';
import { loudness, pitchAmplitude, pitchShare } from './tone.ts';

const windowSamples = 4000;

/** Half-second windows over two passes of the tune, so that the seam is among them. */
function windows(name: 'wait' | 'hold'): Int16Array[] {
  const tune = music(name);
  const twice = new Int16Array(tune.length * 2);
  twice.set(tune, 0);
  twice.set(tune, tune.length);
  const found: Int16Array[] = [];
  for (let at = 0; at + windowSamples <= twice.length; at += 500)
    found.push(twice.subarray(at, at + windowSamples));
  return found;
}

describe.each(['wait', 'hold'] as const)('music "%s"', (name) => {
  it('has nothing at 440 and 1000 Hz above -40 dB of itself, in any half second', () => {
    const all = loudness(music(name)) * Math.SQRT2;
    for (const hertz of [440, 1000]) {
      const worst = Math.max(...windows(name).map((part) => pitchAmplitude(part, hertz)));
      expect(20 * Math.log10(worst / all)).toBeLessThan(-40);
    }
  });

  it('is loud enough to be heard, never silent for half a second, never clipped', () => {
    const tune = music(name);
    const dBov = 20 * Math.log10(loudness(tune) / 32768);
    expect(dBov).toBeGreaterThan(-30);
    expect(dBov).toBeLessThan(-15);
    expect(Math.max(...windows(name).map((part) => -loudness(part)))).toBeLessThan(-100);
    expect(Math.max(...tune.map(Math.abs))).toBeLessThan(30_000);
    expect(tune.length / 8000).toBeGreaterThan(10);
  });

  it('is told from the other by its pitches', () => {
    const other = name === 'wait' ? 'hold' : 'wait';
    const energyAt = (pitches: readonly number[]) =>
      pitches.reduce((sum, hertz) => sum + pitchShare(music(name), hertz), 0);
    expect(pitchesOf(name).some((hertz) => pitchesOf(other).includes(hertz))).toBe(false);
    expect(energyAt(pitchesOf(name))).toBeGreaterThan(20 * energyAt(pitchesOf(other)));
  });
});
