import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closenessOf, firstMissing, matchingOf, normalised } from './skills.ts';

describe('ratings on one scale (behaviour.md §4.6)', () => {
  it.each([
    [1, 1, 10, 0],
    [10, 1, 10, 1],
    [2, 1, 3, 0.5],
    [50, 0, 100, 0.5],
    [5, 5, 5, 1],
    [7, null, null, 1],
    [12, 1, 10, 1],
    [-1, 0, 10, 0],
  ])('%d of %s to %s is %d', (value, low, high, expected) => {
    expect(normalised(value, low, high)).toBe(expected);
  });

  it('the same place in two models is the same rating', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 50 }), (place, factor) => {
        expect(normalised(place * factor, 0, 10 * factor)).toBeCloseTo(normalised(place, 0, 10), 9);
      }),
      { seed: 4 },
    );
  });

  it('reads the matching logic', () => {
    expect([192350000, 192350001, null, 7].map(matchingOf)).toEqual(['exact', 'closest', 'none', 'none']);
  });
});

it('nothing is missing exactly when the person is not under-qualified', () => {
  const rating = fc.option(fc.integer({ min: 0, max: 4 }).map((n) => n / 4));
  const skills = fc.uniqueArray(fc.record({ skill: fc.constantFrom('a', 'b', 'c', 'd'), rating }), {
    selector: ({ skill }) => skill,
  });
  fc.assert(
    fc.property(skills, skills, (asked, held) => {
      const required = asked.map((one) => ({ ...one, label: one.skill }));
      expect(firstMissing(required, held) === null).toBe(closenessOf(required, held).rank < 2);
    }),
    { seed: 5 },
  );
});
