import { describe, expect, it } from 'vitest';
import { base } from './choices.ts';
import { computedPresence, isRecomputed, isSetAside, signInPresence } from './presence.ts';

describe('presence, computed (behaviour.md §4.7)', () => {
  it.each([
    [100, 0, 0, base.available],
    [100, 30, 1, base.busy],
    [100, 0, 1, base.busy],
    [30, 30, 1, base.doNotDisturb],
    [30, 60, 2, base.doNotDisturb],
    [0, 0, 0, base.available],
    [1000, 100, 10, base.doNotDisturb],
  ])('%i units, %i taken, %i sessions', (maximumUnits, heldUnits, sessions, expected) => {
    expect(computedPresence({ maximumUnits, heldUnits, sessions, profiles: [] })).toBe(expected);
  });

  const profile = (held: number, maximum: number, blocking = false) => ({ held, maximum, blocking });
  it.each([
    ['a free profile', 0, [profile(0, 2)], base.available],
    ['one of several non-blocking profiles used up', 0, [profile(2, 2), profile(0, 1)], base.busy],
    ['all non-blocking profiles used up', 0, [profile(2, 2), profile(1, 1)], base.doNotDisturb],
    ['one blocking profile used up', 0, [profile(0, 2), profile(1, 1, true)], base.doNotDisturb],
    ['a blocking profile partly used', 0, [profile(1, 2, true)], base.busy],
    ['units left, profiles used up', 100, [profile(1, 1)], base.busy],
    ['more than there is', 0, [profile(3, 2)], base.doNotDisturb],
  ])('%s', (_, maximumUnits, profiles, expected) => {
    const sessions = profiles.some(({ held }) => held > 0) ? 1 : 0;
    expect(computedPresence({ maximumUnits, heldUnits: 0, sessions, profiles })).toBe(expected);
  });

  it('units and profiles both present: Do not disturb only when both are used up', () => {
    const both = (heldUnits: number, held: number): number =>
      computedPresence({ maximumUnits: 30, heldUnits, sessions: 1, profiles: [profile(held, 1)] });
    expect(both(30, 0)).toBe(base.busy);
    expect(both(0, 1)).toBe(base.busy);
    expect(both(30, 1)).toBe(base.doNotDisturb);
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

  it('what the system set after a missed or rejected offer stays: work did not make it', () => {
    const idle = { maximumUnits: 100, heldUnits: 0, sessions: 0, profiles: [], setByPerson: false };
    expect(isSetAside({ ...idle, basePresence: base.away })).toBe(true);
    expect(isSetAside({ ...idle, basePresence: base.doNotDisturb })).toBe(true);
    expect(isSetAside({ ...idle, heldUnits: 100, basePresence: base.doNotDisturb })).toBe(false);
    expect(isSetAside({ ...idle, basePresence: base.away, setByPerson: true })).toBe(false);
    expect(isSetAside({ ...idle, basePresence: base.available })).toBe(false);
  });

  it('at sign-in the own default is kept if it is Offline or Away', () => {
    expect(signInPresence(base.away, base.available)).toEqual({ base: base.away, kept: true });
    expect(signInPresence(base.busy, base.available)).toEqual({ base: base.available, kept: false });
    expect(signInPresence(null, base.busy)).toEqual({ base: base.busy, kept: false });
  });
});
