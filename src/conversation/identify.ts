/** Who a number belongs to. Pure. */
import type { Guid } from '../tables/index.ts';
import type { Search } from './identify-rule.ts';

/** An active row that a search found. */
export interface Match {
  readonly id: Guid;
  readonly name: string | null;
}

/** A search and what it found: at most two, which mean ambiguous. `asked` false: nothing it asks for is known. */
export interface Found {
  readonly search: Search;
  readonly asked: boolean;
  readonly matches: readonly Match[];
}

/** Whom the searches name. `customer`, `incident`: the one to link. `known`: some account or contact has the number, one
 *  or several. `reason`: the case of the matrix, in a sentence. */
export interface Verdict {
  readonly customer: (Match & { readonly table: 'account' | 'contact' }) | null;
  readonly incident: Guid<'incident'> | null;
  readonly known: boolean;
  readonly reason: string;
}

/** A search that found exactly one links it, one that found two links nobody; of two that each found one, the preferred
 *  counts. These are the eight cases of the outcome matrix. Source: behaviour.md §3.2; rules.md §9. */
export function identify(found: readonly Found[]): Verdict {
  const customers = found.filter(({ search }) => search.table !== 'incident');
  const inOrder = [...customers].sort((a, b) => rank(a.search) - rank(b.search));
  const decider = inOrder.find(({ matches }) => matches.length === 1);
  const table = decider?.search.table;
  const match = decider?.matches[0];
  const cases = found.find(({ search, matches }) => search.table === 'incident' && matches.length === 1);
  const counts = inOrder.map(({ search, matches }) => counted(search.table, matches.length)).join(', ');
  return {
    customer: match && (table === 'account' || table === 'contact') ? { ...match, table } : null,
    incident: cases?.matches[0] ? String(cases.matches[0].id) : null,
    known: customers.some(({ matches }) => matches.length > 0),
    reason: `${counts || 'nothing asked'}: ${table ? `the ${table} is linked` : 'nobody is linked'}`,
  };
}

const rank = ({ table, preferred }: Search): number => (preferred ? 0 : table === 'contact' ? 1 : 2);

const counted = (table: string, count: number): string =>
  count === 0 ? `no ${table}` : count === 1 ? `one ${table}` : `two or more ${table}s`;
