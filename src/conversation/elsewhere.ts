/** Where several server processes share a database, a call and the pages of its agents have to be on the same one: sound
 *  does not cross. Source: docs/decisions/0011-several-servers.md. */
import { Refusal } from '../tables/index.ts';
import type { AgentFacts, Load } from './situation.ts';

/** Whether the person's softphone is connected to another server than the one that has the call. */
export const isElsewhere = ({ node }: Load, agent: Pick<AgentFacts, 'node'>): boolean =>
  node !== null && agent.node !== null && agent.node !== node;

/** Refuses conflict: the person's softphone is connected to another server than the one that has the call. */
export function requireHere(load: Load, agent: Pick<AgentFacts, 'node' | 'name'> | null): void {
  if (!agent || !isElsewhere(load, agent)) return;
  throw new Refusal(
    'conflict',
    `The softphone of ${agent.name ?? 'the representative'} is connected to another server than the call: sign in where the call is.`,
  );
}
