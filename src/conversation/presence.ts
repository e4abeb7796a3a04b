/** Presence: what a person's work makes of it, and when a choice by hand stands. Pure. Source: behaviour.md §4.7. */
import { type Guid, presences } from '../tables/index.ts';
import { base } from './choices.ts';

/** The presence of the product for each base status. */
export const presenceOf: ReadonlyMap<number, Guid<'msdyn_presence'>> = new Map([
  [base.available, presences.available],
  [base.busy, presences.busy],
  [base.doNotDisturb, presences.doNotDisturb],
  [base.away, presences.away],
  [base.offline, presences.offline],
]);

/** How many sessions a person may have: the Home session is always open and nine more (behaviour.md §11 choice 9). */
export const maximumSessions = 10;

/** What of a person's capacity is taken: units and profiles against their maxima, and how many sessions are open. */
export interface Workload {
  readonly maximumUnits: number;
  readonly heldUnits: number;
  readonly profiles: readonly {
    readonly maximum: number;
    readonly held: number;
    readonly blocking: boolean;
  }[];
  readonly sessions: number;
}

/** Whether a blocking profile is used up, so that no work of any kind is pushed (behaviour.md §4.8). */
export const isBlocked = ({ profiles }: Pick<Workload, 'profiles'>): boolean =>
  profiles.some(({ blocking, held, maximum }) => blocking && held >= maximum);

/** What work makes of a presence: Do not disturb when a blocking profile is used up, when all there is of units and of
 *  profiles is used up, or with ten sessions; Busy when some is taken or any session open; else Available. A person
 *  without a maximum of units has profiles only, and a person without profiles units only. */
export function computedPresence(work: Workload): number {
  const { maximumUnits, heldUnits, profiles, sessions } = work;
  const taken = heldUnits > 0 || profiles.some(({ held }) => held > 0);
  const unitsGone =
    heldUnits >= maximumUnits && (heldUnits > 0 || (maximumUnits === 0 && profiles.length > 0));
  const profilesGone = profiles.every(({ held, maximum }) => held >= maximum);
  if (sessions >= maximumSessions || isBlocked(work) || (taken && unitsGone && profilesGone))
    return base.doNotDisturb;
  return taken || sessions > 0 ? base.busy : base.available;
}

/** Whether the system set a presence that the person's work does not make: an offer was missed or rejected, and the
 *  person has not changed it since (behaviour.md §4.7). */
export function isSetAside(
  agent: Workload & { readonly basePresence: number | null; readonly setByPerson: boolean },
): boolean {
  const { basePresence, setByPerson } = agent;
  if (setByPerson || (basePresence !== base.away && basePresence !== base.doNotDisturb)) return false;
  return computedPresence(agent) !== basePresence;
}

/** What happened to the person's work: something was put before them, or they accepted or finished something. */
export type Occasion = 'offered' | 'acceptedOrFinished';

/** Whether the presence is to be computed anew. By hand, Available and Busy last until the next accept or close;
 *  Offline, Away and Do not disturb until they are changed. */
export function isRecomputed(basePresence: number | null, setByPerson: boolean, occasion: Occasion): boolean {
  if (!setByPerson) return true;
  return (basePresence === base.available || basePresence === base.busy) && occasion === 'acceptedOrFinished';
}

/** The presence of a sign-in: the person's own default if that is Offline or Away, else what their work makes of it. */
export function signInPresence(
  defaultBase: number | null,
  computed: number,
): { base: number; kept: boolean } {
  const kept = defaultBase === base.offline || defaultBase === base.away;
  return { base: kept ? defaultBase : computed, kept };
}
