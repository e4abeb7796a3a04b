/** What a server process leaves behind when it dies: calls whose sound is gone, people whose page is gone, conversations on
 *  their way to a queue. Whoever comes after sets it right, by the events of everyday life. Source: behaviour.md §1.8,
 *  §3.1 row 12; docs/decisions/0011-several-servers.md. */
import { isOvertaken, untilAvailable } from './busy.ts';
import type { AgentEvent } from './decide-agent.ts';
import type { NodeLost, ServerStarted } from './events.ts';
import type { OneConversationEvent } from './internal-events.ts';
import { later } from './judge.ts';
import { instant, text } from './read/rows.ts';

/** What setting right takes. `tell` takes the event through the engine; `living`: see the store's Nodes; `wait` as of
 *  EngineOptions; `fault` hears of what could not be set right. */
export interface Salvage {
  query(statement: {
    readonly text: string;
    readonly values: readonly unknown[];
  }): Promise<Record<string, unknown>[]>;
  living(): Promise<ReadonlySet<string>>;
  tell(event: AgentEvent | OneConversationEvent): Promise<unknown>;
  readonly wait: (pauseMs: number) => Promise<void>;
  fault(what: string, fault: unknown): void;
}

/** What was left, with the node it belonged to. */
interface Left {
  readonly id: string;
  readonly node: string | null;
  readonly changedOn: Date | null;
}

const signedIn = `select "msdyn_agentid" as id, "wirechief_node" as node, null as changed
  from "dataverse"."msdyn_agentstatus" where "msdyn_isagentloggedin"`;

/** Calls, but for those that wait to be called back and have no sound. What others wrote as a conversation, without a
 *  workstream or a call behind it, is none of ours. */
const calls = `select c."activityid" as id, c."wirechief_node" as node, c."modifiedon" as changed
  from "dataverse"."msdyn_ocliveworkitem" c
  where c."statecode" = 0 and c."statuscode" in (1, 2) and 192440000 = any(c."msdyn_channel")
    and c."msdyn_liveworkstreamid" is not null
    and exists (select from "dataverse"."msdyn_ocphonecallengagementctx" x
      where x."msdyn_liveworkitemid" = c."activityid")
    and not exists (select from "dataverse"."wirechief_callcontrol" k
      where k."wirechief_callcontrolid" = c."activityid" and k."wirechief_step" = 1 and c."statuscode" = 1)`;

/** Conversations that arrived and were not yet routed; for those of a process that lives it means nothing twice. */
const arrived = `select c."activityid" as id, null as node, null as changed
  from "dataverse"."msdyn_ocliveworkitem" c
  where c."statecode" = 0 and c."statuscode" = 1 and c."msdyn_lastsessionid" is null
    and c."msdyn_liveworkstreamid" is not null
    and exists (select from "dataverse"."msdyn_liveworkitemevent" e
      where e."msdyn_liveworkitemid" = c."activityid" and e."msdyn_liveworkitemevent" = 192350001)`;

/** Ends what was left, by the event of each. What cannot be set right must keep neither the rest nor the server down. */
export async function recover(event: ServerStarted | NodeLost, salvage: Salvage): Promise<void> {
  const mend = async (one: AgentEvent | OneConversationEvent): Promise<void> => {
    const told = (): Promise<unknown> => salvage.tell(one);
    try {
      // A server that starts does not wait for a busy database; who lives on has the time.
      await (event.type === 'NodeLost' ? untilAvailable(told, salvage.wait) : told());
    } catch (error) {
      if (!isOvertaken(error))
        salvage.fault(`${one.type} of ${'agent' in one ? one.agent : one.conversation}`, error);
    }
  };
  const mending = { ...salvage, tell: mend };
  if (event.type === 'NodeLost') await recoverFrom(event, mending);
  else await recoverAll(event, mending);
}

/** Nobody else lives: nobody is signed in, and no call is live. */
async function recoverAll(event: ServerStarted, salvage: Salvage): Promise<void> {
  const [alive] = await salvage.query({
    text: 'select max("modifiedon") as at from "dataverse"."msdyn_ocliveworkitem" where "statecode" = 0',
    values: [],
  });
  for (const { id } of await ofNobody(salvage, signedIn))
    await salvage.tell({ type: 'AgentSignedOut', agent: id });
  const lastAliveOn = later(instant(alive?.at) ?? new Date(0), event.lastAliveOn ?? null);
  for (const { id } of await ofNobody(salvage, calls))
    await salvage.tell({ type: 'CallLost', conversation: id, lastAliveOn });
  await routeArrived(salvage);
}

/** One of several is gone: its calls are over; its people may come back, to another one. The same for what another left
 *  that died before: whoever was at clearing up after it may have died too. */
async function recoverFrom({ node: gone, lastAliveOn }: NodeLost, salvage: Salvage): Promise<void> {
  for (const { id, node } of await ofTheDead(salvage, signedIn, gone))
    if (node !== null) await salvage.tell({ type: 'AgentLost', agent: id, node });
  const lost = await ofTheDead(salvage, calls, gone);
  const seenOn = lost.reduce((at, { changedOn }) => later(at, changedOn), lastAliveOn ?? new Date(0));
  for (const { id } of lost) await salvage.tell({ type: 'CallLost', conversation: id, lastAliveOn: seenOn });
  await routeArrived(salvage);
}

async function routeArrived(salvage: Salvage): Promise<void> {
  for (const { id } of await read(salvage, arrived))
    await salvage.tell({ type: 'RoutingDue', conversation: id });
}

/** Those of which `isLeft` says so, by their node and the nodes that live. The rows are read first: who has rows has
 *  joined before. */
async function leftBehind(
  salvage: Salvage,
  statement: string,
  isLeft: (node: string | null, living: ReadonlySet<string>) => boolean,
): Promise<readonly Left[]> {
  const found = await read(salvage, statement);
  const living = await salvage.living();
  return found.filter(({ node }) => isLeft(node, living));
}

const ofNobody = (salvage: Salvage, statement: string): Promise<readonly Left[]> =>
  leftBehind(salvage, statement, (node, living) => node === null || !living.has(node));

const ofTheDead = (salvage: Salvage, statement: string, gone: string): Promise<readonly Left[]> =>
  leftBehind(salvage, statement, (node, living) => node !== null && (node === gone || !living.has(node)));

async function read(salvage: Salvage, statement: string): Promise<readonly Left[]> {
  const rows = await salvage.query({ text: statement, values: [] });
  return rows.map(({ id, node, changed }) => ({
    id: text(id) ?? '',
    node: text(node),
    changedOn: instant(changed),
  }));
}
