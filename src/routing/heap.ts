/** A binary heap: the smallest first. Push and pop cost the logarithm of its size. */
export class Heap<T> {
  readonly #compare: (one: T, other: T) => number;
  readonly #entries: T[] = [];

  constructor(compare: (one: T, other: T) => number) {
    this.#compare = compare;
  }

  /** The smallest, left where it is; null when there is none. */
  peek(): T | null {
    return this.#entries[0] ?? null;
  }

  push(entry: T): void {
    const entries = this.#entries;
    let place = entries.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#swapsWith(parent, place)) break;
      place = parent;
    }
  }

  /** Takes the smallest out; null when there is none. */
  pop(): T | null {
    const entries = this.#entries;
    const smallest = entries[0];
    const last = entries.pop();
    if (smallest === undefined || last === undefined) return null;
    if (entries.length === 0) return smallest;
    entries[0] = last;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const [one, other] = [entries[left], entries[left + 1]];
      if (one === undefined) return smallest;
      const child = other !== undefined && this.#compare(other, one) < 0 ? left + 1 : left;
      if (!this.#swapsWith(place, child)) return smallest;
      place = child;
    }
  }

  /** Puts the two in order; gives whether they were not. */
  #swapsWith(parent: number, child: number): boolean {
    const entries = this.#entries;
    const [above, below] = [entries[parent], entries[child]];
    if (above === undefined || below === undefined || this.#compare(below, above) >= 0) return false;
    entries[parent] = below;
    entries[child] = above;
    return true;
  }
}
