/** The client transactions: one for INVITE, one for everything else.
 *  Source: RFC 3261 §17.1, RFC 6026 §7.2. */
import { type Clock, repeatDoubling, type Timer } from './clock.ts';
import { Headers } from './headers.ts';
import type { Hop } from './hop.ts';
import { formatMessage, type SipResponse } from './message.ts';
import type { TransactionParts } from './server-transaction.ts';
import { timing } from './timing.ts';

/** A request on its way out, complete with Via and CSeq. */
export interface Outgoing {
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** What a client transaction tells its user. `final` is called for every 2xx to an INVITE, repeats included; for any
 *  other final response once. `failed`: 408 when nothing came (timers B, F), 503 when it could not be sent. */
export interface ClientEvents {
  provisional(response: SipResponse): void;
  final(response: SipResponse): void;
  failed(status: number, reason: string): void;
  ended(): void;
}

/** States of RFC 3261 figures 5 and 6; `accepted` is RFC 6026. `calling` is `trying` for requests other than INVITE. */
export type ClientState = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated';

/** The client side of one request. */
export interface ClientTransaction {
  readonly outgoing: Outgoing;
  readonly hop: Hop;
  readonly state: ClientState;
  receive(response: SipResponse): void;
  /** Gives up waiting; a response that still comes finds nobody. */
  abandon(): void;
  /** Stops every timer without a word. */
  drop(): void;
}

abstract class Client implements ClientTransaction {
  readonly outgoing: Outgoing;
  readonly hop: Hop;
  protected readonly clock: Clock;
  protected readonly events: ClientEvents;
  readonly #parts: TransactionParts;
  readonly #bytes: Buffer;
  #state: ClientState = 'calling';
  #timers: Timer[] = [];

  constructor(parts: TransactionParts, outgoing: Outgoing, hop: Hop, events: ClientEvents) {
    this.outgoing = outgoing;
    this.hop = hop;
    this.clock = parts.clock;
    this.events = events;
    this.#parts = parts;
    this.#bytes = formatMessage(
      `${outgoing.method} ${outgoing.uri} SIP/2.0`,
      outgoing.headers,
      outgoing.body,
    );
  }

  get state(): ClientState {
    return this.#state;
  }

  /** Sends the request for the first time. Apart from the constructor, so that a failure finds the user ready. */
  start(): void {
    this.begin();
    this.transmit();
  }

  protected enter(state: ClientState): void {
    this.#stop();
    this.#state = state;
    if (state === 'terminated') this.events.ended();
  }

  protected timer(timer: Timer): void {
    this.#timers.push(timer);
  }

  protected endAfter(ms: number): void {
    if (ms === 0) this.enter('terminated');
    else this.timer(this.clock.after(ms, () => this.enter('terminated')));
  }

  protected giveUp(ms: number): void {
    this.timer(this.clock.after(ms, () => this.fail(408, 'Request Timeout')));
  }

  protected in(...states: readonly ClientState[]): boolean {
    return states.includes(this.#state);
  }

  protected fail(status: number, reason: string): void {
    if (!this.in('calling', 'proceeding')) return;
    this.enter('terminated');
    this.events.failed(status, reason);
  }

  protected transmit(bytes: Buffer = this.#bytes): void {
    this.#parts.send(bytes, this.hop, (error) => this.fail(503, `Not Sent: ${error.message}`));
  }

  protected get reliable(): boolean {
    return this.hop.transport === 'tcp';
  }

  abandon(): void {
    if (!this.in('terminated')) this.enter('terminated');
  }

  drop(): void {
    this.#stop();
    this.#state = 'terminated';
  }

  #stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
  }

  protected abstract begin(): void;
  abstract receive(response: SipResponse): void;
}

/** The INVITE client transaction. Acknowledges refusals itself; 2xx are its user's to acknowledge. */
export class InviteClient extends Client {
  #ack: Buffer | null = null;

  protected begin(): void {
    if (!this.reliable)
      this.timer(repeatDoubling(this.clock, timing.t1, timing.giveUp, () => this.transmit())); // A
    this.giveUp(timing.giveUp); // timer B
  }

  receive(response: SipResponse): void {
    const waiting = this.in('calling', 'proceeding');
    if (response.status < 200) {
      if (!waiting) return;
      this.enter('proceeding');
      this.events.provisional(response);
    } else if (response.status < 300) {
      if (!waiting && !this.in('accepted')) return;
      if (waiting) {
        this.enter('accepted');
        this.endAfter(timing.giveUp); // timer M
      }
      this.events.final(response);
    } else if (waiting) this.#refused(response);
    else if (this.in('completed') && this.#ack !== null) this.transmit(this.#ack);
  }

  #refused(response: SipResponse): void {
    this.#ack = this.#formatAck(response);
    this.enter('completed');
    this.transmit(this.#ack);
    this.events.final(response);
    if (this.in('completed')) this.endAfter(this.reliable ? 0 : timing.d); // timer D
  }

  /** RFC 3261 §17.1.1.3: the INVITE's own Via, its Route, the To of the response. */
  #formatAck(response: SipResponse): Buffer {
    const { headers, uri } = this.outgoing;
    const ack = Headers.of(
      ['via', headers.get('via')],
      ['from', headers.get('from')],
      ['to', response.headers.get('to')],
      ['call-id', headers.get('call-id')],
      ['cseq', `${response.cseq.number} ACK`],
      ['max-forwards', '70'],
    );
    for (const route of headers.all('route')) ack.add('route', route);
    return formatMessage(`ACK ${uri} SIP/2.0`, ack);
  }
}

/** The client transaction of every other request. */
export class PlainClient extends Client {
  #startedAt = 0;

  protected begin(): void {
    this.#startedAt = this.clock.now();
    this.#wait(timing.t1);
  }

  /** Timer E from this distance on; timer F runs on from where it was. */
  #wait(firstMs: number): void {
    if (!this.reliable) this.timer(repeatDoubling(this.clock, firstMs, timing.t2, () => this.transmit()));
    this.giveUp(timing.giveUp - (this.clock.now() - this.#startedAt));
  }

  receive(response: SipResponse): void {
    if (!this.in('calling', 'proceeding')) return;
    if (response.status < 200) {
      if (this.in('calling')) {
        this.enter('proceeding');
        this.#wait(timing.t2);
      }
      this.events.provisional(response);
      return;
    }
    this.enter('completed');
    this.events.final(response);
    if (this.in('completed')) this.endAfter(this.reliable ? 0 : timing.t4); // timer K
  }
}
