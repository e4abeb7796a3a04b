/** The sound half of a telephone: real RTP on a real socket, one pitch in, an ear for pitches out. */
import { createSocket, type Socket } from 'node:dgram';
import { codecs, encodeFrame } from '../../src/voice/media/g711.ts';
import { type RtpPacket, readRtp, writeRtp } from '../../src/voice/media/rtp-packet.ts';
import { KeyListener, KeySender } from '../../src/voice/media/telephone-event.ts';
import { frameSamples, loudness, pitchShare, sine } from '../../src/voice/media/tone.ts';

/** Payload type of keys, as the phone's SDP would say. */
export const keyType = 96;

/** Waits until the condition holds, looking every 10 ms; fails after `deadlineMs`, naming what it waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 8000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const keepSamples = 8000 * 4;

/** A phone on loopback. */
export class RtpPhone {
  readonly codec: 'PCMU' | 'PCMA';
  readonly keys: string[] = [];
  packetsHeard = 0;
  /** RTCP packets heard on the port above. */
  reportsHeard = 0;
  #socket: Socket;
  #control: Socket;
  #timer: NodeJS.Timeout | null = null;
  #far: { readonly address: string; readonly port: number } | null = null;
  #tone: Int16Array | null = null;
  #sent = 0;
  #startedAt = 0;
  readonly #sender = new KeySender();
  readonly #listener = new KeyListener();
  readonly #ssrc = Math.floor(Math.random() * 0xffff_ffff);
  #heard: number[] = [];

  private constructor(codec: 'PCMU' | 'PCMA', socket: Socket, control: Socket) {
    this.codec = codec;
    this.#socket = socket;
    this.#control = control;
    socket.on('message', (bytes) => this.#hear(bytes));
    control.on('message', () => {
      this.reportsHeard += 1;
    });
  }

  /** Opens a phone; `address` of the loopback network, so that strangers can have another. */
  static async open(codec: 'PCMU' | 'PCMA' = 'PCMU', address = '127.0.0.1'): Promise<RtpPhone> {
    for (;;) {
      const socket = await bound(address, 0);
      try {
        return new RtpPhone(codec, socket, await bound(address, socket.address().port + 1));
      } catch {
        // The port above is taken: another pair.
        socket.close();
      }
    }
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get address(): string {
    return this.#socket.address().address;
  }

  /** What its SDP says, as the engine takes it. */
  remote(direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' = 'sendrecv') {
    const payloadType = codecs[this.codec].payloadType;
    return {
      address: this.address,
      port: this.port,
      codec: this.codec,
      payloadType,
      dtmf: keyType,
      direction,
    } as const;
  }

  /** Sends to this port from now on: the pitch, or silence for null. */
  talk(port: number, hertz: number | null, address = '127.0.0.1'): void {
    this.#far = { address, port };
    // One second of a whole number of hertz joins on to itself.
    this.#tone = hertz === null ? null : sine(hertz, 8000, -10);
    if (this.#timer !== null) return;
    this.#startedAt = performance.now();
    this.#sent = 0;
    this.#timer = setInterval(() => this.#tick(), 5);
  }

  /** Stops sending. */
  hush(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  press(key: string): void {
    this.#sender.press(key);
  }

  /** Share of the last `ms` that is the pitch. */
  share(hertz: number, ms = 400): number {
    return this.#heard.length < ms * 8 ? 0 : pitchShare(this.#heard.slice(-ms * 8), hertz);
  }

  /** Root mean square of the last `ms`. */
  level(ms = 400): number {
    return loudness(this.#heard.slice(-ms * 8));
  }

  /** Forgets what it heard. */
  forget(): void {
    this.#heard = [];
    this.packetsHeard = 0;
  }

  /** The samples it heard, oldest first. */
  get heard(): readonly number[] {
    return this.#heard;
  }

  async close(): Promise<void> {
    this.hush();
    await Promise.all(
      [this.#socket, this.#control].map(
        (socket) => new Promise<void>((resolve) => socket.close(() => resolve())),
      ),
    );
  }

  #tick(): void {
    while (this.#startedAt + this.#sent * 20 <= performance.now()) {
      const timestamp = this.#sent * frameSamples;
      const key = this.#sender.next(timestamp);
      if (key === null) this.#say(timestamp);
      else if (key !== 'pause') {
        this.#send({
          payloadType: keyType,
          marker: key.isFirst,
          timestamp: key.timestamp,
          payload: key.payload,
        });
      }
      this.#sent += 1;
    }
  }

  #say(timestamp: number): void {
    const payload = new Uint8Array(frameSamples);
    const from = (this.#sent % 50) * frameSamples;
    const frame = this.#tone?.subarray(from, from + frameSamples) ?? new Int16Array(frameSamples);
    encodeFrame(codecs[this.codec], frame, payload);
    this.#send({ payloadType: codecs[this.codec].payloadType, marker: this.#sent === 0, timestamp, payload });
  }

  #send(packet: Pick<RtpPacket, 'payloadType' | 'marker' | 'timestamp' | 'payload'>): void {
    if (this.#far === null) return;
    const bytes = writeRtp({ ...packet, sequence: this.#sent & 0xffff, ssrc: this.#ssrc });
    this.#socket.send(bytes, this.#far.port, this.#far.address);
  }

  #hear(bytes: Buffer): void {
    const packet = readRtp(bytes);
    if (packet === null) return;
    this.packetsHeard += 1;
    if (packet.payloadType === keyType) {
      const key = this.#listener.hear(packet);
      if (key !== null) this.keys.push(key);
      return;
    }
    const { decode } = codecs[this.codec];
    for (const code of packet.payload) this.#heard.push(decode[code] ?? 0);
    if (this.#heard.length > 2 * keepSamples) this.#heard = this.#heard.slice(-keepSamples);
  }
}

function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => resolve(socket));
  });
}
