/** The telephones of a simulation: they do what the engine's effects ask and report what happens, each when it pleases.
 *  Nothing here has sound; who hears whom is proved on real calls. */
import type { CallControl, CallEffect } from '../../src/conversation/index.ts';

/** What the people of a simulation are told by the line. */
export interface People {
  /** The bot answered the call. */
  botStarts(conversation: string): void;
  /** The agent's phone rings. */
  rings(conversation: string, agent: string): void;
  /** The agent is in the room now; both hear each other as soon as their sound is up. */
  joined(conversation: string, agent: string): void;
  /** The caller's leg is over. */
  released(conversation: string): void;
  /** Somebody outside is called. */
  called(conversation: string, party: string): void;
  /** Something is said to the caller; with keys they may press one. */
  told(conversation: string, prompt: string, keys: readonly string[]): void;
  /** The customer is called back. */
  calledBack(conversation: string): void;
  /** What is kept of a call, or a message, is complete. */
  kept(conversation: string, keeping: string, kind: 'recording' | 'message'): void;
}

/** One live call as the line knows it. */
export interface LineCall {
  readonly call: string;
  agents: readonly string[];
  keeping: string | null;
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
    if (effect.type === 'ReplacePage') return;
    const { conversation } = effect;
    if (effect.type === 'RingAgent') return this.#people.rings(conversation, effect.agent);
    if (effect.type === 'CallCustomer') {
      this.calls.set(conversation, { call: effect.call, agents: [], keeping: null });
      return this.#people.calledBack(conversation);
    }
    const call = this.calls.get(conversation);
    if (call === undefined) return;
    switch (effect.type) {
      case 'StartBot':
        return this.#people.botStarts(conversation);
      case 'Arrange':
        return this.#arrange(conversation, call, effect.room);
      case 'CallParty':
        return this.#people.called(conversation, effect.party);
      case 'Say':
        return this.#people.told(conversation, effect.id, effect.keys ?? []);
      case 'TakeMessage':
        return this.#people.kept(conversation, effect.id, 'message');
      case 'Release':
      case 'LetGo':
        return this.hangUp(conversation);
      default:
    }
  }

  /** The caller's leg is over. */
  hangUp(conversation: string): void {
    const call = this.calls.get(conversation);
    if (call === undefined) return;
    this.calls.delete(conversation);
    if (call.keeping !== null) this.#people.kept(conversation, call.keeping, 'recording');
    this.#people.released(conversation);
  }

  #arrange(
    conversation: string,
    call: LineCall,
    room: Extract<CallEffect, { readonly type: 'Arrange' }>['room'],
  ): void {
    const agents = room.parties.flatMap(({ agent }) => (agent === null ? [] : [agent]));
    const before = call.agents;
    call.agents = agents;
    for (const agent of agents) if (!before.includes(agent)) this.#people.joined(conversation, agent);
    const keeping = room.recording?.id ?? null;
    if (call.keeping !== null && keeping !== call.keeping)
      this.#people.kept(conversation, call.keeping, 'recording');
    call.keeping = keeping;
  }
}
