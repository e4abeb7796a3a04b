/** The database's clock as it is read from here without asking: our own clock and how far it is off. */
import { type Connection, runRows } from './read.ts';

/** How long a measured difference is good for. */
const goodForMs = 30_000;

/** Reads the database's clock. Its transactions are stamped with it before their first statement has been sent, which
 *  saves each of them a round trip; both clocks run evenly, so a difference measured half a minute ago is right to well
 *  under a millisecond. */
export class DatabaseClock {
  readonly #connection: Connection;
  #offsetMs = 0;
  #measuredOn = Number.NEGATIVE_INFINITY;
  #measuring: Promise<void> | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The time now. Asks anew, in the background, when the last answer is old. */
  now(): Date {
    const here = Date.now();
    if (Math.abs(here - this.#measuredOn) > goodForMs) this.measure().catch(() => undefined);
    return new Date(here + this.#offsetMs);
  }

  /** Measures the difference. Refuses unavailable. */
  measure(): Promise<void> {
    this.#measuring ??= this.#ask().finally(() => {
      this.#measuring = null;
    });
    return this.#measuring;
  }

  async #ask(): Promise<void> {
    const sentOn = Date.now();
    const text = 'select (extract(epoch from clock_timestamp()) * 1000)::float8';
    const [row] = await runRows(this.#connection, { text, values: [], name: 'clock' });
    const heardOn = Date.now();
    const offset = Number(row?.[0]) - (sentOn + heardOn) / 2;
    // What is less than the answer took may be the way there and back: the same machine has one clock.
    this.#offsetMs = Math.abs(offset) <= heardOn - sentOn + 1 ? 0 : Math.round(offset);
    this.#measuredOn = heardOn;
  }
}
