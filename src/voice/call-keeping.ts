/** The recording of one call: which one, and when it takes what. Source: behaviour.md §3.8. */
import { hears, type Keeping, type RoomPlan } from '../conversation/index.ts';
import type { Guid } from '../tables/index.ts';
import type { Arrangement } from './arrangement.ts';
import type { CallerLeg } from './caller-leg.ts';
import { type Keepings, type Kept, speakerName } from './keepings.ts';
import type { Take } from './media/media.ts';

/** What is kept of a call now. */
export class CallKeeping {
  readonly #conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly #leg: CallerLeg;
  readonly #keepings: Keepings;
  /** Those that were begun: one that ended is not begun again. */
  readonly #known = new Set<string>();
  #current: { readonly id: string; readonly kept: Kept; wasPaused: boolean } | null = null;

  constructor(conversation: Guid<'msdyn_ocliveworkitem'>, leg: CallerLeg, keepings: Keepings) {
    this.#conversation = conversation;
    this.#leg = leg;
    this.#keepings = keepings;
  }

  /** Follows the room: begins, pauses, goes on and ends. Time counts while somebody talks with the caller, and on hold
   *  unless paused. */
  follow(plan: RoomPlan, { present, apart }: Arrangement): void {
    const { recording } = plan;
    if (this.#current !== null && this.#current.id !== recording?.id) this.end();
    if (recording !== null && this.#current === null) this.#begin(recording);
    const current = this.#current;
    if (current === null || recording === null) return;
    if (recording.paused) current.wasPaused = true;
    const isTaken = !recording.paused && this.#leg.heard && (plan.caller.held || !apart);
    current.kept.take(isTaken ? this.#take(plan, present, current.wasPaused) : null);
    if (isTaken) current.wasPaused = false;
  }

  /** The call is over, and what is kept of it complete. */
  end(): void {
    this.#current?.kept.end();
    this.#current = null;
  }

  #begin({ id, audio, transcript }: Keeping): void {
    if (this.#known.has(id)) return;
    this.#known.add(id);
    const order = {
      conversation: this.#conversation,
      keeping: id,
      kind: 'recording',
      audio,
      transcript,
    } as const;
    this.#current = { id, kept: this.#keepings.open(order), wasPaused: false };
  }

  /** Of the others, those whom the caller hears: a whisper or a private consultation is not the customer's call. */
  #take(plan: RoomPlan, present: Arrangement['present'], afterPause: boolean): Take {
    const customer = { id: this.#leg.id, part: 'customer', held: plan.caller.held } as const;
    const speakers = present
      .filter(({ presence }) => hears(customer, presence))
      .map(({ leg, party: { agent, id } }) => ({
        leg,
        name: agent === null ? speakerName('party', id) : speakerName('agent', agent),
      }));
    return { customer: this.#leg.media, speakers, afterPause };
  }
}
