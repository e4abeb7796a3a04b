/** The server processes on one database, and which of them live. A node lives as long as it holds its lock in the
 *  database: the lock is of a connection, and the connection of a process that dies is closed by its kernel, of a machine
 *  that dies by PostgreSQL, which asks for it. What a dead node left is taken by exactly one other: whoever deletes its
 *  row. Source: docs/decisions/0011-several-servers.md. */
import type pg from 'pg';
import type { Doorbell } from './doorbell.ts';
import { type MailDesk, makeMail } from './mail.ts';
import { type Connection, runRows } from './read.ts';
import { startLoop, type WakeableLoop } from './wakeable-loop.ts';

/** A node that ended without saying so. `lastAliveOn`: when it last said that it has calls; null when it never had. */
export interface LostNode {
  readonly id: string;
  readonly lastAliveOn: Date | null;
}

/** What is told to a node that has joined. `onLost`: another one ended, and this one is the only one that hears of it.
 *  `onExpelled`: the others took this one for dead, and have ended its calls; it has to stop. */
export interface NodeListener {
  onLost(node: LostNode): void;
  onExpelled(reason: string): void;
}

/** The nodes as one of them sees them. */
export interface Nodes extends MailDesk {
  /** This one; another one each time the store is opened. */
  readonly id: string;
  /** Whether others have joined, as far as is known: true until one that died is cleared up after. */
  readonly hasOthers: boolean;
  /** Becomes one of the nodes. `alone`: no other one lives. `lost`: those that ended before, which are this one's to
   *  clear up after. */
  join(listener: NodeListener): Promise<{ readonly alone: boolean; readonly lost: readonly LostNode[] }>;
  /** The nodes that are not known to be dead, this one included when it has joined. What belongs to another one belongs
   *  to nobody; asked after the rows were read that name it, because a node joins before it has anything. */
  living(): Promise<ReadonlySet<string>>;
  /** Does `work` unless another node is at such work at this moment: gives whether it was done. All nodes would go for
   *  the same otherwise, and all but one in vain. Nothing may rest on it: after some seconds of asking in vain it is done
   *  all the same, because the other one may hang. */
  oneAtATime(work: () => Promise<void>): Promise<boolean>;
  /** Notes when this node had calls. Not waited for by the disk: what is lost are seconds. */
  noteAlive(at: Date): Promise<void>;
  /** Leaves: nothing of this node is left to clear up after. */
  leave(): Promise<void>;
}

/** What the nodes are made of. `id`: of this one. `connection` is for statements, `makeClient` makes the one that holds the lock. */
export interface NodeParts {
  readonly id: string;
  readonly connection: Connection;
  readonly makeClient: () => pg.Client;
  readonly ring: Doorbell['ring'];
  readonly report: (fault: unknown) => void;
}

/** Our first key of pg_advisory_lock(int4, int4); the second is the number of the node. */
const lockClass = 0x7769;
/** The number of the lock for what one node does at a time; numbers of nodes begin with 1. */
const turn = 0;
const takeTurn = 'select pg_try_advisory_lock($1, $2) as ours';
const giveTurn = 'select pg_advisory_unlock($1, $2)';
const patienceMs = 5_000;
/** How long a lock must be free before its node is taken for dead: a living one whose connection broke is back by then. */
const graceMs = 2_000;
const lookMs = 1_000;
const reconnectMs = 250;
/** PostgreSQL asks after a silent connection, and lets go of that of a machine that is gone. Not everywhere to be set. */
const keepalives = `set tcp_keepalives_idle = 2; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3;
  set tcp_user_timeout = 5000`;

/** Makes the nodes; this one is none of them until it joins. */
export function makeNodes(parts: NodeParts): Nodes & { wake(): void } {
  return new Registry(parts);
}

