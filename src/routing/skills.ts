/** Skills: what work asks for, what a person has, and how near the two are. Ratings of different models are put on one
 *  scale from 0 to 1. Pure. Source: behaviour.md §4.6. */

/** How skills are matched: every one of them, the nearest, or not at all. */
export type Matching = 'exact' | 'closest' | 'none';

/** A skill that is asked for. `rating`: at least this, 0 to 1; null: having the skill is enough. `label`: for the
 *  trace. */
export interface RequiredSkill {
  readonly skill: string;
  readonly label: string;
  readonly rating: number | null;
}

/** A skill that a person has. `rating` null: without a rating, which is below every rating that is asked for. */
export interface HeldSkill {
  readonly skill: string;
  readonly rating: number | null;
}

/** A value of a rating model on the scale from 0 to 1. A model of one value, or none, gives 1 for it. */
export function normalised(value: number, minimum: number | null, maximum: number | null): number {
  const low = minimum ?? 0;
  const high = maximum ?? value;
  if (high <= low) return 1;
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** The matching logic of a workstream (msdyn_matchinglogic); empty is none. */
export function matchingOf(logic: number | null): Matching {
  return logic === 192350000 ? 'exact' : logic === 192350001 ? 'closest' : 'none';
}

/** The first skill that is missing or rated too low, with the rating there is (null: the skill is missing); null when
 *  every one is there. */
export function firstMissing(
  required: readonly RequiredSkill[],
  held: readonly HeldSkill[],
): { readonly skill: RequiredSkill; readonly actual: HeldSkill | null } | null {
  for (const skill of required) {
    const actual = held.find((one) => one.skill === skill.skill) ?? null;
    if (actual === null || below(actual, skill)) return { skill, actual };
  }
  return null;
}

const below = (held: HeldSkill, { rating }: RequiredSkill): boolean =>
  rating !== null && (held.rating ?? -1) < rating - 1e-9;

/** How near a person is: exactly qualified (0), over-qualified (1), under-qualified (2), and how far in that class. */
export interface Closeness {
  readonly rank: 0 | 1 | 2;
  readonly distance: number;
}

/** The closeness. A missing skill is further away than any rating that is too low. */
export function closenessOf(required: readonly RequiredSkill[], held: readonly HeldSkill[]): Closeness {
  let over = 0;
  let under = 0;
  for (const skill of required) {
    const actual = held.find((one) => one.skill === skill.skill);
    if (!actual) under += 2;
    else if (skill.rating !== null) {
      const difference = (actual.rating ?? 0) - skill.rating;
      if (below(actual, skill)) under += Math.max(-difference, 1e-9);
      else over += difference > 1e-9 ? difference : 0;
    }
  }
  if (under > 0) return { rank: 2, distance: under };
  return over > 0 ? { rank: 1, distance: over } : { rank: 0, distance: 0 };
}
