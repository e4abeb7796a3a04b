/** RTP over UDP for a SIP leg: a pair of ports (RTP even, RTCP the next), symmetric latching, RTCP reports. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { Refusal } from '../../tables/refusals.ts';
import { Latch, type Place } from './latch.ts';
import type { Carrier } from './leg.ts';
import type { Reception } from './reception.ts';
import { type LastSenderReport, readSenderReport, type SenderState, writeReport } from './rtcp.ts';
import { type RtpPacket, readRtp, writeRtp } from './rtp-packet.ts';

function bind(host: string, port: number): Promise<Socket> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');

/** Hands out port pairs of the range, going round so that a port just freed is not at once another call's. */
export class PortPairs {
  readonly #host: string;
  readonly #first: number;
  readonly #count: number;
  #next = 0;

  constructor(host: string, [first, last]: readonly [first: number, last: number]) {
    this.#host = host;
    this.#first = first + (first % 2);
    this.#count = Math.max(0, Math.floor((last - this.#first + 1) / 2));
  }

  /** Binds the next free pair, or the wished one. Refuses: unavailable when every pair of the range, or that one, is
   *  taken. */
  async open(wished?: number): Promise<PortPair> {
    if (wished !== undefined) {
      const pair = await this.#bind(wished);
      if (pair === null) throw new Refusal('unavailable', `RTP port ${wished} is taken.`);
      return pair;
    }
    for (let tried = 0; tried < this.#count; tried += 1) {
      const port = this.#first + 2 * this.#next;
      this.#next = (this.#next + 1) % this.#count;
      const pair = await this.#bind(port);
      if (pair !== null) return pair;
    }
    throw new Refusal(
      'unavailable',
      `Every RTP port from ${this.#first} to ${this.#first + 2 * this.#count - 1} is taken.`,
    );
  }

  /** Null when it is taken. */
  async #bind(port: number): Promise<PortPair | null> {
    try {
      const rtp = await bind(this.#host, port);
      try {
        return { port, rtp, rtcp: await bind(this.#host, port + 1) };
      } catch (error) {
        rtp.close();
        throw error;
      }
    } catch (error) {
      if (isTaken(error)) return null;
      throw error;
    }
  }
}

/** Sockets of one leg: RTP at the port, RTCP at the next. */
export interface PortPair {
  readonly port: number;
  readonly rtp: Socket;
  readonly rtcp: Socket;
}

/** What the carrier tells its leg. */
export interface RtpListener {
  readonly reception: Reception;
  receive(packet: RtpPacket, atMs: number): void;
  sender(): SenderState;
}

const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));

/** The pair of sockets of one leg. */
export class RtpCarrier implements Carrier {
  readonly port: number;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #listener: RtpListener;
  readonly #now: () => number;
  readonly #latch = new Latch();
  #lastReport: LastSenderReport | null = null;
  #isClosed = false;

  constructor(
    pair: PortPair,
    listener: RtpListener,
    options: { readonly now: () => number; readonly log: (line: string) => void },
  ) {
    this.port = pair.port;
    this.#rtp = pair.rtp;
    this.#rtcp = pair.rtcp;
    this.#listener = listener;
    this.#now = options.now;
    let hasFailed = false;
    for (const socket of [pair.rtp, pair.rtcp]) {
      socket.on('error', (error) => {
        // An unreachable far end fails 50 times a second; once is enough to know.
        if (!hasFailed) options.log(`media: port ${pair.port}: ${error.message}`);
        hasFailed = true;
      });
    }
    this.#rtp.on('message', (bytes, from) => this.#hear(bytes, from));
    this.#rtcp.on('message', (bytes, from) => this.#readReport(bytes, from));
  }

  /** Sets the far end as the SDP says. */
  signal(place: Place): void {
    this.#latch.signal(place);
  }

  send(packet: RtpPacket): void {
    const place = this.#latch.destination;
    if (place === null || this.#isClosed) return;
    // Errors (no route, bad address) come to the socket's listener; a lost packet is RTP's daily life.
    this.#rtp.send(writeRtp(packet), place.port, place.address);
  }

  /** Sends an RTCP report; with `goodbye` the last one. */
  report(goodbye = false): void {
    const place = this.#latch.destination;
    if (place === null || place.port >= 65_535 || this.#isClosed) return;
    const bytes = writeReport({
      sender: this.#listener.sender(),
      block: this.#listener.reception.report(),
      last: this.#lastReport,
      cname: 'wirechief',
      wallMs: Date.now(),
      nowMs: this.#now(),
      goodbye,
    });
    this.#rtcp.send(bytes, place.port + 1, place.address);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.report(true);
    this.#isClosed = true;
    await Promise.all([closed(this.#rtp), closed(this.#rtcp)]);
  }

  #hear(bytes: Buffer, from: Place): void {
    const packet = readRtp(bytes);
    const nowMs = this.#now();
    if (packet !== null && this.#latch.accepts(from, packet, nowMs)) this.#listener.receive(packet, nowMs);
  }

  #readReport(bytes: Buffer, from: Place): void {
    if (from.address !== this.#latch.destination?.address) return;
    const compactNtp = readSenderReport(bytes);
    if (compactNtp !== null) this.#lastReport = { compactNtp, atMs: this.#now() };
  }
}
