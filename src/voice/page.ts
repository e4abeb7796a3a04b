/** A page that has a softphone: its socket as the rest of voice sees it, and its sound. */
import type { SoftphoneEvent } from '../tables/softphone.ts';
import type { Schedule } from './ivr/run-flow.ts';
import type { LegListener, MediaDesk } from './media-desk.ts';

/** A connected page. */
export interface Page {
  readonly sound: PageSound;
  send(event: SoftphoneEvent): void;
  /** Tells the page that another one took its agent's phone, and closes it. */
  replace(): void;
}

/** Between a failed attempt to make an offer and the next. */
const retryMs = 2000;

/** The page's one peer connection, kept up between calls; made anew when it is lost. Source: voice.md §3.6. */
export class PageSound {
  onUp: () => void = () => {};
  onDown: () => void = () => {};
  /** What the page's present call wants to hear of: keys and the end of what is played. */
  listener: Pick<LegListener, 'digit' | 'played'> = {};
  readonly #name: string;
  readonly #desk: MediaDesk;
  readonly #schedule: Schedule;
  readonly #send: (event: SoftphoneEvent) => void;
  #made = 0;
  #up = false;
  #closed = false;
  #forget = (): void => {};
  #callOff = (): void => {};

  constructor(name: string, desk: MediaDesk, schedule: Schedule, send: (event: SoftphoneEvent) => void) {
    this.#name = name;
    this.#desk = desk;
    this.#schedule = schedule;
    this.#send = send;
  }

  /** Id of the leg in the media engine; another one after each loss. */
  get leg(): string {
    return `${this.#name}.${this.#made}`;
  }

  /** Whether sound flows. */
  get up(): boolean {
    return this.#up;
  }

  /** Makes the peer connection and sends the page our offer. */
  open(): void {
    this.#made++;
    const leg = this.leg;
    this.#forget = this.#desk.listen(leg, {
      digit: (key) => this.listener.digit?.(key),
      played: (play) => this.listener.played?.(play),
      up: () => this.#cameUp(),
      lost: () => this.#again(),
      restarted: () => this.#again(),
    });
    this.#desk.engine.openWebRtc(leg).then(
      ({ offer }) => {
        if (!this.#closed && leg === this.leg) this.#send({ type: 'offer', sdp: offer });
      },
      (error: unknown) => {
        this.#desk.send(Promise.reject(error));
        if (!this.#closed && leg === this.leg) this.#callOff = this.#schedule(retryMs, () => this.#again());
      },
    );
  }

  /** The page's answer to the last offer. Resolves with false when it cannot be used. */
  async answer(sdp: string): Promise<boolean> {
    try {
      await this.#desk.engine.setWebRtcAnswer(this.leg, sdp);
      return true;
    } catch (error) {
      this.#desk.send(Promise.reject(error));
      return false;
    }
  }

  candidate(candidate: string, sdpMid: string | null): void {
    this.#desk.send(this.#desk.engine.addCandidate(this.leg, candidate, sdpMid));
  }

  mute(muted: boolean): void {
    this.#desk.send(this.#desk.engine.setMuted(this.leg, muted));
  }

  /** Ends it for good. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#up = false;
    this.#drop();
  }

  #cameUp(): void {
    if (this.#up || this.#closed) return;
    this.#up = true;
    this.#send({ type: 'ready' });
    this.onUp();
  }

  #again(): void {
    if (this.#closed) return;
    const was = this.#up;
    this.#up = false;
    this.#drop();
    this.#send({ type: 'lost' });
    if (was) this.onDown();
    this.open();
  }

  #drop(): void {
    this.#forget();
    this.#callOff();
    this.#desk.send(this.#desk.engine.closeLeg(this.leg));
  }
}
