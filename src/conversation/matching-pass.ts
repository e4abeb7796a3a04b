/** One pass of the matcher over what waits, until nothing fits any more. Matches are handed out many at a time, some of
 *  these lots side by side; what could not be handed out with the others is tried by itself. Source: behaviour.md §4.3,
 *  §4.4; docs/decisions/0012. */
import type { Guid } from '../tables/index.ts';
import type { Match } from './assign-many.ts';
import { isBusy } from './busy.ts';
import type { Decision } from './decision.ts';
import type { Found } from './waiting.ts';

/** What a pass works with. */
export interface PassMeans {
  readonly waiting: {
    next(): Found | null;
    mistaken(agent: Match['agent']): void;
    putBack(ids: readonly Guid[]): void;
  };
  /** Reads what of the waiting work is out of date. */
  refresh(): Promise<void>;
  /** Hands these out in one transaction; gives those that it left as they were. */
  together(matches: readonly Match[]): Promise<readonly Match[]>;
  /** Tries one by itself, whoever it fits; null when it was overtaken or failed. */
  alone(item: Match['item']): Promise<Decision | null>;
  /** Whether an event of the conversation is under way. */
  isTaken(item: Match['item']): boolean;
}

/** How many are handed out in one transaction: more cost less each, and wait longer for each other. */
const mostTogether = 16;
/** How many such transactions run side by side: while the database writes one, the next is decided. */
const mostUnderWay = 2;

/** Passes one after the other: what becomes available during a pass makes one more. */
export class Passes {
  readonly #pass: () => Promise<unknown>;
  #underWay = false;
  #isCalledAgain = false;

  /** `pass` never rejects. */
  constructor(pass: () => Promise<unknown>) {
    this.#pass = pass;
  }

  /** Makes a pass, or has the one that is under way followed by another; resolves when there is no more to do. */
  async look(): Promise<void> {
    this.#isCalledAgain = true;
    if (this.#underWay) return;
    this.#underWay = true;
    while (this.#isCalledAgain) {
      this.#isCalledAgain = false;
      await this.#pass();
    }
    this.#underWay = false;
  }
}

/** Makes a pass. Rejects with what made the database refuse the work for the moment. */
export function makePass(means: PassMeans): Promise<void> {
  return new Pass(means).run();
}

class Pass {
  readonly #means: PassMeans;
  readonly #underWay = new Set<Promise<void>>();
  /** People of matches that are under way: nobody is tried twice at a time. */
  readonly #people = new Set<Guid>();
  readonly #left: Match[] = [];
  readonly #inVain: Guid[] = [];
  #held: Found | null = null;
  #failed: { readonly error: unknown } | null = null;

  constructor(means: PassMeans) {
    this.#means = means;
  }

  async run(): Promise<void> {
    const { refresh, waiting } = this.#means;
    await refresh();
    try {
      while (this.#begin() || this.#left.length > 0) {
        if (this.#underWay.size > 0) await Promise.race(this.#underWay);
        if (this.#failed) throw this.#failed.error;
        for (let match = this.#left.shift(); match; match = this.#left.shift()) await this.#tryAlone(match);
        await refresh();
      }
    } finally {
      await Promise.all(this.#underWay);
      const unborn = [...this.#left, ...(this.#held ? [this.#held] : [])];
      for (const { agent } of unborn) waiting.mistaken(agent);
      waiting.putBack([...this.#inVain, ...unborn.map(({ item }) => item)]);
    }
  }

  /** Begins as many lots as may run; whether any runs. */
  #begin(): boolean {
    while (this.#underWay.size < mostUnderWay) {
      const matches = this.#nextLot();
      if (matches.length === 0) break;
      const lot = this.#handOut(matches).finally(() => this.#underWay.delete(lot));
      this.#underWay.add(lot);
    }
    return this.#underWay.size > 0;
  }

  #nextLot(): readonly Match[] {
    const matches: Match[] = [];
    while (matches.length < mostTogether) {
      const found = this.#held ?? this.#means.waiting.next();
      this.#held = null;
      if (found === null) break;
      if (this.#people.has(found.agent)) {
        this.#held = found;
        break;
      }
      this.#people.add(found.agent);
      (found.alone || this.#means.isTaken(found.item) ? this.#left : matches).push(found);
    }
    return matches;
  }

  /** Never rejects. A fault may be that of one of them: then each is tried by itself. */
  async #handOut(matches: readonly Match[]): Promise<void> {
    let left = matches;
    try {
      left = await this.#means.together(matches);
    } catch (error) {
      if (isBusy(error)) this.#failed ??= { error };
    }
    this.#left.push(...left);
    const remaining = new Set(left);
    for (const match of matches) if (!remaining.has(match)) this.#people.delete(match.agent);
  }

  async #tryAlone({ item, agent }: Match): Promise<void> {
    const { alone, waiting } = this.#means;
    this.#inVain.push(item);
    const decision = await alone(item).catch((error: unknown) => {
      // The person is free still, whoever asks next.
      waiting.mistaken(agent);
      throw error;
    });
    this.#people.delete(agent);
    if (decision?.reserves) this.#inVain.pop();
    if (decision?.reserves !== agent) waiting.mistaken(agent);
  }
}
