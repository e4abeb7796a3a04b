/** The receiver's books on one incoming stream: loss and jitter as RFC 3550 §6.4.1 and appendix A define them. */
import { type RtpPacket, sequenceStep, timestampStep } from './rtp-packet.ts';
import { sampleRate } from './tone.ts';

/** A sequence jump larger than this is a restarted sender, not loss (RFC 3550 A.1, MAX_DROPOUT). */
const maxDropout = 3000;

/** What a report block of RTCP says. `jitter` in timestamp units; `fraction` in 256ths since the last report. */
export interface ReportBlock {
  readonly ssrc: number;
  readonly fraction: number;
  readonly lost: number;
  readonly highest: number;
  readonly jitter: number;
}

/** Counts the packets of a leg. A new SSRC or a great jump starts a new stream; the totals go on. */
export class Reception {
  packets = 0;
  #lostBefore = 0;
  #ssrc: number | null = null;
  #base = 0;
  #highest = 0;
  #received = 0;
  #jitter = 0;
  #lastTransit: number | null = null;
  #reportedExpected = 0;
  #reportedReceived = 0;

  /** Takes note of an audio packet that arrived at `atMs`. */
  note(packet: RtpPacket, atMs: number): void {
    this.packets += 1;
    const step = sequenceStep(this.#highest & 0xffff, packet.sequence);
    if (packet.ssrc !== this.#ssrc || Math.abs(step) > maxDropout) this.#restart(packet);
    else if (step > 0) this.#highest += step;
    this.#received += 1;
    const transit = timestampStep(packet.timestamp, Math.round(atMs * (sampleRate / 1000)));
    if (this.#lastTransit !== null) {
      const change = Math.abs(timestampStep(this.#lastTransit, transit));
      // A jump of a second is a restarted clock of the sender, not jitter.
      if (change < sampleRate) this.#jitter += (change - this.#jitter) / 16;
    }
    this.#lastTransit = transit;
  }

  /** Packets that never came, over all streams of the leg; duplicates count against it. */
  get lost(): number {
    return this.#lostBefore + Math.max(0, this.#expected - this.#received);
  }

  get jitterMs(): number {
    return this.#jitter / (sampleRate / 1000);
  }

  /** The block for the next RTCP report, and starts the next interval; null before the first packet. */
  report(): ReportBlock | null {
    if (this.#ssrc === null) return null;
    const expected = this.#expected - this.#reportedExpected;
    const missing = expected - (this.#received - this.#reportedReceived);
    this.#reportedExpected = this.#expected;
    this.#reportedReceived = this.#received;
    return {
      ssrc: this.#ssrc,
      fraction: expected <= 0 || missing <= 0 ? 0 : Math.min(255, Math.floor((missing * 256) / expected)),
      lost: this.lost,
      highest: this.#highest >>> 0,
      jitter: Math.round(this.#jitter),
    };
  }

  get #expected(): number {
    return this.#ssrc === null ? 0 : this.#highest - this.#base + 1;
  }

  #restart(packet: RtpPacket): void {
    this.#lostBefore = this.lost;
    this.#ssrc = packet.ssrc;
    this.#base = packet.sequence;
    this.#highest = packet.sequence;
    this.#received = 0;
    this.#reportedExpected = 0;
    this.#reportedReceived = 0;
    this.#lastTransit = null;
  }
}
