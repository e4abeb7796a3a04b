import { expect, test } from 'vitest';
import { within } from './within.ts';

test('an answer in time is given on, a late one is said whose it is', async () => {
  expect(await within(1000, 'nobody', Promise.resolve(7))).toBe(7);
  await expect(within(1, 'the media engine', new Promise(() => {}))).rejects.toThrow(
    'the media engine does not answer',
  );
});
