/** What the coming and going of a person's page means for the conversations they have. Source: behaviour.md §1.8. */
import type { Guid } from '../tables/index.ts';
import { type AgentEvent, losesPage, movesTo } from './decide-agent.ts';
import type { AgentReturned, AgentStayedAway } from './internal-events.ts';
import type { AgentFacts } from './situation.ts';

type Told = AgentReturned['type'] | AgentStayedAway['type'] | 'AgentLeft';

/** What each of them is told, one after the other: those whose call is on this server, or that have none, and those
 *  whose call is on another one. Null: nothing. */
export function tellings(
  event: AgentEvent,
  before: AgentFacts,
  here: string,
): { readonly here: readonly Told[]; readonly elsewhere: readonly Told[] } | null {
  switch (event.type) {
    case 'AgentLost':
      return losesPage(before, event.node ?? here) ? { here: ['AgentLeft'], elsewhere: ['AgentLeft'] } : null;
    case 'AgentGone':
      return before.lost ? { here: ['AgentStayedAway'], elsewhere: ['AgentStayedAway'] } : null;
    case 'AgentConnected':
      if (before.lost) return { here: ['AgentReturned'], elsewhere: ['AgentStayedAway'] };
      return movesTo(before, here) ? { here: [], elsewhere: ['AgentLeft', 'AgentStayedAway'] } : null;
    default:
      return null;
  }
}

/** The conversations a person works on or helps in. Rows: id, node. */
export const conversationsOf = (agent: Guid<'systemuser'>) => ({
  text: `select "activityid" as id, "wirechief_node" as node from "dataverse"."msdyn_ocliveworkitem"
      where "msdyn_activeagentid" = $1 and "statecode" = 0 and "statuscode" = 2
    union select c."activityid", c."wirechief_node" from "dataverse"."wirechief_callparty" p
      join "dataverse"."msdyn_ocliveworkitem" c on c."activityid" = p."wirechief_conversationid"
      where p."wirechief_agentid" = $1 and p."statecode" = 0`,
  values: [agent],
});
