import { describe, expect, it } from 'vitest';
import { run } from './model.ts';
import { chanceToWait, meanWait, servedWithin, type Traffic, withPatience } from './theory.ts';

/** `npm run simulate -- --calls N` sets it. The bound of 2 and 3 per cent needs many calls where the load is high. */
const calls = Number(process.env.WIRECHIEF_SIMULATE_CALLS ?? 200_000);
const whole = calls >= 10_000_000;

const traffics: readonly Traffic[] = [10, 50, 200].flatMap((agents) =>
  [0.7, 0.85, 0.95].map((share) => ({ agents, load: agents * share })),
);
/** In a short run only what settles fast. */
const tried = whole ? traffics : traffics.filter(({ agents, load }) => agents === 10 && load < 9);

describe('the formulas', () => {
  it('give the published values of Erlang C', () => {
    // Ten agents under eight erlangs: 40.9 per cent wait, on average a fifth of a service time of all.
    expect(chanceToWait({ agents: 10, load: 8 })).toBeCloseTo(0.4092, 4);
    expect(meanWait({ agents: 10, load: 8 })).toBeCloseTo(0.2046, 4);
  });

  it('are one for callers of endless patience', () => {
    const traffic = { agents: 10, load: 8 };
    expect(withPatience(traffic, 1e6).meanWait).toBeCloseTo(meanWait(traffic), 3);
  });
});

/** Within `share` of what theory says; a wait of a ten-thousandth of a service time is none. */
const isClose = (seen: number, said: number, share: number): boolean =>
  Math.abs(seen - said) <= share * said + 1e-4;

describe.each(tried)('$agents agents, $load erlangs, through the matcher', (traffic) => {
  const course = { calls, seed: 7, within: 0.2, patience: null };
  const [waits, leaves] = whole ? [0.02, 0.03] : [0.06, 0.06];

  it('wait as Erlang C says', { timeout: 1_800_000 }, () => {
    const seen = run(traffic, course);
    const said = { meanWait: meanWait(traffic), served: servedWithin(traffic, course.within) };
    console.log(traffic, seen, said);
    expect(isClose(seen.meanWait, said.meanWait, waits)).toBe(true);
    expect(isClose(seen.served, said.served, waits)).toBe(true);
  });

  it('give up as Erlang A says', { timeout: 1_800_000 }, () => {
    const seen = run(traffic, { ...course, patience: 0.5 });
    const said = withPatience(traffic, 0.5);
    console.log(traffic, seen, said);
    expect(isClose(seen.left, said.left, leaves)).toBe(true);
    expect(isClose(seen.meanWait, said.meanWait, leaves)).toBe(true);
  });
});
