/** What a room plan means for the sound: gains for each pair, and who hears music. Pure; who hears whom is asked of
 *  `hears` alone. Source: behaviour.md §1.8, §3.9, voice.md §4. */
import { hears, type Party, type Presence, type RoomPlan } from '../conversation/index.ts';
import type { GainMatrix } from './media/media.ts';

/** What is heard instead of somebody: the tunes, and ringing at the other end. */
export type Tune = 'wait' | 'hold' | 'ringing';

/** The caller of a call: its id, and its leg in the media engine. */
export interface CallerSeat {
  readonly id: string;
  readonly leg: string;
}

/** How a room is to sound. `gains`: empty when nobody but the caller is there. `music`: by leg, of those who hear some.
 *  `present`: the parties whose sound is there, with their legs. `apart`: nobody is there for the caller to talk to. */
export interface Arrangement {
  readonly gains: GainMatrix;
  readonly music: ReadonlyMap<string, Tune>;
  readonly present: readonly Seat[];
  readonly apart: boolean;
}

/** A party with its leg. `presence`: as the plan says, but held while the primary is away. */
export interface Seat {
  readonly party: Party;
  readonly leg: string;
  readonly presence: Presence;
}

/** Works out how this plan sounds. `legOf`: the leg of a party whose sound is there, else null. While the primary's
 *  sound is away all others are on hold until it is back (behaviour.md §1.8). */
export function arrange(
  plan: RoomPlan,
  caller: CallerSeat,
  legOf: (party: Party) => string | null,
): Arrangement {
  const away = plan.parties.some((party) => party.part === 'primary' && legOf(party) === null);
  const present = plan.parties.flatMap((party): Seat[] => {
    const leg = legOf(party);
    if (leg === null) return [];
    return [{ party, leg, presence: { ...party, held: party.held || away } }];
  });
  const customer: Presence = { id: caller.id, part: 'customer', held: plan.caller.held };
  const apart = away || !present.some(({ presence }) => hears({ ...customer, held: false }, presence));
  const members = [{ leg: caller.leg, presence: customer }, ...present];
  const gains = Object.fromEntries(
    members.map(({ leg, presence }) => [
      leg,
      Object.fromEntries(
        members.filter((other) => hears(presence, other.presence)).map((other) => [other.leg, 1]),
      ),
    ]),
  );
  const music = new Map<string, Tune>();
  if (plan.caller.held) music.set(caller.leg, 'hold');
  else if (apart) music.set(caller.leg, plan.alone);
  for (const { leg, presence } of present) if (presence.held) music.set(leg, 'hold');
  return { gains: present.length === 0 ? {} : gains, music, present, apart };
}
