import { randomBytes } from 'node:crypto';
import type { ClientTransaction } from './client-transaction.ts';
import type { Core } from './core.ts';
import { type Credentials, chooseChallenge, formatCredentials } from './digest.ts';
import { Headers } from './headers.ts';
import type { Hop } from './hop.ts';
import { newBranch } from './ids.ts';
import type { SipResponse } from './message.ts';
import { SipRefusal } from './refusal.ts';

/** A request to send, without Via and CSeq, which each try gets anew. */
export interface RequestPlan {
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  readonly body: Buffer;
  readonly hop: Hop;
  readonly credentials?: Credentials | undefined;
  nextCseq(): number;
}

/** How the request goes on. A challenge that can be answered is not reported. */
export interface RequestEvents {
  provisional(response: SipResponse): void;
  final(response: SipResponse): void;
  failed(status: number, reason: string): void;
}

const mostTries = 3;

/** Sends a request and answers digest challenges for it, once each, again only when the nonce was stale.
 *  Source: RFC 3261 §22.2 and §9.1 (CANCEL). */
export class ClientRequest {
  readonly #core: Core;
  readonly #plan: RequestPlan;
  readonly #events: RequestEvents;
  readonly #authorizations = new Map<string, string>();
  #transaction: ClientTransaction | null = null;
  #tries = 0;
  #wantsCancel = false;
  #cancelSent = false;

  constructor(core: Core, plan: RequestPlan, events: RequestEvents) {
    this.#core = core;
    this.#plan = plan;
    this.#events = events;
  }

  /** Sends the first try. */
  start(): void {
    const plan = this.#plan;
    const core = this.#core;
    this.#tries += 1;
    const branch = newBranch();
    const headers = new Headers().add('via', core.via(plan.hop, branch));
    headers.addAll(plan.headers).add('cseq', `${plan.nextCseq()} ${plan.method}`);
    for (const [name, value] of this.#authorizations) headers.add(name, value);
    const outgoing = { method: plan.method, uri: plan.uri, headers, body: plan.body };
    this.#transaction = core.transactions.send(outgoing, branch, plan.hop, {
      provisional: (response) => {
        if (this.#wantsCancel) this.#sendCancel();
        this.#events.provisional(response);
      },
      final: (response) => this.#final(response),
      failed: (status, reason) => this.#events.failed(status, reason),
    });
  }

  /** Asks the peer to give up the INVITE. Waits for a first response, as it must; after the final one does nothing. */
  cancel(): void {
    this.#wantsCancel = true;
    if (this.#transaction?.state === 'proceeding') this.#sendCancel();
  }

  /** Gives up waiting for a peer that never answers its CANCEL. */
  abandon(): void {
    this.#transaction?.abandon();
  }

  #sendCancel(): void {
    const invite = this.#transaction;
    if (this.#cancelSent || invite === null) return;
    this.#cancelSent = true;
    const { headers, uri } = invite.outgoing;
    const cancel = Headers.of(['via', headers.get('via')], ['max-forwards', '70']);
    for (const name of ['route', 'from', 'to', 'call-id']) {
      for (const value of headers.all(name)) cancel.add(name, value);
    }
    cancel.add('cseq', (headers.get('cseq') ?? '').replace(/ .*$/, ' CANCEL'));
    const branch = /;branch=([^;,]+)/.exec(headers.get('via') ?? '')?.[1] ?? '';
    const outgoing = { method: 'CANCEL', uri, headers: cancel, body: Buffer.alloc(0) };
    const ignore = (): void => undefined;
    // The outcome of the CANCEL itself says nothing: the INVITE's own final response tells.
    this.#core.transactions.send(outgoing, branch, invite.hop, {
      provisional: ignore,
      final: ignore,
      failed: ignore,
    });
  }

  #final(response: SipResponse): void {
    if (
      (response.status === 401 || response.status === 407) &&
      !this.#wantsCancel &&
      this.#authorize(response)
    ) {
      this.start();
    } else this.#events.final(response);
  }

  /** Prepares the answer to a challenge; false when there is none to give. */
  #authorize(response: SipResponse): boolean {
    const { credentials } = this.#plan;
    if (credentials === undefined || this.#tries >= mostTries) return false;
    const proxy = response.status === 407;
    const name = proxy ? 'proxy-authorization' : 'authorization';
    try {
      const challenge = chooseChallenge(
        response.headers.all(proxy ? 'proxy-authenticate' : 'www-authenticate'),
      );
      const stale = challenge?.get('stale')?.toLowerCase() === 'true';
      if (challenge === null || (this.#authorizations.has(name) && !stale)) return false;
      const cnonce = randomBytes(8).toString('hex');
      this.#authorizations.set(name, formatCredentials(credentials, challenge, this.#plan, cnonce));
      return true;
    } catch (error) {
      if (!(error instanceof SipRefusal)) throw error;
      this.#core.log(`sip: challenge from ${this.#plan.hop.address} cannot be read: ${error.message}`);
      return false;
    }
  }
}
