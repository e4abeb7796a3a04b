import { account, contact, incident } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { Checks } from '../access/checks.ts';
import type { Perform } from '../operation.ts';
import { askedBy } from './caller-action.ts';

/** Says that the caller of a conversation is this customer, while the asker is active in it or supervises; with
 *  AdoptHistory also for earlier conversations of the number that have no customer.
 *  Shape: {ContactId or AccountId: GUID, IncidentId?: GUID, AdoptHistory?: boolean} → 204. Refuses invalidArgument unless
 *  exactly one customer is given, recordNotFound, conflict, privilegeMissing and accessDenied without the right to read
 *  what is linked. Source: behaviour.md §3.2, §9; the product's own message is not published. */
export const wirechief_LinkCaller: Perform = async (call) => {
  const { parameters, caller, engine, exchange } = call;
  const contactId = parameters.text('ContactId');
  const accountId = parameters.text('AccountId');
  const incidentId = parameters.text('IncidentId')?.toLowerCase() ?? null;
  const id = (contactId ?? accountId)?.toLowerCase();
  if (id === undefined || (contactId !== null && accountId !== null))
    throw new Refusal('invalidArgument', 'Give either the parameter ContactId or the parameter AccountId.');
  const table = contactId === null ? account : contact;
  const { access, userId } = exchange.guarding;
  const checks = new Checks(access, userId).need(table, id, 'read');
  if (incidentId !== null) checks.need(incident, incidentId, 'read');
  await checks.answer(exchange.database.reader);
  const customer = { table: table.logicalName, id };
  const adoptHistory = parameters.flag('AdoptHistory') ?? false;
  await engine.run(
    { type: 'CallerLinked', ...askedBy(call), customer, incident: incidentId, adoptHistory },
    caller.userId,
  );
  return null;
};
