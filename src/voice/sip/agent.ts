/** Takes what the transports received and finds who it is for. Answers out of place requests itself, without keeping
 *  any state for them: only a caller that was admitted costs memory.
 *  Source: RFC 3261 §8.2, §9.2, §16.11 (stateless answers); voice.md §1. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Admissions } from './admission.ts';
import {
  type AnswerParts,
  acceptedBodies,
  allowedMethods,
  formatAnswer,
  otherKnownMethods,
} from './answers.ts';
import { callerOf } from './caller.ts';
import type { Core, DialogParty } from './core.ts';
import { dialogKey } from './dialog.ts';
import type { Headers } from './headers.ts';
import type { Hop } from './hop.ts';
import { newTag } from './ids.ts';
import { Incoming } from './incoming.ts';
import type { SipRequest } from './message.ts';
import { type Parsed, parseMessage } from './parse.ts';
import { SipRefusal } from './refusal.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { IncomingCall } from './sip.ts';
import { parseUri, userOf } from './uri.ts';

/** More live transactions than this mean a flood, or a server that cannot keep up: new calls get 503. */
export const mostTransactions = 20_000;

const servedMethods = new Set(allowedMethods.split(', '));
const capabilities = {
  Allow: allowedMethods,
  Accept: acceptedBodies,
  Supported: '',
  'Accept-Encoding': 'identity',
};

/** The routing of messages. */
export class Agent {
  onInvite: (call: IncomingCall) => void = (call) => call.reject(480, 'Temporarily Unavailable');
  readonly #core: Core;
  readonly #admissions: Admissions;
  readonly #parties: ReadonlyMap<string, DialogParty>;
  readonly #ringing = new Map<ServerTransaction, Incoming>();
  readonly #secret = randomBytes(16);
  #closing = false;

  /** `parties`: the live dialogs, kept by the core. */
  constructor(core: Core, admissions: Admissions, parties: ReadonlyMap<string, DialogParty>) {
    this.#core = core;
    this.#admissions = admissions;
    this.#parties = parties;
  }

