/** People say who a caller is. Pure. Source: behaviour.md §3.2, §9; mission row S0.8. */
import { type Guid, Refusal } from '../../tables/index.ts';
import { ownContact } from '../../tables/wirechief/unknown-callers.ts';
import type { CallerCreated, CallerEvent, CallerLinked } from '../caller-events.ts';
import { linkKind, status } from '../choices.ts';
import type { Draft } from '../decision.ts';
import type { Tie } from '../situation.ts';
import { type Customer, customerOf, type TiedRow, tie, untie } from './tie.ts';

/** What is known of the conversation. `status`: its statuscode; `takesPart`: the one who asks is joined in its last session
 *  now; `number`: the caller's in E.164, or as it came. `chosen`: the customer to be linked, null when there is none of
 *  that id. `provisional`: the customer it has is a contact that is only a number so far. `links`: the newest link in
 *  force and those it adopted, itself first, each with the rows of its conversation. */
export interface CallerFacts {
  readonly status: number | null;
  readonly takesPart: boolean;
  readonly number: string | null;
  readonly tie: Tie;
  readonly chosen: Customer | null;
  readonly provisional: Guid<'contact'> | null;
  readonly history: readonly Tie[];
  readonly links: readonly CallerLink[];
}

/** A link in force. */
export interface CallerLink {
  readonly id: Guid<'wirechief_callerlink'>;
  readonly kind: number | null;
  readonly customer: Guid | null;
  readonly name: string | null;
  readonly tied: readonly TiedRow[];
  readonly tie: Tie;
}

/** Writes what the event says. Refuses conflict, recordNotFound. */
export function decideCaller(draft: Draft, event: CallerEvent, facts: CallerFacts): void {
  if (!event.supervises && !(facts.takesPart && facts.status === status.active))
    throw new Refusal(
      'conflict',
      'Only who is active in the conversation, a supervisor or an administrator may say who the caller is.',
    );
  if (event.type === 'CallerLinked') link(draft, event, facts);
  else if (event.type === 'CallerCreated') create(draft, event, facts);
  else unlink(draft, event.agent, facts);
  if (draft.writes()) draft.conversation(event.conversation, {});
}

function link(draft: Draft, event: CallerLinked, facts: CallerFacts): void {
  if (facts.chosen === null) throw new Refusal('recordNotFound', event.customer.table, event.customer.id);
  tieAll(draft, facts, { ...facts.chosen, incident: event.incident }, linkKind.linked);
}

/** The conversation, and with it the earlier ones that have no customer. */
function tieAll(
  draft: Draft,
  { tie: own, number, history }: CallerFacts,
  to: Customer,
  kind: 1 | 2 | 4,
): void {
  const parent = tie(draft, own, to, { kind, number, parent: null }, history.length > 0);
  for (const earlier of history)
    tie(
      draft,
      earlier,
      { ...to, incident: null },
      { kind: linkKind.adopted, number: earlier.number, parent },
    );
}

function create(draft: Draft, event: CallerCreated, facts: CallerFacts): void {
  const { firstName, lastName } = event;
  const { number, provisional, links } = facts;
  const name = [firstName, lastName].flatMap((part) => part?.trim() || []).join(' ');
  const current = customerOf(facts.tie);
  if (current !== null && provisional === null) {
    const [newest] = links;
    // Asked twice: it is done.
    if (newest?.kind === linkKind.contactCreated && newest.customer === current.id && newest.name === name)
      return;
    throw new Refusal('conflict', 'The caller is known already: unlink the customer first.');
  }
  const names = { firstname: firstName, lastname: lastName, wirechief_isprovisional: false };
  if (provisional !== null) draft.update(ownContact, provisional, names);
  const id = provisional ?? draft.create(ownContact, { ...names, mobilephone: number });
  const to = { customer: { table: 'contact', id }, name, incident: null } as const;
  tieAll(draft, facts, to, linkKind.contactCreated);
}

function unlink(draft: Draft, by: Guid<'systemuser'>, facts: CallerFacts): void {
  const [newest] = facts.links;
  if (newest?.kind === linkKind.unlinked) return;
  // A contact made for the call was the customer from the beginning: there is nothing before it to go back to.
  const nothingBefore = newest?.kind === linkKind.automatic;
  for (const one of facts.links) untie(draft, one, one.tie.rows, by);
  if ((newest === undefined || nothingBefore) && customerOf(facts.tie) !== null)
    tie(
      draft,
      facts.tie,
      { customer: null, name: null, incident: null },
      { kind: linkKind.unlinked, number: facts.number, parent: null },
    );
}
