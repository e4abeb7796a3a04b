/** One page on the push stream: order, resume without gap or doubling, and back-pressure. */
import type { ServerResponse } from 'node:http';
import type { Change } from '../../store/index.ts';
import type { AddressedEvent } from './events.ts';
import type { PushLimits, Subscription } from './push.ts';
import type { Topics } from './topics.ts';

const longestTimeoutMs = 2 ** 31 - 1;

/** A page that listens. It begins catching up: live events wait until `live` is called. */
export class PushClient {
  readonly #response: ServerResponse;
  readonly #topics: Topics;
  readonly #hears: Subscription['hears'];
  readonly #limits: PushLimits;
  readonly #expiry: NodeJS.Timeout;
  #isLive = false;
  #hasEnded = false;
  /** The last event that went out, and the last one there was for anyone. */
  #sent = 0;
  #newest = 0;
  /** Events that wait for the page to catch up or to read on. */
  #waiting: AddressedEvent[] = [];
  /** More waited than may wait: the page has to start afresh. */
  #hasLost = false;
  /** The socket is full; the timer cuts the page off when it stays so. */
  #stalled: NodeJS.Timeout | null = null;
  #onDrain: (() => void) | null = null;

  /** Opens the stream. `onEnd` is called once, however it ends. */
  constructor({ response, topics, hears, expiresAt }: Subscription, limits: PushLimits, onEnd: () => void) {
    this.#response = response;
    this.#topics = topics;
    this.#hears = hears;
    this.#limits = limits;
    const lifetimeMs = Math.max(0, Math.min(expiresAt - Date.now(), longestTimeoutMs));
    this.#expiry = setTimeout(() => response.end(), lifetimeMs);
    response.once('close', () => {
      this.#forget();
      onEnd();
    });
    response.on('error', () => response.destroy());
    response.on('drain', () => this.#drained());
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
  }

  /** Those of the events that this page wants and its user may hear of; `events[i]` tells of `changes[i]`. */
  async choose(
    changes: readonly Change[],
    events: readonly AddressedEvent[],
  ): Promise<readonly AddressedEvent[]> {
    const wanted = events.flatMap((event, place) => {
      const change = changes[place];
      return change !== undefined && this.#topics(event) ? [{ event, change }] : [];
    });
    if (wanted.length === 0 || this.#hasEnded) return [];
    const heard = await this.#hears(wanted.map(({ change }) => change));
    return wanted.flatMap(({ event }, place) => (heard[place] === true ? [event] : []));
  }

  /** A live event. */
  send(addressed: AddressedEvent): void {
    this.#newest = addressed.event.seq;
    if (this.#hasEnded || this.#hasLost) return;
    this.#waiting.push(addressed);
    if (this.#waiting.length > this.#limits.maxWaiting) this.#lose();
    this.#pump();
  }

  /** Whatever there was up to `seq` has been offered to the page. */
  reached(seq: number): void {
    this.#newest = Math.max(this.#newest, seq);
  }

  /** An event read again from the log. */
  replay(addressed: AddressedEvent): void {
    this.#emit(addressed);
  }

  /** Resolves when the page can take more, or has gone: true when it is still there. */
  async ready(): Promise<boolean> {
    if (this.#stalled !== null && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#onDrain = resolve;
      });
    }
    return !this.#hasEnded;
  }

  /** Caught up to `seq`: what waited beyond it follows, and from now on events go out at once. */
  live(seq: number): void {
    this.#isLive = true;
    this.#sent = Math.max(this.#sent, seq);
    // An id without data moves the page's Last-Event-ID, so that even a page that has seen nothing can resume.
    this.#write(`: connected\nid: ${this.#sent}\n\n`);
    this.#pump();
  }

  /** Tells the page to fetch everything anew and go on from `seq`. */
  resync(seq: number, oldest?: number): void {
    this.#sent = Math.max(this.#sent, seq);
    const data = oldest === undefined ? {} : { oldest };
    const event = { seq: this.#sent, at: new Date().toISOString(), type: 'resync', data };
    this.#write(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  /** Whatever waits is dropped: the page starts afresh as soon as it can. */
  lose(): void {
    this.#lose();
    this.#pump();
  }

  /** A sign of life. */
  beat(): void {
    if (this.#isLive && this.#stalled === null) this.#write(': \n\n');
  }

  end(): void {
    this.#response.end();
  }

  #lose(): void {
    this.#waiting = [];
    this.#hasLost = true;
  }

  /** Sends what waits until the socket is full. */
  #pump(): void {
    if (!this.#isLive || this.#stalled !== null) return;
    if (this.#hasLost) {
      this.#hasLost = false;
      this.resync(this.#newest);
    }
    let next = 0;
    for (; next < this.#waiting.length && this.#stalled === null; next += 1) {
      const addressed = this.#waiting[next];
      if (addressed !== undefined) this.#emit(addressed);
    }
    this.#waiting = this.#waiting.slice(next);
  }

  #emit({ event, text }: AddressedEvent): void {
    if (event.seq <= this.#sent) return;
    this.#sent = event.seq;
    this.#write(text);
  }

  #write(text: string): void {
    if (this.#hasEnded || this.#response.write(text) || this.#stalled !== null) return;
    this.#stalled = setTimeout(() => this.#response.destroy(), this.#limits.slowTimeoutMs);
  }

  #drained(): void {
    if (this.#stalled !== null) clearTimeout(this.#stalled);
    this.#stalled = null;
    this.#onDrain?.();
    this.#onDrain = null;
    this.#pump();
  }

  #forget(): void {
    this.#hasEnded = true;
    this.#waiting = [];
    clearTimeout(this.#expiry);
    if (this.#stalled !== null) clearTimeout(this.#stalled);
    this.#onDrain?.();
    this.#onDrain = null;
  }
}
