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
  /** How many pages may be here that have not yet said who they are: in all, and from one address. */
  readonly strangers: number;
  readonly strangersOfAddress: number;
  readonly callers: number;
  /** A caller's page that was in no call for this long, and at most twice as long, is closed. */
  readonly callerIdleMs: number;
  readonly messageBytes: number;
  /** Messages a page may send at once, and per second in the long run. */
  readonly burst: number;
  readonly perSecond: number;
}

/** The limits of a running server: strangers and callers cannot take the places of agents. A page sends a hello, an answer, some candidates and keys: 20 a second is plenty. */
export const softphoneLimits: SoftphoneLimits = {
  helloMs: 10_000,
  beatMs: 5_000,
  pages: 1_000,
  strangers: 50,
  strangersOfAddress: 20,
  callers: 100,
  callerIdleMs: 600_000,
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
  /** The pages in the order of their coming, with their addresses. */
  readonly #pages = new Map<SocketPage, string>();
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
    return [...this.#pages.keys()].filter((page) => page.sound.up).length;
  }

  /** Takes over an HTTP upgrade of /softphone, of a page that may use it: which site it is of was judged before. Answers
   *  503 when there are too many. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#pages.size >= this.#limits.pages) {
      refuse(socket, '503 Service Unavailable');
      return;
    }
    const address = request.socket.remoteAddress ?? '';
    this.#makeRoom(address);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket, address));
  }

  /** Closes every page's socket. */
  close(): void {
    for (const page of [...this.#pages.keys()]) page.close(1001, 'The server was stopped');
    this.#server.close();
  }

  /** The stranger that has been silent longest goes: a page of ours says hello at once, so it is hardly one. */
  #makeRoom(address: string): void {
    const strangers = [...this.#pages].filter(([page]) => !page.known);
    const near = strangers.filter(([, of]) => of === address);
    const [first] = near.length >= this.#limits.strangersOfAddress ? near : [];
    const [oldest] = strangers.length >= this.#limits.strangers ? strangers : [];
    const leaving = (first ?? oldest)?.[0];
    if (leaving === undefined) return;
    this.#pages.delete(leaving);
    leaving.close(1013, 'Too many pages that did not say hello');
  }

  #welcome(socket: WebSocket, address: string): void {
    const page = new SocketPage(`page-${++this.#made}`, socket, this.#desk, this.#schedule, this.#host);
    this.#pages.set(page, address);
    let idle = (): void => {};
    page.onCaller = () => {
      if ([...this.#pages.keys()].filter(({ isCaller }) => isCaller).length >= this.#limits.callers)
        return false;
      idle = this.#watchUse(page);
      return true;
    };
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
      idle();
      this.#pages.delete(page);
      page.gone();
    });
    // A broken socket is also closed; the close says all there is to say.
    socket.on('error', () => socket.terminate());
  }

  /** Closes a caller's page that does not call, until called off. */
  #watchUse(page: SocketPage): () => void {
    let callOff = (): void => {};
    const next = (): void => {
      callOff = this.#schedule(this.#limits.callerIdleMs, () =>
        page.takeUse() ? next() : page.close(1000, 'No call for a while'),
      );
    };
    next();
    return () => callOff();
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
