/** A leg that we called: an external party of a call, or the customer themselves (callback, outbound).
 *  Source: voice.md §5 (outbound), behaviour.md §3.9, §3.10. */
import type { CallerLeg, CallRefusal, EndedBy } from './caller-leg.ts';
import { type KeyMethod, keyOfInfo } from './ivr/keys.ts';
import type { Schedule } from './ivr/run-flow.ts';
import type { MediaDesk } from './media-desk.ts';
import { RtpEnd } from './rtp-end.ts';
import { SipRefusal } from './sip/index.ts';
import type { OutgoingCall, SipStack } from './sip/sip.ts';

/** Whom to call. `caller`: the number they are shown; null is withheld. */
export interface DialOrder {
  readonly id: string;
  readonly number: string;
  readonly caller: string | null;
}

/** The way to a number: a SIP URI, and the account there when one is needed. */
export interface Route {
  readonly uri: string;
  readonly transport?: 'udp' | 'tcp';
  readonly credentials?: { readonly user: string; readonly password: string };
}

/** What dialling takes. `findRoute`: null when no way leads out to this number. `address`: ours, as the SDP names it. */
export interface DialDesk {
  readonly media: MediaDesk;
  readonly sip: Pick<SipStack, 'dial'>;
  readonly findRoute: (number: string) => Route | null;
  readonly address: string;
  readonly schedule: Schedule;
}

/** Nobody is rung for longer; then it counts as not answered. */
const ringMs = 60_000;
/** RFC 3323 §4.1.1.3. */
const anonymous = 'sip:anonymous@anonymous.invalid';
let made = 0;

/** An outgoing leg. Nothing happens before `start`. */
export class DialedLeg implements CallerLeg {
  readonly provider = 'sip';
  readonly id: string;
  readonly media = `dialed-${++made}`;
  readonly from: string | null;
  readonly to: string;
  onEnded: (by: EndedBy, reason: string) => void = () => {};
  onKey: (key: string, method: KeyMethod) => void = () => {};
  onHeard: () => void = () => {};
  onPlayed: (play: string) => void = () => {};
  onRestarted: () => void = () => {};
  /** Picked up; or not: `status` of SIP, 0 when it did not come to that. Then nothing more comes. */
  onAnswered: () => void = () => {};
  onRefused: (status: number, reason: string) => void = () => {};
  /** Whether it rang for as long as it may, and nobody said anything. */
  noReply = false;
  readonly #desk: DialDesk;
  readonly #sound: RtpEnd;
  readonly #forget: () => void;
  readonly #listening: Promise<void>;
  #listens = (): void => {};
  #givesUp = (_reason: Error): void => {};
  #state: 'new' | 'calling' | 'answered' | 'ended' = 'new';
  #call: OutgoingCall | null = null;
  #heard = false;
  #keysByRtp = false;
  #unring = (): void => {};

