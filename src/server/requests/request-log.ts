/** The last requests, in memory: who asked what, what it cost, which rows it changed. A restart forgets them; nothing of
 *  them leaves the machine. Source: mission.md B5. */
import type { Change, Store, StoreWatch } from '../../store/index.ts';
import type { Guid } from '../../tables/index.ts';
import { safeBody, safeHeaders, safeUrl } from './secrets.ts';

/** How much is kept: so many requests, so many characters of their URLs and header lines together, the oldest requests
 *  going first, and so many bytes of their bodies together, the oldest bodies going first. */
export const requestLogLimits = { requests: 10_000, headBytes: 67_108_864, bodyBytes: 67_108_864 } as const;

/** One request. `seq`: its place in the order of arrival. Times in milliseconds. `rows`: changes that the change log
 *  told, from `firstChange` to `lastChange`, of `announced` ones, those of transactions that failed to commit included;
 *  `conversations`: which ones they are of, ten at most. A body is null when there is none, when it may hold secrets, or
 *  when it is no text; its size is told all the same. */
export interface LoggedRequest {
  readonly seq: number;
  id: string;
  readonly at: Date;
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  caller: Guid<'systemuser'> | null;
  body: string | null;
  bodyBytes: number;
  status: number | null;
  answerHeaders: { readonly [name: string]: string };
  answer: string | null;
  answerBytes: number;
  durationMs: number | null;
  /** The Server-Timing header of the answer. */
  timing: string;
  /** Without what is read once for all callers, as the rights of a role. */
  statements: number;
  readonly transactions: Guid[];
  announced: number;
  rows: number;
  readonly conversations: Guid<'msdyn_ocliveworkitem'>[];
  firstChange: number | null;
  lastChange: number | null;
}

/** Which requests are wanted, newest first. `status`: `404` or a class as `4xx`. `caller`: a user's id, or `none`.
 *  `path`: a part of the URL. `before`: a seq. */
export interface RequestQuery {
  readonly status?: string;
  readonly caller?: string;
  readonly path?: string;
  readonly before?: number;
  readonly top: number;
}

/** What a request begins with. */
export interface Arrival {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
}

/** The answer as it went out. */
export interface Departure {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Buffer | null;
}

/** The log. */
export interface RequestLog {
  begin(arrival: Arrival): Ongoing;
  list(query: RequestQuery): readonly LoggedRequest[];
  find(id: string): LoggedRequest | null;
  /** Resolves when the change log has told all that the request changed, at the latest after `settleMs`. */
  settled(request: LoggedRequest): Promise<void>;
  /** What a request changed, from the change log, at most 1,000 entries. */
  changes(request: LoggedRequest): Promise<readonly Change[]>;
  close(): void;
}

/** A request under way. */
export interface Ongoing extends StoreWatch {
  readonly entry: LoggedRequest;
  /** Who asks, and the body that came; of one that is read as it arrives only its size. Not called where bodies hold
   *  secrets. */
  heard(caller: Guid<'systemuser'>, body: string | Buffer | number | null): void;
  /** `body` null where the answer holds secrets. */
  end(answer: Departure): void;
}

const changesShown = 1000;
const conversationsKept = 10;

/** How long an answer waits for the change log: what was committed is told within milliseconds, unless an older
 *  transaction is still writing. */
const settleMs = 1000;

/** The requests that are kept, in a ring, and what they are found by. */
class Ring {
  readonly byTransaction = new Map<Guid, LoggedRequest>();
  readonly byId = new Map<string, LoggedRequest>();
  readonly #places: (LoggedRequest | undefined)[] = [];
  readonly #limits: Limits;
  #headBytes = 0;
  #keptBytes = 0;
  #oldestWithBody = 0;
  /** The seq of the next one. */
  next = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** The seq of the oldest one that is kept. */
  oldest = 0;

  at(seq: number): LoggedRequest | undefined {
    return this.#places[seq % this.#limits.requests];
  }

