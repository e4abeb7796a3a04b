import { availabilityFor } from '../../conversation/index.ts';
import { valuesIn } from '../context-values.ts';
import { guidIn } from '../guid-parameter.ts';
import type { Perform } from '../operation.ts';
import { timedReader } from '../read-only.ts';

/** Whether somebody could take a conversation that is there: its queue, its place in it, and what
 *  CCaaS_GetRepresentativeAvailabilityBeforeConversation tells; before it has a queue, the one that the rules would give.
 *  Shape: {ApiVersion, ConversationId: GUID as text, CustomContextItems?: JSON} → as there. Refuses invalidArgument,
 *  recordNotFound, conflict for one that is closed, privilegeMissing and accessDenied without the right to read it.
 *  Source: behaviour.md §4.12, actions.json. */
export const CCaaS_GetRepresentativeAvailabilityForConversation: Perform = async ({
  parameters,
  exchange,
}) => {
  const conversation = guidIn('ConversationId', parameters.text('ConversationId'));
  const values = valuesIn('CustomContextItems', parameters.text('CustomContextItems'));
  return availabilityFor(await timedReader(exchange), conversation, values);
};
