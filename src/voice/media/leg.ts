/** One leg of the media engine, whatever carries it: incoming packets to frames, frames to outgoing packets, keys both
 *  ways, the player over the room, and the watch on silence. Its host calls `pull` and `send` once a frame. */
import { randomInt } from 'node:crypto';
import { type Codec, codecs, encodeFrame, pcma, pcmu } from './g711.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import type { Layer, LegStats, MediaEvent, RtpRemote } from './media.ts';
import type { Player } from './player.ts';
import { Reception } from './reception.ts';
import type { SenderState } from './rtcp.ts';
import type { RtpPacket } from './rtp-packet.ts';
import { KeyListener, KeySender } from './telephone-event.ts';
import { frameSamples } from './tone.ts';

/** What carries a leg's packets. */
export interface Carrier {
  send(packet: RtpPacket): void;
  close(): Promise<void>;
}

/** What the far end takes and gives, once known. */
export type Terms = Pick<RtpRemote, 'codec' | 'payloadType' | 'dtmf' | 'direction'>;

/** Longest packet played: more than 200 ms of G.711 in one packet is no telephone. */
const mostPayload = 1600;
const silence = new Int16Array(frameSamples);

/** A leg. Times are ms of the frame clock. */
export class Leg {
  readonly id: string;
  readonly reception = new Reception();
  isMuted = false;
  isEcho = false;
  /** What is played over the room: music, and over it a prompt, after which the music goes on where it was. */
  readonly plays: { [layer in Layer]: { readonly id: string; readonly player: Player } | null } = {
    music: null,
    prompt: null,
  };
  /** Is nothing sent while there is nothing to hear? Spares idle softphones 50 packets a second each. */
  readonly #isSparing: boolean;
  readonly #emit: (event: MediaEvent) => void;
  readonly #buffer = new JitterBuffer();
  readonly #keysIn = new KeyListener();
  readonly #keysOut = new KeySender();
  readonly #pulled = new Int16Array(frameSamples);
  readonly #played = new Int16Array(frameSamples);
  readonly #mixed = new Int16Array(frameSamples);
  #terms: Terms | null = null;
  #carrier: Carrier | null = null;
  #isUp = false;
  #lostAt: number | null = null;
  #lastHeardMs: number;
  #ssrc = randomInt(0x1_0000_0000);
  #sequence = randomInt(0x1_0000);
  #timestamp = randomInt(0x1_0000_0000);
  #isTalkspurt = true;
  #packetsOut = 0;
  #octetsOut = 0;
  #packetsIn = 0;
  /** The frame this leg says now; null when it says nothing. Set by `pull`. */
  said: Int16Array | null = null;
  /** The frame this leg is sent now; null for silence. Set by `send`. */
  sent: Int16Array | null = null;

  constructor(id: string, options: { isSparing: boolean; emit: (event: MediaEvent) => void; nowMs: number }) {
    this.id = id;
    this.#isSparing = options.isSparing;
    this.#emit = options.emit;
    this.#lastHeardMs = options.nowMs;
  }

  /** Joins the leg to what carries it. `ssrc`: as its SDP says. */
  carriedBy(carrier: Carrier, ssrc = this.#ssrc): void {
    this.#carrier = carrier;
    this.#ssrc = ssrc;
  }

  /** Sets or changes what was agreed with the far end; silence is judged from now on. */
  agree(terms: Terms, nowMs: number): void {
    this.#terms = terms;
    this.alive(nowMs);
  }

  /** Takes a packet of the far end. */
  receive(packet: RtpPacket, atMs: number): void {
    const terms = this.#terms;
    if (terms === null) return;
    this.#packetsIn += 1;
    this.alive(atMs);
    if (terms.direction === 'sendonly' || terms.direction === 'inactive') return;
    if (packet.payloadType === terms.dtmf) {
      const digit = this.#keysIn.hear(packet);
      if (digit !== null) this.#emit({ type: 'digit', leg: this.id, digit });
      return;
    }
    const codec = codecOf(packet.payloadType, terms);
    if (codec === null || packet.payload.length === 0 || packet.payload.length > mostPayload) return;
    this.reception.note(packet, atMs);
    this.#buffer.push(packet, codec.decode, atMs);
    if (!this.#isUp) {
      this.#isUp = true;
      this.#emit({ type: 'up', leg: this.id });
    }
  }

