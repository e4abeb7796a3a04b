import { explainAgent } from '../../conversation/index.ts';
import { systemuser } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { Checks } from '../access/checks.ts';
import { boundRow, type Perform } from '../operation.ts';
import { readOnly } from '../read-only.ts';

/** "Why not this agent?": every criterion with what is required and what there is, and how they fared before.
 *  Shape: msdyn_ocliveworkitems(c)/wirechief_ExplainAgent(AgentId=u) → src/tables/why-trace.ts, AgentExplanation.
 *  Refuses recordNotFound, accessDenied and privilegeMissing without the right to read the conversation and the user.
 *  Source: mission row B3; behaviour.md §4.11. */
export const wirechief_ExplainAgent: Perform = (call) => {
  const agent = call.parameters.text('AgentId');
  if (agent === null) throw new Refusal('invalidArgument', 'The parameter AgentId is required.');
  const { access, userId } = call.exchange.guarding;
  return readOnly(call.exchange, async (reader) => {
    await new Checks(access, userId).need(systemuser, agent, 'read').answer(reader);
    return explainAgent(reader, boundRow(call).id, agent);
  });
};
