import { allowedMethods } from './answers.ts';
import { sdpOf } from './body.ts';
import { ClientRequest } from './client-request.ts';
import type { Timer } from './clock.ts';
import type { Core } from './core.ts';
import { dialogOfResponse } from './dialog.ts';
import type { Credentials } from './digest.ts';
import { bytesOf, isToken } from './grammar.ts';
import { Headers } from './headers.ts';
import { findHop, type Hop } from './hop.ts';
import { newCallId, newTag } from './ids.ts';
import type { SipResponse } from './message.ts';
import { SipRefusal } from './refusal.ts';
import { Session } from './session.ts';
import type { OutgoingCall, OutgoingHandlers } from './sip.ts';
import { timing } from './timing.ts';
import { escapeUser } from './uri.ts';

/** What to dial. `target` is a SIP URI, `from` our number or user name, or a whole SIP URI. */
export interface DialPlan {
  readonly target: string;
  readonly from: string;
  readonly sdp: string;
  readonly transport: 'udp' | 'tcp';
  readonly credentials?: Credentials | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** A call we place, from the first INVITE on. */
export class Outgoing implements OutgoingCall {
  readonly id = newCallId();
  readonly #core: Core;
  readonly #plan: DialPlan;
  readonly #handlers: OutgoingHandlers;
  readonly #done: () => void;
  readonly #tag = newTag();
  #state: 'calling' | 'cancelling' | 'answered' | 'over' = 'calling';
  #request: ClientRequest | null = null;
  #session: Session | null = null;
  #hop: Hop | null = null;
  #patience: Timer | null = null;
  #cseq = 0;

  /** `done` is called once, when no answer is awaited any more. */
  constructor(core: Core, plan: DialPlan, handlers: OutgoingHandlers, done: () => void) {
    this.#core = core;
    this.#plan = plan;
    this.#handlers = handlers;
    this.#done = done;
  }

  /** Finds the way and sends the INVITE. Failures go to the handlers, never before this returns. */
  start(): void {
    const { target, transport } = this.#plan;
    queueMicrotask(() =>
      findHop(
        target.replace(/^<|>$/g, ''),
        transport,
        (hop) => this.#invite(hop),
        (refusal) => this.#failed(refusal.status, refusal.message),
      ),
    );
  }

  cancel(): void {
    if (this.#state !== 'calling') return;
    this.#state = 'cancelling';
    this.#request?.cancel();
    // A peer that never ends the cancelled INVITE is not waited for (RFC 3261 §9.1).
    this.#patience = this.#core.clock.after(timing.giveUp, () => {
      this.#request?.abandon();
      this.#failed(487, 'Request Terminated');
    });
    if (this.#request === null) this.#failed(487, 'Request Terminated');
  }

  bye(reason?: string): void {
    if (this.#state === 'calling') this.cancel();
    if (this.#state !== 'answered') return;
    this.#state = 'over';
    this.#session?.bye(reason);
  }

  info(contentType: string, body: string): Promise<void> {
    return this.#live().then((session) => session.requests.info(contentType, body));
  }

  reinvite(sdp: string): Promise<string> {
    return this.#live().then((session) => session.requests.reinvite(sdp));
  }

  async #live(): Promise<Session> {
    if (this.#state !== 'answered' || this.#session === null) throw new SipRefusal(481, 'No Such Call');
    return this.#session;
  }

  #invite(hop: Hop): void {
    if (this.#state !== 'calling') return;
    this.#hop = hop;
    const { target, from, sdp, headers: extra, credentials } = this.#plan;
    const uri = target.replace(/^<|>$/g, '');
    const own = /^sips?:/i.test(from) ? from : `sip:${escapeUser(from)}@${this.#core.host(hop)}`;
    const headers = Headers.of(
      ['max-forwards', '70'],
      ['from', `<${own}>;tag=${this.#tag}`],
      ['to', `<${uri}>`],
      ['call-id', this.id],
      ['contact', this.#core.contact(hop, this.#user)],
      ['allow', allowedMethods],
      ['content-type', 'application/sdp'],
    );
    for (const [name, value] of Object.entries(extra)) {
      if (!isToken(name)) throw new RangeError(`${name} is no header name`);
      headers.set(name, bytesOf(value));
    }
    const nextCseq = (): number => {
      this.#cseq += 1;
      return this.#cseq;
    };
    this.#request = new ClientRequest(
      this.#core,
      { method: 'INVITE', uri, headers, body: Buffer.from(sdp, 'utf8'), hop, credentials, nextCseq },
      {
        provisional: (response) => this.#provisional(response),
        final: (response) => this.#final(response),
        failed: (status, reason) => this.#failed(status, reason),
      },
    );
    this.#request.start();
  }

  get #user(): string | null {
    return /^sips?:/i.test(this.#plan.from) ? null : this.#plan.from;
  }

  #provisional(response: SipResponse): void {
    if (this.#state !== 'calling' || response.status === 100) return;
    this.#handlers.ringing(response.status, this.#sdpIn(response));
  }

  #sdpIn(response: SipResponse): string | null {
    try {
      return sdpOf(response);
    } catch (error) {
      if (error instanceof SipRefusal) return null;
      throw error;
    }
  }

  #final(response: SipResponse): void {
    if (response.status >= 300) this.#failed(response.status, response.reason);
    else if (this.#session === null) this.#accepted(response);
    else if (response.to.parameters.get('tag') === this.#session.remoteTag) {
      this.#session.requests.ack(response.cseq.number);
    } else this.#refuseFork(response);
  }

  #accepted(response: SipResponse): void {
    const session = this.#enter(response);
    if (session === null) {
      this.#failed(502, 'Answer Without Contact');
      return;
    }
    this.#session = session;
    session.requests.ack(response.cseq.number);
    const sdp = this.#sdpIn(response);
    if (this.#state === 'calling' && sdp !== null) {
      this.#state = 'answered';
      this.#done();
      this.#handlers.answered(sdp, this);
      return;
    }
    // Answered while our CANCEL was under way, or without an answer to the offer: a call that nobody wants.
    session.bye();
    if (sdp === null) this.#failed(488, 'Answer Without SDP');
    else this.#failed(487, 'Request Terminated');
  }

  /** A second branch of a forked call answered as well: only one may live (RFC 3261 §13.2.2.4). */
  #refuseFork(response: SipResponse): void {
    const fork = this.#enter(response, true);
    fork?.requests.ack(response.cseq.number);
    fork?.bye('another branch answered');
  }

  #enter(response: SipResponse, silent = false): Session | null {
    if (this.#hop === null) return null;
    try {
      const session = new Session(this.#core, {
        dialog: dialogOfResponse(response),
        hop: this.#hop,
        user: this.#user,
        weCalled: true,
        credentials: this.#plan.credentials,
        handlers: {
          offered: (sdp) => this.#handlers.offered(sdp),
          answered: (sdp) => this.#handlers.offerAnswered?.(sdp),
          info: (type, body) => this.#handlers.info(type, body),
          ended: (reason) => (silent ? undefined : this.#ended(reason)),
        },
      });
      session.confirm();
      return session;
    } catch (error) {
      if (error instanceof SipRefusal) return null;
      throw error;
    }
  }

  #ended(reason: string): void {
    if (this.#state !== 'answered') return;
    this.#state = 'over';
    this.#handlers.ended(reason);
  }

  #failed(status: number, reason: string): void {
    this.#patience?.cancel();
    if (this.#state !== 'calling' && this.#state !== 'cancelling') return;
    this.#state = 'over';
    this.#done();
    this.#handlers.failed(status, reason);
  }
}
