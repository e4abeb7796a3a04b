import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareQueues, type QueuePlace, turnOfQueue } from './prioritise.ts';

const places: fc.Arbitrary<QueuePlace> = fc.record({
  name: fc.oneof(fc.constantFrom('', 'a', 'A', 'ab', 'b', 'Ære'), fc.string({ maxLength: 4 })),
  priority: fc.constantFrom(null, 0, 1, 2),
  custom: fc.boolean(),
});

it('the turn of a queue in numbers is its place among others (behaviour.md §4.3)', () => {
  fc.assert(
    fc.property(places, places, (one, other) => {
      const [a, b] = [turnOfQueue(one), turnOfQueue(other)];
      const at = a.findIndex((number, n) => number !== b[n]);
      const order = at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
      expect(Math.sign(order)).toBe(compareQueues(one, other));
    }),
    { seed: 7, numRuns: 2_000 },
  );
});
