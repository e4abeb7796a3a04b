/** What one user asked for within a sliding window, counted by the second: memory stays the same however much it is. */
export class SlidingWindow {
  readonly #seconds: number;
  readonly #requests: Uint32Array;
  readonly #timeMs: Float64Array;
  #requestSum = 0;
  #timeSum = 0;
  #at = Number.NEGATIVE_INFINITY;

  constructor(seconds: number) {
    this.#seconds = seconds;
    this.#requests = new Uint32Array(seconds);
    this.#timeMs = new Float64Array(seconds);
  }

  /** The second that was counted last. */
  get at(): number {
    return this.#at;
  }

  /** Lets what is older than the window go. `second`: whole seconds of any clock that does not go back. */
  move(second: number): void {
    if (second <= this.#at) return;
    const first = Math.max(this.#at + 1, second - this.#seconds + 1);
    for (let one = first; one <= second; one += 1) {
      const place = one % this.#seconds;
      this.#requestSum -= this.#requests[place] ?? 0;
      this.#timeSum -= this.#timeMs[place] ?? 0;
      this.#requests[place] = 0;
      this.#timeMs[place] = 0;
    }
    this.#at = second;
  }

  /** Requests in the window. */
  get requests(): number {
    return this.#requestSum;
  }

  /** Milliseconds of work in the window. */
  get timeMs(): number {
    // The sum of many fractions may come out a hair below zero.
    return Math.max(0, this.#timeSum);
  }

  /** Counts a request that begins now. */
  begin(): void {
    const place = this.#at % this.#seconds;
    this.#requests[place] = (this.#requests[place] ?? 0) + 1;
    this.#requestSum += 1;
  }

  /** Counts the work of one that ends now. */
  end(ms: number): void {
    const place = this.#at % this.#seconds;
    this.#timeMs[place] = (this.#timeMs[place] ?? 0) + ms;
    this.#timeSum += ms;
  }

  /** After how many seconds the window holds fewer requests, and less work, than these: at least 1, at most its length. */
  secondsUntil(below: { readonly requests: number; readonly timeMs: number }): number {
    let [requests, timeMs] = [this.#requestSum, this.#timeSum];
    for (let passed = 1; passed < this.#seconds; passed += 1) {
      const place = (this.#at + passed) % this.#seconds;
      requests -= this.#requests[place] ?? 0;
      timeMs -= this.#timeMs[place] ?? 0;
      if (requests < below.requests && timeMs < below.timeMs) return passed;
    }
    return this.#seconds;
  }
}
