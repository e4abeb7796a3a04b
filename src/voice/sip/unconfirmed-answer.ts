import { type Clock, repeatDoubling, type Timer } from './clock.ts';
import type { SipRequest } from './message.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { timing } from './timing.ts';

/** What becomes of a 2xx: acknowledged, given up after 32 s, or stopped because the dialog ended first. */
export interface AnswerOutcome {
  confirmed(ack: SipRequest): void;
  given(): void;
  stopped(reason: string): void;
}

/** Repeats a 2xx to INVITE, on any transport, until its ACK comes. Source: RFC 3261 §13.3.1.4. */
export class UnconfirmedAnswer {
  /** Was the INVITE without an offer, so that ours stands open until the ACK? */
  readonly late: boolean;
  readonly #outcome: AnswerOutcome;
  readonly #timers: readonly Timer[];
  #open = true;

  constructor(clock: Clock, transaction: ServerTransaction, outcome: AnswerOutcome) {
    this.late = transaction.request.body.length === 0;
    this.#outcome = outcome;
    this.#timers = [
      repeatDoubling(clock, timing.t1, timing.t2, () => transaction.repeatAccepted()),
      clock.after(timing.giveUp, () => this.#close(() => outcome.given())),
    ];
  }

  /** The ACK came; repeats of it do nothing. */
  confirm(ack: SipRequest): void {
    this.#close(() => this.#outcome.confirmed(ack));
  }

  /** The dialog ended first. */
  stop(): void {
    this.#close(() => this.#outcome.stopped('the call ended before its answer was acknowledged'));
  }

  #close(then: () => void): void {
    if (!this.#open) return;
    this.#open = false;
    for (const timer of this.#timers) timer.cancel();
    then();
  }
}
