/** A call from its dialog on: what both sides, caller and called, may do inside it.
 *  Source: RFC 3261 §12.2, §13.3.1.4, §14, §15; RFC 3311 (UPDATE); RFC 3264 (one offer at a time). */

import { acceptedBodies, allowedMethods } from './answers.ts';
import { sdpOf } from './body.ts';
import type { Core, DialogParty } from './core.ts';
import { type Dialog, dialogKey, refreshTarget } from './dialog.ts';
import type { Credentials } from './digest.ts';
import type { Hop } from './hop.ts';
import { answerInfo, guarded, reasonOf, respond } from './in-dialog.ts';
import type { SipRequest } from './message.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { SessionRequests } from './session-requests.ts';
import { UnconfirmedAnswer } from './unconfirmed-answer.ts';

/** What a session tells the call it belongs to. `offered` may throw a SipRefusal. */
export interface SessionHandlers {
  offered(sdp: string | null): string;
  /** The peer's answer to an offer that we made in a 2xx to its re-INVITE. */
  answered(sdp: string): void;
  info(contentType: string, body: string): void;
  /** Over, and not by our `bye`. */
  ended(reason: string): void;
}

/** How a session comes about. `user`: user part of our Contact. `weCalled`: we own the Call-ID. */
export interface SessionParts {
  readonly dialog: Dialog;
  readonly hop: Hop;
  readonly user: string | null;
  readonly weCalled: boolean;
  readonly credentials?: Credentials | undefined;
  readonly handlers: SessionHandlers;
}

/** One side of one dialog. */
export class Session implements DialogParty {
  readonly #core: Core;
  readonly #parts: SessionParts;
  readonly #requests: SessionRequests;
  readonly #unconfirmed = new Map<number, UnconfirmedAnswer>();
  #state: 'early' | 'live' | 'over' = 'early';
  #byeAfterAck: { readonly reason: string | undefined } | null = null;

  constructor(core: Core, parts: SessionParts) {
    this.#core = core;
    this.#parts = parts;
    this.#requests = new SessionRequests(core, parts, (reason) => this.#fail(reason));
    core.enter(this.#key, this);
  }

  get #key(): string {
    const { callId, localTag, remoteTag } = this.#parts.dialog;
    return dialogKey(callId, localTag, remoteTag);
  }

  get remoteTag(): string {
    return this.#parts.dialog.remoteTag;
  }

  /** Our own requests inside the dialog. */
  get requests(): SessionRequests {
    return this.#requests;
  }

