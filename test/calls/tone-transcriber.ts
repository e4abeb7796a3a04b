/** Speech to text for tests, the same every time: it understands hums. A stretch of one pitch is the line `hum 440`. */
import type { SpokenLine, Transcriber, Transcription } from '../../src/voice/transcription/transcriber.ts';
import { toneShareOf } from '../phone/ear.ts';

const frameMs = 20;

class Hums implements Transcription {
  readonly #hertz: readonly number[];
  readonly #lines: { text: string; atMs: number; durationMs: number }[] = [];
  #frames = 0;

  constructor(hertz: readonly number[]) {
    this.#hertz = hertz;
  }

  feed(frame: Int16Array): void {
    const atMs = this.#frames * frameMs;
    this.#frames += 1;
    const pitch = this.#hertz.find((hertz) => toneShareOf(frame, hertz) > 0.5);
    if (pitch === undefined) return;
    const text = `hum ${pitch}`;
    const last = this.#lines.at(-1);
    // A torn packet does not begin a new sentence.
    const goesOn = last?.text === text && atMs - last.atMs - last.durationMs <= 5 * frameMs;
    if (goesOn) last.durationMs = atMs + frameMs - last.atMs;
    else this.#lines.push({ text, atMs, durationMs: frameMs });
  }

  async end(): Promise<readonly SpokenLine[]> {
    return this.#lines;
  }
}

/** Understands these pitches. */
export const toneTranscriber = (...hertz: readonly number[]): Transcriber => ({
  open: () => new Hums(hertz),
  close: async () => {},
});
