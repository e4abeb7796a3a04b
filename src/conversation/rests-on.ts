/** What rests on what, both ways: waiting work on rows of other tables. */
export class RestsOn {
  readonly #rests = new Map<string, readonly string[]>();
  readonly #bears = new Map<string, Set<string>>();

  /** Says anew what one rests on. */
  put(one: string, rests: readonly string[]): void {
    this.remove(one);
    if (rests.length === 0) return;
    this.#rests.set(one, rests);
    for (const id of rests) {
      const borne = this.#bears.get(id);
      if (borne) borne.add(one);
      else this.#bears.set(id, new Set([one]));
    }
  }

  remove(one: string): void {
    for (const id of this.#rests.get(one) ?? []) {
      const borne = this.#bears.get(id);
      borne?.delete(one);
      if (borne?.size === 0) this.#bears.delete(id);
    }
    this.#rests.delete(one);
  }

  /** All that rests on it. */
  on(id: string): Iterable<string> {
    return this.#bears.get(id) ?? [];
  }

  clear(): void {
    this.#rests.clear();
    this.#bears.clear();
  }
}
