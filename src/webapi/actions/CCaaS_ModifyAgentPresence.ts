import { msdyn_agentstatus } from '../../tables/dataverse/index.ts';
import { Checks } from '../access/checks.ts';
import type { Exchange } from '../exchange.ts';
import { guidIn } from '../guid-parameter.ts';
import type { Perform } from '../operation.ts';

/** Sets an agent's presence; without an agent, the caller's own.
 *  Shape: {ApiVersion: text, AgentId?: GUID as text, PresenceId: GUID as text} → 204. Refuses invalidArgument,
 *  privilegeMissing and accessDenied for another agent's without the right to write it.
 *  Source: behaviour.md §4.7, actions.json. */
export const CCaaS_ModifyAgentPresence: Perform = async ({ parameters, caller, engine, exchange }) => {
  const other = parameters.text('AgentId');
  const agent = other === null ? caller.userId : guidIn('AgentId', other);
  const presence = guidIn('PresenceId', parameters.text('PresenceId'));
  if (agent !== caller.userId) await requireOther(exchange, agent);
  await engine.run({ type: 'PresenceSet', agent, presence, by: caller.userId }, caller.userId);
  return null;
};

/** Setting another agent's presence takes the right to write that agent's status. */
async function requireOther({ guarding, database }: Exchange, agent: string): Promise<void> {
  const { access, userId } = guarding;
  access.rule(msdyn_agentstatus, 'write');
  const [status] = await database.reader.rows(msdyn_agentstatus, { msdyn_agentid: agent }, { top: 1 });
  const id = status?.msdyn_agentstatusid ?? null;
  if (id !== null)
    await new Checks(access, userId).need(msdyn_agentstatus, id, 'write').answer(database.reader);
}
