/** Up to where the change log is final.
 *
 *  Why a reader may not simply take `seq > last`: numbers are drawn before their transactions commit, so a lower one may
 *  become visible after a higher one. A number L is final when every transaction that drew one up to L has ended. Who
 *  draws a number holds PostgreSQL's lock of a writer on the log from before the draw until its end; so: read L, then
 *  see who holds that lock; when all of those have let go, everything up to L is visible or never will be.
 *  A comparison with pg_snapshot_xmin would say the same, but waits for the transactions of every other database of the
 *  server too, and leaves the order among transactions open. */
import { type Connection, runRows } from './read.ts';

/** The end of the log that is final, moved on by reading. */
export class LogEnd {
  readonly #connection: Connection;
  #waiting: { readonly upTo: number; readonly drawers: ReadonlySet<unknown> }[] = [];
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
    if (upTo === this.#drawn && this.#waiting.length === 0) return;
    const holders = await runRows(this.#connection, { text: holdersText, values: [], name: 'log_holders' });
    const writing = new Set(holders.map(([transaction]) => transaction));
    if (upTo > this.#drawn) this.#waiting.push({ upTo, drawers: writing });
    this.#drawn = upTo;
    const open = this.#waiting.findIndex(({ drawers }) => [...drawers].some((drawer) => writing.has(drawer)));
    const final = open === -1 ? this.#waiting : this.#waiting.slice(0, open);
    this.#safe = final.at(-1)?.upTo ?? this.#safe;
    this.#waiting = open === -1 ? [] : this.#waiting.slice(open);
  }
}

const holdersText = `select virtualtransaction from pg_locks
  where locktype = 'relation' and relation = 'wirechief.change_log'::regclass and mode = 'RowExclusiveLock'
    and database = (select oid from pg_database where datname = current_database())`;
