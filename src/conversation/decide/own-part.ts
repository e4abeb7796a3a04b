/** Whose call it is. */
import { Refusal } from '../../tables/index.ts';
import type { ParticipantFacts } from '../situation.ts';
import type { Context } from './context.ts';

/** The primary participant if that is this agent. */
export function primaryPart({ situation }: Context, agent: string): ParticipantFacts | null {
  const { participant } = situation;
  return participant?.msdyn_agentid === agent ? participant : null;
}

/** The same for a person's request. Refuses conflict. */
export function ownPart(context: Context, agent: string): ParticipantFacts {
  const found = primaryPart(context, agent);
  if (found) return found;
  const name = context.situation.participant?.msdyn_name ?? 'somebody else';
  throw new Refusal('conflict', `This is the call of ${name}.`);
}
