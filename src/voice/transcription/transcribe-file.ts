/** From a WAV of one speaker to lines. */
import { open } from 'node:fs/promises';
import { wavHeaderBytes } from '../speech/wav.ts';
import type { SpokenLine, Transcriber } from './transcriber.ts';

const frameBytes = 320;
const readFrames = 500;

/** Feeds a file of ours (8 kHz mono PCM16) to the engine, frame by frame; resolves with what it understood. Rejects when
 *  the engine fails or the file cannot be read. */
export async function transcribeFile(path: string, transcriber: Transcriber): Promise<readonly SpokenLine[]> {
  const transcription = transcriber.open();
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(frameBytes * readFrames);
    for (let position = wavHeaderBytes; ; ) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      for (let at = 0; at + frameBytes <= bytesRead; at += frameBytes)
        transcription.feed(
          Int16Array.from({ length: frameBytes / 2 }, (_, index) => buffer.readInt16LE(at + 2 * index)),
        );
    }
  } finally {
    await file.close();
  }
  return transcription.end();
}
