import { msdyn_ocliveworkitem } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { Checks } from '../access/checks.ts';
import { boundRow, type Perform } from '../operation.ts';

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A supervisor gives a waiting conversation to a person, beyond their capacity and presence too, or puts it into a queue.
 *  Shape: {AgentId: GUID as text} or {QueueId: GUID as text} → 204. Refuses invalidArgument unless exactly one is given,
 *  conflict for what does not wait, privilegeMissing and accessDenied without the right to assign it.
 *  Source: behaviour.md §3.9; the product's own message is not published. */
export const wirechief_AssignConversation: Perform = async (call) => {
  const { parameters, caller, engine, exchange } = call;
  const { id } = boundRow(call);
  const agent = parameters.text('AgentId')?.toLowerCase() ?? null;
  const queue = parameters.text('QueueId')?.toLowerCase() ?? null;
  if ((agent === null) === (queue === null))
    throw new Refusal('invalidArgument', 'Give either the parameter AgentId or the parameter QueueId.');
  if (!guid.test(agent ?? queue ?? ''))
    throw new Refusal('invalidArgument', `The parameter ${agent ? 'AgentId' : 'QueueId'} must be a GUID.`);
  const { access, userId } = exchange.guarding;
  await new Checks(access, userId).need(msdyn_ocliveworkitem, id, 'assign').answer(exchange.database.reader);
  const about = { conversation: id } as const;
  if (agent !== null) await engine.run({ type: 'WorkAssigned', ...about, agent }, caller.userId);
  if (queue !== null) await engine.run({ type: 'WorkMoved', ...about, queue }, caller.userId);
  return null;
};
