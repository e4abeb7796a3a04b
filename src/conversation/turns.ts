/** Work in order: one piece after the other under the same key, side by side under different ones. */
import type { Guid } from '../tables/index.ts';

/** The turns, and what is under way. */
export class Turns {
  readonly #last = new Map<Guid, Promise<unknown>>();
  readonly #underWay = new Set<Promise<unknown>>();

  /** Runs `work` after everything given before under `key`, whether that went well or not. */
  take<R>(key: Guid, work: () => Promise<R>): Promise<R> {
    const before = this.#last.get(key) ?? Promise.resolve();
    return this.#keep([key], before.then(work, work));
  }

  /** Whether something is under way under `key`, or waits for it. */
  isTaken(key: Guid): boolean {
    return this.#last.has(key);
  }

  /** Runs `work` now, under keys of which none is taken. */
  takeFree<R>(keys: readonly Guid[], work: () => Promise<R>): Promise<R> {
    return this.#keep(keys, work());
  }

  #keep<R>(keys: readonly Guid[], mine: Promise<R>): Promise<R> {
    for (const key of keys) this.#last.set(key, mine);
    const end = (): void => {
      for (const key of keys) if (this.#last.get(key) === mine) this.#last.delete(key);
    };
    this.track(mine.then(end, end));
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