  has(entry: LoggedRequest): boolean {
    return this.at(entry.seq) === entry;
  }

  add(arrival: Arrival): LoggedRequest {
    const entry = newEntry(arrival, this.next);
    this.#headBytes += headSize(entry);
    const { requests, headBytes } = this.#limits;
    while (this.oldest < this.next && (this.next - this.oldest >= requests || this.#headBytes > headBytes))
      this.#forgetOldest();
    this.#places[this.next % requests] = entry;
    this.byId.set(entry.id, entry);
    this.next += 1;
    return entry;
  }

  /** Gives an entry the name by which the client knows it. */
  rename(entry: LoggedRequest, id: string): void {
    if (!this.has(entry)) return;
    this.byId.delete(entry.id);
    entry.id = id;
    this.byId.set(id, entry);
  }

  /** Keeps a body of an entry, at the cost of the oldest ones. */
  keep(entry: LoggedRequest, which: 'body' | 'answer', text: string | null): void {
    if (!this.has(entry) || text === null) return;
    entry[which] = text;
    this.#keptBytes += sizeOf(text);
    this.#oldestWithBody = Math.max(this.#oldestWithBody, this.oldest);
    while (this.#keptBytes > this.#limits.bodyBytes && this.#oldestWithBody < this.next) {
      const oldest = this.at(this.#oldestWithBody);
      if (oldest !== undefined) this.#dropBodies(oldest);
      this.#oldestWithBody += 1;
    }
  }

  #forgetOldest(): void {
    const entry = this.at(this.oldest);
    this.#places[this.oldest % this.#limits.requests] = undefined;
    this.oldest += 1;
    if (entry === undefined) return;
    this.#headBytes -= headSize(entry);
    if (this.byId.get(entry.id) === entry) this.byId.delete(entry.id);
    for (const transaction of entry.transactions) this.byTransaction.delete(transaction);
    this.#dropBodies(entry);
  }

  #dropBodies(entry: LoggedRequest): void {
    this.#keptBytes -= sizeOf(entry.body) + sizeOf(entry.answer);
    entry.body = null;
    entry.answer = null;
  }
}

type Limits = { readonly [K in keyof typeof requestLogLimits]: number };

/** Opens the log. `now`: milliseconds of a clock that only goes forward. */
export function openRequestLog(
  store: Pick<Store, 'subscribe' | 'changes'>,
  limits: Limits = requestLogLimits,
  now: () => number = () => performance.now(),
): RequestLog {
  const ring = new Ring(limits);
  const waiting = new Set<() => void>();
  const unsubscribe = store.subscribe((changes) => {
    for (const change of changes) {
      const entry = ring.byTransaction.get(change.transaction);
      if (entry !== undefined) count(entry, change);
    }
    for (const look of [...waiting]) look();
  });
  return {
    begin: (arrival) => ongoing(ring, ring.add(arrival), now),
    list: (query) => {
      const found: LoggedRequest[] = [];
      for (let seq = Math.min(ring.next, query.before ?? ring.next) - 1; seq >= ring.oldest; seq -= 1) {
        const entry = ring.at(seq);
        if (entry !== undefined && fits(entry, query)) found.push(entry);
        if (found.length === query.top) break;
      }
      return found;
    },
    find: (id) => ring.byId.get(id.toLowerCase()) ?? null,
    settled: (entry) => settle(entry, waiting),
    changes: async ({ firstChange, lastChange, transactions }) => {
      if (firstChange === null || lastChange === null) return [];
      const found = await store.changes({ after: firstChange - 1, limit: changesShown });
      return found.filter(({ seq, transaction }) => seq <= lastChange && transactions.includes(transaction));
    },
    close: () => unsubscribe(),
  };
}

function count(entry: LoggedRequest, { seq, conversation }: Change): void {
  entry.rows += 1;
  entry.firstChange ??= seq;
  entry.lastChange = seq;
  const { conversations } = entry;
  if (conversation === null || conversations.includes(conversation)) return;
  if (conversations.length < conversationsKept) conversations.push(conversation);
}

/** `waiting`: what is called after each news of the change log. */
function settle(entry: LoggedRequest, waiting: Set<() => void>): Promise<void> {
  if (entry.rows >= entry.announced) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      waiting.delete(look);
      resolve();
    };
    const look = () => {
      if (entry.rows >= entry.announced) end();
    };
    const timer = setTimeout(() => {
      // What has not come by now was rolled back, or comes later: nobody waits for it again.
      entry.announced = entry.rows;
      end();
    }, settleMs);
    waiting.add(look);
  });
}

