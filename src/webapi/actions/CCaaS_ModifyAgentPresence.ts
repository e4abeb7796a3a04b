import { msdyn_agentstatus } from '../../tables/dataverse/index.ts';
import { Refusal } from '../../tables/index.ts';
import { Checks } from '../access/checks.ts';
import type { Exchange } from '../exchange.ts';
import type { Perform } from '../operation.ts';

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Sets an agent's presence; without an agent, the caller's own.
 *  Shape: {ApiVersion: text, AgentId?: GUID as text, PresenceId: GUID as text} → 204. Refuses invalidArgument,
 *  privilegeMissing and accessDenied for another agent's without the right to write it.
 *  Source: behaviour.md §4.7, actions.json. */
export const CCaaS_ModifyAgentPresence: Perform = async ({ parameters, caller, engine, exchange }) => {
  const agent = guidIn('AgentId', parameters.text('AgentId')) ?? caller.userId;
  const presence = guidIn('PresenceId', parameters.text('PresenceId'));
  if (presence === null) throw new Refusal('invalidArgument', 'The parameter PresenceId is required.');
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

function guidIn(name: string, value: string | null): string | null {
  const text = value?.toLowerCase() ?? null;
  if (text !== null && !guid.test(text))
    throw new Refusal('invalidArgument', `The parameter ${name} must be a GUID.`);
  return text;
}