  /** The first INVITE is answered: BYE, re-INVITE and the rest may be sent from now on. */
  confirm(): void {
    if (this.#state === 'early') this.#state = 'live';
  }

  /** Leaves the dialog without a word. */
  leave(): void {
    this.#state = 'over';
    for (const answer of this.#unconfirmed.values()) answer.stop();
    this.#unconfirmed.clear();
    this.#core.leave(this.#key);
  }

  /** Sends 2xx with this SDP until the ACK comes; resolves with the ACK. Rejects after 32 s, when the dialog is ended. */
  accept(transaction: ServerTransaction, sdp: string): Promise<SipRequest> {
    this.confirm();
    respond(this.#core, transaction, 200, 'OK', {
      toTag: this.#parts.dialog.localTag,
      contact: this.#core.contact(transaction.hop, this.#parts.user),
      headers: { Allow: allowedMethods },
      sdp,
    });
    const number = transaction.request.cseq.number;
    return new Promise((resolve, reject) => {
      const answer = new UnconfirmedAnswer(this.#core.clock, transaction, {
        confirmed: (ack) => {
          this.#unconfirmed.delete(number);
          resolve(ack);
          this.#sendHeldBye();
        },
        stopped: (reason) => reject(new Error(reason)),
        given: () => {
          this.#unconfirmed.delete(number);
          reject(new Error('the answer was never acknowledged'));
          if (this.#byeAfterAck === null) this.#fail('no ACK', true);
          else this.#sendHeldBye();
        },
      });
      this.#unconfirmed.set(number, answer);
    });
  }

  /** Ends the dialog. Before the ACK of our 2xx the BYE has to wait for it (RFC 3261 §15). */
  bye(reason?: string): void {
    if (this.#state !== 'live' || this.#byeAfterAck !== null) return;
    if (this.#unconfirmed.size > 0 && !this.#parts.weCalled) this.#byeAfterAck = { reason };
    else this.#hangUp(reason);
  }

  shutDown(): void {
    if (this.#state === 'live') this.#hangUp('server shutting down');
    else this.#fail('server shutting down');
  }

  ack(request: SipRequest): void {
    this.#unconfirmed.get(request.cseq.number)?.confirm(request);
  }

  request(request: SipRequest, hop: Hop): void {
    const transaction = this.#core.transactions.serve(request, hop);
    const { dialog } = this.#parts;
    if (dialog.remoteSeq !== null && request.cseq.number <= dialog.remoteSeq) {
      respond(this.#core, transaction, 500, 'CSeq Out Of Order');
      return;
    }
    dialog.remoteSeq = request.cseq.number;
    this.#requests.heardFrom(hop);
    guarded(this.#core, transaction, () => this.#serve(transaction));
  }

  #serve(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (request.method === 'BYE') {
      respond(this.#core, transaction, 200, 'OK');
      this.#fail(reasonOf(request));
    } else if (request.method === 'INVITE') this.#reinvited(transaction);
    else if (request.method === 'UPDATE') this.#updated(transaction);
    else if (request.method === 'INFO') {
      answerInfo(this.#core, transaction, (type, body) => this.#parts.handlers.info(type, body));
    } else {
      respond(this.#core, transaction, 200, 'OK', {
        headers: { Allow: allowedMethods, Accept: acceptedBodies },
      });
    }
  }

  /** 491 or 500 when an offer is already under way; true when one was answered so. */
  #glare(transaction: ServerTransaction): boolean {
    const ownOffer = this.#requests.offering || [...this.#unconfirmed.values()].some((answer) => answer.late);
    if (ownOffer) respond(this.#core, transaction, 491, 'Request Pending');
    else if (this.#state === 'early') {
      const headers = { 'Retry-After': String(1 + (transaction.request.cseq.number % 9)) };
      respond(this.#core, transaction, 500, 'Earlier Offer Not Answered', { headers });
    }
    return ownOffer || this.#state === 'early';
  }

  #reinvited(transaction: ServerTransaction): void {
    if (this.#glare(transaction)) return;
    const { dialog, handlers } = this.#parts;
    const offer = sdpOf(transaction.request);
    const sdp = handlers.offered(offer);
    refreshTarget(dialog, transaction.request);
    this.accept(transaction, sdp)
      .then(
        (ack) => {
          const answer = offer === null ? sdpOf(ack) : null;
          if (answer !== null) handlers.answered(answer);
        },
        (error: Error) => this.#core.log(`sip: re-INVITE of ${dialog.callId}: ${error.message}`),
      )
      .catch((error: unknown) => this.#core.log(`sip: late answer of ${dialog.callId}: ${String(error)}`));
  }

  #updated(transaction: ServerTransaction): void {
    const { dialog, handlers, user } = this.#parts;
    const offer = sdpOf(transaction.request);
    if (offer !== null && this.#glare(transaction)) return;
    const sdp = offer === null ? undefined : handlers.offered(offer);
    refreshTarget(dialog, transaction.request);
    respond(this.#core, transaction, 200, 'OK', {
      contact: this.#core.contact(transaction.hop, user),
      headers: { Allow: allowedMethods },
      ...(sdp === undefined ? {} : { sdp }),
    });
  }

  #sendHeldBye(): void {
    const held = this.#byeAfterAck;
    if (held !== null && this.#state === 'live') this.#hangUp(held.reason);
  }

  #hangUp(reason: string | undefined): void {
    this.leave();
    this.#requests.bye(reason);
  }

  #fail(reason: string, sayBye = false): void {
    if (this.#state === 'over') return;
    this.leave();
    if (sayBye) this.#requests.bye(reason);
    this.#parts.handlers.ended(reason);
  }
}
