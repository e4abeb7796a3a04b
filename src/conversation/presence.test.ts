import { describe, expect, it } from 'vitest';
import { base } from './choices.ts';
import { computedPresence, isRecomputed, signInPresence } from './presence.ts';

describe('presence, computed (behaviour.md §4.7)', () => {
  it.each([
    [100, 0, 0, base.available],
    [100, 30, 1, base.busy],
    [100, 0, 1, base.busy],
    [30, 30, 1, base.doNotDisturb],
    [30, 60, 2, base.doNotDisturb],
    [0, 0, 0, base.available],
  ])('%i units, %i taken, %i sessions', (maximum, held, sessions, expected) => {
    expect(computedPresence(maximum, held, sessions)).toBe(expected);
  });

  it('by hand: Available and Busy last until the next accept or close, the rest until changed', () => {
    for (const one of [base.available, base.busy]) {
      expect(isRecomputed(one, true, 'offered')).toBe(false);
      expect(isRecomputed(one, true, 'acceptedOrFinished')).toBe(true);
    }
    for (const one of [base.offline, base.away, base.doNotDisturb])
      expect(isRecomputed(one, true, 'acceptedOrFinished')).toBe(false);
    expect(isRecomputed(base.doNotDisturb, false, 'offered')).toBe(true);
  });

  it('at sign-in the own default is kept if it is Offline or Away', () => {
    expect(signInPresence(base.away, base.available)).toEqual({ base: base.away, kept: true });
    expect(signInPresence(base.busy, base.available)).toEqual({ base: base.available, kept: false });
    expect(signInPresence(null, base.busy)).toEqual({ base: base.busy, kept: false });
  });
});
