import { describe, expect, it } from 'vitest';
import { createKeyFilter, isKey, keyOfInfo } from './keys.ts';

describe('keyOfInfo (voice.md §4: INFO as dtmf-relay and dtmf)', () => {
  it.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
    ['application/dtmf-relay', 'Signal= *\nDuration= 100', '*'],
    ['Application/DTMF-Relay; charset=x', 'signal=#\r\n', '#'],
    ['application/dtmf-relay', 'Signal=11\r\n', '#'],
    ['application/dtmf-relay', 'Duration=160\r\nSignal=d\r\n', 'D'],
    ['application/dtmf', '7', '7'],
    ['application/dtmf', ' 10 \r\n', '*'],
    ['application/dtmf', 'Signal=1\r\nDuration=160', '1'],
    ['application/dtmf', '16', null],
    ['application/dtmf', '', null],
    ['application/dtmf-relay', '5', null],
    ['application/dtmf-relay', 'Signal=12345\r\n', null],
    ['text/plain', 'Signal=5', null],
  ])('%s %j → %s', (type, body, key) => {
    expect(keyOfInfo(type, body)).toBe(key);
  });

  it('knows the keys of a telephone', () => {
    expect(['0', '*', 'A'].every(isKey)).toBe(true);
    expect(['', 'a', '10', 'E', '01'].some(isKey)).toBe(false);
  });
});

describe('createKeyFilter', () => {
  it('counts a press once that is told by two methods within 200 ms', () => {
    let now = 0;
    const count = createKeyFilter(() => now);
    expect(count('1', 'rtp')).toBe(true);
    now = 150;
    expect(count('1', 'info')).toBe(false);
    now = 180;
    expect(count('1', 'rtp')).toBe(true);
    expect(count('1', 'info')).toBe(false);
  });

  it('keeps two presses of one method apart, however quick', () => {
    const count = createKeyFilter(() => 0);
    expect([
      count('1', 'rtp'),
      count('1', 'rtp'),
      count('1', 'info'),
      count('1', 'info'),
      count('1', 'info'),
    ]).toEqual([true, true, false, false, true]);
  });

  it('counts another key, and the same key later', () => {
    let now = 0;
    const count = createKeyFilter(() => now);
    expect(count('1', 'rtp')).toBe(true);
    expect(count('2', 'info')).toBe(true);
    now = 200;
    expect(count('1', 'info')).toBe(true);
  });
});
