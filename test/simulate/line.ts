/** The telephones of a simulation: they do what the engine's effects ask and report what happens, each when it pleases.
 *  Nothing here has sound; who hears whom is proved on real calls. */
import type { CallControl, CallEffect, RoomPlan } from '../../src/conversation/index.ts';

/** What the people of a simulation are told by the line. */
export interface People {
  /** The bot answered the call. */
  botStarts(conversation: string): void;
  /** The agent's phone rings, or no longer. */
  rings(conversation: string, agent: string): void;
  /** Caller and agent can hear each other as soon as their sound is up. */
  joined(conversation: string, agent: string): void;
  /** The caller's leg is over. */
  released(conversation: string): void;
}

/** One live call as the line knows it. */
export interface LineCall {
  readonly call: string;
  agent: string | null;
}

/** The line of one process; it dies with it. */
export class Line implements CallControl {
  readonly calls = new Map<string, LineCall>();
  /** From now on nothing is done: the process is dead between commit and effect. */
  isDead = false;
  readonly #people: People;

  constructor(people: People) {
    this.#people = people;
  }

  async perform(effect: CallEffect): Promise<void> {
    if (this.isDead) return;
    const { conversation } = effect;
    const call = this.calls.get(conversation);
    if (effect.type === 'RingAgent') return this.#people.rings(conversation, effect.agent);
    if (call === undefined) return;
    switch (effect.type) {
      case 'StartBot':
        return this.#people.botStarts(conversation);
      case 'Arrange':
        return this.#join(conversation, call, effect.room);
      case 'PlayWaiting':
        call.agent = null;
        return;
      case 'Release':
        this.calls.delete(conversation);
        return this.#people.released(conversation);
      default:
    }
  }

  #join(conversation: string, call: LineCall, { parties }: RoomPlan): void {
    const agent = parties.find(({ part }) => part === 'primary')?.agent ?? null;
    if (call.agent === agent) return;
    call.agent = agent;
    if (agent !== null) this.#people.joined(conversation, agent);
  }
}
