/** The softphone's side of the server: WebSockets at /softphone, one per page, watched so that a dead page is found.
 *  Source: voice.md §3.6, tables/softphone.ts. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Schedule } from './ivr/run-flow.ts';
import type { MediaDesk } from './media-desk.ts';
import { type PageHost, SocketPage } from './socket-page.ts';

/** How pages are watched; milliseconds. `beatMs`: a page that does not answer one ping until the next is dead. */
export interface SoftphoneLimits {
  readonly helloMs: number;
  readonly beatMs: number;
  readonly pages: number;
  readonly messageBytes: number;
  /** Messages a page may send at once, and per second in the long run. */
  readonly burst: number;
  readonly perSecond: number;
}

/** The limits of a running server. A page sends a hello, an answer, some candidates and keys: 20 a second is plenty. */
export const softphoneLimits: SoftphoneLimits = {
  helloMs: 10_000,
  beatMs: 5_000,
  pages: 1_000,
  messageBytes: 64 * 1024,
  burst: 100,
  perSecond: 20,
};

/** The WebSocket server of softphones. */
export class Softphones {
  readonly #server: WebSocketServer;
  readonly #limits: SoftphoneLimits;
  readonly #schedule: Schedule;
  readonly #desk: MediaDesk;
  readonly #host: PageHost;
  readonly #pages = new Set<SocketPage>();
  #made = 0;

  constructor(
    desk: MediaDesk,
    schedule: Schedule,
    host: PageHost,
    limits: SoftphoneLimits = softphoneLimits,
  ) {
    this.#desk = desk;
    this.#schedule = schedule;
    this.#host = host;
    this.#limits = limits;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: limits.messageBytes,
      perMessageDeflate: false,
    });
  }

  /** Pages whose sound is up. */
  get size(): number {
    return [...this.#pages].filter((page) => page.sound.up).length;
  }

  /** Takes over an HTTP upgrade of /softphone; answers 403 to a page of another site and 503 when there are too many. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!sameSite(request)) {
      refuse(socket, '403 Forbidden');
      return;
    }
    if (this.#pages.size >= this.#limits.pages) {
      refuse(socket, '503 Service Unavailable');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket));
  }

  /** Closes every page's socket. */
  close(): void {
    for (const page of [...this.#pages]) page.close(1001, 'The server was stopped');
    this.#server.close();
  }

  #welcome(socket: WebSocket): void {
    const page = new SocketPage(`page-${++this.#made}`, socket, this.#desk, this.#schedule, this.#host);
    this.#pages.add(page);
    const late = this.#schedule(this.#limits.helloMs, () => {
      if (!page.known) page.close(1008, 'No hello came in time');
    });
    const beat = this.#beat(socket);
    const mayPass = rateLimit(this.#limits.burst, this.#limits.perSecond);
    socket.on('message', (data, binary) => {
      if (binary || !mayPass(performance.now())) return page.close(1008, 'Too many messages, or not text');
      page.take(data.toString());
    });
    socket.on('close', () => {
      late();
      beat();
      this.#pages.delete(page);
      page.gone();
    });
    // A broken socket is also closed; the close says all there is to say.
    socket.on('error', () => socket.terminate());
  }

  /** Pings until called off; ends a socket that has not answered since the last ping. */
  #beat(socket: WebSocket): () => void {
    let alive = true;
    let callOff = (): void => {};
    socket.on('pong', () => {
      alive = true;
    });
    const next = (): void => {
      callOff = this.#schedule(this.#limits.beatMs, () => {
        if (!alive) return socket.terminate();
        alive = false;
        socket.ping();
        next();
      });
    };
    next();
    return () => callOff();
  }
}

/** A browser names the site of its page; only our own pages may use the phone. The development server of the screens
 *  runs on another loopback port, so loopback pages may use a loopback server. Other programs name no site. */
function sameSite(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin) || host === undefined) return false;
  const page = new URL(origin);
  if (page.host === host) return true;
  const ours = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
  return isLoopback(page.hostname) && isLoopback(ours);
}

const isLoopback = (name: string): boolean => name === 'localhost' || name === '[::1]' || /^127\./.test(name);

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Counts messages against a bucket that holds `burst` and fills by `perSecond`. */
function rateLimit(burst: number, perSecond: number): (nowMs: number) => boolean {
  let left = burst;
  let last: number | null = null;
  return (nowMs) => {
    left = Math.min(burst, left + ((nowMs - (last ?? nowMs)) / 1000) * perSecond);
    last = nowMs;
    if (left < 1) return false;
    left--;
    return true;
  };
}