function ongoing(ring: Ring, entry: LoggedRequest, now: () => number): Ongoing {
  const began = now();
  return {
    entry,
    statement: () => {
      entry.statements += 1;
    },
    committing: (transaction, changes) => {
      if (!ring.has(entry)) return;
      entry.announced += changes;
      entry.transactions.push(transaction);
      ring.byTransaction.set(transaction, entry);
    },
    heard: (caller, body) => {
      entry.caller = caller;
      entry.bodyBytes = typeof body === 'number' ? body : bytesOf(body);
      if (typeof body !== 'number') ring.keep(entry, 'body', safeBody(body, entry.headers['content-type']));
    },
    end: ({ status, headers, body }) => {
      entry.durationMs = now() - began;
      entry.status = status;
      entry.answerHeaders = safeHeaders(headers);
      entry.answerBytes = bytesOf(body);
      entry.timing = headerOf(headers, 'server-timing') ?? '';
      ring.keep(entry, 'answer', safeBody(body, headerOf(headers, 'content-type')));
      const id = headerOf(headers, 'x-ms-service-request-id');
      if (id !== undefined) ring.rename(entry, id);
    },
  };
}

function newEntry({ id, method, url, headers }: Arrival, seq: number): LoggedRequest {
  return {
    seq,
    id,
    at: new Date(),
    method,
    url: safeUrl(url),
    headers: safeHeaders(headers),
    caller: null,
    body: null,
    bodyBytes: 0,
    status: null,
    answerHeaders: {},
    answer: null,
    answerBytes: 0,
    durationMs: null,
    timing: '',
    statements: 0,
    transactions: [],
    announced: 0,
    rows: 0,
    conversations: [],
    firstChange: null,
    lastChange: null,
  };
}

function fits(entry: LoggedRequest, { status, caller, path }: RequestQuery): boolean {
  if (status !== undefined) {
    const own = String(entry.status ?? '');
    if (status.endsWith('xx') ? own[0] !== status[0] : own !== status) return false;
  }
  if (caller !== undefined && (entry.caller ?? 'none') !== caller) return false;
  return path === undefined || entry.url.toLowerCase().includes(path.toLowerCase());
}

/** The stages of the walk through the Web API in milliseconds, those of one name together, and as `respond` what the whole
 *  took beyond them. */
export function stagesOf({ timing, durationMs }: LoggedRequest): Record<string, number> {
  const stages: Record<string, number> = {};
  let sum = 0;
  for (const [, name = '', text] of timing.matchAll(/([\w-]+);dur=([\d.]+)/g)) {
    const took = Number(text);
    stages[name] = (stages[name] ?? 0) + took;
    sum += took;
  }
  if (durationMs !== null) stages.respond = Math.max(0, durationMs - sum);
  return stages;
}

function headerOf(headers: Departure['headers'], wanted: string): string | undefined {
  for (const name in headers) if (name.toLowerCase() === wanted) return headers[name];
  return undefined;
}

const bytesOf = (body: string | Buffer | null): number => (body === null ? 0 : Buffer.byteLength(body));
const sizeOf = (text: string | null): number => (text === null ? 0 : text.length * 2);

/** About what URL and header lines take, which whoever asks may make long: those without a token too. */
const headSize = ({ url, headers }: LoggedRequest): number =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, url.length);
