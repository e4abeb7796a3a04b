import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hears, type Party, type RoomPlan } from '../conversation/index.ts';
import { arrange } from './arrangement.ts';

const caller = { id: 'call', leg: 'c' } as const;
const party = (id: string, part: Party['part'], held = false): Party => ({ id, agent: id, part, held });
const plan = (parties: readonly Party[], callerHeld = false): RoomPlan => ({
  caller: { held: callerHeld },
  parties,
  alone: 'wait',
  recording: null,
});
const everybody = ({ id }: Party): string => `leg-${id}`;

describe('a plan as sound (behaviour.md §3.9)', () => {
  it('of nobody but the caller is music, and no room', () => {
    expect(arrange(plan([]), caller, everybody)).toEqual({
      gains: {},
      music: new Map([['c', 'wait']]),
      present: [],
      apart: true,
    });
  });

  it('puts whoever is on hold to hold music', () => {
    const { music, gains } = arrange(
      plan([party('ann', 'primary'), party('ben', 'consult', true)], true),
      caller,
      everybody,
    );
    expect(music).toEqual(
      new Map([
        ['c', 'hold'],
        ['leg-ben', 'hold'],
      ]),
    );
    expect(gains).toEqual({ c: {}, 'leg-ann': {}, 'leg-ben': {} });
  });

  it('while the primary is away everybody else is on hold (§1.8)', () => {
    const away = ({ id }: Party): string | null => (id === 'ann' ? null : `leg-${id}`);
    const { music, gains, apart } = arrange(
      plan([party('ann', 'primary'), party('ben', 'consult'), party('sue', 'barge')]),
      caller,
      away,
    );
    expect(apart).toBe(true);
    expect(music).toEqual(
      new Map([
        ['c', 'wait'],
        ['leg-ben', 'hold'],
        ['leg-sue', 'hold'],
      ]),
    );
    expect(gains).toEqual({ c: {}, 'leg-ben': {}, 'leg-sue': {} });
  });

  it('is heard by whom nobody but a monitor is there: music', () => {
    const { music } = arrange(plan([party('sue', 'monitor')]), caller, everybody);
    expect(music).toEqual(new Map([['c', 'wait']]));
  });

  it('asks `hears` for each pair, whoever is there', () => {
    const part = fc.constantFrom('primary', 'consult', 'monitor', 'whisper', 'barge') as fc.Arbitrary<
      Party['part']
    >;
    const parties = fc.uniqueArray(
      fc.tuple(fc.constantFrom('a', 'b', 'd', 'e'), part, fc.boolean()).map((of) => party(...of)),
      { selector: ({ id }) => id, maxLength: 4 },
    );
    fc.assert(
      fc.property(parties, fc.boolean(), (present, held) => {
        const { gains } = arrange(plan(present, held), caller, everybody);
        const members = [
          { leg: 'c', presence: { id: 'call', part: 'customer' as const, held } },
          ...present.map((one) => ({ leg: everybody(one), presence: one })),
        ];
        for (const listener of present.length === 0 ? [] : members)
          for (const speaker of members) {
            const expected = hears(listener.presence, speaker.presence) ? 1 : undefined;
            expect(gains[listener.leg]?.[speaker.leg]).toBe(expected);
          }
      }),
      { seed: 11 },
    );
  });
});
