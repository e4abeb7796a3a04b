/** Taking a message: a prompt, a tone, what the caller says, until # or the limit. Source: behaviour.md §3.4. */
import type { Guid } from '../tables/index.ts';
import type { Announcer } from './announcer.ts';
import type { CallerLeg } from './caller-leg.ts';
import type { Schedule } from './ivr/run-flow.ts';
import type { Keepings, Kept } from './keepings.ts';
import type { MediaDesk } from './media-desk.ts';

/** What a message is taken with. */
export interface MessageDesk {
  readonly media: MediaDesk;
  readonly keepings: Keepings;
  readonly schedule: Schedule;
}

/** What to say, and how long the message may be. `id`: the row it will belong to. */
export interface MessageOrder {
  readonly conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly id: Guid;
  readonly prompt: string;
  readonly mostMs: number;
}

/** The tone after which the message is recorded. */
export const beep = { hertz: 850, ms: 400 } as const;
const beepPlay = 'beep';
const lastKey = '#';

/** A message being taken. KeepingReady tells when it is complete, without sound when the caller left before the tone. */
export class MessageTaking {
  readonly #leg: Pick<CallerLeg, 'media'>;
  readonly #desk: MessageDesk;
  readonly #order: MessageOrder;
  readonly #kept: Kept;
  #state: 'prompt' | 'tone' | 'recording' | 'over' = 'prompt';
  #callOff = (): void => {};

  constructor(leg: Pick<CallerLeg, 'media'>, announcer: Announcer, desk: MessageDesk, order: MessageOrder) {
    this.#leg = leg;
    this.#desk = desk;
    this.#order = order;
    const { conversation, id: keeping } = order;
    this.#kept = desk.keepings.open({
      conversation,
      keeping,
      kind: 'message',
      audio: true,
      transcript: true,
    });
    const prompt = { id: `message-${order.id}`, text: order.prompt, keys: [], waitMs: 0 };
    announcer.say(prompt, () => this.#beep());
  }

  /** A key that the caller pressed. */
  key(key: string): void {
    if (key === lastKey && this.#state === 'recording') this.end();
  }

  /** The media engine played something to its end. */
  played(play: string): void {
    if (play !== beepPlay || this.#state !== 'tone') return;
    this.#state = 'recording';
    this.#kept.take({ customer: this.#leg.media, speakers: [] });
    this.#callOff = this.#desk.schedule(this.#order.mostMs, () => this.end());
  }

  /** It is complete, or given up. */
  end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#callOff();
    this.#kept.end();
  }

  #beep(): void {
    if (this.#state !== 'prompt') return;
    this.#state = 'tone';
    const { media } = this.#desk;
    const { media: leg } = this.#leg;
    media.send(media.engine.stopPlay(leg, 'music'));
    media.send(media.engine.play(leg, beepPlay, { kind: 'tone', ...beep }, { loop: false }));
  }
}
