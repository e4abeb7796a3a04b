/** The page's one stream of changes: GET /events read with fetch, because EventSource cannot send a token. Resumes
 *  after the last event seen; waits 0.5 to 10 s, with jitter, between attempts. Source: ui.md §8. */
import type { PushEvent } from '../../tables/push.ts';
import { isRecord, number, text } from '../kit/record.ts';
import { createStore, type Store } from '../kit/store.ts';
import { createSseReader } from './sse-reader.ts';

/** `since`: when the state began, milliseconds since 1970 by this browser's clock. */
export interface PushState {
  readonly state: 'connecting' | 'live' | 'lost';
  readonly since: number;
}

/** What to listen to and whom to tell. `topics` as in ui.md §8: "me", "conversation:<id>", comma-separated. */
export interface PushOptions {
  readonly topics: string;
  readonly token: () => Promise<string>;
  readonly onEvent: (event: PushEvent) => void;
  /** Each time the stream has become live with new topics: what is read from now on and what comes by the stream miss
   *  nothing between them. */
  readonly onLive?: () => void;
  /** After a loss, when the stream is back: what was missed is on its way, or a resync follows. */
  readonly onResumed?: () => void;
}

/** An open stream. */
export interface PushStream {
  readonly state: Store<PushState>;
  /** Listens to other topics from now on, without missing an event of the old ones. */
  readonly setTopics: (topics: string) => void;
  readonly close: () => void;
}

const shortestWaitMs = 500;
const longestWaitMs = 10_000;
// The server gives a sign of life every 15 s; a stream silent for longer is dead however open it looks.
const silenceMs = 45_000;

/** The wait before attempt n (from 0): doubling, capped, with up to a quarter taken off by `jitter` (0 to 1). */
export function backOffMs(attempt: number, jitter: number): number {
  return Math.min(longestWaitMs, shortestWaitMs * 2 ** attempt) * (1 - jitter / 4);
}

/** Opens the stream and keeps it open until closed. */
export function openPush(options: PushOptions): PushStream {
  const state = createStore<PushState>({ state: 'connecting', since: Date.now() });
  const closing = new AbortController();
  const wish = { topics: options.topics, change: new AbortController() };
  run(options, state, wish, closing.signal).catch((error: unknown) => {
    if (!closing.signal.aborted) reportError(error);
  });
  return {
    state,
    setTopics: (topics) => {
      if (topics === wish.topics) return;
      wish.topics = topics;
      wish.change.abort();
    },
    close: () => closing.abort(),
  };
}

/** What to listen to; `change` is aborted when that is something else than what the open request asked for. */
interface Wish {
  topics: string;
  change: AbortController;
}

async function run(
  options: PushOptions,
  state: Store<PushState>,
  wish: Wish,
  closing: AbortSignal,
): Promise<void> {
  const become = (next: PushState['state']) => {
    if (state.get().state !== next) state.set({ state: next, since: Date.now() });
  };
  let lastId = '';
  let liveTopics = '';
  let wasLost = false;
  let attempt = 0;
  while (!closing.aborted) {
    wish.change = new AbortController();
    const { signal: change } = wish.change;
    const request = { topics: wish.topics, token: options.token, lastId };
    try {
      for await (const received of listen(request, AbortSignal.any([closing, change]))) {
        if (received.isFirst) {
          attempt = 0;
          become('live');
          if (request.topics !== liveTopics) options.onLive?.();
          liveTopics = request.topics;
          if (wasLost) options.onResumed?.();
          wasLost = false;
        }
        for (const event of received.events) options.onEvent(event);
        lastId = received.lastId || lastId;
      }
    } catch (error) {
      if (closing.aborted) return;
      if (!isConnectionTrouble(error)) reportError(error);
    }
    if (change.aborted) continue;
    wasLost = true;
    become('lost');
    await pause(backOffMs(attempt, Math.random()), closing);
    attempt += 1;
  }
}

interface Received {
  readonly isFirst: boolean;
  readonly lastId: string;
  readonly events: readonly PushEvent[];
}

/** One request. The stream counts as live with its first piece, not with its header: only then does the server know
 *  from which change on it tells. */
async function* listen(
  { topics, token, lastId }: { topics: string; token: () => Promise<string>; lastId: string },
  stopping: AbortSignal,
): AsyncGenerator<Received> {
  const silence = new AbortController();
  let watchdog = setTimeout(() => silence.abort(), silenceMs);
  try {
    const response = await fetch(`/events?topics=${encodeURIComponent(topics)}`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${await token()}`,
        ...(lastId === '' ? {} : { 'last-event-id': lastId }),
      },
      cache: 'no-store',
      signal: AbortSignal.any([stopping, silence.signal]),
    });
    if (!response.ok || response.body === null) throw new PushRefused(response.status);
    const sse = createSseReader();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let isFirst = true; ; isFirst = false) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watchdog);
      watchdog = setTimeout(() => silence.abort(), silenceMs);
      const events = sse.read(value).map(({ data }) => parsePushEvent(data));
      yield { isFirst, lastId: sse.lastId(), events: events.filter((event) => event !== null) };
    }
  } finally {
    clearTimeout(watchdog);
  }
}

class PushRefused extends Error {
  override readonly name = 'PushRefused';
  constructor(status: number) {
    super(`GET /events answered ${status}.`);
  }
}

/** Losing the network is expected and shows as the amber bar; anything else is our bug and goes to the console. */
function isConnectionTrouble(error: unknown): boolean {
  return (
    error instanceof PushRefused ||
    error instanceof TypeError ||
    (error instanceof Error &&
      [
        'AbortError',
        'NetworkError',
        'SignedOut',
        'SignInUnavailable',
        'TokenRefused',
        'TokenUnavailable',
      ].includes(error.name))
  );
}

function pause(durationMs: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, durationMs);
    function done() {
      clearTimeout(timer);
      closing.removeEventListener('abort', done);
      globalThis.removeEventListener('online', done);
      resolve();
    }
    closing.addEventListener('abort', done);
    globalThis.addEventListener('online', done);
  });
}

const types: ReadonlySet<string> = new Set<PushEvent['type']>([
  'row.created',
  'row.changed',
  'row.deleted',
  'offer.new',
  'offer.ended',
  'resync',
]);

function isType(value: string | null): value is PushEvent['type'] {
  return value !== null && types.has(value);
}

/** Reads one event; null for what is not one, or is of a kind this page does not know. */
export function parsePushEvent(json: string): PushEvent | null {
  const value: unknown = parseJson(json);
  if (!isRecord(value)) return null;
  const [type, seq, at] = [text(value, 'type'), number(value, 'seq'), text(value, 'at')];
  if (!isType(type) || seq === null || at === null) return null;
  const optional: Record<string, string> = {};
  for (const name of ['table', 'id', 'etag', 'by', 'cause', 'conversation', 'transaction']) {
    const given = text(value, name);
    if (given !== null) optional[name] = given;
  }
  return { ...optional, type, seq, at, data: isRecord(value.data) ? value.data : {} };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
