/** The rights of everybody, remembered between requests and forgotten as soon as a row they come from changes. */
import type { Change, Store } from '../../store/index.ts';
import { loadProfile } from './profile.ts';
import { UserAccess } from './rights.ts';

/** Tables whose rows decide rights. */
export const decisive: ReadonlySet<string> = new Set([
  ...['role', 'roleprivileges', 'systemuserroles', 'teamroles', 'privilege'],
  ...['team', 'teammembership', 'businessunit', 'systemuser'],
]);

/** The columns of a user that decide; the rest of the row changes often and means nothing here. */
const decisiveOfUser = ['_businessunitid_value', 'accessmode', 'isdisabled'];
const maxRemembered = 2000;
/** How long a request's own change keeps everything from being remembered: it is committed long before. The change log
 *  tells of a later one. */
const unsureMs = 10_000;

/** The remembered rights. */
export interface AccessBook {
  /** The rights of a user; null when there is no such user. */
  of(userId: string): Promise<UserAccess | null>;
  /** A request has written a decisive row: nothing is remembered until that is surely committed, so that the very next
   *  request sees it. */
  doubt(): void;
  close(): void;
}

/** The rights over a store. `now`: milliseconds since 1970. */
export function openAccessBook(
  store: Pick<Store, 'json' | 'subscribe'>,
  now: () => number = Date.now,
): AccessBook {
  const remembered = new Map<string, Promise<UserAccess | null>>();
  let unsureUntil = 0;
  const unsubscribe = store.subscribe((changes) => {
    if (changes.some(decides)) remembered.clear();
  });
  const load = async (userId: string): Promise<UserAccess | null> => {
    const profile = await loadProfile(store, userId);
    return profile === null ? null : new UserAccess(profile);
  };
  return {
    of(userId) {
      if (now() < unsureUntil) return load(userId);
      const known = remembered.get(userId);
      if (known !== undefined) return known;
      if (remembered.size >= maxRemembered) remembered.clear();
      const loading = load(userId);
      remembered.set(userId, loading);
      const forget = (): void => {
        if (remembered.get(userId) === loading) remembered.delete(userId);
      };
      loading.then((access) => access === null && forget(), forget);
      return loading;
    },
    doubt() {
      unsureUntil = now() + unsureMs;
      remembered.clear();
    },
    close() {
      unsubscribe();
      remembered.clear();
    },
  };
}

function decides({ table, operation, before, after }: Change): boolean {
  if (!decisive.has(table)) return false;
  if (table !== 'systemuser' || operation !== 'update') return true;
  return decisiveOfUser.some((name) => name in (before ?? {}) || name in (after ?? {}));
}
