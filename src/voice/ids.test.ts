import fc from 'fast-check';
import { expect, it } from 'vitest';
import { uuidv7 } from './ids.ts';

it('is a version 7 id of the right variant that starts with its instant (RFC 9562 §5.7)', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.uint8Array({ minLength: 10, maxLength: 10 }),
      (ms, random) => {
        const id = uuidv7(ms, random);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(ms);
      },
    ),
  );
  expect(uuidv7()).not.toBe(uuidv7());
});
