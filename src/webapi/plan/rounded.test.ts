import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rounded } from './rounded.ts';

it.each([
  [1.005, 2, 1.01],
  [-1.005, 2, -1.01],
  [0.003, 2, 0],
  [47.639583, 5, 47.63958],
  [1e-13, 12, 0],
  [9e-13, 12, 1e-12],
  [1.5, 0, 2],
  [1e21, 2, 1e21],
  [1000000000.5, 12, 1000000000.5],
  [100000000000.5, 10, 100000000000.5],
])('%d to %d places is %d', (value, places, expected) => {
  expect(rounded(value, places)).toBeCloseTo(expected, 15);
});

it('rounding again changes nothing, and no number moves by more than half a unit', () => {
  const numbers = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 0, max: 5 }), (value, places) => {
      const once = rounded(value, places);
      expect(rounded(once, places)).toBe(once);
      expect(Math.abs(once - value)).toBeLessThanOrEqual(0.5 * 10 ** -places * (1 + 1e-6) + 1e-9);
    }),
    { seed: 7 },
  );
});
