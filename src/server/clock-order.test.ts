import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClockOrder } from './clock-order.ts';

const read = (body: unknown) => readClockOrder(Buffer.from(JSON.stringify(body)));

describe('an order to the clock (mission.md B4)', () => {
  it.each([
    [{ set: '2026-01-05T09:00:00Z' }, { kind: 'set', to: new Date('2026-01-05T09:00:00Z') }],
    [{ set: '2026-03-29T02:30:00.5+01:00' }, { kind: 'set', to: new Date('2026-03-29T01:30:00.500Z') }],
    [{ stop: true }, { kind: 'factor', factor: 0 }],
    [{ factor: 60 }, { kind: 'factor', factor: 60 }],
    [{ factor: 0.5 }, { kind: 'factor', factor: 0.5 }],
    [{ advance: 90 }, { kind: 'advance', byMs: 90_000 }],
    [{ advance: 'PT1H' }, { kind: 'advance', byMs: 3_600_000 }],
    [{ advance: 'P1W2DT3H4M5.5S' }, { kind: 'advance', byMs: 788_645_500 }],
    [{ next: true }, { kind: 'next' }],
    [{ real: true }, { kind: 'real' }],
  ])('reads %j', (body, order) => {
    expect(read(body)).toEqual(order);
  });

  it.each([
    [{ set: '2026-01-05T09:00:00' }, 'set must be an instant with its zone'],
    [{ set: '2026-02-30T09:00:00Z' }, 'set must be an instant'],
    [{ set: '1752-12-31T09:00:00Z' }, 'between 1753 and 9999'],
    [{ set: 1 }, 'set must be an instant'],
    [{ stop: false }, 'stop must be true'],
    [{ factor: -1 }, 'factor must be 0 (stopped) or a number from 0.001 to 3600'],
    [{ factor: 3601 }, 'to 3600'],
    [{ factor: '60' }, 'factor must be'],
    [{ advance: 'P1M' }, 'advance must be a time ahead'],
    [{ advance: 'P' }, 'advance must be'],
    [{ advance: 'PT' }, 'advance must be'],
    [{ advance: -1 }, 'advance must be'],
    [{ next: 1 }, 'next must be true'],
    [{ real: null }, 'real must be true'],
    [{}, 'an object with one member: {"set"'],
    [{ next: true, real: true }, 'one member'],
    [{ constructor: true }, 'one member'],
    [[true], 'one member'],
    [null, 'one member'],
    ['next', 'one member'],
  ])('refuses %j', (body, message) => {
    expect(() => read(body)).toThrow(message);
  });

  it('refuses a body that is not JSON, and none', () => {
    for (const body of [null, Buffer.from(''), Buffer.from('next')])
      expect(() => readClockOrder(body)).toThrow('The body must be JSON');
  });

  it('reads or refuses whatever comes', () => {
    const value = fc.oneof(fc.jsonValue(), fc.stringMatching(/^[PTWDHMS0-9.-]{1,12}$/));
    const name = fc.constantFrom('set', 'stop', 'factor', 'advance', 'next', 'real');
    fc.assert(
      fc.property(name, value, (member, given) => {
        try {
          const order = read({ [member]: given });
          if (order.kind === 'advance') expect(order.byMs).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'Refusal', status: 400 });
        }
      }),
      { seed: 8, numRuns: 2_000 },
    );
  });
});
