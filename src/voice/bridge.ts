/** Two legs joined to each other that no conversation has to do with any more: a transfer that is not bridged. They stay
 *  until either hangs up. Source: behaviour.md §3.9. */
import type { CallerLeg } from './caller-leg.ts';
import type { DialedLeg } from './dialed-leg.ts';
import type { MediaDesk } from './media-desk.ts';

/** A caller, and the party it was left with. */
export class Bridge {
  /** Called once, when both legs are over. */
  onOver: () => void = () => {};
  readonly #caller: CallerLeg;
  readonly #party: DialedLeg;
  readonly #media: MediaDesk;
  #isOver = false;

  constructor(caller: CallerLeg, party: DialedLeg, media: MediaDesk) {
    this.#caller = caller;
    this.#party = party;
    this.#media = media;
    caller.onHeard = () => {};
    caller.onPlayed = () => {};
    caller.onRestarted = () => this.#sound();
    caller.onKey = (key) => party.press(key);
    caller.onEnded = () => this.end('The call has ended');
    party.onKey = (key) => media.send(media.engine.sendDigit(caller.media, key));
    party.onRefused = () => this.end('Nobody answered');
    party.onEnded = () => this.end('The other side hung up');
    party.onRestarted = () => this.#sound();
    party.onAnswered = () => this.#join();
    this.#sound();
  }

  /** Ends both. */
  end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#caller.end(reason);
    this.#party.end(reason);
    this.#media.send(this.#media.engine.setRoom(this.#room, {}));
    this.onOver();
  }

  get #room(): string {
    return `bridge-${this.#caller.media}`;
  }

  #sound(): void {
    const { engine, send } = this.#media;
    if (this.#party.answered) this.#join();
    else send(engine.play(this.#caller.media, 'music-hold', { kind: 'music', name: 'hold' }, { loop: true }));
  }

  #join(): void {
    const { engine, send } = this.#media;
    const [caller, party] = [this.#caller.media, this.#party.media];
    send(engine.stopPlay(caller));
    send(engine.stopPlay(party));
    send(engine.setRoom(this.#room, { [caller]: { [party]: 1 }, [party]: { [caller]: 1 } }));
  }
}
