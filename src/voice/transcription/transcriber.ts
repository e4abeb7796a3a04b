/** Speech to text. Engines are plug-ins; which one, and whether there is any, is the user's choice. */

/** Something that was said. Times from the beginning of the sound. */
export interface SpokenLine {
  readonly text: string;
  readonly atMs: number;
  readonly durationMs: number;
}

/** One speaker's sound on its way to text. */
export interface Transcription {
  /** Takes the next frame: 160 samples of 8 kHz PCM16 (20 ms). */
  feed(frame: Int16Array): void;
  /** No more comes: everything that was understood, in order. Rejects when the engine fails. */
  end(): Promise<readonly SpokenLine[]>;
}

/** A speech-to-text engine. */
export interface Transcriber {
  /** Begins with the sound of one speaker. */
  open(): Transcription;
  /** Ends what is under way, which then rejects. */
  close(): Promise<void>;
}
