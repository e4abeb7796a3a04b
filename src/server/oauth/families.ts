/** Families of refresh tokens: what one sign-in gave. Each refresh gives the next token of its family; one that was used
 *  before has been copied, so the whole family ends (RFC 9700 §4.14.2). Kept in the store, so a restart forgets nothing
 *  and servers on one database agree. */
import type { Store, Transaction } from '../../store/index.ts';
import { systemUserId } from '../../tables/index.ts';
import { deleteMetaOlderThan, insertMeta, replaceMetaIf } from '../meta.ts';

/** The families. `family`: the id of the code that began it. `token`: the id of the newest refresh token. */
export interface Families {
  /** Begins a family; false, and the family ends, when its code was spent before (RFC 6749 §4.1.2). */
  begin(family: string, token: string): Promise<boolean>;
  /** Puts `next` in the place of `used`; false, and the family ends, when `used` is not its newest token. */
  advance(family: string, used: string, next: string): Promise<boolean>;
}

const cause = { actor: systemUserId, cause: 'sign-in' };
const prefix = 'sign-in.';

/** The families of a store. A family is forgotten `lifeSeconds` after its last token. `now`: milliseconds since 1970. */
export function createFamilies(
  store: Pick<Store, 'transact'>,
  lifeSeconds: number,
  now: () => number = Date.now,
): Families {
  // The instant goes first, so that old ones are found by comparing texts.
  const entry = (token: string) => `${new Date(now()).toISOString()} ${token}`;
  // The row stays as the mark of a spent code, with no token that could go on from it.
  const end = (transaction: Pick<Transaction, 'query'>, family: string) =>
    replaceMetaIf(transaction, prefix + family, null, entry('ended'));
  return {
    begin: (family, token) =>
      store.transact(cause, async (transaction) => {
        const before = new Date(now() - lifeSeconds * 1000).toISOString();
        await deleteMetaOlderThan(transaction, prefix, before);
        if (await insertMeta(transaction, prefix + family, entry(token))) return true;
        await end(transaction, family);
        return false;
      }),
    advance: (family, used, next) =>
      store.transact(cause, async (transaction) => {
        if (await replaceMetaIf(transaction, prefix + family, used, entry(next))) return true;
        await end(transaction, family);
        return false;
      }),
  };
}
