/** Who a number belongs to. Pure. */
import type { Guid } from '../tables/index.ts';

/** An active contact or account with the caller's number. */
export interface Match {
  readonly table: 'account' | 'contact';
  readonly id: Guid;
  readonly name: string | null;
}

/** The one to link: the only contact; with no contact or several of them, the only account, except that several accounts
 *  link nobody. Source: behaviour.md §3.2, the outcome matrix (contacts are preferred, ambiguity never links). */
export function identify(matches: readonly Match[]): Match | null {
  const contacts = matches.filter(({ table }) => table === 'contact');
  const accounts = matches.filter(({ table }) => table === 'account');
  if (contacts.length === 1 && accounts.length <= 1) return contacts[0] ?? null;
  return accounts.length === 1 ? (accounts[0] ?? null) : null;
}
