import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

/** `npm run fuzz -- --count N --seed S` sets them. */
const count = Number(process.env.WIRECHIEF_FUZZ_COUNT ?? 4_000);
const seed = Number(process.env.WIRECHIEF_FUZZ_SEED ?? 1);

it('withstands mutated URLs, bodies, FetchXML and batches', { timeout: 60_000 + count * 20 }, async () => {
  const startedAt = performance.now();
  const { sent, refused, failures, heap } = await fuzz(seed, count, (done) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    const memory = (process.memoryUsage().rss / 1_048_576).toFixed(0);
    console.log(`${done} sent, ${seconds} s, ${memory} MB`);
  });
  console.log(
    `used heap in MB: ${heap.map((one) => one.toFixed(0)).join(' ')}; ${refused} of ${sent} refused`,
  );
  expect(failures).toEqual([]);
  expect(sent).toBe(count);
  // Mutants that are all refused, or all accepted, would prove nothing.
  expect(refused / sent).toBeGreaterThan(0.1);
  expect(refused / sent).toBeLessThan(0.99);
  // Caches fill in the first tenths; what grows after them would grow for ever.
  expect(heap.at(-1)).toBeLessThan((heap[2] ?? 0) * 1.3 + 20);
});
