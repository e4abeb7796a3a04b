/** Agents whose pages are connected to one server each, and who ask any server for what they do: they accept, reject and
 *  let offers run out, talk, end and close. What they do rests on the rows, as their screens do. */
import type { ConversationEvent } from '../../src/conversation/index.ts';
import type { Store } from '../../src/store/index.ts';
import type { Server, Servers } from './servers.ts';

/** Everything that waits for an agent: offers that nobody answered, work that runs, wrap-up. */
const toDo = `select c."activityid" as conversation, c."msdyn_activeagentid" as agent, c."statuscode" as status,
    o."wirechief_offerid" as offer, p."msdyn_starttalktime" is not null as talks, x."msdyn_callsid" is not null as call
  from "dataverse"."msdyn_ocliveworkitem" c
  left join "dataverse"."wirechief_offer" o on o."wirechief_conversationid" = c."activityid" and o."statuscode" = 1
  left join "dataverse"."msdyn_sessionparticipant" p
    on p."msdyn_sessionparticipantid" = c."msdyn_activesessionparticipantid"
  left join "dataverse"."msdyn_ocphonecallengagementctx" x on x."msdyn_liveworkitemid" = c."activityid"
  where c."statecode" = 0 and c."statuscode" in (2, 5) and c."msdyn_activeagentid" is not null`;

/** The crew. */
export class AgentsAtWork {
  readonly #store: Store;
  readonly #servers: Servers;
  readonly #at: Map<string, Server | null>;
  /** What is being done, and offers that are left to run out. */
  readonly #busy = new Set<string>();

  constructor(store: Store, servers: Servers, agents: readonly string[]) {
    this.#store = store;
    this.#servers = servers;
    this.#at = new Map(agents.map((agent) => [agent, null]));
  }

  /** Everybody whose server is dead, or who has none yet, connects to one that lives; the others now and then move. */
  async connect(moving = 0): Promise<void> {
    const leaving = [...this.#at].filter(([, at]) => at === null || at.isDead || Math.random() < moving);
    await Promise.all(
      leaving.map(async ([agent]) => {
        const server = this.#servers.any();
        this.#at.set(agent, server);
        await server.ask({ type: 'AgentConnected', agent });
      }),
    );
  }

  /** Looks at the screens once, and does what is to be done. */
  async look(): Promise<void> {
    for (const row of await this.#store.query({ text: toDo, values: [], name: 'test_to_do' })) {
      const [conversation, agent] = [String(row.conversation), String(row.agent)];
      const key = `${row.offer ?? conversation} ${row.status}`;
      if (this.#busy.has(key)) continue;
      const event = this.#next(row, conversation, agent);
      if (event === null) continue;
      this.#busy.add(key);
      if (event === 'nothing') continue;
      void this.#do(event).then(() => this.#busy.delete(key));
    }
  }

  #next(
    { offer, status, talks, call }: Record<string, unknown>,
    conversation: string,
    agent: string,
  ): ConversationEvent | 'nothing' | null {
    const about = { conversation, agent };
    if (status === 5) return { type: 'SessionClosed', ...about };
    // A caller who hears nobody is not done with.
    if (offer === null) return call === true && talks !== true ? null : { type: 'AgentEnded', ...about };
    const mood = Math.random();
    if (mood < 0.8) return { type: 'AgentAccepted', ...about };
    return mood < 0.93 ? { type: 'AgentRejected', ...about } : 'nothing';
  }

  async #do(event: ConversationEvent): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
    await this.#servers.any().ask(event);
  }
}
