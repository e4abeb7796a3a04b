import { Refusal } from '../../tables/index.ts';
import type { ApiResponse } from '../api.ts';
import { refusalResponse } from '../response.ts';
import { SlidingWindow } from './window.ts';

/** The limits of one user in one server process. Source: webapi.md §16. */
export interface ProtectionLimits {
  /** Requests in 300 seconds. */
  readonly requests: number;
  /** Seconds of work in 300 seconds, over all requests together. */
  readonly timeSeconds: number;
  /** Requests under way at the same time. */
  readonly atOnce: number;
}

/** The product's own limits. Source: webapi.md §16. */
export const productLimits: ProtectionLimits = { requests: 6000, timeSeconds: 1200, atOnce: 52 };

/** How requests are counted. `isOn`: a request over a limit is refused; else it is only counted and told in the headers.
 *  `nowMs`: a clock that does not go back. */
export interface ProtectionOptions {
  readonly isOn: boolean;
  readonly limits?: ProtectionLimits;
  readonly nowMs: () => number;
}

const windowSeconds = 300;
/** A number with two digits behind the point and separators between thousands, as in 1,199.99. */
const withSeparators = (value: number): string => value.toFixed(2).replace(/\B(?=(?:\d{3})+\.)/g, ',');
/** The most users that are counted at a time; 6 MB of counts. The one who asked longest ago is forgotten first. */
const mostUsers = 1500;

interface User {
  readonly window: SlidingWindow;
  underWay: number;
}

/** Service protection of one server process: how much each user asks for. One HTTP request counts as one, also a batch of
 *  many; what it takes to answer counts in full. Source: webapi.md §16; published documentation, service protection. */
export class Protection {
  readonly #isOn: boolean;
  readonly #limits: ProtectionLimits;
  readonly #nowMs: () => number;
  /** In the order in which they asked last. */
  readonly #users = new Map<string, User>();

  constructor({ isOn, limits = productLimits, nowMs }: ProtectionOptions) {
    this.#isOn = isOn;
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  /** Answers a request of the user by `work`, or 429 with Retry-After; a successful answer of `work` gets the two headers
   *  that tell what is left. */
  async protect(userId: string, work: () => Promise<ApiResponse>): Promise<ApiResponse> {
    const user = this.#userAt(userId);
    const refused = this.#isOn ? this.#refusal(user) : null;
    if (refused !== null) return refused;
    const startedMs = this.#nowMs();
    user.window.begin();
    user.underWay += 1;
    const end = (): void => {
      user.underWay -= 1;
      const now = this.#nowMs();
      user.window.move(Math.floor(now / 1000));
      user.window.end(now - startedMs);
    };
    let response: ApiResponse;
    try {
      response = await work();
    } catch (error) {
      end();
      throw error;
    }
    const { stream } = response;
    if (stream === undefined) end();
    const headers =
      response.status < 400 ? { ...response.headers, ...this.#headers(user) } : response.headers;
    return stream === undefined
      ? { ...response, headers }
      : { ...response, headers, stream: until(stream, end) };
  }

  #userAt(userId: string): User {
    const known = this.#users.get(userId);
    const user = known ?? { window: new SlidingWindow(windowSeconds), underWay: 0 };
    this.#users.delete(userId);
    this.#users.set(userId, user);
    const [oldest] = this.#users.keys();
    if (this.#users.size > mostUsers && oldest !== undefined) this.#users.delete(oldest);
    user.window.move(Math.floor(this.#nowMs() / 1000));
    return user;
  }

  #refusal({ window, underWay }: User): ApiResponse | null {
    const { requests, timeSeconds, atOnce } = this.#limits;
    const timeMs = timeSeconds * 1000;
    if (underWay >= atOnce) return tooMany(new Refusal('tooManyAtOnce', atOnce), 1);
    if (window.requests < requests && window.timeMs < timeMs) return null;
    const refusal =
      window.requests >= requests
        ? new Refusal('tooManyRequests', requests, windowSeconds)
        : new Refusal('tooMuchTime', timeMs.toLocaleString('en-US'), windowSeconds);
    return tooMany(refusal, window.secondsUntil({ requests, timeMs }));
  }

  #headers({ window }: User): ApiResponse['headers'] {
    const { requests, timeSeconds } = this.#limits;
    const left = Math.max(0, timeSeconds - window.timeMs / 1000);
    return {
      'x-ms-ratelimit-burst-remaining-xrm-requests': String(Math.max(0, requests - window.requests)),
      'x-ms-ratelimit-time-remaining-xrm-requests': withSeparators(left),
    };
  }
}

function tooMany(refusal: Refusal, seconds: number): ApiResponse {
  const refused = refusalResponse(refusal, null);
  return { ...refused, headers: { ...refused.headers, 'Retry-After': String(seconds) } };
}

/** The same stream, with `end` called once when it is read to its end, fails, or is given up, even before its start. */
function until(stream: AsyncIterable<Uint8Array>, end: () => void): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const inner = stream[Symbol.asyncIterator]();
      let isOver = false;
      const over = (): void => {
        if (!isOver) end();
        isOver = true;
      };
      return {
        async next() {
          try {
            const step = await inner.next();
            if (step.done) over();
            return step;
          } catch (error) {
            over();
            throw error;
          }
        },
        async return() {
          over();
          await inner.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
