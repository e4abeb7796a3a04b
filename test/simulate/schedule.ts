/** What is to happen, by virtual time. Two things of the same instant happen in the order in which they were planned. */

/** Something that will happen. `what`: for the account of a seed. */
export interface Happening {
  readonly at: Date;
  readonly what: string;
  readonly act: () => Promise<void>;
}

interface Planned extends Happening {
  readonly turn: number;
}

/** A list in order of time. */
export class Schedule {
  readonly #heap: Planned[] = [];
  #turns = 0;

  /** How many things are to happen. */
  get size(): number {
    return this.#heap.length;
  }

  plan(at: Date, what: string, act: () => Promise<void>): void {
    this.#turns += 1;
    const heap = this.#heap;
    let place = heap.push({ at, what, act, turn: this.#turns }) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#isBefore(place, above)) break;
      this.#swap(place, above);
      place = above;
    }
  }

  /** Takes the next one out; null when nothing more is planned. */
  next(): Happening | null {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length === 0) return first;
    heap[0] = last;
    let place = 0;
    for (;;) {
      const [left, right] = [place * 2 + 1, place * 2 + 2];
      let least = place;
      if (left < heap.length && this.#isBefore(left, least)) least = left;
      if (right < heap.length && this.#isBefore(right, least)) least = right;
      if (least === place) return first;
      this.#swap(place, least);
      place = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.at.getTime() - b.at.getTime() < 0 || (a.at.getTime() === b.at.getTime() && a.turn < b.turn);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
