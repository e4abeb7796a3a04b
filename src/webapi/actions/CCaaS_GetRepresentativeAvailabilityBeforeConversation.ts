import { availabilityBefore } from '../../conversation/index.ts';
import { msdyn_liveworkstream } from '../../tables/dataverse/index.ts';
import { Checks } from '../access/checks.ts';
import { objectIn, valuesIn } from '../context-values.ts';
import { guidIn } from '../guid-parameter.ts';
import type { Perform } from '../operation.ts';
import { timedReader } from '../read-only.ts';

/** Whether somebody could take a conversation that would begin now: the first queue that the rules give, its hours, its
 *  length, its wait, and how many of its members could take the work. Overflow and percentages are ignored.
 *  Shape: {ApiVersion, LiveWorkStreamId: GUID as text, CustomContextItems?: JSON, ChannelEngagementContext?: JSON} →
 *  src/conversation/explain/availability.ts. Refuses invalidArgument, recordNotFound, privilegeMissing and accessDenied
 *  without the right to read the workstream. Source: behaviour.md §4.12, actions.json. */
export const CCaaS_GetRepresentativeAvailabilityBeforeConversation: Perform = async (call) => {
  const { parameters, exchange } = call;
  const workstream = guidIn('LiveWorkStreamId', parameters.text('LiveWorkStreamId'));
  const values = valuesIn('CustomContextItems', parameters.text('CustomContextItems'));
  const context = parameters.text('ChannelEngagementContext');
  if (context !== null) objectIn('ChannelEngagementContext', context);
  const reader = await timedReader(exchange);
  const { access, userId } = exchange.guarding;
  await new Checks(access, userId).need(msdyn_liveworkstream, workstream, 'read').answer(reader);
  return availabilityBefore(reader, workstream, values);
};
