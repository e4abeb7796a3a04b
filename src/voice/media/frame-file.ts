/** A file that frames of sound are streamed to while a call goes on: 8 kHz PCM16, readable by its owner only. What was
 *  written stays when the process dies. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fillWavHeader, wavHeaderBytes } from '../speech/wav.ts';
import { frameSamples, sampleRate } from './tone.ts';

/** Written at once: half a second, which is what a dying process loses at most. */
const chunkFrames = 25;

/** Frames of one or two channels, by their number; frames left out are silence. Starts with room for a WAV header. */
export class FrameFile {
  readonly #path: string;
  readonly #channels: number;
  readonly #frameBytes: number;
  #chunk: Buffer;
  #first = 0;
  #held = 0;
  #bytes = 0;
  #file: FileHandle | null = null;
  #writing: Promise<void> = Promise.resolve();
  #fault: Error | null = null;

  constructor(path: string, channels: 1 | 2) {
    this.#path = path;
    this.#channels = channels;
    this.#frameBytes = 2 * channels * frameSamples;
    this.#chunk = Buffer.alloc(chunkFrames * this.#frameBytes);
    void this.#do(async () => {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      this.#file = await open(this.#path, 'w', 0o600);
    });
  }

  /** How many bytes of sound it holds, gaps included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Why nothing can be written any more, or null. */
  get fault(): Error | null {
    return this.#fault;
  }

  /** Puts a frame in its place; null is silence of that channel. Numbers never go back. */
  put(number: number, ...frames: readonly (Int16Array | null)[]): void {
    if (this.#held === chunkFrames || (this.#held > 0 && number !== this.#first + this.#held)) this.#flush();
    if (this.#held === 0) this.#first = number;
    const start = this.#held * this.#frameBytes;
    frames.forEach((frame, channel) => {
      for (let index = 0; index < frameSamples; index += 1)
        this.#chunk.writeInt16LE(frame?.[index] ?? 0, start + 2 * (index * this.#channels + channel));
    });
    this.#held += 1;
    this.#bytes = (number + 1) * this.#frameBytes;
  }

  /** Writes what is left and the header, and closes the file. `frames`: how long it is to be. */
  async close(frames: number): Promise<void> {
    this.#flush();
    this.#bytes = frames * this.#frameBytes;
    await this.#do(async () => {
      const header = Buffer.alloc(wavHeaderBytes);
      fillWavHeader(header, { rate: sampleRate, channels: this.#channels, dataBytes: this.#bytes });
      await this.#file?.write(header, 0, header.length, 0);
      await this.#file?.truncate(wavHeaderBytes + this.#bytes);
      await this.#file?.sync();
    });
    await this.#file?.close();
  }

  #flush(): void {
    if (this.#held === 0) return;
    const bytes = this.#chunk.subarray(0, this.#held * this.#frameBytes);
    const position = wavHeaderBytes + this.#first * this.#frameBytes;
    this.#held = 0;
    this.#chunk = Buffer.alloc(chunkFrames * this.#frameBytes);
    void this.#do(async () => {
      await this.#file?.write(bytes, 0, bytes.length, position);
    });
  }

  /** One write after the other; the first that fails is the last. */
  #do(write: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(async () => {
      if (this.#fault !== null) return;
      try {
        await write();
      } catch (error) {
        this.#fault = error instanceof Error ? error : new Error(String(error));
      }
    });
    this.#writing = done;
    return done;
  }
}
