import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialled, toE164 } from './numbers.ts';

describe('toE164 (behaviour.md §3.2: identification works on E.164)', () => {
  it.each([
    ['+4570000001', '+4570000001'],
    ['4570000001', '+4570000001'],
    ['004570000001', '+4570000001'],
    ['+45 70 00 00-01', '+4570000001'],
    ['+15551234567', '+15551234567'],
    ['15551234567', null],
    ['1001', null],
    ['112', null],
    ['anonymous', null],
    ['', null],
    ['+', null],
    ['+45;70000001', null],
    ['+999999999999999999', null],
  ])('%j → %j', (text, number) => {
    expect(toE164(text)).toBe(number);
  });

  it('gives E.164 or null for any text, and leaves E.164 as it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9]{1,16}$/)), (text) => {
        const number = toE164(text);
        if (number === null) return;
        expect(number).toMatch(/^\+[1-9][0-9]{3,16}$/);
        expect(toE164(number)).toBe(number);
      }),
    );
  });

  it('leaves a dialled name alone', () => {
    expect(dialled('echo')).toBe('echo');
    expect(dialled('4570000100')).toBe('+4570000100');
  });
});
