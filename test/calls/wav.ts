/** What is in a WAV of 8 kHz PCM16. */
import { expect } from 'vitest';
import { toneShareOf } from '../phone/ear.ts';
import { pitches } from './hearing.ts';

/** What is hummed while a recording is paused. */
export const secret = { caller: 2250, ann: 1900 } as const;

/** Every pitch that anybody hums. */
export const everyPitch: readonly number[] = [...Object.values(pitches), ...Object.values(secret)];

/** The channels, by the file's own header. */
export function channelsOf(bytes: Uint8Array | null, count: 1 | 2): Int16Array[] {
  const wav = Buffer.from(bytes ?? []);
  expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect([wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt32LE(24)]).toEqual([1, count, 8000]);
  expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
  const length = (wav.length - 44) / 2 / count;
  return Array.from({ length: count }, (_, channel) =>
    Int16Array.from({ length }, (__, index) => wav.readInt16LE(44 + 2 * (index * count + channel))),
  );
}

/** The pitches that are clearly in at least one packet of this sound. */
export function pitchesIn(samples: Int16Array | undefined): number[] {
  const found = new Set<number>();
  for (let at = 0; samples !== undefined && at + 160 <= samples.length; at += 160)
    for (const hertz of everyPitch)
      if (toneShareOf(samples.subarray(at, at + 160), hertz) > 0.3) found.add(hertz);
  return [...found].sort((one, other) => one - other);
}

/** How long it is. */
export const secondsOf = (samples: Int16Array | undefined): number => (samples?.length ?? 0) / 8000;
