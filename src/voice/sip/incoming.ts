import { sdpOf } from './body.ts';
import type { Caller } from './caller.ts';
import type { Timer } from './clock.ts';
import type { Core } from './core.ts';
import { dialogOfRequest } from './dialog.ts';
import { newTag } from './ids.ts';
import { respond } from './in-dialog.ts';
import type { SipRequest } from './message.ts';
import { SipRefusal } from './refusal.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { Session } from './session.ts';
import type { IncomingCall } from './sip.ts';
import { timing } from './timing.ts';

/** A call towards us, from its INVITE on. Refuses 400 (no Contact) and 415 when made. */
export class Incoming implements IncomingCall {
  readonly id: string;
  readonly from: string | null;
  readonly fromDisplay: string;
  readonly to: string;
  readonly remote: IncomingCall['remote'];
  readonly offer: string | null;
  onCancel = (): void => undefined;
  onEnded = (_reason: string): void => undefined;
  onOffer = (_sdp: string | null): string => {
    throw new SipRefusal(488, 'Not Acceptable Here');
  };
  onAnswer = (_sdp: string): void => undefined;
  onInfo = (_contentType: string, _body: string): void => undefined;
  readonly #core: Core;
  readonly #transaction: ServerTransaction;
  readonly #session: Session;
  /** Our tag, the same in every response. */
  readonly toTag = newTag();
  readonly #settled: () => void;
  #state: 'ringing' | 'answered' | 'over' = 'ringing';
  #ringing: Timer | null = null;
  #expiry: Timer | null = null;

  /** `settled` is called when the INVITE has its final response. */
  constructor(core: Core, transaction: ServerTransaction, caller: Caller, to: string, settled: () => void) {
    const { request, hop } = transaction;
    this.id = request.callId;
    this.from = caller.number;
    this.fromDisplay = caller.display;
    this.to = to;
    this.remote = { address: hop.address, port: hop.port, transport: hop.transport };
    this.offer = sdpOf(request);
    this.#core = core;
    this.#settled = settled;
    this.#transaction = transaction;
    this.#session = new Session(core, {
      dialog: dialogOfRequest(request, this.toTag),
      hop,
      user: to,
      weCalled: false,
      handlers: {
        offered: (sdp) => this.onOffer(sdp),
        answered: (sdp) => this.onAnswer(sdp),
        info: (type, body) => this.onInfo(type, body),
        ended: (reason) => this.#endedByPeer(reason),
      },
    });
    this.#expire(request);
  }

  ring(): void {
    if (this.#state !== 'ringing') return;
    this.#respond(180, 'Ringing');
    this.#ringing?.cancel();
    this.#ringing = this.#core.clock.after(timing.ringAgain, () => this.ring());
  }

  async answer(sdp: string): Promise<string | null> {
    if (this.#state !== 'ringing') throw new Error('the call is no longer ringing');
    this.#settle('answered');
    const ack = await this.#session.accept(this.#transaction, sdp);
    if (this.offer !== null) return null;
    try {
      const answer = sdpOf(ack);
      if (answer !== null) return answer;
    } catch (error) {
      if (!(error instanceof SipRefusal)) throw error;
    }
    this.bye('no SDP answer in the ACK');
    throw new Error('the ACK carried no SDP answer');
  }

  reject(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): void {
    if (this.#state !== 'ringing') return;
    this.#settle('over');
    this.#session.leave();
    this.#respond(status, reason, headers);
  }

  bye(reason?: string): void {
    if (this.#state === 'ringing') this.reject(480, 'Temporarily Unavailable');
    if (this.#state !== 'answered') return;
    this.#state = 'over';
    this.#session.bye(reason);
  }

  /** The caller gave up before the answer; a CANCEL that comes later does nothing. */
  cancelled(): void {
    if (this.#state !== 'ringing') return;
    this.reject(487, 'Request Terminated');
    this.onCancel();
  }

  /** A fault while the call was handed over: it must not ring for ever. */
  failed(): void {
    if (this.#state === 'ringing') this.reject(500, 'Server Internal Error');
    else this.bye('server fault');
  }

  #respond(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): void {
    const { hop } = this.#transaction;
    const contact = status < 300 ? { contact: this.#core.contact(hop, this.to) } : {};
    respond(this.#core, this.#transaction, status, reason, { toTag: this.toTag, headers, ...contact });
  }

  #settle(state: 'answered' | 'over'): void {
    this.#state = state;
    this.#ringing?.cancel();
    this.#expiry?.cancel();
    this.#settled();
  }

  /** The caller may say how long it is willing to wait (RFC 3261 §13.3.1). */
  #expire(request: SipRequest): void {
    const value = request.headers.get('expires');
    if (value === null || !/^\d{1,6}$/.test(value)) return;
    this.#expiry = this.#core.clock.after(Number(value) * 1000, () => this.cancelled());
  }

  #endedByPeer(reason: string): void {
    const wasRinging = this.#state === 'ringing';
    const wasOver = this.#state === 'over';
    this.#settle('over');
    if (wasRinging) {
      const status = reason === 'BYE' ? 487 : 503;
      this.#respond(status, status === 487 ? 'Request Terminated' : 'Service Unavailable');
      this.onCancel();
    } else if (!wasOver) this.onEnded(reason);
  }
}
