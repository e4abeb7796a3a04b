/** Creates of one transaction that arrive while another is under way wait for it and then go as one statement: many that
 *  are sent side by side, as those of a change set are, share round trips and plans, and a lone one waits for nothing. */
import type { Guid, Table } from '../tables/index.ts';
import type { Written } from './values.ts';

/** A row to be made; its values are checked. */
export interface Creation {
  readonly table: Table;
  readonly given: Written;
}

/** What became of a creation. */
export type Made = { readonly id: Guid } | { readonly error: unknown };

interface Waiting extends Creation {
  readonly settle: (made: Made) => void;
}

/** How many rows one statement makes at most: it bounds the size of its parameter. */
const mostTogether = 128;

/** The creates of one transaction. */
export class CreatesTogether {
  readonly #one: (creation: Creation) => Promise<Guid>;
  readonly #many: (creations: readonly Creation[]) => Promise<readonly Made[] | null>;
  #waiting: Waiting[] = [];
  #isBusy = false;

  /** `many` tells the fate of each in their order, or null where it made none and each is to learn its own; it rejects
   *  with what none of them is to blame for. */
  constructor(
    one: (creation: Creation) => Promise<Guid>,
    many: (creations: readonly Creation[]) => Promise<readonly Made[] | null>,
  ) {
    this.#one = one;
    this.#many = many;
  }

  /** Makes the row, alone or with others. Gives its id; refuses what `one` refuses. */
  async add(creation: Creation): Promise<Guid> {
    if (!this.#isBusy) {
      this.#isBusy = true;
      try {
        return await this.#one(creation);
      } finally {
        // What has gathered meanwhile is not this one's to wait for.
        void this.#next();
      }
    }
    const made = await new Promise<Made>((settle) => this.#waiting.push({ ...creation, settle }));
    if ('error' in made) throw made.error;
    return made.id;
  }

  async #next(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#batch();
      const fates = await this.#fatesOf(batch);
      batch.forEach(({ settle }, place) => {
        settle(fates[place] ?? { error: new RangeError('a creation has no fate') });
      });
    }
    this.#isBusy = false;
  }

  async #fatesOf(batch: readonly Waiting[]): Promise<readonly Made[]> {
    try {
      const fates = batch.length === 1 ? null : await this.#many(batch);
      return fates ?? (await this.#each(batch));
    } catch (error) {
      return batch.map(() => ({ error }));
    }
  }

  async #each(batch: readonly Waiting[]): Promise<readonly Made[]> {
    const fates: Made[] = [];
    for (const one of batch)
      fates.push(
        await this.#one(one).then(
          (id) => ({ id }),
          (error: unknown) => ({ error }),
        ),
      );
    return fates;
  }

  /** The first that wait, up to one whose key is among them already: it is to meet the other's row. */
  #batch(): readonly Waiting[] {
    const keys = new Set<unknown>();
    const isRepeated = ({ table, given }: Waiting): boolean => {
      const key = given[table.primaryId] ?? undefined;
      if (key === undefined) return false;
      const isKnown = keys.has(`${table.logicalName} ${key}`);
      keys.add(`${table.logicalName} ${key}`);
      return isKnown;
    };
    const end = this.#waiting.findIndex((one, place) => place === mostTogether || isRepeated(one));
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }
}
