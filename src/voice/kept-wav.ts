/** WAV files that were written while a call went on, brought in order when nothing more is written. */
import { open } from 'node:fs/promises';
import { sampleRate } from './media/tone.ts';
import { fillWavHeader, wavHeaderBytes } from './speech/wav.ts';

/** Makes the header fit what is there, as it must after the writer died in the middle. Resolves with the seconds of sound
 *  in the file. */
export async function mendWav(path: string, channels: 1 | 2): Promise<number> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const sampleBytes = 2 * channels;
    const dataBytes = Math.max(0, Math.floor((size - wavHeaderBytes) / sampleBytes) * sampleBytes);
    const header = Buffer.alloc(wavHeaderBytes);
    fillWavHeader(header, { rate: sampleRate, channels, dataBytes });
    await file.write(header, 0, header.length, 0);
    await file.truncate(wavHeaderBytes + dataBytes);
    return dataBytes / sampleBytes / sampleRate;
  } finally {
    await file.close();
  }
}
