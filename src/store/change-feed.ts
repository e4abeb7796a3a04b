/** Reads the change log in order, and tells subscribers.
 *
 *  Why this is not `seq > last`: numbers are drawn before their transactions commit, so a lower one may become visible
 *  after a higher one. A number L is safe when every transaction that drew one up to L has ended. So: read L, then draw
 *  a transaction id X; whoever drew up to L holds an id below X, because a transaction writes rows before it draws; and
 *  once the oldest running transaction is X or later, all of them have ended and everything up to L is final. */
import type { Connection } from './read.ts';
import { runRows } from './read.ts';

/** The end of the log that is final, moved on by reading. */
export class LogEnd {
  readonly #connection: Connection;
  readonly #waiting: { readonly upTo: number; readonly mark: bigint }[] = [];
  #safe = 0;
  #drawn = 0;
  #moving: Promise<void> | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Every change up to here is visible, and none will be added below. */
  get safe(): number {
    return this.#safe;
  }

  /** Whether changes were drawn that are not yet known to be final. */
  get isBehind(): boolean {
    return this.#waiting.length > 0;
  }

  /** Moves the end on. Calls that come while one runs wait for a fresh run, so that what was committed before the call
   *  is seen. */
  async move(): Promise<void> {
    const running = this.#moving;
    if (running !== null) {
      await running.catch(() => undefined);
      if (this.#moving !== null && this.#moving !== running) return this.#moving;
    }
    const run = this.#step().finally(() => {
      if (this.#moving === run) this.#moving = null;
    });
    this.#moving = run;
    return run;
  }

  async #step(): Promise<void> {
    const [last] = await runRows(this.#connection, {
      text: 'select last_value, is_called from wirechief.change_seq',
      values: [],
      name: 'log_last',
    });
    const upTo = last?.[1] === true ? Number(last[0]) : 0;
    if (upTo > this.#drawn) {
      const mark = await this.#one('select pg_current_xact_id()::text', 'log_mark');
      this.#waiting.push({ upTo, mark: BigInt(mark) });
      this.#drawn = upTo;
    }
    if (this.#waiting.length === 0) return;
    const oldest = BigInt(
      await this.#one('select pg_snapshot_xmin(pg_current_snapshot())::text', 'log_oldest'),
    );
    for (
      let first = this.#waiting[0];
      first !== undefined && first.mark <= oldest;
      first = this.#waiting[0]
    ) {
      this.#safe = first.upTo;
      this.#waiting.shift();
    }
  }

  async #one(text: string, name: string): Promise<string> {
    const [row] = await runRows(this.#connection, { text, values: [], name });
    return String(row?.[0]);
  }
}
