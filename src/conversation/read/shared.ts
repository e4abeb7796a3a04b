/** Of things that are equal, one is kept: what waits differs in little. */

/** How many different ones are kept. Beyond, they are forgotten, and only sharing is lost. */
const most = 20_000;

/** The things that were kept. */
export class Shared {
  readonly #known = new Map<string, unknown>();

  /** The first that was equal to `value`, which says nothing that JSON does not. */
  one<T>(value: T): T {
    const key = typeof value === 'string' ? value : JSON.stringify(value);
    const known = this.#known.get(key);
    // What is equal as text is of one type: an object's text says its columns, and a string is none of an object.
    if (known !== undefined && typeof known === typeof value) return known as T;
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(key, value);
    return value;
  }

  clear(): void {
    this.#known.clear();
  }
}
