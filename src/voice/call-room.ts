/** The room of one call as the media engine has it: it is told only what changes, so that nothing clicks.
 *  Source: voice.md §4, table of situations. */
import type { Arrangement, Tune } from './arrangement.ts';
import type { MediaDesk } from './media-desk.ts';

/** A caller, whoever is with it, and the music. Music that nobody waits for is logged when it fails. */
export class CallRoom {
  readonly #name: string;
  readonly #media: MediaDesk;
  #gains = '{}';
  #music: ReadonlyMap<string, Tune> = new Map();

  constructor(name: string, media: MediaDesk) {
    this.#name = name;
    this.#media = media;
  }

  /** Brings the room to this state. Resolves when the gains are so; rejects when the media engine fails. */
  async set({ gains, music }: Pick<Arrangement, 'gains' | 'music'>): Promise<void> {
    this.#play(music);
    const wanted = JSON.stringify(gains);
    if (wanted === this.#gains) return;
    this.#gains = wanted;
    await this.#media.engine.setRoom(this.#name, gains);
  }

  /** The media engine died: the next one knows nothing of it yet. */
  forget(): void {
    this.#gains = '{}';
    this.#music = new Map();
  }

  /** Empties the room. The caller's leg goes by itself. */
  clear(caller: string): void {
    const { engine, send } = this.#media;
    for (const leg of this.#music.keys()) if (leg !== caller) send(engine.stopPlay(leg, 'music'));
    this.#music = new Map();
    if (this.#gains === '{}') return;
    this.#gains = '{}';
    send(engine.setRoom(this.#name, {}));
  }

  /** The same music is not begun anew. */
  #play(music: ReadonlyMap<string, Tune>): void {
    const { engine, send } = this.#media;
    for (const leg of this.#music.keys()) if (!music.has(leg)) send(engine.stopPlay(leg, 'music'));
    for (const [leg, name] of music)
      if (this.#music.get(leg) !== name)
        send(engine.play(leg, `music-${name}`, { kind: 'music', name }, { loop: true }));
    this.#music = music;
  }
}