  /** Something of the far end arrived, if only a connectivity check. */
  alive(atMs: number): void {
    this.#lastHeardMs = atMs;
    this.#lostAt = null;
  }

  /** Reports the leg lost, once, when nothing came for `lostAfterMs` although something should. */
  watch(nowMs: number, lostAfterMs: number): void {
    const direction = this.#terms?.direction;
    if (direction !== 'sendrecv' && direction !== 'recvonly') return;
    if (nowMs - this.#lastHeardMs < lostAfterMs) return;
    this.lose(`nothing heard for ${Math.round(lostAfterMs / 1000)} s`, nowMs);
  }

  /** Reports the leg lost unless it was already. */
  lose(reason: string, nowMs: number): void {
    if (this.#lostAt !== null) return;
    this.#lostAt = nowMs;
    this.#emit({ type: 'lost', leg: this.id, reason });
  }

  /** Queues a key for the far end; false when keys were not agreed on or it is none. */
  pressKey(key: string): boolean {
    return this.#terms?.dtmf != null && this.#keysOut.press(key);
  }

  /** Takes the frame of this deadline out of the jitter buffer, into `said`. */
  pull(deadlineMs: number): void {
    this.said = this.#buffer.pull(deadlineMs, this.#pulled) === 'silent' ? null : this.#pulled;
  }

  /** Sends the frame of this deadline: play, else echo, else what `mix` gives; `mix` writes into the frame it gets. */
  send(isInRoom: boolean, mix: (out: Int16Array) => Int16Array | null): void {
    const played = this.#nextPlayed();
    const heard = played ?? (this.isEcho ? this.said : mix(this.#mixed));
    this.sent = heard;
    const terms = this.#terms;
    const timestamp = this.#timestamp;
    this.#timestamp = (timestamp + frameSamples) >>> 0;
    if (terms === null || terms.direction === 'recvonly' || terms.direction === 'inactive') return;
    if (this.#sendKey(terms, timestamp)) return;
    if (heard === null && this.#isSparing && !isInRoom && !this.isEcho) {
      this.#isTalkspurt = true;
      return;
    }
    const payload = new Uint8Array(frameSamples);
    encodeFrame(codecs[terms.codec], heard ?? silence, payload);
    this.#write({ payloadType: terms.payloadType, marker: this.#isTalkspurt, timestamp, payload });
    this.#isTalkspurt = false;
  }

  stats(): LegStats {
    const { lost, jitterMs } = this.reception;
    return { leg: this.id, packetsIn: this.#packetsIn, packetsOut: this.#packetsOut, lost, jitterMs };
  }

  /** The state of our stream for RTCP. */
  sender(): SenderState {
    return {
      ssrc: this.#ssrc,
      timestamp: this.#timestamp,
      packets: this.#packetsOut,
      octets: this.#octetsOut,
    };
  }

  close(): Promise<void> {
    return this.#carrier?.close() ?? Promise.resolve();
  }

  #nextPlayed(): Int16Array | null {
    for (const layer of ['prompt', 'music'] as const) {
      const play = this.plays[layer];
      if (play === null) continue;
      if (play.player.next(this.#played)) return this.#played;
      this.plays[layer] = null;
      this.#emit({ type: 'played', leg: this.id, play: play.id });
    }
    return null;
  }

  #sendKey(terms: Terms, timestamp: number): boolean {
    const key = this.#keysOut.next(timestamp);
    if (key === null || terms.dtmf === null) return false;
    this.#isTalkspurt = true;
    if (key === 'pause') return true;
    const { payload, isFirst } = key;
    this.#write({ payloadType: terms.dtmf, marker: isFirst, timestamp: key.timestamp, payload });
    return true;
  }

  #write(packet: Pick<RtpPacket, 'payloadType' | 'marker' | 'timestamp' | 'payload'>): void {
    this.#carrier?.send({ ...packet, sequence: this.#sequence, ssrc: this.#ssrc });
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#packetsOut += 1;
    this.#octetsOut += packet.payload.length;
  }
}

/** The codec of an incoming packet: the static types always (either may be sent once both were offered), and the
 *  payload type agreed on. */
function codecOf(payloadType: number, terms: Terms): Codec | null {
  if (payloadType === terms.payloadType) return codecs[terms.codec];
  if (payloadType === pcmu.payloadType) return pcmu;
  return payloadType === pcma.payloadType ? pcma : null;
}
