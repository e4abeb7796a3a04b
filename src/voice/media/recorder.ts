/** What is kept of a call, taken frame by frame on the one clock: a WAV of the whole, and each speaker apart for whoever
 *  writes down what was said. Source: behaviour.md §3.8. */
import { FrameFile } from './frame-file.ts';
import type { RecordOptions, RecordReport, Take } from './media.ts';

const frameMs = 20;
/** After a pause this much stays silent: what arrives now may have been said before, and lain in the jitter buffer (120 ms
 *  at most) or been under way. */
const guardFrames = 10;
/** A recording of the product ends at 512 MB (behaviour.md §3.8). */
const mostBytes = 512 * 1024 * 1024;

/** What a leg says and is sent in this frame; null for silence. */
export interface Heard {
  said(leg: string): Int16Array | null;
  sent(leg: string): Int16Array | null;
}

/** One recording, from its beginning to its end. Paused until it is told what to take. */
export class Recorder {
  readonly #options: RecordOptions;
  readonly #file: FrameFile | null;
  readonly #speakers = new Map<string, FrameFile>();
  readonly #full: (reason: string) => void;
  readonly #most: number;
  #take: Take | null = null;
  #frames = 0;
  #guard = 0;
  #lastMs: number | null = null;
  #isFull = false;

  /** `full`: called once when no more can be kept. */
  constructor(options: RecordOptions, full: (reason: string) => void) {
    this.#options = options;
    this.#full = full;
    this.#most = options.mostBytes ?? mostBytes;
    this.#file = options.path === null ? null : new FrameFile(options.path, options.channels);
  }

  /** From now on this is taken; null: nothing, and the time that passes leaves no trace. */
  take(take: Take | null): void {
    if (take === null) this.#lastMs = null;
    else if (this.#take === null && this.#frames > 0) this.#guard = guardFrames;
    if (take?.afterPause === true && this.#take === null) this.#guard = guardFrames;
    this.#take = take;
  }

  /** The frame of this deadline. Frames that the clock had to give up are silence: the length is that of the time. */
  frame(deadlineMs: number, heard: Heard): void {
    const take = this.#take;
    if (take === null || this.#isFull || this.#cannotGoOn()) return;
    if (this.#lastMs !== null) this.#frames += Math.round((deadlineMs - this.#lastMs) / frameMs) - 1;
    this.#lastMs = deadlineMs;
    const number = this.#frames;
    this.#frames += 1;
    if (this.#guard > 0) {
      this.#guard -= 1;
      return;
    }
    const customer = heard.said(take.customer);
    if (this.#options.channels === 1) this.#file?.put(number, customer);
    else this.#file?.put(number, customer, heard.sent(take.customer));
    if (this.#options.speech !== null) {
      this.#put('customer', number, customer);
      for (const { leg, name } of take.speakers) this.#put(name, number, heard.said(leg));
    }
  }

  /** Ends it; resolves when the files are whole. */
  async close(): Promise<RecordReport> {
    this.#take = null;
    await this.#file?.close(this.#frames);
    await Promise.all([...this.#speakers.values()].map((file) => file.close(this.#frames)));
    return { seconds: (this.#frames * frameMs) / 1000 };
  }

  #put(name: string, number: number, frame: Int16Array | null): void {
    if (frame === null || this.#options.speech === null) return;
    const known = this.#speakers.get(name);
    const file = known ?? new FrameFile(`${this.#options.speech}.${name}.wav`, 1);
    if (known === undefined) this.#speakers.set(name, file);
    file.put(number, frame);
  }

  /** Says so, once. */
  #cannotGoOn(): boolean {
    const files = [...(this.#file === null ? [] : [this.#file]), ...this.#speakers.values()];
    const fault = files.find((file) => file.fault !== null)?.fault;
    this.#isFull = fault !== undefined || files.some(({ bytes }) => bytes >= this.#most);
    if (this.#isFull) this.#full(fault?.message ?? `it holds ${this.#most} bytes`);
    return this.#isFull;
  }
}
