/** Adaptive jitter buffer of one incoming stream (voice.md §4): packets of any length in, a frame every 20 ms out.
 *
 *  Media time is the unwrapped timestamp in samples ("position"). A packet's *transit* is its arrival minus its media
 *  time; the smallest transit of the last 5 to 10 s is the network at its best. Playing happens a constant *delay*
 *  after the media time, aimed at smallest transit + target; the target is 20 ms (one frame of alignment) plus the
 *  recent peak of jitter, at most 120 ms. Too much delay is dropped and too little inserted, in quiet frames where
 *  nobody hears it. An empty buffer stops the playing position and primes again: a fixed queue was tried and, after
 *  each stall of the machine, underran for ever (voice.md §4). */
import { timestampStep } from './rtp-packet.ts';
import { frameSamples, sampleRate } from './tone.ts';

const perMs = sampleRate / 1000;

/** Samples the ring holds: 2.05 s, a power of two so that a position masks into it. */
const ringSamples = 16_384;
const mask = ringSamples - 1;

/** A frame may need a packet that began up to 20 ms after it; 5 ms more are for clocks. */
const minTargetMs = 25;
const maxPeakMs = 95;
/** The peak forgets at this many ms of jitter per ms of time: 100 ms are gone after 8 s. */
const peakDecay = 100 / 8000;
const bucketMs = 5000;
/** A packet this late tells of a stall or a stopped sender, which no delay of ours would cover. */
const stallMs = 400;
/** Delay above the aim that is dropped in quiet frames, and at once. */
const spareMs = 20;
const excessMs = 60;
/** Delay under the aim that is inserted in quiet frames, or instead of a loss. */
const shortMs = 4;
/** Mean absolute sample under which a frame is quiet: about -45 dBm0. */
const quietLevel = 120;
/** Lost frames are replaced by the last good one, fading out over this many. */
const fadeFrames = 4;
/** A timestamp this far from the newest starts a new stream. */
const jumpSamples = 3 * sampleRate;

/** What a frame is made of. */
export type FrameKind = 'audio' | 'concealed' | 'silent';

/** The packet fields the buffer reads. */
export interface BufferedPacket {
  readonly ssrc: number;
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

/** One stream's buffer. Both calls take times of the same clock, in ms. */
export class JitterBuffer {
  readonly #ring = new Int16Array(ringSamples);
  readonly #present = new Uint8Array(ringSamples);
  readonly #lastGood = new Int16Array(frameSamples);
  #ssrc: number | null = null;
  #lastTimestamp = 0;
  #lastPosition = 0;
  /** Next sample to play; while priming the floor under which packets are too late. */
  #playAt = 0;
  /** One past the newest sample received. */
  #newest = 0;
  /** First sample received since priming began; null while playing or before it. */
  #primedFrom: number | null = null;
  #isPriming = true;
  #minNow = Number.POSITIVE_INFINITY;
  #minBefore = Number.POSITIVE_INFINITY;
  #bucketEndMs = Number.NEGATIVE_INFINITY;
  /** Best transit when the buffer ran empty, until the next packet tells how late it was. */
  #transitBeforePrime: number | null = null;
  #peakMs = 20;
  #missing = fadeFrames;
  /** Packets that came after their time. */
  late = 0;

  /** Delay aimed at above the smallest transit, ms (25 to 120). */
  get targetMs(): number {
    return minTargetMs + this.#peakMs;
  }

