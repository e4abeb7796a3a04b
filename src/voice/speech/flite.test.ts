import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loudness, pitchAmplitude } from '../media/tone.ts';
import { createFlite } from './flite.ts';
import type { Speech } from './speech.ts';
import { readTelephoneWav } from './wav.ts';

const prompt = 'Welcome to the front desk. For Legal, press 1. For Sales, press 2. For Support, press 3.';
const greet = { text: prompt, language: 'en-US' };

describe('flite (voice.md §6)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wirechief-flite-'));
  const lines: string[] = [];
  let speech: Speech;
  beforeAll(() => {
    speech = createFlite({ cacheFolder: join(folder, 'speech'), log: (line) => lines.push(line) });
  });
  afterEach(() => {
    lines.length = 0;
  });
  afterAll(async () => {
    await speech.close();
    rmSync(folder, { recursive: true });
  });

  it('speaks a prompt into a telephone WAV of plausible length and level', async () => {
    const { path, milliseconds } = await speech.speak(greet);
    const samples = readTelephoneWav(readFileSync(path), path);
    expect(milliseconds).toBe(samples.length / 8);
    expect(milliseconds).toBeGreaterThan(4000);
    expect(milliseconds).toBeLessThan(12_000);
    const level = 20 * Math.log10(loudness(samples) / 32_768);
    expect(level).toBeGreaterThan(-28);
    expect(level).toBeLessThan(-15);
    expect(lines).toHaveLength(1);
  });

  it('takes it from the cache the second time, also after a restart', async () => {
    const first = await speech.speak(greet);
    const again = createFlite({ cacheFolder: join(folder, 'speech'), log: (line) => lines.push(line) });
    expect(await again.speak({ ...greet, text: `  ${prompt.replace('. ', '.\n ')} ` })).toEqual(first);
    await again.close();
    expect(lines).toEqual([]);
  });

  it('never uses a half-written file: it speaks again', async () => {
    const { path, milliseconds } = await speech.speak(greet);
    truncateSync(path, 5000);
    utimesSync(path, 0, 0);
    expect(await speech.speak(greet)).toEqual({ path, milliseconds });
    expect(statSync(path).size).toBe(44 + milliseconds * 16);
    expect(readdirSync(join(folder, 'speech')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('speaks a text asked for twice at once one time', async () => {
    const once = { text: 'One moment please.', language: 'en' };
    const [one, other] = await Promise.all([speech.speak(once), speech.speak(once)]);
    expect(one).toEqual(other);
    expect(lines).toHaveLength(1);
  });

  it('takes words for words: no text is an option or a file of flite', async () => {
    const { path } = await speech.speak({ text: '-o /etc/passwd $(reboot) "quoted"', language: 'en' });
    expect(readTelephoneWav(readFileSync(path), path).length).toBeGreaterThan(4000);
  });

  it('refuses what it cannot speak', async () => {
    await expect(speech.speak({ text: 'Velkommen', language: 'da-DK' })).rejects.toThrow(
      /English only, not da-DK/,
    );
    await expect(speech.speak({ ...greet, voice: 'nobody' })).rejects.toThrow(/no voice nobody/);
    await expect(speech.speak({ ...greet, text: ' ... ' })).rejects.toThrow(/no words/);
    await expect(speech.speak({ ...greet, text: 'a '.repeat(4001) })).rejects.toThrow(/4000 characters/);
  });

  it('keeps energy up to 3.4 kHz: consonants can be told apart', async () => {
    const { path } = await speech.speak({ text: 'Six seas, she says.', language: 'en' });
    const samples = readTelephoneWav(readFileSync(path), path);
    const band = (from: number, to: number) => {
      let sum = 0;
      for (let hertz = from; hertz < to; hertz += 20) sum += pitchAmplitude(samples, hertz) ** 2;
      return sum / (to - from);
    };
    const rate = (one: number, other: number) => 10 * Math.log10(one / other);
    expect(rate(band(2800, 3400), band(300, 1000))).toBeGreaterThan(-30);
  });
});