class Registry implements Nodes {
  readonly id: string;
  readonly #parts: NodeParts;
  readonly #mail: ReturnType<typeof makeMail>;
  /** Since when the locks of others have been seen free, by performance.now. */
  readonly #freeSince = new Map<string, number>();
  #number = 0;
  /** Since when another node has been at work of which there is to be one at a time, as far as was asked. */
  #refusedSince: number | null = null;
  #others = 0;
  #line: pg.Client | null = null;
  #again: NodeJS.Timeout | null = null;
  #loop: WakeableLoop | null = null;
  #listener: NodeListener | null = null;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.#mail = makeMail(parts.connection, this.id, parts.ring);
  }

  get hasOthers(): boolean {
    return this.#others > 0;
  }

  async join(listener: NodeListener): ReturnType<Nodes['join']> {
    this.#listener = listener;
    const { connection, ring, report } = this.#parts;
    const line = await this.#connect();
    // The row is not to be seen before its lock is held.
    await line.query('begin');
    const { rows } = await line.query<{ number: number }>(
      'insert into wirechief.node (id) values ($1) returning number',
      [this.id],
    );
    this.#number = Number(rows[0]?.number);
    await line.query('select pg_advisory_lock($1, $2)', [lockClass, this.#number]);
    await line.query('commit');
    this.#hold(line);
    const others = await this.#read();
    const dead = await Promise.all(
      others.filter(({ lives }) => !lives).map(({ id }) => claim(connection, id)),
    );
    this.#others = others.filter(({ lives }) => lives).length;
    ring(new Set(['nodes']));
    this.#loop = startLoop(() => this.#look(), report);
    return { alone: this.#others === 0, lost: dead.filter((one) => one !== null) };
  }

  async living(): Promise<ReadonlySet<string>> {
    const rows = await runRows(this.#parts.connection, {
      text: 'select id from wirechief.node',
      values: [],
      name: 'node_all',
    });
    return new Set(rows.map(([id]) => String(id)));
  }

  async oneAtATime(work: () => Promise<void>): Promise<boolean> {
    if (!this.hasOthers) {
      await work();
      return true;
    }
    const line = this.#line;
    const rows = line === null ? [] : (await line.query<{ ours: boolean }>(takeTurn, [lockClass, turn])).rows;
    const isOurs = rows[0]?.ours === true;
    const now = performance.now();
    if (!isOurs) {
      this.#refusedSince ??= now;
      if (now - this.#refusedSince < patienceMs) return false;
    }
    this.#refusedSince = null;
    try {
      await work();
    } finally {
      // A connection that broke took the lock with it.
      if (isOurs) await line?.query(giveTurn, [lockClass, turn]).catch(() => undefined);
    }
    return true;
  }

  async noteAlive(at: Date): Promise<void> {
    await runRows(this.#parts.connection, {
      text: `with quick as (select set_config('synchronous_commit', 'off', true))
        update wirechief.node set alive_on = $2 from quick where id = $1`,
      values: [this.id, at.toISOString()],
      name: 'node_alive',
    });
  }

  async leave(): Promise<void> {
    const line = this.#line;
    this.#listener = null;
    this.#line = null;
    if (this.#again !== null) clearTimeout(this.#again);
    await this.#loop?.close();
    await this.#mail.settled();
    if (line === null) return;
    const { connection, ring } = this.#parts;
    await runRows(connection, { text: 'delete from wirechief.node where id = $1', values: [this.id] });
    ring(new Set(['nodes']));
    await line.end();
  }

  onMail(handler: (message: unknown) => void): void {
    this.#mail.onMail(handler);
  }

  post(...letter: Parameters<MailDesk['post']>): Promise<void> {
    return this.#mail.post(...letter);
  }

  collect(): Promise<void> {
    return this.#mail.collect();
  }

  wake(): void {
    this.#loop?.wake();
  }

  /** Sees who is there, and clears up after whoever has been dead for a while. */
  async #look(): Promise<number> {
    const others = await this.#read();
    this.#others = others.length;
    if (others.length > 0) await this.#mail.collect();
    const now = performance.now();
    const free = new Set(others.filter(({ lives }) => !lives).map(({ id }) => id));
    for (const id of this.#freeSince.keys()) if (!free.has(id)) this.#freeSince.delete(id);
    for (const id of free) {
      const since = this.#freeSince.get(id) ?? now;
      this.#freeSince.set(id, since);
      if (now - since < graceMs) continue;
      const lost = await claim(this.#parts.connection, id);
      if (lost === null) continue;
      this.#parts.ring(new Set(['timers']));
      this.#listener?.onLost(lost);
    }
    return lookMs;
  }

  /** The other nodes, and whether the lock of each is held. */
  async #read(): Promise<{ readonly id: string; readonly lives: boolean }[]> {
    const rows = await runRows(this.#parts.connection, {
      text: `select n.id, exists (select from pg_locks l where l.locktype = 'advisory' and l.granted
          and l.database = (select oid from pg_database where datname = current_database())
          and l.classid = $2::int4::oid and l.objid = n.number::oid and l.objsubid = 2)
        from wirechief.node n where n.id <> $1`,
      values: [this.id, lockClass],
      name: 'node_look',
    });
    return rows.map(([id, lives]) => ({ id: String(id), lives: lives === true }));
  }

  async #connect(): Promise<pg.Client> {
    const line = this.#parts.makeClient();
    // Without a listener a connection that breaks would end the process; `end` tells of it too.
    line.on('error', () => undefined);
    await line.connect();
    await line.query(keepalives).catch(() => undefined);
    return line;
  }

  #hold(line: pg.Client): void {
    this.#line = line;
    line.once('end', () => {
      if (this.#line !== line) return;
      this.#line = null;
      this.#comeBack();
    });
  }

  #comeBack(): void {
    if (this.#listener === null) return;
    this.#again = setTimeout(() => void this.#regain(), reconnectMs);
  }

  /** The connection broke: the lock has to be had again before the others take this node for dead. */
  async #regain(): Promise<void> {
    let line: pg.Client | null = null;
    try {
      line = await this.#connect();
      const { rows } = await line.query<{ held: boolean; there: boolean }>(
        `select pg_try_advisory_lock($1, $2) as held, exists (select from wirechief.node where id = $3) as there`,
        [lockClass, this.#number, this.id],
      );
      if (this.#listener === null) await line.end();
      else if (rows[0]?.held === true && rows[0].there) this.#hold(line);
      else if (rows[0]?.there === false) this.#expelled(line);
      else throw new Error('the lock of this node is held for a moment by another');
    } catch (error) {
      line?.end().catch(() => undefined);
      this.#parts.report(error);
      this.#comeBack();
    }
  }

  #expelled(line: pg.Client): void {
    line.end().catch(() => undefined);
    const listener = this.#listener;
    this.#listener = null;
    listener?.onExpelled(
      'The connection to the database was away for so long that another server took this one for dead and ended its calls: stopping. Start it again.',
    );
  }
}

/** Takes over what a dead node left, and lets go of the timers it was firing: null when it lives after all, or another was
 *  faster. */
async function claim(connection: Connection, id: string): Promise<LostNode | null> {
  const rows = await runRows(connection, {
    text: `with dead as materialized (select id, number from wirechief.node where id = $1 for update skip locked)
      , gone as (delete from wirechief.node n using dead
        where n.id = dead.id and pg_try_advisory_xact_lock($2, dead.number) returning n.id, n.alive_on)
      , freed as (update wirechief.timer t set held = null from gone where t.holder = gone.id and t.held is not null)
      select id, alive_on from gone`,
    values: [id, lockClass],
    name: 'node_claim',
  });
  return (
    rows.map(([lost, on]) => ({ id: String(lost), lastAliveOn: on instanceof Date ? on : null }))[0] ?? null
  );
}
