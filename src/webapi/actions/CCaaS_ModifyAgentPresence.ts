import { Refusal } from '../../tables/index.ts';
import type { Perform } from '../operation.ts';

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Sets an agent's presence; without an agent, the caller's own.
 *  Shape: {ApiVersion: text, AgentId?: GUID as text, PresenceId: GUID as text} → 204. Refuses invalidArgument.
 *  Source: behaviour.md §4.7, actions.json. */
export const CCaaS_ModifyAgentPresence: Perform = async ({ parameters, caller, engine }) => {
  const agent = guidIn('AgentId', parameters.text('AgentId')) ?? caller.userId;
  const presence = guidIn('PresenceId', parameters.text('PresenceId'));
  if (presence === null) throw new Refusal('invalidArgument', 'The parameter PresenceId is required.');
  await engine.run({ type: 'PresenceSet', agent, presence, by: caller.userId }, caller.userId);
  return null;
};

function guidIn(name: string, value: string | null): string | null {
  const text = value?.toLowerCase() ?? null;
  if (text !== null && !guid.test(text))
    throw new Refusal('invalidArgument', `The parameter ${name} must be a GUID.`);
  return text;
}
