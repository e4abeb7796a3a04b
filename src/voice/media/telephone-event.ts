/** Keys as RTP events (RFC 4733): hearing each press once, and sending them. */
import { timestampStep } from './rtp-packet.ts';

const keys = '0123456789*#ABCD';
const endBit = 0x80;
/** A press of the same key this long (samples, 50 ms) after the last known end of an event is a new press. */
const gapSamples = 400;
/** A packet this much older (10 s) is no latecomer: the sender's clock began anew. */
const restartSamples = 80_000;

/** The key of an event code, or null (flash, tones and unknown events are no keys). */
export const keyOfEvent = (code: number): string | null => keys[code] ?? null;

/** One event packet as the listener needs it. */
export interface EventPacket {
  readonly ssrc: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

interface LastEvent {
  readonly code: number;
  readonly ssrc: number;
  readonly timestamp: number;
  end: number;
  isOver: boolean;
}

/** Hears presses: each is reported once, with its first packet, so a key acts while it is still held. All packets of
 *  an event carry one timestamp. A later packet of it, or one older than it, says nothing new; lost end packets
 *  therefore do not matter. Some senders move the timestamp along with every packet and long events are cut into
 *  segments: without a marker, and without a gap after what the event has lasted, that is the same press. */
export class KeyListener {
  #event: LastEvent | null = null;

  /** The key whose press begins with this packet, or null. */
  hear(packet: EventPacket): string | null {
    const [code, flags, high, low] = packet.payload;
    if (code === undefined || flags === undefined || high === undefined || low === undefined) return null;
    const key = keyOfEvent(code);
    const last = this.#lastOf(packet);
    const end = (packet.timestamp + high * 256 + low) >>> 0;
    if (key === null) return null;
    const step = last === null ? 1 : timestampStep(last.timestamp, packet.timestamp);
    if (last !== null && step <= 0) {
      if (step === 0) this.#extend(last, end, flags);
      return null;
    }
    const goesOn =
      last !== null &&
      last.code === code &&
      !last.isOver &&
      !packet.marker &&
      timestampStep(last.end, packet.timestamp) < gapSamples;
    const { ssrc, timestamp } = packet;
    this.#event = { code, ssrc, timestamp, end, isOver: (flags & endBit) !== 0 };
    return goesOn ? null : key;
  }

  /** The last event, if this packet can belong to the same stream. */
  #lastOf({ ssrc, timestamp }: EventPacket): LastEvent | null {
    const last = this.#event;
    const isSame = last?.ssrc === ssrc && timestampStep(last.timestamp, timestamp) > -restartSamples;
    return isSame ? last : null;
  }

  #extend(event: { end: number; isOver: boolean }, end: number, flags: number): void {
    if (timestampStep(event.end, end) > 0) event.end = end;
    if (flags & endBit) event.isOver = true;
  }
}

/** One event packet to send in place of a frame. `isFirst`: set the marker; `timestamp` is the event's own. */
export interface KeyFrame {
  readonly payload: Uint8Array;
  readonly timestamp: number;
  readonly isFirst: boolean;
}

const frameSamples = 160;
const pressFrames = 5;
const endFrames = 3;
const pauseFrames = 3;
/** -10 dBm0, RFC 4733 §2.3.3. */
const volume = 10;

/** Sends keys one after another: 100 ms each with growing duration, the end told three times, then a pause. */
export class KeySender {
  readonly #waiting: number[] = [];
  #frame = 0;
  #startedAt = 0;

  /** Adds a key to what is to be sent; false when it is no key. */
  press(key: string): boolean {
    const code = key.length === 1 ? keys.indexOf(key.toUpperCase()) : -1;
    if (code >= 0) this.#waiting.push(code);
    return code >= 0;
  }

  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  /** What goes out in this frame: an event packet, 'pause' (nothing between two keys), or null (audio as usual). */
  next(timestamp: number): KeyFrame | 'pause' | null {
    const code = this.#waiting[0];
    if (code === undefined) return null;
    if (this.#frame === 0) this.#startedAt = timestamp;
    this.#frame += 1;
    const frame = this.#frame;
    if (frame >= pressFrames + endFrames + pauseFrames) {
      this.#waiting.shift();
      this.#frame = 0;
    }
    if (frame > pressFrames + endFrames) return 'pause';
    const duration = Math.min(frame, pressFrames) * frameSamples;
    const flags = volume | (frame > pressFrames ? endBit : 0);
    return {
      payload: Uint8Array.of(code, flags, duration >> 8, duration & 0xff),
      timestamp: this.#startedAt,
      isFirst: frame === 1,
    };
  }
}
