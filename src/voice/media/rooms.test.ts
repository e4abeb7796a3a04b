import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GainMatrix } from './media.ts';
import { Rooms } from './rooms.ts';
import { frameSamples, pitchShare, sine } from './tone.ts';

const length = 4000;
/** Every party its own pitch (voice.md §9). */
const pitches: { readonly [leg: string]: number } = {
  caller: 440,
  agent: 1000,
  expert: 1500,
  supervisor: 650,
};
const voices = Object.fromEntries(
  Object.entries(pitches).map(([leg, hertz]) => [leg, sine(hertz, length, -12)]),
);

/** Who a leg hears, found by pitch in half a second of its mix. */
function heardBy(rooms: Rooms, leg: string): string[] {
  const all = new Int16Array(length);
  for (let at = 0; at < length; at += frameSamples) {
    const out = new Int16Array(frameSamples);
    const mix = rooms.mix(leg, (speaker) => voices[speaker]?.subarray(at, at + frameSamples) ?? null, out);
    if (mix !== null) all.set(mix, at);
  }
  return Object.keys(pitches).filter((speaker) => pitchShare(all, pitches[speaker] ?? 0) > 0.05);
}

const everyone = (rooms: Rooms) =>
  Object.fromEntries(Object.keys(pitches).map((leg) => [leg, heardBy(rooms, leg)]));

describe('rooms (voice.md §4: every feature is a matrix)', () => {
  const situations: readonly (readonly [
    string,
    GainMatrix,
    { readonly [leg: string]: readonly string[] },
  ])[] = [
    [
      'talk',
      { caller: { agent: 1 }, agent: { caller: 1 } },
      { caller: ['agent'], agent: ['caller'], expert: [], supervisor: [] },
    ],
    ['hold', { caller: {}, agent: {} }, { caller: [], agent: [], expert: [], supervisor: [] }],
    [
      'consult',
      { caller: {}, agent: { expert: 1 }, expert: { agent: 1 } },
      { caller: [], agent: ['expert'], expert: ['agent'], supervisor: [] },
    ],
    [
      'conference',
      { caller: { agent: 1, expert: 1 }, agent: { caller: 1, expert: 1 }, expert: { caller: 1, agent: 1 } },
      {
        caller: ['agent', 'expert'],
        agent: ['caller', 'expert'],
        expert: ['caller', 'agent'],
        supervisor: [],
      },
    ],
    [
      'monitor',
      { caller: { agent: 1 }, agent: { caller: 1 }, supervisor: { caller: 1, agent: 1 } },
      { caller: ['agent'], agent: ['caller'], expert: [], supervisor: ['caller', 'agent'] },
    ],
    [
      'whisper',
      { caller: { agent: 1 }, agent: { caller: 1, supervisor: 1 }, supervisor: { caller: 1, agent: 1 } },
      { caller: ['agent'], agent: ['caller', 'supervisor'], expert: [], supervisor: ['caller', 'agent'] },
    ],
  ];
  it.each(situations)('%s', (_, gains, expected) => {
    const rooms = new Rooms();
    rooms.set('room', gains);
    expect(everyone(rooms)).toEqual(expected);
  });

  it('holds a leg in one room only, and forgets those not named again', () => {
    const rooms = new Rooms();
    rooms.set('one', { caller: { agent: 1, expert: 1 }, agent: { caller: 1 }, expert: { caller: 1 } });
    rooms.set('two', { expert: { supervisor: 1 }, supervisor: { expert: 1 } });
    expect(everyone(rooms)).toEqual({
      caller: ['agent'],
      agent: ['caller'],
      expert: ['supervisor'],
      supervisor: ['expert'],
    });
    rooms.set('one', { agent: {} });
    expect(rooms.has('caller')).toBe(false);
    expect(everyone(rooms)).toEqual({
      caller: [],
      agent: [],
      expert: ['supervisor'],
      supervisor: ['expert'],
    });
    rooms.set('two', {});
    expect(everyone(rooms)).toEqual({ caller: [], agent: [], expert: [], supervisor: [] });
  });

  it('hears exactly the matrix, for any matrix, scaled and clamped', () => {
    const legs = ['a', 'b', 'c'];
    const gain = fc.constantFrom(0, 0.25, 1);
    const row = fc.record({ a: gain, b: gain, c: gain });
    const sample = fc.integer({ min: -32_768, max: 32_767 });
    fc.assert(
      fc.property(
        fc.record({ a: row, b: row, c: row }),
        fc.record({ a: sample, b: sample, c: sample }),
        (gains, levels) => {
          const rooms = new Rooms();
          rooms.set('room', gains);
          const frames = new Map(
            legs.map((leg) => [leg, new Int16Array(frameSamples).fill(levels[leg as 'a'])]),
          );
          for (const listener of ['a', 'b', 'c'] as const) {
            const mix = rooms.mix(listener, (leg) => frames.get(leg) ?? null, new Int16Array(frameSamples));
            const expected = (['a', 'b', 'c'] as const)
              .filter((speaker) => speaker !== listener)
              .reduce((sum, speaker) => sum + gains[listener][speaker] * levels[speaker], 0);
            expect(mix?.[7] ?? 0).toBe(Math.max(-32_768, Math.min(32_767, Math.round(expected))) + 0);
          }
        },
      ),
    );
  });
});
