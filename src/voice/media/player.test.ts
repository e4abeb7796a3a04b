import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeWav } from '../speech/wav.ts';
import { openSource, type Player } from './player.ts';
import { frameSamples, peakOfLevel, pitchAmplitude, pitchShare } from './tone.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirechief-player-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Plays up to `most` frames; what was heard, in one piece. */
function hear(player: Player, most: number): Int16Array {
  const all: number[] = [];
  const frame = new Int16Array(frameSamples);
  for (let count = 0; count < most && player.next(frame); count += 1) all.push(...frame);
  return Int16Array.from(all);
}

describe('player (voice.md §4)', () => {
  const path = join(folder, 'count.wav');
  const samples = Int16Array.from({ length: 400 }, (_, index) => index + 1);
  writeFileSync(path, writeWav({ rate: 8000, samples }));

  it('plays a file once, its last frame filled with silence', async () => {
    const heard = hear(await openSource({ kind: 'file', path }, false), 10);
    expect(heard.length).toBe(480);
    expect([...heard.subarray(0, 400)]).toEqual([...samples]);
    expect(heard.subarray(400).every((sample) => sample === 0)).toBe(true);
  });

  it('loops a file without a seam', async () => {
    const heard = hear(await openSource({ kind: 'file', path }, true), 10);
    expect(heard.length).toBe(1600);
    expect(heard.every((sample, index) => sample === (index % 400) + 1)).toBe(true);
  });

  it('plays a tone of the level asked for until stopped', async () => {
    const heard = hear(await openSource({ kind: 'tone', hertz: 440, dBm0: -20 }, false), 100);
    expect(heard.length).toBe(16_000);
    expect(pitchShare(heard, 440)).toBeGreaterThan(0.99);
    expect(pitchAmplitude(heard, 440) / peakOfLevel(-20)).toBeCloseTo(1, 2);
  });

  it('refuses what it cannot play, saying why', async () => {
    await expect(openSource({ kind: 'file', path: join(folder, 'none.wav') }, false)).rejects.toThrow(
      /none\.wav cannot be played/,
    );
    await expect(openSource({ kind: 'tone', hertz: 5000 }, false)).rejects.toThrow(/5000 Hz/);
  });
});
