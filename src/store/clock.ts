/** What time it is for a store: the database's clock as it is read from here without asking, and what a setting kept in
 *  the database makes of it. Rows are stamped and timers are due by what the clock shows; leases and pauses are real. */
import {
  afterChange,
  type ClockChange,
  type ClockSetting,
  msUntil,
  printSetting,
  readSetting,
  shownAt,
} from './clock-setting.ts';
import { type Connection, runRows } from './read.ts';

/** The clock of a store. */
export interface Clock {
  /** What it shows. */
  now(): Date;
  /** The time that no setting moves: of leases and of pauses between attempts. */
  steady(): Date;
  /** Real milliseconds until it shows this instant; Infinity while it will not by itself. */
  msUntil(at: Date): number;
}

/** How long a measured difference is good for. */
const goodForMs = 30_000;

const settingKey = 'clock';

/** The clock of a database. Its transactions are stamped before their first statement has been sent, which saves each of
 *  them a round trip: both clocks run evenly, so a difference measured half a minute ago is right to well under a
 *  millisecond. The setting is one for every node on the database: each learns of a change by the doorbell. */
export class DatabaseClock implements Clock {
  readonly #connection: Connection;
  #offsetMs = 0;
  #measuredOn = Number.NEGATIVE_INFINITY;
  #measuring: Promise<void> | null = null;
  #setting: ClockSetting | null = null;
  #version = 0;
  readonly #listeners = new Set<() => void>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** How it was set; null while it is the real one. */
  get setting(): ClockSetting | null {
    return this.#setting;
  }

  now(): Date {
    return new Date(shownAt(this.#setting, this.#steadyMs()));
  }

  steady(): Date {
    return new Date(this.#steadyMs());
  }

  msUntil(at: Date): number {
    return msUntil(this.#setting, at.getTime(), this.#steadyMs());
  }

  /** Asks anew, in the background, when the last answer is old. */
  #steadyMs(): number {
    const here = Date.now();
    if (Math.abs(here - this.#measuredOn) > goodForMs) this.measure().catch(() => undefined);
    return here + this.#offsetMs;
  }

  /** Measures the difference and reads the setting. Refuses unavailable. */
  measure(): Promise<void> {
    this.#measuring ??= this.#ask().finally(() => {
      this.#measuring = null;
    });
    return this.#measuring;
  }

  /** Reads the setting as it is from now on: an answer that is under way may be older. */
  async learn(): Promise<void> {
    await this.#measuring?.catch(() => undefined);
    await this.measure();
  }

  /** Changes the setting for every node; whoever rings the bell tells the others. Of two who change it at once each
   *  counts, one after the other. Refuses unavailable. */
  async change(change: ClockChange): Promise<void> {
    for (;;) {
      await this.learn();
      const [before, version] = [this.#setting, this.#version];
      const setting = afterChange(before, change, this.#steadyMs());
      const written = await runRows(this.#connection, {
        text: `insert into wirechief.meta (key, value) values ($1, $2)
          on conflict (key) do update set value = excluded.value where (meta.value::json ->> 'version')::int4 = $3
          returning key`,
        values: [settingKey, printSetting(setting, version + 1), version],
      });
      if (written.length > 0) return this.#take(setting, version + 1);
    }
  }

  /** Calls `listener` after each change that this node learns of. Returns the way out. */
  onChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  #take(setting: ClockSetting | null, version: number): void {
    if (version <= this.#version) return;
    this.#setting = setting;
    this.#version = version;
    for (const listener of this.#listeners) listener();
  }

  async #ask(): Promise<void> {
    const sentOn = Date.now();
    const text = `select (extract(epoch from clock_timestamp()) * 1000)::float8,
      (select value from wirechief.meta where key = $1)`;
    const [row] = await runRows(this.#connection, { text, values: [settingKey], name: 'clock' });
    const heardOn = Date.now();
    const offset = Number(row?.[0]) - (sentOn + heardOn) / 2;
    // What is less than the answer took may be the way there and back: the same machine has one clock.
    this.#offsetMs = Math.abs(offset) <= heardOn - sentOn + 1 ? 0 : Math.round(offset);
    this.#measuredOn = heardOn;
    const stored = row?.[1];
    const { setting, version } = readSetting(typeof stored === 'string' ? stored : null);
    this.#take(setting, version);
  }
}
