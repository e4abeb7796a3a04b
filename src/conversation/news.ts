/** News from other servers: one may have made work and another a person free, neither knowing of the other's, so both look
 *  again. Source: docs/decisions/0011-several-servers.md. */

/** Tables whose changes tell that somebody may fit work that waits, and how long such news are gathered. */
const ofWork: ReadonlySet<string> = new Set(['msdyn_ocliveworkitem', 'msdyn_agentstatus']);
const gatherMs = 200;

/** Whether these changes may matter to work that waits. */
export const tellsOfWork = (changes: readonly { readonly table: string }[]): boolean =>
  changes.some(({ table }) => ofWork.has(table));

/** Looks a little later, once for all that is heard until then. */
export class News {
  #isGathering = false;

  /** Resolves when it was looked, at once when it is to be looked already. */
  async lookSoon(wait: (pauseMs: number) => Promise<void>, look: () => void): Promise<void> {
    if (this.#isGathering) return;
    this.#isGathering = true;
    await wait(gatherMs);
    this.#isGathering = false;
    look();
  }
}
