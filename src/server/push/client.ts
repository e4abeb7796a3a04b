/** One page on the push stream: order, resume without gap or doubling, and back-pressure. */
import type { PushEvent } from '../../tables/push.ts';
import type { AddressedEvent } from './events.ts';
import type { PushLimits, Subscription } from './push.ts';

/** The page as the stream sees it. It starts in catching-up: live events wait until `live` is called. */
export interface PushClient {
  /** A live event. */
  send(addressed: AddressedEvent): void;
  /** An event read again from the log. */
  replay(addressed: AddressedEvent): void;
  /** Caught up to `seq`: what waited beyond it follows, and from now on events go out at once. */
  live(seq: number): void;
  /** Tells the page to fetch everything anew and go on from `seq`. */
  resync(seq: number, oldest?: number): void;
  beat(): void;
  end(): void;
}

type State = 'catching-up' | 'live' | 'slow' | 'ended';

/** Opens the stream of a page. `onEnd` is called once, however it ends. */
export function createClient(
  { response, topics, expiresAt }: Subscription,
  limits: PushLimits,
  onEnd: () => void,
): PushClient {
  let state: State = 'catching-up';
  let sent = 0;
  let newest = 0;
  let waiting: AddressedEvent[] = [];
  let cutOff: NodeJS.Timeout | undefined;

  const finish = (): void => {
    if (state === 'ended') return;
    state = 'ended';
    clearTimeout(expiry);
    clearTimeout(cutOff);
    waiting = [];
    onEnd();
  };
  const expiry = setTimeout(() => response.end(), Math.max(0, Math.min(expiresAt - Date.now(), 2 ** 31 - 1)));
  response.once('close', finish);
  response.once('error', finish);
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });

  const write = (text: string): void => {
    response.write(text);
    if (response.writableLength <= limits.maxUnsentBytes || state === 'slow') return;
    state = 'slow';
    waiting = [];
    cutOff = setTimeout(() => response.destroy(), limits.slowTimeoutMs);
    response.once('drain', () => {
      if (state !== 'slow') return;
      clearTimeout(cutOff);
      state = 'live';
      resync(Math.max(newest, sent));
    });
  };
  const emit = ({ event }: AddressedEvent): void => {
    if (event.seq <= sent) return;
    sent = event.seq;
    write(toText(event));
  };
  const resync = (seq: number, oldest?: number): void => {
    if (state === 'ended' || state === 'slow') return;
    sent = Math.max(sent, seq);
    const event: PushEvent = {
      seq,
      at: new Date().toISOString(),
      type: 'resync',
      data: oldest === undefined ? {} : { oldest },
    };
    write(toText(event));
  };

  return {
    send: (addressed) => {
      newest = addressed.event.seq;
      if (state === 'slow' || state === 'ended' || !topics(addressed)) return;
      if (state === 'live') emit(addressed);
      else waiting.push(addressed);
    },
    replay: (addressed) => {
      if (state === 'catching-up' && topics(addressed)) emit(addressed);
    },
    live: (seq) => {
      if (state !== 'catching-up') return;
      state = 'live';
      sent = Math.max(sent, seq);
      // An id without data moves the page's Last-Event-ID, so that even a page that has seen nothing can resume.
      write(`: connected\nid: ${sent}\n\n`);
      const queued = waiting;
      waiting = [];
      for (const addressed of queued) emit(addressed);
    },
    resync,
    beat: () => {
      if (state === 'live') write(': \n\n');
    },
    end: () => {
      response.end();
      finish();
    },
  };
}

/** An event as text of the stream. No `event:` line, so that every reader gets it as a message. */
export function toText(event: PushEvent): string {
  return `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`;
}
