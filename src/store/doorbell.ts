/** How the nodes on one database wake each other: a NOTIFY after the commit, one for all commits of some milliseconds,
 *  and a connection that listens. It only ever wakes: nothing is lost when a ring is, because everyone also looks each
 *  second. NOTIFY within the writes themselves would take a lock over all commits. Source: data-and-http.md §5. */
import type pg from 'pg';
import { newGuid } from './uuid.ts';

/** What there is to look at. */
export type Ring = 'changes' | 'timers' | 'definitions' | 'clock' | 'nodes' | 'mail';

const allRings: readonly Ring[] = ['changes', 'timers', 'definitions', 'clock', 'nodes', 'mail'];
const isRing = (name: string): name is Ring => allRings.some((ring) => ring === name);

/** Node-to-node wake-up. */
export interface Doorbell {
  /** Wakes this node at once, the others within some milliseconds. */
  ring(rings: ReadonlySet<Ring>): void;
  close(): Promise<void>;
}

const channel = 'wirechief';
const gatherMs = 10;
const reconnectMs = 1_000;

/** Starts listening; `onRing` is called for rings of this node and of others, and for every ring when the line was lost
 *  and is back. `report` hears of lost lines. */
export function startDoorbell(parts: {
  readonly pool: Pick<pg.Pool, 'query'>;
  readonly makeClient: () => pg.Client;
  readonly onRing: (ring: Ring) => void;
  readonly report: (fault: unknown) => void;
}): Doorbell {
  const { pool, makeClient, onRing, report } = parts;
  const self = newGuid();
  const gathered = new Set<Ring>();
  let timer: NodeJS.Timeout | null = null;
  let again: NodeJS.Timeout | null = null;
  let line: pg.Client | null = null;
  let sending: Promise<unknown> = Promise.resolve();
  let closed = false;

  const listen = async (): Promise<void> => {
    const client = makeClient();
    let lost = false;
    const onLost = (error?: unknown) => {
      if (lost || closed) return;
      lost = true;
      if (error !== undefined) report(error);
      client.end().catch(() => undefined);
      again = setTimeout(() => void listen(), reconnectMs);
    };
    client.on('error', onLost);
    client.on('end', () => onLost());
    client.on('notification', ({ payload = '' }) => {
      const [from, ...rings] = payload.split(' ');
      if (from === self) return;
      for (const ring of rings) if (isRing(ring)) onRing(ring);
    });
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      line = client;
      if (closed) await client.end();
      else for (const ring of allRings) onRing(ring);
    } catch (error) {
      onLost(error);
    }
  };
  const listening = listen();

  const send = () => {
    timer = null;
    const payload = [self, ...gathered].join(' ');
    gathered.clear();
    sending = pool.query('select pg_notify($1, $2)', [channel, payload]).catch(report);
  };

  return {
    ring(rings) {
      for (const ring of rings) {
        gathered.add(ring);
        onRing(ring);
      }
      if (gathered.size > 0 && !closed) timer ??= setTimeout(send, gatherMs);
    },
    async close() {
      closed = true;
      if (again !== null) clearTimeout(again);
      if (timer !== null) {
        clearTimeout(timer);
        send();
      }
      await sending;
      await listening;
      await line?.end();
    },
  };
}
