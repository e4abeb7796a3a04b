/** The sound of a phone: RTP out of a tone, RTP in to an ear, keys by RFC 4733. Source: RFC 3550, RFC 4733. */
import { createSocket, type Socket } from 'node:dgram';
import { type Codec, decode, encode } from './codec.ts';
import { Ear } from './ear.ts';
import { onBeat } from './pace.ts';

const frame = 160;
const amplitude = 8000;
const keyNames = '0123456789*#ABCD';

/** The far end of the sound. `events`: payload type of telephone-event, null when not agreed. */
export interface Far {
  readonly address: string;
  readonly port: number;
  readonly codec: Codec;
  readonly payloadType: number;
  readonly events: number | null;
}

/** Counters since the call began. `gaps`: packets missing by sequence number; `longestGapMs` between two arrivals. */
export interface SoundStats {
  packetsIn: number;
  packetsOut: number;
  gaps: number;
  longestGapMs: number;
}

interface KeyPacket {
  readonly key: number;
  readonly timestamp: number;
  readonly duration: number;
  readonly end: boolean;
  readonly first: boolean;
}

/** RTP header and payload → packet. */
export function rtpPacket(
  header: { payloadType: number; marker: boolean; sequence: number; timestamp: number; ssrc: number },
  payload: Buffer,
): Buffer {
  const bytes = Buffer.allocUnsafe(12 + payload.length);
  bytes[0] = 0x80;
  bytes[1] = header.payloadType | (header.marker ? 0x80 : 0);
  bytes.writeUInt16BE(header.sequence & 0xffff, 2);
  bytes.writeUInt32BE(header.timestamp >>> 0, 4);
  bytes.writeUInt32BE(header.ssrc >>> 0, 8);
  payload.copy(bytes, 12);
  return bytes;
}

/** A frame of tone that begins at this sample number. `hertz` null is silence. */
export function toneFrame(hertz: number | null, from: number): Int16Array {
  const samples = new Int16Array(frame);
  if (hertz === null) return samples;
  const step = (2 * Math.PI * hertz) / 8000;
  for (let at = 0; at < frame; at += 1) samples[at] = Math.round(amplitude * Math.sin(step * (from + at)));
  return samples;
}

/** One RTP socket with what is sent and heard on it. */
export class Sound {
  /** The pitch that is sent; null sends silence. */
  hertz: number | null;
  /** Nothing is sent while true (a peer that is on hold, or has gone). */
  paused = false;
  readonly ear = new Ear(15_000);
  readonly stats: SoundStats = { packetsIn: 0, packetsOut: 0, gaps: 0, longestGapMs: 0 };
  /** Keys that the far end sent by RFC 4733. */
  readonly keysHeard: string[] = [];
  readonly #socket: Socket;
  readonly #ssrc = Math.floor(Math.random() * 2 ** 32);
  #far: Far | null = null;
  #sequence = Math.floor(Math.random() * 65_536);
  #timestamp = Math.floor(Math.random() * 2 ** 31);
  #stop: (() => void) | null = null;
  #queue: (KeyPacket | null)[] = [];
  #queueEmpty: (() => void)[] = [];
  #lastSequence: number | null = null;
  #lastArrival = 0;
  #lastKeyAt: number | null = null;

