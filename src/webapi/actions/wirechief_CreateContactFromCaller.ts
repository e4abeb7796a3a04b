import { contact } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import type { Perform } from '../operation.ts';
import { askedBy } from './caller-action.ts';

/** Makes a contact of the caller of a conversation, with the number as its mobile phone, and links it; a provisional
 *  contact gets its name. Who may: see wirechief_LinkCaller.
 *  Shape: {FirstName?: text, LastName: text, AdoptHistory?: boolean} → 204. Refuses invalidArgument for an empty LastName,
 *  conflict, privilegeMissing without the right to create contacts. Source: behaviour.md §9; the product has no message. */
export const wirechief_CreateContactFromCaller: Perform = async (call) => {
  const { parameters, caller, engine, exchange } = call;
  const lastName = parameters.text('LastName')?.trim() ?? '';
  if (lastName === '') throw new Refusal('invalidArgument', 'The parameter LastName must not be empty.');
  exchange.guarding.access.rule(contact, 'create');
  const firstName = parameters.text('FirstName')?.trim() || null;
  const adoptHistory = parameters.flag('AdoptHistory') ?? false;
  await engine.run(
    { type: 'CallerCreated', ...askedBy(call), firstName, lastName, adoptHistory },
    caller.userId,
  );
  return null;
};
