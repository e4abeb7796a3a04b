/** The rows of a conversation tied to a customer, and untied again. What a row held before is kept in the link, so that
 *  taking it back takes back exactly that. Pure. Source: behaviour.md §1.6 (subject and title), §9; mission row S0.8. */
import {
  msdyn_liveconversation,
  msdyn_ocliveworkitem,
  msdyn_ocphonecallengagementctx,
  msdyn_ocsession,
} from '../../tables/dataverse/index.ts';
import type { Guid, Reference, Table, Values } from '../../tables/index.ts';
import { wirechief_callerlink } from '../../tables/wirechief/wirechief_callerlink.ts';
import type { Draft } from '../decision.ts';
import type { Tie, TiedTable, TieRow, TieValue } from '../situation.ts';
import { withheld } from './arrive.ts';

/** Whom a conversation is tied to. `incident` null: the case stays as it is. */
export interface Customer {
  readonly customer: Reference<'account' | 'contact'> | null;
  readonly name: string | null;
  readonly incident: Guid<'incident'> | null;
}

/** What is kept of a tie. `kind`: wirechief_kind; `parent`: the link that adopted this conversation. */
export interface LinkNote {
  readonly kind: NonNullable<Values<typeof wirechief_callerlink>['wirechief_kind']>;
  readonly number: string | null;
  readonly parent: string | null;
}

/** What a link changed in one row. */
export interface TiedRow {
  readonly table: TiedTable;
  readonly id: Guid;
  readonly before: { readonly [column: string]: TieValue };
  readonly after: { readonly [column: string]: TieValue };
}

const tables: Readonly<Record<TiedTable, Table>> = {
  msdyn_ocliveworkitem,
  msdyn_liveconversation,
  msdyn_ocsession,
  msdyn_ocphonecallengagementctx,
};

/** Ties the conversation and writes the link; gives its id. Null, and nothing is written, when all rows say so already,
 *  unless something else hangs on the link (`needed`). */
export function tie(
  draft: Draft,
  facts: Tie,
  to: Customer,
  note: LinkNote,
  needed = false,
): Guid<'wirechief_callerlink'> | null {
  const former = customerOf(facts);
  const tied = facts.rows.flatMap((row) => changeOf(row, wantedOf(row, facts, to, former)) ?? []);
  if (tied.length === 0 && !needed) return null;
  for (const { table, id, after } of tied) change(draft, table, id, after);
  return writeLink(draft, facts.conversation, to, note, tied);
}

/** Writes the link of what is tied. */
export function writeLink(
  draft: Draft,
  conversation: string,
  { customer, name, incident }: Customer,
  { kind, number, parent }: LinkNote,
  tied: readonly TiedRow[],
): Guid<'wirechief_callerlink'> {
  return draft.create(wirechief_callerlink, {
    wirechief_name: `${name ?? withheld} (${number ?? withheld})`.slice(0, 200),
    wirechief_conversationid: conversation,
    wirechief_customerid: customer,
    wirechief_incidentid: incident,
    wirechief_kind: kind,
    wirechief_phonenumber: number,
    wirechief_parentid: parent,
    wirechief_tied: JSON.stringify(tied),
  });
}

/** Takes a link back: every column that still says what the link wrote says again what it said before. `rows`: of the
 *  conversation, as they stand. */
export function untie(
  draft: Draft,
  link: { readonly id: Guid; readonly tied: readonly TiedRow[] },
  rows: readonly TieRow[],
  by: Guid<'systemuser'>,
): void {
  for (const { table, id, before, after } of link.tied) {
    const row = rows.find((one) => one.table === table && one.id === id);
    if (row === undefined) continue;
    const kept = Object.entries(before).filter(([name]) => isSame(row.values[name], after[name]));
    if (kept.length > 0) change(draft, table, id, Object.fromEntries(kept));
  }
  draft.update(wirechief_callerlink, link.id, {
    statecode: 1,
    statuscode: 2,
    wirechief_unlinkedby: by,
    wirechief_unlinkedon: draft.now,
  });
}

/** The values are of these columns: they were read from them. */
function change(draft: Draft, table: TiedTable, id: Guid, values: TieRow['values']): void {
  draft.update(tables[table], id, values as Values<Table>);
}

/** The customer that the conversation has now. */
export function customerOf({ rows }: Tie): Reference | null {
  const value = rows.find(({ table }) => table === 'msdyn_ocliveworkitem')?.values.msdyn_customer;
  return typeof value === 'object' ? value : null;
}

function wantedOf(
  { table, values }: TieRow,
  { workstream, number }: Tie,
  { customer, name, incident }: Customer,
  former: Reference | null,
): { readonly [column: string]: TieValue } {
  const called = (customer ? name : null) ?? number ?? withheld;
  const subject = `${called}: ${workstream ?? ''}`.slice(0, 200);
  // What is regarding something else, as a case, stays so.
  const regarding = values.regardingobjectid ?? null;
  const follows = regarding === null || isSame(regarding, former);
  switch (table) {
    case 'msdyn_ocliveworkitem':
      return {
        subject,
        msdyn_title: subject,
        msdyn_customer: customer,
        ...(incident === null ? {} : { msdyn_issueid: incident }),
        ...(follows ? { regardingobjectid: customer } : {}),
      };
    case 'msdyn_liveconversation':
      return { msdyn_subject: subject, msdyn_title: subject.slice(0, 100), msdyn_customer: customer };
    case 'msdyn_ocsession':
      return { subject, ...(follows ? { regardingobjectid: customer } : {}) };
    case 'msdyn_ocphonecallengagementctx':
      return { msdyn_callername: called.slice(0, 100) };
  }
}

function changeOf(
  { table, id, values }: TieRow,
  wanted: { readonly [column: string]: TieValue },
): TiedRow | null {
  const changed = Object.keys(wanted).filter((name) => !isSame(values[name], wanted[name]));
  if (changed.length === 0) return null;
  const take = (from: { readonly [column: string]: TieValue }) =>
    Object.fromEntries(changed.map((name) => [name, from[name] ?? null]));
  return { table, id, before: take(values), after: take(wanted) };
}

function isSame(one: TieValue | undefined, other: TieValue | undefined): boolean {
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object')
    return (one ?? null) === (other ?? null);
  return one.table === other.table && one.id === other.id;
}
