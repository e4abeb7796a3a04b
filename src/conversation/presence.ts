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

/** What work makes of a presence: no free units is Do not disturb, some taken or any session open is Busy. */
export function computedPresence(maximumUnits: number, heldUnits: number, sessions: number): number {
  if (heldUnits > 0 && heldUnits >= maximumUnits) return base.doNotDisturb;
  return heldUnits > 0 || sessions > 0 ? base.busy : base.available;
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
