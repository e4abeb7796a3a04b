/** Steps: what others have to say about changes of a table's rows, before they are written and in their transaction, as
 *  synchronous plug-in steps have in the product. */
import type { Table } from '../tables/index.ts';
import type { Step } from './store.ts';

/** The steps by table; at most one a table. */
export class Steps {
  readonly #steps = new Map<string, Step>();

  /** A later step takes the place of the one before. */
  on(table: Table, step: Step): void {
    this.#steps.set(table.logicalName, step);
  }

  of(table: Table): Step | undefined {
    return this.#steps.get(table.logicalName);
  }
}
