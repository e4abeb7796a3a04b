import { afterAll, expect, it } from 'vitest';
import { makeTestDatabase } from '../database/database.ts';
import { type Outcome, play } from './play.ts';
import { Process } from './process.ts';

/** `npm run simulate -- --seeds N --from S` sets them. */
const seeds = Number(process.env.WIRECHIEF_SIMULATE_SEEDS ?? 200);
const from = Number(process.env.WIRECHIEF_SIMULATE_FROM ?? 1);

it('keeps every invariant, whatever people, lines and processes do', {
  timeout: 60_000 + seeds * 5_000,
}, async () => {
  const failed: Outcome[] = [];
  let calls = 0;
  for (let seed = from; seed < from + seeds && failed.length < 5; seed += 1) {
    const outcome = await playOnce(seed);
    calls += outcome.calls;
    if (outcome.violations.length > 0) {
      failed.push(outcome);
      console.log(account(outcome));
    }
    if ((seed - from + 1) % 1_000 === 0) console.log(`${seed - from + 1} seeds, ${calls} calls`);
  }
  console.log(`${seeds} seeds, ${calls} calls, ${failed.length} violations`);
  expect(failed.map(({ seed, violations }) => ({ seed, violations }))).toEqual([]);
});

it('plays a seed again exactly', { timeout: 120_000 }, async () => {
  const [one, other] = [await playOnce(from), await playOnce(from)];
  expect(other).toEqual(one);
});

/** A process that a seed has broken is no ground for the next one. */
let subject: Process | null = null;
let database: Awaited<ReturnType<typeof makeTestDatabase>> | null = null;

async function playOnce(seed: number): Promise<Outcome> {
  database ??= await makeTestDatabase();
  subject ??= await Process.start(database.url);
  const outcome = await play(subject, seed);
  if (outcome.violations.length > 0) await end();
  return outcome;
}

async function end(): Promise<void> {
  await subject?.close();
  await database?.drop();
  subject = null;
  database = null;
}
afterAll(end);

const account = ({ seed, steps, violations }: Outcome): string =>
  [`seed ${seed}:`, ...steps.slice(-60), ...violations].join('\n  ');