  constructor({ id, number, caller }: DialOrder, desk: DialDesk) {
    this.id = id;
    this.from = caller;
    this.to = number;
    this.#desk = desk;
    this.#sound = new RtpEnd(this.media, desk.media, desk.address);
    this.#listening = new Promise((resolve, reject) => {
      this.#listens = resolve;
      this.#givesUp = reject;
    });
    // Whoever does not wait for the answer hears of its end by the callbacks.
    this.#listening.catch(() => undefined);
    this.#forget = desk.media.listen(this.media, {
      digit: (key) => this.onKey(key, 'rtp'),
      up: () => this.#hear(),
      lost: (reason) => this.#gone('lost', reason),
      played: (play) => this.onPlayed(play),
      restarted: () => this.#revive(),
    });
  }

  get heard(): boolean {
    return this.#heard;
  }

  /** Whether it was picked up and is not over. */
  get answered(): boolean {
    return this.#state === 'answered';
  }

  /** Calls. What becomes of it is told by the callbacks. */
  async start(): Promise<void> {
    if (this.#state !== 'new') return;
    this.#state = 'calling';
    const route = this.#desk.findRoute(this.to);
    if (route === null) return this.#refused(0, `no trunk leads to ${this.to}`);
    try {
      await this.#sound.open();
    } catch (error) {
      this.#desk.media.send(Promise.reject(error));
      return this.#refused(503, 'no port is free');
    }
    if (this.#isOver) return this.#sound.close();
    this.#dial(route);
  }

  /** Ready when it is called. */
  async prepare(): Promise<CallRefusal | null> {
    return null;
  }

  /** We call them: nothing is to be told. */
  ring(): void {}

  /** Resolves when it is picked up; rejects when it is over before that. */
  answer(): Promise<void> {
    return this.#listening;
  }

  end(reason: string): void {
    const state = this.#state;
    if (!this.#finish(reason)) return;
    if (state === 'answered') this.#call?.bye(reason);
    else this.#call?.cancel();
  }

  /** Sends it a key: by RTP when the peer takes them so, else by INFO. */
  press(key: string): void {
    if (this.#state !== 'answered') return;
    const { media } = this.#desk;
    if (this.#keysByRtp) media.send(media.engine.sendDigit(this.media, key));
    else if (this.#call !== null)
      media.send(this.#call.info('application/dtmf-relay', `Signal=${key}\r\nDuration=160\r\n`));
  }

  #dial({ uri, transport, credentials }: Route): void {
    this.#unring = this.#desk.schedule(ringMs, () => {
      this.#call?.cancel();
      this.noReply = true;
      this.#refused(408, 'No Answer');
    });
    this.#call = this.#desk.sip.dial(
      uri,
      {
        from: this.from ?? anonymous,
        sdp: this.#sound.offer(),
        ...(transport === undefined ? {} : { transport }),
        ...(credentials === undefined ? {} : { credentials }),
        ...(this.from === null ? { headers: { Privacy: 'id' } } : {}),
      },
      {
        ringing: () => undefined,
        answered: (sdp, call) => this.#accepted(sdp, call),
        failed: (status, reason) => this.#refused(status, reason),
        ended: (reason) => this.#gone('customer', reason),
        offered: (sdp) => this.#sound.renegotiate(sdp),
        offerAnswered: (sdp) => this.#follow(sdp),
        info: (type, body) => {
          const key = keyOfInfo(type, body);
          if (key !== null) this.onKey(key, 'info');
        },
      },
    );
  }

  #accepted(sdp: string, call: OutgoingCall): void {
    if (this.#isOver) {
      call.bye();
      return;
    }
    this.#unring();
    this.#call = call;
    if (!this.#follow(sdp)) return;
    this.#state = 'answered';
    this.#listens();
    this.onAnswered();
  }

  /** False when the peer's description cannot be used; then the leg is over. */
  #follow(sdp: string): boolean {
    try {
      this.#keysByRtp = this.#sound.follow(sdp);
      return true;
    } catch (error) {
      if (!(error instanceof SipRefusal)) throw error;
      this.#gone('failure', `the answer to our offer cannot be used: ${error.message}`);
      return false;
    }
  }

  get #isOver(): boolean {
    return this.#state === 'ended';
  }

  #revive(): void {
    const lost = (): void => this.#gone('failure', 'The media engine died');
    this.#sound.reopen().then(() => this.onRestarted(), lost);
  }

  #hear(): void {
    this.#heard = true;
    this.onHeard();
  }

  #refused(status: number, reason: string): void {
    if (this.#finish(reason)) this.onRefused(status, reason);
  }

  /** It ended, and not by us. */
  #gone(by: EndedBy, reason: string): void {
    const wasAnswered = this.#state === 'answered';
    if (!this.#finish(reason)) return;
    // The peer has not hung up when the line was lost or the sound failed.
    if (by !== 'customer') this.#call?.bye(reason);
    if (wasAnswered) this.onEnded(by, reason);
    else this.onRefused(0, reason);
  }

  /** False when it was over already. */
  #finish(reason: string): boolean {
    if (this.#isOver) return false;
    this.#state = 'ended';
    this.#unring();
    this.#forget();
    this.#sound.close();
    this.#givesUp(new Error(reason));
    return true;
  }
}
