/** What is done to calls and pages after a commit, in the order of the commits. Where several server processes share a
 *  database, a call is on one of them: what is for another goes there with the transaction that decided it, and is done
 *  there even if this process dies right after. Source: docs/decisions/0011-several-servers.md. */
import type { Guid } from '../tables/index.ts';
import type { CallControl, CallEffect } from './call-control.ts';
import type { Decision } from './decision.ts';
import { Turns } from './turns.ts';

/** The other processes as the engine sees them: store's Nodes, named here because only run.ts may know the store. */
export interface Nodes<Transaction> {
  readonly id: string;
  readonly hasOthers: boolean;
  onMail(handler: (message: unknown) => void): void;
  post(transaction: Transaction, to: string | null, messages: readonly unknown[]): Promise<void>;
  collect(): Promise<void>;
}

/** The effects of one engine. `onFault` hears of an effect that failed. */
export class Effects<Transaction> {
  readonly #nodes: Nodes<Transaction>;
  readonly #onFault: (effect: CallEffect, fault: unknown) => void;
  readonly #turns = new Turns();
  #calls: CallControl | null = null;
  /** How many decisions wait until what others decided before them was collected. */
  #behind = 0;

  constructor(nodes: Nodes<Transaction>, onFault: (effect: CallEffect, fault: unknown) => void) {
    this.#nodes = nodes;
    this.#onFault = onFault;
    // What is posted is what `send` was given, by a process of this same program.
    nodes.onMail((effect) => this.#queue([effect as CallEffect]));
  }

  attach(calls: CallControl): void {
    this.#calls = calls;
  }

  idle(): Promise<void> {
    return this.#turns.idle();
  }

  /** In the transaction: what is for others is sent with it. */
  async send(transaction: Transaction, { effects, home }: Decision): Promise<void> {
    if (effects.length === 0 || home === this.#nodes.id || !this.#nodes.hasOthers) return;
    await this.#nodes.post(transaction, home, effects);
  }

  /** After the commit: what is for this process is done. */
  perform({ effects, home }: Decision): void {
    const { hasOthers, id } = this.#nodes;
    if (effects.length === 0 || (hasOthers && home !== null && home !== id)) return;
    if (!hasOthers && this.#behind === 0) {
      this.#queue(effects);
      return;
    }
    // Another process may have decided about this call before, under the same lock: its effects come first.
    this.#behind += 1;
    const collected = this.#nodes.collect().catch(() => undefined);
    this.#turns.track(
      collected.then(() => {
        this.#behind -= 1;
        this.#queue(effects);
      }),
    );
  }

  #queue(effects: readonly CallEffect[]): void {
    for (const effect of effects) void this.#turns.take(keyOf(effect), () => this.#do(effect));
  }

  async #do(effect: CallEffect): Promise<void> {
    try {
      await this.#calls?.perform(effect);
    } catch (fault) {
      this.#onFault(effect, fault);
    }
  }
}

const keyOf = (effect: CallEffect): Guid =>
  effect.type === 'ReplacePage' ? effect.agent : effect.conversation;
