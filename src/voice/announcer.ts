/** What the engine says to a caller: over the music, one text after the other, each once, with keys where it asks for
 *  one. Source: behaviour.md §3.4. */
import type { CallerLeg } from './caller-leg.ts';
import { createKeyFilter, type KeyMethod } from './ivr/keys.ts';
import type { Schedule } from './ivr/run-flow.ts';
import { MediaInterrupted } from './media/media.ts';
import type { MediaDesk } from './media-desk.ts';
import type { Prompts } from './prompts.ts';

/** A text. `keys`: any of these ends it; empty when it asks for none. `waitMs`: how long a key is waited for after it. */
export interface Announcement {
  readonly id: string;
  readonly text: string;
  readonly keys: readonly string[];
  readonly waitMs: number;
}

/** What it works with. */
export interface AnnouncerDesk {
  readonly media: MediaDesk;
  readonly prompts: Prompts;
  readonly schedule: Schedule;
  readonly log: (line: string) => void;
}

interface Said extends Announcement {
  /** Told once: the key that ended it, or null. */
  readonly done: (key: string | null) => void;
}

/** Says texts to one leg. */
export class Announcer {
  readonly #leg: Pick<CallerLeg, 'media'>;
  readonly #desk: AnnouncerDesk;
  readonly #count: (key: string, method: KeyMethod) => boolean;
  readonly #known = new Set<string>();
  readonly #queue: Said[] = [];
  #current: Said | null = null;
  /** The present one was said to its end, and a key is waited for. */
  #isSaid = false;
  #callOff = (): void => {};
  /** What waits until all is said. */
  readonly #after: (() => void)[] = [];

  constructor(leg: Pick<CallerLeg, 'media'>, desk: AnnouncerDesk) {
    this.#leg = leg;
    this.#desk = desk;
    this.#count = createKeyFilter(() => performance.now());
  }

  /** Says it when what came before is said; one whose id was said before is passed over. */
  say(announcement: Announcement, done: (key: string | null) => void): void {
    if (this.#known.has(announcement.id)) return;
    this.#known.add(announcement.id);
    this.#queue.push({ ...announcement, done });
    if (this.#current === null) this.#next();
  }

  /** Does this when nothing more is to be said: now, or later. Never when the call is over by then. */
  whenSilent(task: () => void): void {
    if (this.#current === null) task();
    else this.#after.push(task);
  }

  /** A key that the caller pressed. */
  key(key: string, method: KeyMethod): void {
    if (this.#current?.keys.includes(key) && this.#count(key, method)) this.#end(key);
  }

  /** The media engine played something to its end. */
  played(play: string): void {
    const current = this.#current;
    if (current === null || play !== playOf(current)) return;
    if (current.keys.length === 0) this.#end(null);
    else {
      this.#isSaid = true;
      this.#callOff = this.#desk.schedule(current.waitMs, () => this.#end(null));
    }
  }

  /** The media engine died: what was being said is said once more, from its beginning. */
  again(): void {
    const current = this.#current;
    if (current !== null && !this.#isSaid) void this.#speak(current);
  }

  /** Says nothing more of what it has; all of it counts as ended without a key. */
  hush(): void {
    for (const said of this.#queue.splice(0)) said.done(null);
    this.#end(null);
  }

  /** The call is over: nobody is told. */
  stop(): void {
    this.#queue.length = 0;
    this.#after.length = 0;
    this.#callOff();
    this.#current = null;
  }

  #next(): void {
    const current = this.#queue.shift() ?? null;
    this.#current = current;
    this.#isSaid = false;
    if (current !== null) void this.#speak(current);
    else for (const task of this.#after.splice(0)) task();
  }

  #end(key: string | null): void {
    const current = this.#current;
    if (current === null) return;
    this.#callOff();
    this.#callOff = () => {};
    const { media } = this.#desk;
    media.send(media.engine.stopPlay(this.#leg.media, 'prompt'));
    this.#next();
    current.done(key);
  }

  /** A text that cannot be spoken was not heard by anyone, so no key is waited for. */
  async #speak(current: Said): Promise<void> {
    const { media, prompts, log } = this.#desk;
    try {
      const path = await prompts.say(current.text);
      if (this.#current !== current) return;
      await media.engine.play(this.#leg.media, playOf(current), { kind: 'file', path }, { loop: false });
    } catch (error) {
      if (this.#current !== current || error instanceof MediaInterrupted) return;
      log(`"${current.text.slice(0, 60)}" cannot be said: ${String(error)}`);
      this.#end(null);
    }
  }
}

const playOf = ({ id }: Announcement): string => `announcement-${id}`;
