/** The rights of everybody, remembered between requests and forgotten as soon as a row they come from changes. */
import type { Change, Store } from '../../store/index.ts';
import { Remembered } from '../remembered.ts';
import { loadProfile } from './profile.ts';
import { UserAccess } from './rights.ts';

/** Tables whose rows decide rights. */
export const decisive: ReadonlySet<string> = new Set([
  ...['role', 'roleprivileges', 'systemuserroles', 'teamroles', 'privilege'],
  ...['team', 'teammembership', 'businessunit', 'systemuser'],
]);

/** The columns of a user that decide; the rest of the row changes often and means nothing here. */
const decisiveOfUser = ['_businessunitid_value', 'accessmode', 'isdisabled'];

/** The rights of a user; null when there is no such user. */
export type AccessBook = Pick<Remembered<UserAccess | null>, 'of' | 'doubt'>;

/** The rights over a store. `now`: milliseconds since 1970. */
export function openAccessBook(
  store: Pick<Store, 'json' | 'subscribe'>,
  now: () => number = Date.now,
): AccessBook {
  const book = new Remembered(async (userId) => {
    const profile = await loadProfile(store, userId);
    return profile === null ? null : new UserAccess(profile);
  }, now);
  store.subscribe((changes) => {
    if (changes.some(decides)) book.forget();
  });
  return book;
}

function decides({ table, operation, before, after }: Change): boolean {
  if (!decisive.has(table)) return false;
  if (table !== 'systemuser' || operation !== 'update') return true;
  return decisiveOfUser.some((name) => name in (before ?? {}) || name in (after ?? {}));
}
