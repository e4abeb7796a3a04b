/** Who calls: searched for by the workstream's rule or the default fields, and what is to be done about a caller nobody
 *  knows. Source: behaviour.md §3.2, §9. */
import { unknownCallers } from '../../tables/wirechief/unknown-callers.ts';
import type { CallArrived } from '../events.ts';
import { identify } from '../identify.ts';
import { defaultSearches, readIdentificationRule, type Search } from '../identify-rule.ts';
import type { Identified } from '../situation.ts';
import { readMatches, readOnlyCase } from './identify.ts';
import { type RowReader, text } from './rows.ts';
import { readHistory } from './ties.ts';

/** What the workstream says about it. `rule`: msdyn_recordidentificationrule; `unknown`: wirechief_unknowncallers.
 *  `supposed`: nothing comes of it, so nothing is locked. */
interface Wishes {
  readonly workstream: string;
  readonly rule: string | null;
  readonly unknown: number;
  readonly adopts: boolean;
  readonly e164: (number: string) => string | null;
  readonly supposed: boolean;
}

const nobody: Identified = {
  customer: null,
  name: null,
  incident: null,
  provisional: null,
  history: [],
  trace: null,
};

/** The customer by number; a number that nobody has is locked until the commit where a contact is to be made for it, so
 *  that two calls of one number make one contact. */
export async function readIdentified(
  reader: RowReader,
  event: CallArrived,
  wishes: Wishes,
): Promise<Identified> {
  const { from, to } = event;
  if (from === null) return nobody;
  const { e164, workstream, rule } = wishes;
  const { searches, notes, byRule } = searchesOf(rule);
  const context = new Map([
    ['msdyn_fromphone', from],
    ['msdyn_tophone', to],
    ['msdyn_providername', event.provider],
  ]);
  // A plain call has neither a pre-chat survey nor a bot behind it yet: variables are absent.
  const found = await readMatches(reader, searches, {
    e164,
    value: ({ source, name }) => (source === 'context' ? context.get(name) : undefined),
  });
  const verdict = identify(found);
  const number = e164(from);
  const automatic = wishes.unknown === unknownCallers.automatic && !verdict.known && number !== null;
  const made = automatic ? await findOrLock(reader, number, wishes.supposed) : null;
  const customer = verdict.customer ?? made;
  const incident = verdict.incident ?? (customer && (await readOnlyCase(reader, customer.id)));
  const isNew = automatic && made === null;
  return {
    customer: customer && { table: customer.table, id: customer.id },
    name: customer?.name ?? null,
    incident,
    provisional: isNew ? number : null,
    history:
      isNew && wishes.adopts && !wishes.supposed ? await readHistory(reader, number, event.conversation) : [],
    trace: {
      input: {
        workstream,
        from,
        number,
        rule: byRule ? 'msdyn_recordidentificationrule' : 'default fields',
        unknownCallers: modes.get(wishes.unknown) ?? 'off',
      },
      evaluation: {
        searches: found.map(({ search, asked, told, matches }) => ({
          table: search.table,
          preferred: search.preferred,
          conditions: told,
          outcome: asked ? (outcomes[matches.length] ?? 'ambiguous') : 'not asked',
          candidates: matches,
        })),
        notes,
      },
      reason: made ? `${verdict.reason}; a contact has the number as its mobile phone` : verdict.reason,
    },
  };
}

const outcomes = ['nobody', 'one'] as const;
const modes: ReadonlyMap<number, keyof typeof unknownCallers> = new Map([
  [unknownCallers.off, 'off'],
  [unknownCallers.ask, 'ask'],
  [unknownCallers.automatic, 'automatic'],
]);

function searchesOf(rule: string | null): {
  readonly searches: readonly Search[];
  readonly notes: readonly string[];
  readonly byRule: boolean;
} {
  if (rule === null || rule.trim() === '') return { searches: defaultSearches, notes: [], byRule: false };
  const { searches, faults } = readIdentificationRule(rule);
  return { searches, notes: faults, byRule: true };
}

/** Whoever else asks for the number waits until our commit, and then finds the contact. */
async function findOrLock(
  reader: RowReader,
  number: string,
  supposed: boolean,
): Promise<{ readonly table: 'contact'; readonly id: string; readonly name: string | null } | null> {
  if (!supposed)
    await reader.query({
      text: `select pg_advisory_xact_lock(hashtextextended('caller ' || $1, 0))`,
      values: [number],
      name: 'engine_lock_number',
    });
  const [found] = await reader.query({
    text: `select "contactid" as id, "fullname" as name from "dataverse"."contact"
      where "mobilephone@e164" = $1 and "statecode" = 0 order by "createdon", "contactid" limit 1`,
    values: [number],
    name: 'engine_contact_of_number',
  });
  return found ? { table: 'contact', id: text(found.id) ?? '', name: text(found.name) } : null;
}
