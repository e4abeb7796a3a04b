import { Refusal } from '../../tables/index.ts';
import { type OperationHandler, textParameter } from '../operation.ts';
import type { JsonObject } from '../parse/body.ts';

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Sets an agent's presence; without an agent, the caller's own.
 *  Shape: {ApiVersion: text, AgentId?: GUID, PresenceId: GUID} → 204. Refuses invalidArgument.
 *  Source: behaviour.md §4.7, actions.json. */
export const CCaaS_ModifyAgentPresence: OperationHandler = {
  parameters: ['ApiVersion', 'AgentId', 'PresenceId'],
  perform: async ({ parameters, caller, engine }) => {
    if (textParameter(parameters, 'ApiVersion') === null)
      throw new Refusal('invalidArgument', 'The parameter ApiVersion is required.');
    const agent = guidParameter(parameters, 'AgentId') ?? caller.userId;
    const presence = guidParameter(parameters, 'PresenceId');
    if (presence === null) throw new Refusal('invalidArgument', 'The parameter PresenceId is required.');
    await engine.run({ type: 'PresenceSet', agent, presence, by: caller.userId }, caller.userId);
    return null;
  },
};

function guidParameter(parameters: JsonObject, name: string): string | null {
  const text = textParameter(parameters, name)?.toLowerCase() ?? null;
  if (text !== null && !guid.test(text))
    throw new Refusal('invalidArgument', `The parameter ${name} must be a GUID.`);
  return text;
}
