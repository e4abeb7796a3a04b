const mostUsers = 2000;
/** How long a request's own change keeps everything from being remembered: it is committed long before. The change log
 *  tells of a later one. */
const unsureMs = 10_000;

/** What is read of each user and remembered between requests, until a row it comes from changes. */
export class Remembered<T> {
  readonly #load: (userId: string) => Promise<T>;
  readonly #now: () => number;
  readonly #known = new Map<string, Promise<T>>();
  #unsureUntil = 0;

  /** `now`: milliseconds since 1970. */
  constructor(load: (userId: string) => Promise<T>, now: () => number) {
    this.#load = load;
    this.#now = now;
  }

  /** What is known of the user, or read now. What cannot be read, and null, are not remembered. */
  of(userId: string): Promise<T> {
    if (this.#now() < this.#unsureUntil) return this.#load(userId);
    const known = this.#known.get(userId);
    if (known !== undefined) return known;
    if (this.#known.size >= mostUsers) this.#known.clear();
    const loading = this.#load(userId);
    this.#known.set(userId, loading);
    const forget = (): void => {
      if (this.#known.get(userId) === loading) this.#known.delete(userId);
    };
    loading.then((found) => found === null && forget(), forget);
    return loading;
  }

  /** The change log told of a row that all this comes from. */
  forget(): void {
    this.#known.clear();
  }

  /** A request has written such a row: nothing is remembered until that is surely committed, so that the very next request
   *  sees it. */
  doubt(): void {
    this.#unsureUntil = this.#now() + unsureMs;
    this.#known.clear();
  }
}