  /** From now on new calls get 503. */
  close(): void {
    this.#closing = true;
    for (const call of this.#ringing.values())
      call.reject(503, 'Service Unavailable', { 'Retry-After': '30' });
    this.#ringing.clear();
  }

  /** Any bytes that came. Never throws: a fault in serving one message must not take the server down. */
  receive(bytes: Buffer, hop: Hop): void {
    this.#guarded(hop, () => {
      const message = parseMessage(bytes);
      if (message.kind === 'request') this.#serve(message, hop);
      else if (message.kind === 'response') this.#core.transactions.receive(message);
      else if (message.kind === 'malformed') this.#malformed(message, hop);
      else if (message.kind === 'garbage')
        this.#core.log(`sip: dropped ${message.reason} from ${hop.address}`);
    });
  }

  /** The bytes at which a stream could not be read on: refused when they are a malformed request, else dropped. */
  receiveBroken(bytes: Buffer, hop: Hop): void {
    this.#guarded(hop, () => {
      const message = parseMessage(bytes);
      if (message.kind === 'malformed') this.#malformed(message, hop);
    });
  }

  #guarded(hop: Hop, run: () => void): void {
    try {
      run();
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#core.log(`sip: fault in a message from ${hop.address}: ${what}`);
    }
  }

  #serve(request: SipRequest, hop: Hop): void {
    try {
      this.#request(request, hop);
    } catch (error) {
      if (!(error instanceof SipRefusal)) throw error;
      if (request.method === 'ACK') return;
      this.#answer(request.headers, hop, error.status, error.message, { headers: error.headers });
    }
  }

  #malformed({ method, headers, refusal }: Parsed & { kind: 'malformed' }, hop: Hop): void {
    this.#core.log(`sip: ${method} from ${hop.address} is malformed: ${refusal.message}`);
    if (method === 'ACK' || headers.get('via') === null) return;
    this.#answer(headers, hop, refusal.status, refusal.message, { headers: refusal.headers });
  }

  /** Answers without a transaction. The tag is computed, so that a retransmission gets the same one. */
  #answer(headers: Headers, hop: Hop, status: number, reason: string, parts: AnswerParts = {}): void {
    const seed = `${headers.get('call-id')} ${headers.get('cseq')} ${headers.get('from')}`;
    const toTag = createHmac('sha256', this.#secret).update(seed, 'latin1').digest('hex').slice(0, 18);
    this.#core.send(formatAnswer(headers, hop, status, reason, { toTag, ...parts }), hop);
  }

  #request(request: SipRequest, hop: Hop): void {
    const transaction = this.#core.transactions.serverOf(request);
    if (transaction !== null) {
      transaction.receive(request);
      // A peer that reuses the branch for the ACK of a 2xx means the dialog all the same.
      if (request.method !== 'ACK' || transaction.state !== 'accepted') return;
    }
    if (request.method === 'ACK') this.#partyOf(request)?.ack(request);
    else if (request.method === 'CANCEL') this.#cancel(request, hop);
    else this.#fresh(request, hop);
  }

  #partyOf(request: SipRequest): DialogParty | null {
    const local = request.to.parameters.get('tag') ?? '';
    const remote = request.from.parameters.get('tag') ?? '';
    return this.#parties.get(dialogKey(request.callId, local, remote)) ?? null;
  }

  #cancel(request: SipRequest, hop: Hop): void {
    const invite = this.#core.transactions.cancelledBy(request);
    if (invite === null) throw new SipRefusal(481, 'No Such Transaction');
    const call = this.#ringing.get(invite);
    this.#answer(request.headers, hop, 200, 'OK', call === undefined ? {} : { toTag: call.toTag });
    call?.cancelled();
  }

  #fresh(request: SipRequest, hop: Hop): void {
    const { method, headers } = request;
    if (!servedMethods.has(method)) {
      if (!otherKnownMethods.has(method)) throw new SipRefusal(501, `Not Implemented: ${method}`);
      throw new SipRefusal(405, `Method Not Allowed: ${method}`, { Allow: allowedMethods });
    }
    const { scheme } = parseUri(request.uri);
    if (scheme !== 'sip' && scheme !== 'tel') throw new SipRefusal(416, 'Unsupported URI Scheme');
    const required = headers.list('require').filter((option) => option !== '');
    if (required.length > 0) throw new SipRefusal(420, 'Bad Extension', { Unsupported: required.join(', ') });
    if (request.to.parameters.has('tag')) {
      const party = this.#partyOf(request);
      if (party === null) throw new SipRefusal(481, 'No Such Call');
      party.request(request, hop);
    } else if (method === 'INVITE') this.#invite(request, hop);
    else if (method === 'OPTIONS') this.#options(request, hop);
    else throw new SipRefusal(481, 'No Such Call');
  }

  #options(request: SipRequest, hop: Hop): void {
    this.#open();
    const contact = this.#core.contact(hop, null);
    this.#answer(request.headers, hop, 200, 'OK', { headers: capabilities, contact });
  }

  #open(): void {
    if (this.#closing || this.#core.transactions.size > mostTransactions) {
      throw new SipRefusal(503, 'Service Unavailable', { 'Retry-After': '30' });
    }
  }

  #invite(request: SipRequest, hop: Hop): void {
    this.#open();
    if (this.#core.transactions.isMerged(request)) throw new SipRefusal(482, 'Loop Detected');
    const admission = this.#admissions.admit(request, hop);
    if (admission.kind === 'silent') return;
    if (admission.kind === 'refused') {
      const { status, reason, challenges } = admission;
      this.#core.log(`sip: INVITE from ${hop.address} answered ${status} ${reason}`);
      this.#answer(request.headers, hop, status, reason, { challenges });
      return;
    }
    const caller = callerOf(request, admission.kind === 'trunk');
    this.#ring(request, hop, caller);
  }

  #ring(request: SipRequest, hop: Hop, caller: ReturnType<typeof callerOf>): void {
    const transaction = this.#core.transactions.serve(request, hop);
    try {
      const call = new Incoming(this.#core, transaction, caller, userOf(parseUri(request.uri)) ?? '', () =>
        this.#ringing.delete(transaction),
      );
      this.#ringing.set(transaction, call);
      this.#handOver(call);
    } catch (error) {
      if (!(error instanceof SipRefusal)) throw error;
      transaction.respond(error.status, error.message, { toTag: newTag(), headers: error.headers });
    }
  }

  #handOver(call: Incoming): void {
    try {
      this.onInvite(call);
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#core.log(`sip: fault in the handler of call ${call.id}: ${what}`);
      call.failed();
    }
  }
}
