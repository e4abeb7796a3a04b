/** What identification means for a call that comes in: the contact made for a caller nobody knows, and the row that tells
 *  why. Pure. Source: behaviour.md §3.2, §4.11, §9. */
import { msdyn_unifiedroutingdiagnostic } from '../../tables/dataverse/index.ts';
import type { IdentificationOutput } from '../../tables/why.ts';
import { ownContact } from '../../tables/wirechief/unknown-callers.ts';
import { diagnostic, linkKind } from '../choices.ts';
import type { Draft } from '../decision.ts';
import type { CallArrived } from '../events.ts';
import type { Arrival } from '../situation.ts';
import { tie, writeLink } from './tie.ts';

/** The arrival with the contact that is made for it, if one is; `A`: it, or what else was identified. */
export function withContact<A extends Pick<Arrival, 'identified'>>(draft: Draft, arrival: A): A {
  const { identified } = arrival;
  const { provisional } = identified;
  if (provisional === null) return arrival;
  const made = draft.create(ownContact, {
    lastname: provisional,
    mobilephone: provisional,
    wirechief_isprovisional: true,
  });
  return {
    ...arrival,
    identified: { ...identified, customer: { table: 'contact', id: made }, name: provisional },
  };
}

/** Writes why this customer was chosen, and ties the earlier conversations of a contact that was made. */
export function noteIdentified(
  draft: Draft,
  { conversation }: Pick<CallArrived, 'conversation'>,
  { identified }: Pick<Arrival, 'identified'>,
): void {
  const { customer, name, incident, provisional, history, trace } = identified;
  if (trace === null) return;
  const { input, evaluation, reason } = trace;
  const created = provisional !== null;
  const output: IdentificationOutput = {
    customer,
    name,
    incident,
    created,
    reason: created ? `${reason}; a contact is made for the number` : reason,
  };
  draft.create(msdyn_unifiedroutingdiagnostic, {
    msdyn_name: 'Identification',
    msdyn_ocliveworkitemid: conversation,
    msdyn_targetobject: { table: 'msdyn_ocliveworkitem', id: conversation },
    msdyn_diagnosticdatatype: diagnostic.identification.data,
    msdyn_ruletype: diagnostic.identification.rule,
    msdyn_sequencenumber: 0,
    msdyn_startedon: draft.now,
    msdyn_completedon: draft.now,
    msdyn_inputdata: JSON.stringify(input),
    msdyn_evaluation: JSON.stringify(evaluation),
    msdyn_outputdata: JSON.stringify(output),
  });
  if (!created) return;
  const to = { customer, name, incident: null };
  const note = { kind: linkKind.automatic, number: provisional, parent: null };
  const parent = writeLink(draft, conversation, to, note, []);
  for (const earlier of history)
    tie(draft, earlier, to, { kind: linkKind.adopted, number: earlier.number, parent });
}
