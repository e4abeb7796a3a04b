/** A caller's leg whose telephone is a page: the demo caller. Source: product.md (`/demo`), tables/softphone.ts. */
import type { SoftphoneCall } from '../tables/softphone.ts';
import { type CallerLeg, type CallRefusal, callRefusals, type EndedBy } from './caller-leg.ts';
import type { KeyMethod } from './ivr/keys.ts';
import type { MediaDesk } from './media-desk.ts';
import type { Page } from './page.ts';

/** What the page dialled. `from` and `to` as in CallerLeg. */
export interface WebDial {
  readonly id: string;
  readonly from: string | null;
  readonly to: string;
}

/** One call of a page. The page's sound outlives it. */
export class WebLeg implements CallerLeg {
  readonly provider = 'web';
  readonly id: string;
  readonly media: string;
  readonly from: string | null;
  readonly to: string;
  onEnded: (by: EndedBy, reason: string) => void = () => {};
  onKey: (key: string, method: KeyMethod) => void = () => {};
  onHeard: () => void = () => {};
  onPlayed: (play: string) => void = () => {};
  onRestarted: () => void = () => {};
  readonly #page: Page;
  readonly #desk: MediaDesk;
  readonly #now: () => Date;
  #state: SoftphoneCall['state'] = 'idle';
  #conversation: string | null = null;

  constructor(page: Page, dial: WebDial, desk: MediaDesk, now: () => Date) {
    this.#page = page;
    this.#desk = desk;
    this.#now = now;
    this.id = dial.id;
    this.from = dial.from;
    this.to = dial.to;
    this.media = page.sound.leg;
    page.sound.listener = {
      digit: (key) => this.onKey(key, 'rtp'),
      played: (play) => this.onPlayed(play),
    };
  }

  get heard(): boolean {
    return this.#page.sound.up;
  }

  get over(): boolean {
    return this.#state === 'ended';
  }

  async prepare(): Promise<CallRefusal | null> {
    return this.#page.sound.up ? null : callRefusals.unavailable;
  }

  ring(conversation: string | null): void {
    this.#conversation = conversation;
    if (this.#state === 'idle') this.#show('ringing');
  }

  async answer(): Promise<void> {
    if (this.over) throw new Error('the page hung up before the answer');
    if (this.#state !== 'connected') this.#show('connected');
  }

  end(reason: string): void {
    if (this.over) return;
    this.#show('ended', reason);
    this.#page.sound.listener = {};
    this.#desk.send(this.#desk.engine.stopPlay(this.media));
    this.#desk.send(this.#desk.engine.setEcho(this.media, false));
  }

  /** A key of the page's keypad. */
  key(key: string): void {
    if (!this.over) this.onKey(key, 'page');
  }

  /** The page hung up, or went away. */
  leave(by: EndedBy, reason: string): void {
    if (!this.over) this.onEnded(by, reason);
  }

  #show(state: SoftphoneCall['state'], reason?: string): void {
    this.#state = state;
    this.#page.send({
      type: 'call',
      call: {
        state,
        since: this.#now().toISOString(),
        ...(this.#conversation === null ? {} : { conversation: this.#conversation }),
        ...(reason === undefined ? {} : { reason }),
      },
    });
  }
}