  /** Takes a packet that arrived at `atMs`; `decode` is the table of its codec (code → sample). */
  push(packet: BufferedPacket, decode: Int16Array, atMs: number): void {
    const position = this.#locate(packet);
    const end = position + packet.payload.length;
    this.#learn(atMs - position / perMs, packet.payload.length / perMs, atMs);
    if (end <= this.#playAt) {
      this.late += 1;
      return;
    }
    if (end - this.#playAt > ringSamples) this.#overrun(end - ringSamples / 2);
    for (let index = Math.max(0, this.#playAt - position); index < packet.payload.length; index += 1) {
      const slot = (position + index) & mask;
      this.#ring[slot] = decode[packet.payload[index] ?? 0] ?? 0;
      this.#present[slot] = 1;
    }
    this.#newest = Math.max(this.#newest, end);
    if (this.#isPriming) {
      const from = Math.max(position, this.#playAt);
      this.#primedFrom = Math.min(this.#primedFrom ?? from, from);
    }
  }

  /** Fills `out` (160 samples) with the frame to be heard at `deadlineMs`. */
  pull(deadlineMs: number, out: Int16Array): FrameKind {
    if (!this.#isPriming && this.#newest < this.#playAt + frameSamples) this.#starve();
    if (this.#isPriming && !this.#primed(deadlineMs)) return this.#conceal(out);
    const excess = deadlineMs - this.#playAt / perMs - this.#transit - this.targetMs;
    if (excess > excessMs) this.#skipTo(this.#playAt + Math.round(excess * perMs));
    else if (excess > spareMs && this.#isQuietAhead()) this.#skipTo(this.#playAt + frameSamples);
    else if (excess < -shortMs && (this.#isGapAhead() || this.#isQuietBehind())) return this.#conceal(out);
    return this.#play(out);
  }

  get #transit(): number {
    return Math.min(this.#minNow, this.#minBefore);
  }

  /** The packet's place on the unwrapped time line; a new SSRC or a great jump starts a new one. */
  #locate(packet: BufferedPacket): number {
    const step = timestampStep(this.#lastTimestamp, packet.timestamp);
    if (packet.ssrc !== this.#ssrc || Math.abs(step) > jumpSamples) {
      this.#ssrc = packet.ssrc;
      this.#present.fill(0);
      this.#lastTimestamp = packet.timestamp;
      this.#lastPosition = this.#newest + jumpSamples;
      this.#playAt = this.#lastPosition - sampleRate / 2;
      this.#newest = this.#playAt;
      this.#prime();
      return this.#lastPosition;
    }
    const position = this.#lastPosition + step;
    if (step > 0) {
      this.#lastTimestamp = packet.timestamp;
      this.#lastPosition = position;
    }
    return position;
  }

  #prime(): void {
    this.#isPriming = true;
    this.#primedFrom = null;
    this.#transitBeforePrime = null;
    // The best transit is learned anew: a sender that stopped its timestamps in a pause would else look late for ever.
    this.#minNow = Number.POSITIVE_INFINITY;
    this.#minBefore = Number.POSITIVE_INFINITY;
  }

  #learn(transitMs: number, lengthMs: number, atMs: number): void {
    const best = this.#transitBeforePrime ?? this.#transit;
    const jitter = Number.isFinite(best) ? transitMs - best : 0;
    this.#transitBeforePrime = null;
    if (jitter > this.#peakMs && jitter < stallMs) this.#peakMs = Math.min(maxPeakMs, jitter);
    else this.#peakMs = Math.max(0, this.#peakMs - lengthMs * peakDecay);
    if (atMs >= this.#bucketEndMs) {
      this.#minBefore = this.#minNow;
      this.#minNow = Number.POSITIVE_INFINITY;
      this.#bucketEndMs = atMs + bucketMs;
    }
    this.#minNow = Math.min(this.#minNow, transitMs);
  }

  #starve(): void {
    const transit = this.#transit;
    this.#prime();
    this.#transitBeforePrime = transit;
    // Half a frame is kept for later rather than played: a stream always half a frame short would be chopped.
    if (this.#newest > this.#playAt) this.#primedFrom = this.#playAt;
  }

  /** Starts to play once the first sample received has waited its time. */
  #primed(deadlineMs: number): boolean {
    if (this.#primedFrom === null) return false;
    const wantedMs = this.#transit + this.targetMs;
    if (deadlineMs - this.#primedFrom / perMs < wantedMs) return false;
    this.#isPriming = false;
    const from = this.#primedFrom;
    this.#primedFrom = null;
    this.#skipTo(Math.max(from, Math.floor((deadlineMs - wantedMs) * perMs)));
    return true;
  }

  #skipTo(position: number): void {
    const to = Math.max(this.#playAt, Math.min(position, this.#newest - frameSamples));
    this.#forget(to);
  }

  #overrun(position: number): void {
    this.#forget(position);
    if (this.#primedFrom !== null) this.#primedFrom = Math.max(this.#primedFrom, position);
  }

  #forget(to: number): void {
    if (to - this.#playAt >= ringSamples) this.#present.fill(0);
    else for (let at = this.#playAt; at < to; at += 1) this.#present[at & mask] = 0;
    this.#playAt = Math.max(this.#playAt, to);
  }

  #isQuietAhead(): boolean {
    if (this.#newest < this.#playAt + 2 * frameSamples) return false;
    let sum = 0;
    for (let index = 0; index < frameSamples; index += 1) {
      sum += Math.abs(this.#ring[(this.#playAt + index) & mask] ?? 0);
    }
    return sum < quietLevel * frameSamples;
  }

  /** Is the next frame not there yet? Waiting for it costs no more than going without. */
  #isGapAhead(): boolean {
    return (
      this.#present[this.#playAt & mask] === 0 ||
      this.#present[(this.#playAt + frameSamples - 1) & mask] === 0
    );
  }

  #isQuietBehind(): boolean {
    let sum = 0;
    for (const sample of this.#lastGood) sum += Math.abs(sample);
    return sum < quietLevel * frameSamples;
  }

  #play(out: Int16Array): FrameKind {
    const gain = Math.max(0, 1 - this.#missing / fadeFrames);
    let got = 0;
    for (let index = 0; index < frameSamples; index += 1) {
      const slot = (this.#playAt + index) & mask;
      if (this.#present[slot] === 1) {
        this.#present[slot] = 0;
        out[index] = this.#ring[slot] ?? 0;
        got += 1;
      } else {
        out[index] = (this.#lastGood[index] ?? 0) * gain;
      }
    }
    this.#playAt += frameSamples;
    if (got === 0) return this.#fade();
    this.#missing = 0;
    this.#lastGood.set(out);
    return got === frameSamples ? 'audio' : 'concealed';
  }

  #conceal(out: Int16Array): FrameKind {
    const gain = Math.max(0, 1 - this.#missing / fadeFrames);
    for (let index = 0; index < frameSamples; index += 1) out[index] = (this.#lastGood[index] ?? 0) * gain;
    return this.#fade();
  }

  #fade(): FrameKind {
    if (this.#missing >= fadeFrames) return 'silent';
    this.#missing += 1;
    return 'concealed';
  }
}