  private constructor(socket: Socket, hertz: number | null) {
    this.#socket = socket;
    this.hertz = hertz;
    socket.on('message', (bytes) => this.#heard(bytes));
    socket.on('error', () => undefined);
  }

  /** Binds a socket on a free port. */
  static async open(address: string, hertz: number | null): Promise<Sound> {
    const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 18 });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, address, () => resolve());
    });
    return new Sound(socket, hertz);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Where the sound goes; null when there is none. */
  get far(): Far | null {
    return this.#far;
  }

  /** Begins to send, or goes on to another far end. */
  connect(far: Far): void {
    this.#far = far;
    this.#stop ??= onBeat(() => this.#beat());
  }

  disconnect(): void {
    this.#stop?.();
    this.#stop = null;
    this.#far = null;
    this.#queue = [];
    this.#tellEmpty();
  }

  close(): void {
    this.disconnect();
    this.#socket.close();
  }

  /** Sends keys, each 100 ms long with 60 ms between, in place of the tone. Resolves when the last was sent. */
  sendKeys(keys: string): Promise<void> {
    for (const name of keys.toUpperCase()) {
      const key = keyNames.indexOf(name);
      if (key < 0) throw new RangeError(`${name} is no telephone key`);
      for (let part = 1; part <= 5; part += 1) {
        const duration = part * frame;
        this.#queue.push({ key, timestamp: -1, duration, end: part === 5, first: part === 1 });
      }
      this.#queue.push(null, null, null);
    }
    return new Promise((resolve) => this.#queueEmpty.push(resolve));
  }

  #keyTimestamp = 0;

  #beat(): void {
    const far = this.#far;
    const timestamp = this.#timestamp;
    this.#timestamp += frame;
    if (far === null || this.paused) return;
    const next = this.#queue.shift();
    if (next !== undefined && next !== null && far.events !== null) this.#sendKeyPacket(next, timestamp, far);
    else {
      const payload = encode(far.codec, toneFrame(next === null ? null : this.hertz, timestamp));
      this.#send(far, far.payloadType, false, timestamp, payload);
    }
    if (this.#queue.length === 0) this.#tellEmpty();
  }

  #sendKeyPacket(packet: KeyPacket, timestamp: number, far: Far): void {
    if (packet.first) this.#keyTimestamp = timestamp;
    const payload = Buffer.from([
      packet.key,
      (packet.end ? 0x80 : 0) | 10,
      packet.duration >> 8,
      packet.duration & 0xff,
    ]);
    // The end is sent three times, as it must survive loss.
    for (let times = packet.end ? 3 : 1; times > 0; times -= 1) {
      this.#send(far, far.events ?? 101, packet.first, this.#keyTimestamp, payload);
    }
  }

  #send(far: Far, payloadType: number, marker: boolean, timestamp: number, payload: Buffer): void {
    this.#sequence += 1;
    this.stats.packetsOut += 1;
    const header = { payloadType, marker, sequence: this.#sequence, timestamp, ssrc: this.#ssrc };
    this.#socket.send(rtpPacket(header, payload), far.port, far.address);
  }

  #tellEmpty(): void {
    const waiting = this.#queueEmpty;
    this.#queueEmpty = [];
    for (const tell of waiting) tell();
  }

  #heard(bytes: Buffer): void {
    if (bytes.length < 12 || (bytes[0] ?? 0) >> 6 !== 2) return;
    const now = performance.now();
    const payloadType = (bytes[1] ?? 0) & 0x7f;
    const payload = bytes.subarray(12 + ((bytes[0] ?? 0) & 0x0f) * 4);
    const { stats } = this;
    stats.packetsIn += 1;
    const sequence = bytes.readUInt16BE(2);
    if (this.#lastSequence !== null) {
      const ahead = (sequence - this.#lastSequence) & 0xffff;
      if (ahead > 1 && ahead < 1000) stats.gaps += ahead - 1;
      stats.longestGapMs = Math.max(stats.longestGapMs, now - this.#lastArrival);
    }
    this.#lastSequence = sequence;
    this.#lastArrival = now;
    const far = this.#far;
    if (far !== null && payloadType === far.payloadType) this.ear.hear(decode(far.codec, payload), now);
    else if (payloadType === (far?.events ?? 101) && payload.length >= 4)
      this.#keyHeard(bytes.readUInt32BE(4), payload);
  }

  #keyHeard(timestamp: number, payload: Buffer): void {
    if (timestamp === this.#lastKeyAt) return;
    this.#lastKeyAt = timestamp;
    this.keysHeard.push(keyNames[payload[0] ?? 0] ?? '?');
  }
}
