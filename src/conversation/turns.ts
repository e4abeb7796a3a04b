/** Work in order: one piece after the other under the same key, side by side under different ones. */
import type { Guid } from '../tables/index.ts';

/** The turns, and what is under way. */
export class Turns {
  readonly #last = new Map<Guid, Promise<unknown>>();
  readonly #underWay = new Set<Promise<unknown>>();

  /** Runs `work` after everything given before under `key`, whether that went well or not. */
  take<R>(key: Guid, work: () => Promise<R>): Promise<R> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(key, mine);
    this.track(
      mine
        .catch(() => undefined)
        .then(() => {
          if (this.#last.get(key) === mine) this.#last.delete(key);
        }),
    );
    return mine;
  }

  /** Counts `work`, which must not reject, as under way until it is done. */
  track(work: Promise<unknown>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}
