/** The server transactions: one for INVITE, one for everything else.
 *  Source: RFC 3261 §17.2, RFC 6026 §7.1. */
import { type AnswerParts, formatAnswer } from './answers.ts';
import { type Clock, repeatDoubling, type Timer } from './clock.ts';
import type { Hop } from './hop.ts';
import type { SipRequest } from './message.ts';
import { timing } from './timing.ts';

/** What a transaction needs of the world. `failed` is called when a message could not be sent. */
export interface TransactionParts {
  readonly clock: Clock;
  send(bytes: Buffer, hop: Hop, failed?: (error: Error) => void): void;
}

/** What a server transaction tells its user. `unconfirmed`: a refusal was never acknowledged (timer H). `ended`: gone. */
export interface ServerEvents {
  unconfirmed(): void;
  ended(): void;
}

/** States of RFC 3261 figures 7 and 8; `accepted` is RFC 6026. */
export type ServerState = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';

/** The server side of one request. `receive` takes retransmissions of the request and, for INVITE, the ACK of a
 *  refusal. `respond` after the final response does nothing, except that an accepted INVITE repeats its 2xx. */
export interface ServerTransaction {
  readonly request: SipRequest;
  readonly hop: Hop;
  readonly state: ServerState;
  receive(request: SipRequest): void;
  respond(status: number, reason: string, parts?: AnswerParts): void;
  /** Sends the 2xx once more. */
  repeatAccepted(): void;
  /** Stops every timer without a word. */
  drop(): void;
}

abstract class Server implements ServerTransaction {
  readonly request: SipRequest;
  readonly hop: Hop;
  protected readonly parts: TransactionParts;
  protected readonly events: ServerEvents;
  protected last: Buffer | null = null;
  #state: ServerState = 'proceeding';
  #timers: Timer[] = [];

  constructor(parts: TransactionParts, request: SipRequest, hop: Hop, events: ServerEvents) {
    this.parts = parts;
    this.request = request;
    this.hop = hop;
    this.events = events;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Enters a state; the timers of the former one are stopped. */
  protected enter(state: ServerState): void {
    this.#stop();
    this.#state = state;
    if (state === 'terminated') this.events.ended();
  }

  protected timer(timer: Timer): void {
    this.#timers.push(timer);
  }

  protected endAfter(ms: number): void {
    if (ms === 0) this.enter('terminated');
    else this.timer(this.parts.clock.after(ms, () => this.enter('terminated')));
  }

  protected resend(): void {
    if (this.last !== null) this.parts.send(this.last, this.hop);
  }

  protected get reliable(): boolean {
    return this.hop.transport === 'tcp';
  }

  repeatAccepted(): void {
    if (this.state === 'accepted') this.resend();
  }

  drop(): void {
    this.#stop();
    this.#state = 'terminated';
  }

  #stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
  }

  abstract receive(request: SipRequest): void;
  abstract respond(status: number, reason: string, parts?: AnswerParts): void;
}

/** The INVITE server transaction. Sends 100 by itself when nothing was answered for 200 ms. */
export class InviteServer extends Server {
  constructor(parts: TransactionParts, request: SipRequest, hop: Hop, events: ServerEvents) {
    super(parts, request, hop, events);
    this.timer(parts.clock.after(timing.trying, () => this.respond(100, 'Trying')));
  }

  receive(request: SipRequest): void {
    if (request.method === 'ACK') {
      if (this.state !== 'completed') return;
      this.enter('confirmed');
      this.endAfter(this.reliable ? 0 : timing.t4); // timer I
    } else if (this.state === 'proceeding' || this.state === 'completed') this.resend();
  }

  respond(status: number, reason: string, parts: AnswerParts = {}): void {
    if (this.state !== 'proceeding') return;
    this.last = formatAnswer(this.request.headers, this.hop, status, reason, parts);
    if (status >= 300) this.#refused();
    else if (status >= 200) {
      this.enter('accepted');
      this.endAfter(timing.giveUp); // timer L
    } else this.enter('proceeding');
    this.resend();
  }

  #refused(): void {
    this.enter('completed');
    const { clock } = this.parts;
    if (!this.reliable) this.timer(repeatDoubling(clock, timing.t1, timing.t2, () => this.resend())); // timer G
    const unconfirmed = (): void => {
      this.events.unconfirmed();
      this.enter('terminated');
    };
    this.timer(clock.after(timing.giveUp, unconfirmed)); // timer H
  }
}

/** The server transaction of every other request. */
export class PlainServer extends Server {
  receive(): void {
    this.resend();
  }

  respond(status: number, reason: string, parts: AnswerParts = {}): void {
    if (this.state !== 'proceeding') return;
    this.last = formatAnswer(this.request.headers, this.hop, status, reason, parts);
    this.resend();
    if (status < 200) return;
    this.enter('completed');
    this.endAfter(this.reliable ? 0 : timing.giveUp); // timer J
  }
}
