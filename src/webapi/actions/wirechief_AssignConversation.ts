import { msdyn_ocliveworkitem } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { Checks } from '../access/checks.ts';
import { guidIn } from '../guid-parameter.ts';
import { boundRow, type Perform } from '../operation.ts';
import { requestId } from './call-action.ts';

/** A supervisor gives a waiting conversation to a person, beyond their capacity and presence too, or puts it into a queue.
 *  Shape: {AgentId: GUID as text} or {QueueId: GUID as text}, RequestId?: text → 204. Refuses invalidArgument unless exactly one is given,
 *  conflict for what does not wait, privilegeMissing and accessDenied without the right to assign it.
 *  Source: behaviour.md §3.9; the product's own message is not published. */
export const wirechief_AssignConversation: Perform = async (call) => {
  const { parameters, caller, engine, exchange } = call;
  const { id } = boundRow(call);
  const agent = parameters.text('AgentId');
  const queue = parameters.text('QueueId');
  if ((agent === null) === (queue === null))
    throw new Refusal('invalidArgument', 'Give either the parameter AgentId or the parameter QueueId.');
  const to =
    agent === null
      ? ({ type: 'WorkMoved', queue: guidIn('QueueId', queue) } as const)
      : ({ type: 'WorkAssigned', agent: guidIn('AgentId', agent) } as const);
  const { access, userId } = exchange.guarding;
  await new Checks(access, userId).need(msdyn_ocliveworkitem, id, 'assign').answer(exchange.database.reader);
  const request = requestId(parameters);
  const asked = { conversation: id, ...(request === null ? {} : { request }) };
  await engine.run({ ...to, ...asked }, caller.userId);
  return null;
};
