/** In which call each agent is with their ears: a person has one pair, and may be in several calls. */
import type { Guid } from '../tables/index.ts';

type Agent = Guid<'systemuser'>;

/** A call that agents listen in. `earsMoved`: an agent's ears came to it or went from it. */
export interface Listening {
  earsMoved(agent: Agent): void;
}

/** Who listens where. */
export class Ears {
  /** The calls of each agent, the one that is heard last. */
  readonly #calls = new Map<Agent, Listening[]>();

  /** The call that the agent hears, if any. */
  of(agent: Agent): Listening | null {
    return this.#calls.get(agent)?.at(-1) ?? null;
  }

  /** The agent turns to this call; an earlier one goes to music until this one is over. */
  take(agent: Agent, call: Listening): void {
    const before = this.of(agent);
    if (before === call) return;
    const others = (this.#calls.get(agent) ?? []).filter((one) => one !== call);
    this.#calls.set(agent, [...others, call]);
    before?.earsMoved(agent);
  }

  /** The agent is no longer in this call, and back in the one before, if there is one. */
  give(agent: Agent, call: Listening): void {
    const calls = this.#calls.get(agent) ?? [];
    const heard = calls.at(-1) === call;
    const others = calls.filter((one) => one !== call);
    if (others.length === 0) this.#calls.delete(agent);
    else this.#calls.set(agent, others);
    if (heard) others.at(-1)?.earsMoved(agent);
  }
}
