import { newGuid } from '../../store/index.ts';
import { Refusal } from '../../tables/index.ts';
import type { Perform } from '../operation.ts';

/** Calls a customer as the caller, on their own softphone, with one of their outbound profiles; without ProfileId, the
 *  workstream of one, the country of the number chooses it. ConversationId: an id of the asker's choice, with which the
 *  same call is not placed twice.
 *  Shape: {PhoneNumber: a number in any spelling, ProfileId?: GUID, ConversationId?: GUID} → {ConversationId: GUID}.
 *  Refuses invalidArgument for what is no number or a country that they do not call, conflict without softphone or outbound
 *  profile, in another call, or beyond the limit of its capacity profile. Source: behaviour.md §3.10; the product's own
 *  message is not published. */
export const wirechief_DialCustomer: Perform = async ({ parameters, caller, engine, exchange }) => {
  const written = parameters.text('PhoneNumber') ?? '';
  const number = exchange.log.e164(written);
  if (number === null)
    throw new Refusal(
      'invalidArgument',
      `The parameter PhoneNumber is no telephone number: '${written}'. Begin it with '+' and the calling code of its country.`,
    );
  const conversation = parameters.text('ConversationId') ?? newGuid();
  const profile = parameters.text('ProfileId');
  const event = { type: 'CustomerDialled', conversation, agent: caller.userId, number, profile } as const;
  await engine.run(event, caller.userId);
  return { ConversationId: conversation };
};
