/** A caller's leg that came by SIP. Source: voice.md §4 (hold by the peer), §5. */
import { type CallerLeg, type CallRefusal, callRefusals, type EndedBy } from './caller-leg.ts';
import { type KeyMethod, keyOfInfo } from './ivr/keys.ts';
import { MediaInterrupted } from './media/media.ts';
import type { MediaDesk } from './media-desk.ts';
import { dialled, toE164 } from './numbers.ts';
import { RtpEnd } from './rtp-end.ts';
import type { Answer } from './sdp/index.ts';
import { SipRefusal } from './sip/index.ts';
import type { IncomingCall } from './sip/sip.ts';

/** What died in the middle is asked of the next process as the leg is made again. */
function unlessInterrupted(error: unknown): void {
  if (!(error instanceof MediaInterrupted)) throw error;
}

/** The longest call id that a row holds (msdyn_callsid). */
const idLimit = 100;
let made = 0;

/** A SIP leg, from the INVITE on. */
export class SipLeg implements CallerLeg {
  readonly provider = 'sip';
  readonly id: string;
  /** Not the Call-ID: a second INVITE with the same one must not touch the first one's sound. */
  readonly media = `sip-${++made}`;
  readonly from: string | null;
  readonly to: string;
  onEnded: (by: EndedBy, reason: string) => void = () => {};
  onKey: (key: string, method: KeyMethod) => void = () => {};
  onHeard: () => void = () => {};
  onPlayed: (play: string) => void = () => {};
  onRestarted: () => void = () => {};
  readonly #call: IncomingCall;
  readonly #desk: MediaDesk;
  readonly #sound: RtpEnd;
  readonly #forget: () => void;
  #state: 'new' | 'ringing' | 'answered' | 'ended' = 'new';
  #answer: Answer | null = null;
  #answered: Promise<void> | null = null;
  #giveUp: (reason: Error) => void = () => {};
  #heard = false;

  /** `address`: ours, as the SDP names it. */
  constructor(call: IncomingCall, desk: MediaDesk, address: string) {
    this.#call = call;
    this.#desk = desk;
    this.#sound = new RtpEnd(this.media, desk, address);
    this.id = call.id.slice(0, idLimit);
    this.from = call.from === null ? null : toE164(call.from);
    this.to = dialled(call.to);
    this.#forget = desk.listen(this.media, {
      digit: (key) => this.onKey(key, 'rtp'),
      up: () => this.#hear(),
      lost: (reason) => this.onEnded('lost', reason),
      played: (play) => this.onPlayed(play),
      restarted: () => this.#revive(),
    });
    call.onCancel = () => this.#gone('customer', 'The caller hung up before the answer');
    call.onEnded = (reason) => {
      if (reason === 'no ACK') this.#gone('lost', 'The caller never confirmed our answer');
      else this.#gone('customer', reason === 'BYE' ? 'The caller hung up' : reason);
    };
    call.onOffer = (offer) => this.#sound.renegotiate(offer);
    call.onAnswer = (sdp) => this.#follow(sdp);
    call.onInfo = (type, body) => {
      const key = keyOfInfo(type, body);
      if (key !== null) this.onKey(key, 'info');
    };
  }

  get heard(): boolean {
    return this.#heard;
  }

  /** Opens the RTP port and settles on a codec, so that nothing stands between StartBot and the 200. */
  async prepare(): Promise<CallRefusal | null> {
    try {
      await this.#sound.open();
    } catch (error) {
      this.#desk.send(Promise.reject(error));
      return callRefusals.overloaded;
    }
    if (this.#state === 'ended') this.#close();
    if (this.#call.offer === null) return null;
    try {
      this.#answer = this.#sound.answer(this.#call.offer);
      return null;
    } catch (error) {
      if (!(error instanceof SipRefusal)) throw error;
      return { status: error.status, phrase: error.message, headers: error.headers };
    }
  }

  ring(): void {
    if (this.#state !== 'new') return;
    this.#state = 'ringing';
    this.#call.ring();
  }

  answer(): Promise<void> {
    this.#answered ??= this.#accept();
    return this.#answered;
  }

  end(reason: string, refusal: CallRefusal = callRefusals.unavailable): void {
    if (this.#state === 'ended') return;
    const answered = this.#state === 'answered';
    this.#finish(reason);
    if (answered) this.#call.bye(reason);
    else this.#call.reject(refusal.status, refusal.phrase, refusal.headers);
  }

  async #accept(): Promise<void> {
    if (this.#state === 'ended') throw new Error('the call is over');
    this.#state = 'answered';
    const ended = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    if (this.#answer !== null) {
      // The 200 does not wait for the media engine; the peer's first packets come a round trip later.
      const remote = this.#sound.connect(this.#answer).catch(unlessInterrupted);
      await Promise.race([Promise.all([remote, this.#call.answer(this.#answer.sdp)]), ended]);
      return;
    }
    const answer = await Promise.race([this.#call.answer(this.#sound.offer()), ended]);
    this.#follow(answer ?? '');
  }

  /** The peer's answer to an offer of ours. */
  #follow(answer: string): void {
    try {
      this.#sound.follow(answer);
    } catch (error) {
      if (!(error instanceof SipRefusal)) throw error;
      this.onEnded('failure', `The caller’s answer to our offer cannot be used: ${error.message}`);
    }
  }

  #revive(): void {
    const lost = (): void => {
      if (this.#state !== 'ended') this.onEnded('failure', 'The media engine died');
    };
    this.#sound.reopen().then(() => this.onRestarted(), lost);
  }

  #hear(): void {
    this.#heard = true;
    this.onHeard();
  }

  /** The caller ended it: nothing more is to be said to it. */
  #gone(by: EndedBy, reason: string): void {
    if (this.#state === 'ended') return;
    this.#finish(reason);
    this.onEnded(by, reason);
  }

  #finish(reason: string): void {
    this.#state = 'ended';
    this.#close();
    this.#giveUp(new Error(reason));
  }

  #close(): void {
    this.#forget();
    this.#sound.close();
  }
}
