/** A SIP phone for tests, on loopback only: it calls, answers, holds, presses keys, sends a pitch and tells which
 *  pitches it hears. Its signalling and its sound are its own; only the reader of SIP messages is the server's. */
import { createSocket } from 'node:dgram';
import type { SipRequest } from '../../src/voice/sip/message.ts';
import { Call, targetOf } from './call.ts';
import type { Codec } from './codec.ts';
import { encode } from './codec.ts';
import type { Account } from './digest.ts';
import { CallRefused, type Line, type Peer, Signalling } from './line.ts';
import { type Direction, describe, readFar } from './session-text.ts';
import { rtpPacket, Sound, type SoundStats, toneFrame } from './sound.ts';
import { waitFor } from './wait.ts';

/** How a phone is set up. `hertz`: the pitch it sends (1000 unless given; null for silence). `ring`: what it does when
 *  called: answer at once, ring until `answer()`, or be busy. */
export interface PhoneOptions {
  readonly codec?: Codec;
  readonly transport?: 'udp' | 'tcp';
  readonly hertz?: number | null;
  readonly account?: Account;
  readonly address?: string;
  readonly ring?: 'answer' | 'ring' | 'busy';
}

/** How a call is placed. `offerless`: INVITE without SDP, our description goes into the ACK. */
export interface DialOptions {
  readonly from: string;
  readonly display?: string;
  readonly offerless?: boolean;
  readonly headers?: readonly Line[];
}

/** `calling`: INVITE sent; `ringing`: 18x came, or somebody calls us; `talking`: answered. */
export type PhoneState = 'idle' | 'calling' | 'ringing' | 'talking' | 'ended';

let made = 0;

/** A phone. One call at a time; after it has ended the next can be placed. */
export class Phone {
  readonly codec: Codec;
  readonly line: Signalling;
  readonly sound: Sound;
  state: PhoneState = 'idle';
  /** Why the last call ended: "BYE", "CANCEL", or status and reason. */
  endedBy = '';
  /** INFO bodies that came. */
  readonly infos: string[] = [];
  /** Direction of the far end's last description. */
  farDirection: Direction = 'sendrecv';
  readonly #options: PhoneOptions;
  #call: Call | null = null;
  #version = 0;
  #ackedBy: (() => void) | null = null;

  constructor(options: PhoneOptions, line: Signalling, sound: Sound) {
    this.codec = options.codec ?? 'PCMU';
    this.#options = options;
    this.line = line;
    this.sound = sound;
    line.onRequest = (request, peer) => this.#asked(request, peer);
    line.onRepeat = () => this.#call?.repeatAck();
  }

  /** The address under which the phone can be called. */
  get uri(): string {
    return `sip:phone@${this.line.uri}${this.line.transport === 'tcp' ? ';transport=tcp' : ''}`;
  }

  get callId(): string {
    return this.#call?.id ?? '';
  }

  /** The far end as its header says: who calls, when we were called. */
  get far(): string {
    return this.#call?.far ?? '';
  }

  get stats(): SoundStats {
    return this.sound.stats;
  }

  /** The share of the last milliseconds that was this pitch, 0 to 1. */
  share(hertz: number, ms: number): number {
    return this.sound.ear.share(hertz, ms);
  }

  /** Places a call. Resolves when it is answered; rejects with CallRefused. `uri` is sip:user\@address:port. */
  dial(uri: string, options: DialOptions): Promise<void> {
    const outcome = this.#dial(uri, options);
    // A test may look at the state only; an unread refusal is no failure of the test.
    outcome.catch(() => undefined);
    return outcome;
  }

