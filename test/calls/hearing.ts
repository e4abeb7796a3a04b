/** Who hears whom, found by pitch: every person of a call hums one of their own. */
import type { Ear } from '../phone/ear.ts';
import { waitFor } from '../phone/wait.ts';

/** Somebody in a call, and what reaches their ear. */
export interface Person {
  readonly hertz: number;
  readonly ear: Ear;
}

/** Pitches that neither tune has, nor the beep, and no two of them harmonics of each other. */
export const pitches = { caller: 1000, ann: 440, ben: 1500, sue: 650, expert: 1850 } as const;

const windowMs = 400;
/** Four who hum at once have a quarter of the sound each. */
const heardShare = 0.12;
const unheardShare = 0.05;

/** The names of those whom this person hears, in order; `music` when there is sound and nobody's pitch is in it; `?`
 *  after a name that is neither clearly there nor clearly not. */
export function heardBy(listener: Person, people: Readonly<Record<string, Person>>): string[] {
  const names = Object.entries(people).flatMap(([name, { hertz }]) => {
    const share = listener.ear.share(hertz, windowMs);
    if (share > heardShare) return [name];
    return share > unheardShare ? [`${name}?`] : [];
  });
  return names.length === 0 && listener.ear.level(windowMs) > 0.01 ? ['music'] : names.sort();
}

/** Waits until each of these people hears exactly those, all at the same time, for a whole window. */
export async function untilHeard(
  people: Readonly<Record<string, Person>>,
  expected: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const now = (): Record<string, string[]> =>
    Object.fromEntries(
      Object.keys(expected).map((name) => {
        const person = people[name];
        return [name, person === undefined ? ['nobody of this name'] : heardBy(person, people)];
      }),
    );
  const wanted = JSON.stringify(
    Object.fromEntries(Object.entries(expected).map(([name, heard]) => [name, [...heard].sort()])),
  );
  await waitFor(`everybody hears ${wanted}`, () => JSON.stringify(now()) === wanted, {
    timeoutMs: 15_000,
    state: () => `they hear ${JSON.stringify(now())}`,
  });
}
