/** The external parties of one call: calling them, and what becomes of them. Source: behaviour.md §3.9. */
import type { RoomEffect } from '../conversation/index.ts';
import type { Guid } from '../tables/index.ts';
import type { DialedLeg, DialOrder } from './dialed-leg.ts';
import type { Tell } from './tell.ts';

/** What parties work with. */
export interface PartyDesk {
  readonly dial: (order: DialOrder) => DialedLeg;
  readonly tell: Tell;
}

/** Who is told that somebody's sound came or went, or is there again after the media engine died. */
export interface PartySounds {
  changed(): void;
  restarted(): void;
}

/** The parties, by their ids. */
export class Parties {
  readonly #conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly #desk: PartyDesk;
  readonly #told: PartySounds;
  readonly #known = new Set<string>();
  readonly #legs = new Map<string, DialedLeg>();

  constructor(conversation: Guid<'msdyn_ocliveworkitem'>, desk: PartyDesk, told: PartySounds) {
    this.#conversation = conversation;
    this.#desk = desk;
    this.#told = told;
  }

  /** Calls somebody; one that was called before is not called again. */
  call({ party, number, caller }: Extract<RoomEffect, { readonly type: 'CallParty' }>): void {
    if (this.#known.has(party)) return;
    this.#known.add(party);
    const leg = this.#desk.dial({ id: party, number, caller });
    const conversation = this.#conversation;
    this.#legs.set(party, leg);
    leg.onAnswered = () => void this.#desk.tell({ type: 'PartyAnswered', conversation, party });
    leg.onRefused = (status, reason) => {
      this.#legs.delete(party);
      void this.#desk.tell({ type: 'PartyRefused', conversation, party, status, reason });
    };
    leg.onEnded = () => {
      this.#legs.delete(party);
      this.#told.changed();
      void this.#desk.tell({ type: 'PartyLeft', conversation, party });
    };
    leg.onHeard = () => this.#told.changed();
    leg.onRestarted = () => this.#told.restarted();
    void leg.start();
  }

  /** The leg of a party that has answered, or null. */
  find(party: string): DialedLeg | null {
    const leg = this.#legs.get(party);
    return leg?.answered ? leg : null;
  }

  /** Ends a party's leg. */
  drop(party: string): void {
    const leg = this.release(party);
    leg?.end('The call has ended');
    if (leg !== null) this.#told.changed();
  }

  /** Gives a party's leg out of hand, ringing or answered: nothing more is told of it. Null when it is gone. */
  release(party: string): DialedLeg | null {
    const leg = this.#legs.get(party) ?? null;
    this.#legs.delete(party);
    if (leg === null) return null;
    leg.onAnswered = () => {};
    leg.onRefused = () => {};
    leg.onEnded = () => {};
    leg.onHeard = () => {};
    leg.onRestarted = () => {};
    return leg;
  }

  /** Ends them all. */
  end(): void {
    for (const party of [...this.#legs.keys()]) this.release(party)?.end('The call has ended');
  }
}
