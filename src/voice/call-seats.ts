/** The agents of one call as their phones know it: where their ears are, what their pages show, who has come in.
 *  Source: behaviour.md §3.9, tables/softphone.ts. */
import { hears, type Party, type RoomPlan } from '../conversation/index.ts';
import type { Guid } from '../tables/index.ts';
import type { AgentPhones } from './agent-phones.ts';
import type { Seat } from './arrangement.ts';
import type { CallerLeg } from './caller-leg.ts';
import type { Ears, Listening } from './ears.ts';

type Agent = Guid<'systemuser'>;

const notInCall = 'You are no longer in the call';

/** What seats work with. `now`: the server's clock. */
export interface SeatDesk {
  readonly agents: AgentPhones;
  readonly ears: Ears;
  readonly now: () => Date;
}

/** The seats of one call. */
export class CallSeats {
  readonly #call: Listening & { readonly conversation: string };
  readonly #desk: SeatDesk;
  readonly #externalLeg: (party: string) => string | null;
  /** Agents that were told of as connected, with the leg they had. */
  readonly #joined = new Map<Agent, string>();
  /** Agents that were left out while their page was away, and may come back. */
  readonly #away = new Set<Agent>();

  constructor(
    call: Listening & { readonly conversation: string },
    desk: SeatDesk,
    externalLeg: (party: string) => string | null,
  ) {
    this.#call = call;
    this.#desk = desk;
    this.#externalLeg = externalLeg;
  }

  /** The leg of a party whose sound is there, in this call; else null. */
  legOf({ id, agent }: Party): string | null {
    if (agent === null) return this.#externalLeg(id);
    return this.#desk.ears.of(agent) === this.#call ? this.#desk.agents.legOf(agent) : null;
  }

  /** Agents that are no longer in the plan leave; those who come in, and those who take somebody off hold, turn to this
   *  call. One who is left out because their page is away finds the call as it was when they are back in time. */
  change(before: RoomPlan, plan: RoomPlan): void {
    for (const { agent } of before.parties) {
      if (agent === null || plan.parties.some((party) => party.agent === agent)) continue;
      if (this.#desk.agents.legOf(agent) === null) this.#away.add(agent);
      else this.#showEnded(agent, notInCall);
      this.#leave(agent);
    }
    for (const { agent } of plan.parties) if (agent !== null) this.#away.delete(agent);
    if (plan.parties.some(({ part }) => part === 'primary')) this.dismiss();
    for (const party of plan.parties) {
      const was = before.parties.find(({ id }) => id === party.id);
      const unheld = (was?.held && !party.held) || (before.caller.held && !plan.caller.held);
      if (party.agent !== null && (was === undefined || unheld))
        this.#desk.ears.take(party.agent, this.#call);
    }
  }

  /** Shows each agent where it is; `since` stays when that has not changed, and mute always. */
  show(plan: RoomPlan, present: readonly Seat[]): void {
    const { agents, now } = this.#desk;
    const { conversation } = this.#call;
    for (const { party, presence } of present) {
      if (party.agent === null) continue;
      const held = presence.held || (party.part === 'primary' && plan.caller.held);
      const state = held ? 'held' : 'connected';
      const before = agents.callOf(party.agent);
      const same = before.conversation === conversation;
      if (same && before.state === state) continue;
      agents.show(party.agent, {
        state,
        conversation,
        since: now().toISOString(),
        ...(same && before.muted !== undefined ? { muted: before.muted } : {}),
      });
    }
  }

  /** The agents that have come in since this was last asked: in the room with sound, and hearing somebody: the primary
   *  the caller, whose sound has come; others anybody. */
  joined(plan: RoomPlan, present: readonly Seat[], caller: CallerLeg): Agent[] {
    const customer = { id: caller.id, part: 'customer', held: plan.caller.held } as const;
    for (const [agent, leg] of this.#joined)
      if (!present.some((seat) => seat.party.agent === agent && seat.leg === leg)) this.#joined.delete(agent);
    return present.flatMap(({ party: { agent, part }, presence, leg }) => {
      if (agent === null || this.#joined.has(agent)) return [];
      const hearsCaller = caller.heard && hears(presence, customer);
      const hearsOthers = present.some((other) => hears(presence, other.presence));
      if (!hearsCaller && (part === 'primary' || !hearsOthers)) return [];
      this.#joined.set(agent, leg);
      return [agent];
    });
  }

  /** Whom the agent hears that take keys: ids of external parties, null for the caller. */
  heardBy(agent: Agent, plan: RoomPlan, caller: CallerLeg): (string | null)[] {
    const listener = plan.parties.find((party) => party.agent === agent);
    if (listener === undefined || this.legOf(listener) === null) return [];
    const customer = { id: caller.id, part: 'customer', held: plan.caller.held } as const;
    const parties = plan.parties.filter((party) => party.agent === null && hears(listener, party));
    return [
      ...(hears(listener, customer) ? [null] : []),
      ...parties.filter((party) => this.legOf(party) !== null).map(({ id }) => id),
    ];
  }

  /** Those whose pages are away do not come back to this call any more. */
  dismiss(reason = notInCall): void {
    for (const agent of this.#away) this.#showEnded(agent, reason);
    this.#away.clear();
  }

  /** Everybody leaves: the call is over. */
  clear(plan: RoomPlan, reason: string): void {
    this.dismiss(reason);
    for (const { agent } of plan.parties) {
      if (agent === null) continue;
      this.#showEnded(agent, reason);
      this.#leave(agent);
    }
  }

  #showEnded(agent: Agent, reason: string): void {
    const { agents, now } = this.#desk;
    const { conversation } = this.#call;
    if (agents.callOf(agent).conversation !== conversation) return;
    agents.show(agent, { state: 'ended', conversation, since: now().toISOString(), reason });
  }

  /** Takes the agent out; it is back in the call it was in before, if there is one. */
  #leave(agent: Agent): void {
    this.#joined.delete(agent);
    this.#desk.ears.give(agent, this.#call);
  }
}
