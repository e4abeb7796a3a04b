/** Brief reads share connections: a read of one row by its key is done in less time than it takes to hand a connection
 *  over, so many of them go down a line one behind the other, and both ends wake once for several. Whatever may take
 *  longer, or waits for locks, gets a connection of its own from the pool. Why so: docs/decisions/0014. */
import type pg from 'pg';
import type { Table } from '../tables/index.ts';
import { isFileBody } from './log-entry.ts';
import type { Connection, StatementConfig } from './run.ts';

/** One slow read holds up those behind it on its line, no others. */
const lines = 2;
/** How long after a line could not be opened the next is tried. */
const againMs = 1_000;

const brief = new WeakMap<Table, boolean>();

/** Whether reads of one row of the table are brief: not where a row may hold a whole file. */
export function isBrief(table: Table): boolean {
  const known = brief.get(table);
  if (known !== undefined) return known;
  const made = !Object.entries(table.columns).some(([name, column]) => isFileBody(name, column));
  brief.set(table, made);
  return made;
}

interface Line {
  readonly client: pg.Client;
  underWay: number;
}

/** Runs brief statements on shared lines, all others on the pool. */
export class BriefReads implements Connection {
  readonly #pool: Connection;
  readonly #makeClient: () => pg.Client;
  readonly #report: (fault: unknown) => void;
  readonly #lines: Line[] = [];
  #opening = false;
  #failedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  /** `makeClient`: a client that sends statements without waiting for those before. `report`: hears of lines that broke;
   *  they are opened again, and until then the pool serves. */
  constructor(pool: Connection, makeClient: () => pg.Client, report: (fault: unknown) => void) {
    this.#pool = pool;
    this.#makeClient = makeClient;
    this.#report = report;
  }

  query(config: StatementConfig): Promise<{ readonly rows: unknown[] }> {
    if (config.brief !== true) return this.#pool.query(config);
    if (this.#lines.length < lines) void this.#open();
    const [first, ...others] = this.#lines;
    if (first === undefined) return this.#pool.query(config);
    return run(
      others.reduce((least, one) => (one.underWay < least.underWay ? one : least), first),
      config,
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#lines.splice(0).map(({ client }) => client.end()));
  }

  async #open(): Promise<void> {
    if (this.#opening || this.#closed || performance.now() - this.#failedAt < againMs) return;
    this.#opening = true;
    const client = this.#makeClient();
    const line: Line = { client, underWay: 0 };
    client.on('error', (fault) => {
      const place = this.#lines.indexOf(line);
      if (place >= 0) this.#lines.splice(place, 1);
      if (!this.#closed) this.#report(fault);
    });
    try {
      await client.connect();
      if (this.#closed) await client.end();
      else this.#lines.push(line);
    } catch (fault) {
      this.#failedAt = performance.now();
      this.#report(fault);
    } finally {
      this.#opening = false;
    }
  }
}

async function run(line: Line, config: StatementConfig): Promise<{ readonly rows: unknown[] }> {
  line.underWay += 1;
  try {
    return await line.client.query(config);
  } finally {
    line.underWay -= 1;
  }
}
