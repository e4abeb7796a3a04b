import { sdpOf } from './body.ts';
import { ClientRequest, type RequestEvents } from './client-request.ts';
import type { Core } from './core.ts';
import { refreshTarget, requestWithin } from './dialog.ts';
import { bytesOf, quoted } from './grammar.ts';
import { findHop, type Hop, isLoopback, isPrivate } from './hop.ts';
import { newBranch } from './ids.ts';
import { formatMessage, type SipResponse } from './message.ts';
import { SipRefusal } from './refusal.ts';
import type { SessionParts } from './session.ts';
import { parseUri } from './uri.ts';

/** Most re-INVITEs in a row that may meet one of the peer's. */
const mostGlares = 5;

const nowhere = Buffer.alloc(0);

/** Is this a Contact address that the peer cannot be reached at from here, since it sits behind a NAT? */
function isHidden(contact: string, seen: string): boolean {
  if (contact === seen) return false;
  if (contact === '0.0.0.0' || contact === '::' || isLoopback(contact))
    return !isLoopback(seen) || !isLoopback(contact);
  return isPrivate(contact) && !isPrivate(seen) && !isLoopback(seen);
}

/** The requests that we send inside a dialog: BYE, INFO, re-INVITE and ACK. */
export class SessionRequests {
  readonly #core: Core;
  readonly #parts: SessionParts;
  readonly #lost: (reason: string) => void;
  #peer: Hop;
  #offering = false;

  /** `lost` is called when the peer no longer knows the dialog (408, 481). */
  constructor(core: Core, parts: SessionParts, lost: (reason: string) => void) {
    this.#core = core;
    this.#parts = parts;
    this.#lost = lost;
    this.#peer = parts.hop;
  }

  /** Is a re-INVITE of ours unanswered? */
  get offering(): boolean {
    return this.#offering;
  }

  /** The peer spoke from here: the way back for what follows. */
  heardFrom(hop: Hop): void {
    this.#peer = hop;
  }

  /** Sends BYE; how it is answered makes no difference. */
  bye(reason?: string): void {
    const done = (): void => undefined;
    const headers: [string, string][] = [];
    if (reason !== undefined) headers.push(['reason', `SIP;cause=200;text=${quoted(bytesOf(reason))}`]);
    this.#send('BYE', headers, nowhere, { provisional: done, final: done, failed: done });
  }

  /** Sends INFO; rejects with the peer's refusal. */
  info(contentType: string, body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#send('INFO', [['content-type', contentType]], Buffer.from(body, 'utf8'), {
        provisional: () => undefined,
        final: (response) => {
          if (response.status < 300) return resolve();
          reject(new SipRefusal(response.status, response.reason));
          if (response.status === 408 || response.status === 481)
            this.#lost(`${response.status} ${response.reason}`);
        },
        failed: (status, reason) => {
          reject(new SipRefusal(status, reason));
          if (status === 408) this.#lost(`${status} ${reason}`);
        },
      });
    });
  }

  /** Sends a re-INVITE; resolves with the peer's answer, rejects with its refusal. After a collision it waits and
   *  tries again (RFC 3261 §14.1). Only one at a time: a second rejects with 491. */
  async reinvite(sdp: string): Promise<string> {
    if (this.#offering) throw new SipRefusal(491, 'Request Pending');
    for (let glares = 0; ; glares += 1) {
      try {
        return await this.#reinviteOnce(sdp);
      } catch (error) {
        if (!(error instanceof SipRefusal) || error.status !== 491 || glares >= mostGlares) throw error;
        const waitMs = this.#parts.weCalled ? 2_100 + Math.random() * 1_900 : Math.random() * 2_000;
        await new Promise<void>((resolve) => this.#core.clock.after(waitMs, resolve));
      }
    }
  }

  #reinviteOnce(sdp: string): Promise<string> {
    this.#offering = true;
    return new Promise((resolve, reject) => {
      const refuse = (status: number, reason: string): void => {
        this.#offering = false;
        reject(new SipRefusal(status, reason));
        if (status === 408 || status === 481) this.#lost(`${status} ${reason}`);
      };
      const contact = this.#core.contact(this.#peer, this.#parts.user);
      const headers: [string, string][] = [
        ['contact', contact],
        ['content-type', 'application/sdp'],
      ];
      this.#send('INVITE', headers, Buffer.from(sdp, 'utf8'), {
        provisional: () => undefined,
        final: (response) => {
          if (response.status >= 300) return refuse(response.status, response.reason);
          this.#offering = false;
          this.#accepted(response, resolve, reject);
        },
        failed: refuse,
      });
    });
  }

  #accepted(response: SipResponse, resolve: (sdp: string) => void, reject: (error: Error) => void): void {
    refreshTarget(this.#parts.dialog, response);
    this.ack(response.cseq.number);
    const answer = sdpOf(response);
    if (answer === null) reject(new SipRefusal(488, 'Answer Without SDP'));
    else resolve(answer);
  }

  /** Acknowledges a 2xx to our INVITE; called again for each repeat of it. */
  ack(cseq: number): void {
    const { uri, next, headers } = requestWithin(this.#parts.dialog);
    this.#way(next, (hop) => {
      headers.add('via', this.#core.via(hop, newBranch())).add('cseq', `${cseq} ACK`);
      this.#core.send(formatMessage(`ACK ${uri} SIP/2.0`, headers), hop);
    });
  }

  #send(
    method: string,
    extra: readonly (readonly [string, string])[],
    body: Buffer,
    events: RequestEvents,
  ): void {
    const { dialog, credentials } = this.#parts;
    const { uri, next, headers } = requestWithin(dialog);
    for (const [name, value] of extra) headers.add(name, value);
    const nextCseq = (): number => {
      dialog.localSeq += 1;
      return dialog.localSeq;
    };
    this.#way(
      next,
      (hop) =>
        new ClientRequest(
          this.#core,
          { method, uri, headers, body, hop, credentials, nextCseq },
          events,
        ).start(),
      (refusal) => events.failed(refusal.status, refusal.message),
    );
  }

  /** The way to the next hop: the connection or address the peer was heard from where its Contact leads nowhere else. */
  #way(
    next: string,
    found: (hop: Hop) => void,
    failed: (refusal: SipRefusal) => void = () => undefined,
  ): void {
    const peer = this.#peer;
    const direct = this.#parts.dialog.routeSet.length === 0;
    findHop(
      next,
      peer.transport,
      (hop) => {
        const named = parseUri(next).host;
        if (direct && isHidden(named, peer.address)) found(peer);
        else if (hop.transport === 'tcp' && peer.connection !== undefined && hop.address === peer.address) {
          found({ ...hop, connection: peer.connection });
        } else found(hop);
      },
      failed,
    );
  }
}
