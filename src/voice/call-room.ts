/** The room of one call and what the caller hears in it. Source: voice.md §4, table of situations. */
import type { MediaDesk } from './media-desk.ts';

/** A caller, maybe an agent, and the music between. Commands that nobody waits for are logged when they fail. */
export class CallRoom {
  readonly #name: string;
  readonly #caller: string;
  readonly #media: MediaDesk;
  #music: 'wait' | 'hold' | null = null;
  #agent: string | null = null;

  /** `caller`: the media leg. */
  constructor(name: string, caller: string, media: MediaDesk) {
    this.#name = name;
    this.#caller = caller;
    this.#media = media;
  }

  /** The agent's media leg that is in the room, or null. */
  get agent(): string | null {
    return this.#agent;
  }

  /** Lets the agent's leg in: the two hear each other, or neither hears the other while on hold. Resolves when it is
   *  so; rejects when the media engine fails. */
  admit(agent: string, held: boolean): Promise<void> {
    this.#agent = agent;
    if (!held) this.silence();
    return this.#setGain(held ? 0 : 1);
  }

  /** On hold, or talking again. Music goes on while the agent is away. */
  async hold(held: boolean): Promise<void> {
    if (held) this.play('hold');
    if (this.#agent === null) return;
    if (!held) this.silence();
    await this.#setGain(held ? 0 : 1);
  }

  /** Takes the agent's leg out. */
  empty(): void {
    if (this.#agent === null) return;
    this.#agent = null;
    this.#media.send(this.#media.engine.setRoom(this.#name, {}));
  }

  /** Music for the caller until it is silenced or something else is played; the same music is not begun anew. */
  play(name: 'wait' | 'hold'): void {
    if (this.#music === name) return;
    this.#music = name;
    const { engine, send } = this.#media;
    send(engine.play(this.#caller, `music-${name}`, { kind: 'music', name }, { loop: true }));
  }

  /** Music, unless some is playing. */
  playOn(): void {
    this.play(this.#music ?? 'hold');
  }

  /** A key to the caller's side. */
  press(key: string): void {
    this.#media.send(this.#media.engine.sendDigit(this.#caller, key));
  }

  silence(): void {
    this.#music = null;
    this.#media.send(this.#media.engine.stopPlay(this.#caller));
  }

  #setGain(gain: 0 | 1): Promise<void> {
    const agent = this.#agent;
    if (agent === null) return Promise.resolve();
    return this.#media.engine.setRoom(this.#name, {
      [this.#caller]: { [agent]: gain },
      [agent]: { [this.#caller]: gain },
    });
  }
}