  async #dial(uri: string, { from, display, offerless = false, headers = [] }: DialOptions): Promise<void> {
    const host = /@(\[[^\]]+\]|[^:;>]+):?(\d+)?/.exec(uri);
    const peer = { address: (host?.[1] ?? '').replace(/[[\]]/g, ''), port: Number(host?.[2] ?? 5060) };
    made += 1;
    const tag = `t${made}`;
    const name = display === undefined ? '' : `"${display.replace(/["\\]/g, '\\$&')}" `;
    const user = encodeURIComponent(from).replaceAll('%2B', '+');
    const own = `${name}<sip:${user}@${this.line.uri}>;tag=${tag}`;
    const id = `${process.pid}-${made}-${Math.random().toString(36).slice(2)}`;
    const lines: Line[] = [
      ['From', own],
      ['To', `<${uri}>`],
      ['Call-ID', id],
      ['Contact', `<${this.uri}>`],
      ['Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE'],
      ...headers,
    ];
    const parts = {
      id,
      own,
      tag,
      peer,
      far: `<${uri}>`,
      target: uri,
      routes: [],
      contact: this.uri,
      asked: null,
    };
    const call = new Call(this.line, parts);
    this.#call = call;
    this.state = 'calling';
    this.endedBy = '';
    const sdp = offerless ? '' : this.#describe('sendrecv');
    const response = await call.invite(uri, lines, sdp, this.#options.account, () => {
      this.state = 'ringing';
    });
    if (response.status >= 300) {
      this.#over(`${response.status} ${response.reason}`);
      throw new CallRefused(response.status, response.reason);
    }
    call.far = response.headers.get('to') ?? '';
    call.target = targetOf(response, uri);
    call.routes = response.headers.list('record-route').reverse();
    call.acknowledge(response, offerless ? this.#describe('sendrecv') : '');
    this.#listen(response.body.toString('utf8'));
    this.state = 'talking';
  }

  #describe(direction: Direction): string {
    this.#version += 1;
    return describe(this.line.address, this.sound.port, this.codec, direction, this.#version);
  }

  #listen(sdp: string): void {
    const far = readFar(sdp, this.codec);
    this.farDirection = far.direction;
    this.sound.connect(far);
  }

  #need(): Call {
    if (this.#call === null) throw new Error('the phone is in no call');
    return this.#call;
  }

  /** Sends a re-INVITE (or UPDATE) with this direction; rejects with CallRefused. The phone sends no sound unless the
   *  direction lets it. */
  async renegotiate(direction: Direction, method: 'INVITE' | 'UPDATE' = 'INVITE'): Promise<void> {
    const call = this.#need();
    const response = await call.ask(method, [], this.#describe(direction));
    if (method === 'INVITE' && response.status < 300) call.acknowledge(response);
    else if (method === 'INVITE') call.acknowledgeRefusal(response);
    if (response.status >= 300) throw new CallRefused(response.status, response.reason);
    this.#listen(response.body.toString('utf8'));
    this.sound.paused = direction !== 'sendrecv';
  }

  /** Puts the far end on hold; our music would go where our tone goes, so nothing is sent. */
  hold(): Promise<void> {
    return this.renegotiate('sendonly');
  }

  resume(): Promise<void> {
    return this.renegotiate('sendrecv');
  }

  /** Hangs up a call that is talking. Resolves when the far end confirmed. */
  async hangUp(headers: readonly Line[] = []): Promise<void> {
    const asked = this.#need().ask('BYE', headers, '');
    this.#over('our BYE');
    await asked;
  }

  /** Gives up a call that was not answered yet. `dial` then rejects with 487. */
  async cancel(): Promise<void> {
    await this.#need().cancel();
  }

  /** Presses keys. By RFC 4733 it resolves when the last was sent, by INFO when the last was confirmed. */
  async sendKeys(keys: string, method: 'rfc4733' | 'info' | 'both' = 'rfc4733'): Promise<void> {
    const sounded = method === 'info' ? Promise.resolve() : this.sound.sendKeys(keys);
    if (method !== 'rfc4733') {
      for (const key of keys) {
        const body = `Signal=${key}\r\nDuration=100\r\n`;
        const response = await this.#need().ask('INFO', [['Content-Type', 'application/dtmf-relay']], body);
        if (response.status >= 300) throw new CallRefused(response.status, response.reason);
      }
    }
    await sounded;
  }

  /** Any request inside the call; resolves with the final status. */
  async request(method: string, headers: readonly Line[] = [], body = ''): Promise<number> {
    return (await this.#need().ask(method, headers, body)).status;
  }

  #asked(request: SipRequest, peer: Peer): void {
    const { method } = request;
    const own = this.#call !== null && request.callId === this.#call.id;
    if (method === 'ACK') {
      if (own) this.#ackedBy?.();
    } else if (method === 'OPTIONS') this.line.answer(request, peer, 200, 'OK');
    else if (method === 'INVITE' && !request.to.parameters.has('tag')) this.#rung(request, peer);
    else if (!own) this.line.answer(request, peer, 481, 'No Such Call');
    else if (method === 'INVITE') this.#reinvited(request, peer);
    else if (method === 'CANCEL') this.#cancelled(request, peer);
    else if (method === 'BYE') {
      this.line.answer(request, peer, 200, 'OK');
      this.#over('BYE');
    } else if (method === 'INFO') {
      this.infos.push(request.body.toString('utf8'));
      this.line.answer(request, peer, 200, 'OK');
    } else this.line.answer(request, peer, 501, 'Not Implemented');
  }

  #rung(request: SipRequest, peer: Peer): void {
    const again = this.#call?.asked?.callId === request.callId;
    if (again) return;
    const busy = this.#options.ring === 'busy' || this.state === 'talking' || this.state === 'ringing';
    made += 1;
    const tag = `t${made}`;
    if (busy) {
      this.line.answer(request, peer, 486, 'Busy Here', [['To-Tag', tag]]);
      return;
    }
    this.#call = new Call(this.line, {
      id: request.callId,
      own: `${request.headers.get('to')};tag=${tag}`,
      tag,
      peer,
      far: request.headers.get('from') ?? '',
      target: targetOf(request, request.from.uri),
      routes: request.headers.list('record-route'),
      contact: this.uri,
      asked: request,
    });
    this.state = 'ringing';
    this.line.answer(request, peer, 180, 'Ringing', [
      ['To-Tag', tag],
      ['Contact', `<${this.uri}>`],
    ]);
    if ((this.#options.ring ?? 'answer') === 'answer') this.answer().catch(() => undefined);
  }

  /** Answers the call that rings here. Resolves when the far end acknowledged. */
  answer(): Promise<void> {
    const call = this.#need();
    const { asked } = call;
    if (asked === null) throw new Error('nobody calls');
    call.asked = null;
    this.state = 'talking';
    const offer = asked.body.toString('utf8');
    if (offer !== '') this.#listen(offer);
    return this.#accept(asked, call.peer, call.tag);
  }

  /** Refuses the call that rings here. */
  refuse(status: number, reason: string): void {
    const { asked, peer, tag } = this.#need();
    if (asked !== null) this.line.answer(asked, peer, status, reason, [['To-Tag', tag]]);
    this.#over(`our ${status}`);
  }

  #accept(request: SipRequest, peer: Peer, tag: string, direction: Direction = 'sendrecv'): Promise<void> {
    const sdp = this.#describe(direction);
    const send = (): void =>
      this.line.answer(
        request,
        peer,
        200,
        'OK',
        [
          ['To-Tag', tag],
          ['Contact', `<${this.uri}>`],
        ],
        sdp,
      );
    send();
    return new Promise((resolve) => {
      const again = setInterval(send, 500);
      const done = (): void => {
        clearInterval(again);
        this.#ackedBy = null;
        resolve();
      };
      this.#ackedBy = done;
      setTimeout(done, 32_000).unref();
    });
  }

  #reinvited(request: SipRequest, peer: Peer): void {
    const call = this.#need();
    const offer = request.body.toString('utf8');
    const answers = {
      sendrecv: 'sendrecv',
      sendonly: 'recvonly',
      recvonly: 'sendonly',
      inactive: 'inactive',
    } as const;
    if (offer !== '') this.#listen(offer);
    call.target = targetOf(request, call.target);
    void this.#accept(request, peer, call.tag, answers[this.farDirection]);
  }

  #cancelled(request: SipRequest, peer: Peer): void {
    this.line.answer(request, peer, 200, 'OK');
    const { asked, tag } = this.#need();
    if (asked === null) return;
    this.line.answer(asked, peer, 487, 'Request Terminated', [['To-Tag', tag]]);
    this.#over('CANCEL');
  }

  #over(why: string): void {
    this.#ackedBy?.();
    this.state = 'ended';
    this.endedBy = why;
    this.sound.disconnect();
    this.sound.paused = false;
  }

  /** Waits until the phone is in this state. */
  waitForState(state: PhoneState, timeoutMs = 5_000): Promise<void> {
    const told = (): string => `${this.state}, ${this.endedBy}, ${this.line.seen.join(' ')}`;
    return waitFor(`phone ${state}`, () => this.state === state, { timeoutMs, state: told });
  }

  /** Waits until this pitch fills at least `share` of the last `ms`. */
  waitForTone(
    hertz: number,
    options: { share?: number; ms?: number; timeoutMs?: number } = {},
  ): Promise<void> {
    const { share = 0.8, ms = 400, timeoutMs = 5_000 } = options;
    const told = (): string =>
      `share ${this.share(hertz, ms).toFixed(2)}, level ${this.sound.ear.level(ms).toFixed(3)}, ${this.state}`;
    return waitFor(`${hertz} Hz`, () => this.share(hertz, ms) >= share, { timeoutMs, state: told });
  }

  /** Sends sound to the far end's RTP port from a port that has no part in the call. */
  async soundFromStranger(hertz: number, packets: number): Promise<void> {
    const { far } = this.sound;
    if (far === null) throw new Error('the phone is in no call');
    const socket = createSocket('udp4');
    for (let at = 0; at < packets; at += 1) {
      const header = {
        payloadType: far.payloadType,
        marker: at === 0,
        sequence: at,
        timestamp: at * 160,
        ssrc: 0xbad,
      };
      const packet = rtpPacket(header, encode(far.codec, toneFrame(hertz, at * 160)));
      await new Promise((resolve) => socket.send(packet, far.port, far.address, resolve));
    }
    socket.close();
  }

  async close(): Promise<void> {
    this.#ackedBy?.();
    this.sound.close();
    await this.line.close();
  }
}

/** Makes a phone with its own free ports. Close it in the end. */
export async function createPhone(options: PhoneOptions = {}): Promise<Phone> {
  const address = options.address ?? '127.0.0.1';
  const line = new Signalling(address, options.transport ?? 'udp');
  await line.open();
  const sound = await Sound.open(address, options.hertz === undefined ? 1000 : options.hertz);
  return new Phone(options, line, sound);
}
