/** GET /events: the push stream. Every event is read from the change log; a page that comes back resumes from the
 *  log with `Last-Event-ID`; a page that reads too slowly is told to start afresh instead of being buffered for ever. */
import type { ServerResponse } from 'node:http';
import type { Change, Store } from '../../store/index.ts';
import { PushClient } from './client.ts';
import { type AddressedEvent, createEventMaker } from './events.ts';
import type { Topics } from './topics.ts';

/** One page that listens. */
export interface Subscription {
  readonly response: ServerResponse;
  readonly topics: Topics;
  /** For each change, whether the page's user may hear of it. */
  readonly hears: (changes: readonly Change[]) => Promise<readonly boolean[]>;
  /** The last event the page has; null for one that begins now. */
  readonly lastEventId: number | null;
  /** When its token ends, in milliseconds since 1970: the stream ends with it. */
  readonly expiresAt: number;
}

/** The push stream of a server. */
export interface Push {
  /** Takes over the response and streams until the page leaves. */
  subscribe(subscription: Subscription): Promise<void>;
  /** How many pages listen. */
  count(): number;
  close(): void;
}

/** Limits, to be changed by tests only. */
export interface PushLimits {
  /** How many events may wait for a page that does not read them; beyond it the page starts afresh. */
  readonly maxWaiting: number;
  /** How long a slow page may take to read on before it is cut off. */
  readonly slowTimeoutMs: number;
  readonly heartbeatMs: number;
  /** How many events are read again for a page that comes back; beyond it the page starts afresh. */
  readonly maxResumed: number;
  readonly log: (line: string) => void;
}

const defaults: PushLimits = {
  maxWaiting: 5000,
  slowTimeoutMs: 30_000,
  heartbeatMs: 15_000,
  maxResumed: 5000,
  log: () => {},
};
const pageSize = 500;

/** Starts the push stream over a store. */
export function startPush(store: Store, changed: Partial<PushLimits> = {}): Push {
  const limits = { ...defaults, ...changed };
  const clients = new Set<PushClient>();
  const maker = createEventMaker(store);
  let newest = 0;
  let work = Promise.resolve();

  const deliver = async (changes: readonly Change[]): Promise<void> => {
    const serverNow = store.clock.now();
    const events: AddressedEvent[] = [];
    for (const change of changes) {
      if (clients.size > 0) events.push(await maker.make(change, serverNow));
      newest = Math.max(newest, change.seq);
    }
    const last = changes.at(-1)?.seq ?? 0;
    // A page that comes from here on reads these changes from the log.
    const deliveries = [...clients].map(async (client) => {
      for (const event of await client.choose(changes, events)) client.send(event);
      client.reached(last);
    });
    await Promise.all(deliveries);
  };
  const unsubscribe = store.subscribe((changes) => {
    work = work
      .then(() => deliver(changes))
      .catch((error: unknown) => {
        limits.log(`push stream: ${String(error)}`);
        for (const client of clients) client.lose();
      });
  });
  const heartbeat = setInterval(() => {
    for (const client of clients) client.beat();
  }, limits.heartbeatMs);

  return {
    subscribe: async (subscription) => {
      const client = new PushClient(subscription, limits, () => clients.delete(client));
      clients.add(client);
      const { newest: latest, oldest } = await store.changeRange();
      const { lastEventId } = subscription;
      newest = Math.max(newest, latest);
      if (lastEventId === null) return client.live(latest);
      const isGone = lastEventId < oldest - 1 || lastEventId > newest;
      if (isGone || latest - lastEventId > limits.maxResumed) {
        client.resync(latest, oldest);
        return client.live(latest);
      }
      return resume(store, maker.make, client, lastEventId);
    },
    count: () => clients.size,
    close: () => {
      clearInterval(heartbeat);
      unsubscribe();
      for (const client of [...clients]) client.end();
    },
  };
}

/** Sends what the page missed, page by page, then lets it live. What happens meanwhile waits in the client. */
async function resume(
  store: Store,
  make: (change: Change, serverNow: Date) => Promise<AddressedEvent>,
  client: PushClient,
  lastEventId: number,
): Promise<void> {
  let after = lastEventId;
  for (;;) {
    const changes = await store.changes({ after, limit: pageSize });
    const events: AddressedEvent[] = [];
    for (const change of changes) events.push(await make(change, store.clock.now()));
    for (const event of await client.choose(changes, events)) client.replay(event);
    if (!(await client.ready())) return;
    after = changes.at(-1)?.seq ?? after;
    if (changes.length < pageSize) break;
  }
  client.live(after);
}
