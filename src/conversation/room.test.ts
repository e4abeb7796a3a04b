import { describe, expect, it } from 'vitest';
import { hears, type Part, type Presence } from './room.ts';

const parts: readonly Part[] = ['customer', 'primary', 'consult', 'monitor', 'whisper', 'barge'];
const somebody = (id: string, part: Part, held = false): Presence => ({ id, part, held });

describe('who hears whom (behaviour.md §3.9)', () => {
  const heard = new Map<Part, readonly Part[]>([
    ['customer', ['primary', 'consult', 'barge']],
    ['primary', ['customer', 'consult', 'whisper', 'barge']],
    ['consult', ['customer', 'primary', 'barge']],
    ['monitor', ['customer', 'primary', 'consult', 'barge']],
    ['whisper', ['customer', 'primary', 'consult', 'barge']],
    ['barge', ['customer', 'primary', 'consult']],
  ]);

  it.each([...heard])('%s hears %s and nobody else', (listener, speakers) => {
    const all = parts.filter((part) => part !== listener);
    const found = all.filter((part) => hears(somebody('l', listener), somebody('s', part)));
    expect(found).toEqual(speakers);
  });

  it('nobody hears whom is on hold, who hears nobody', () => {
    for (const one of parts)
      for (const other of parts) {
        expect(hears(somebody('l', one, true), somebody('s', other))).toBe(false);
        expect(hears(somebody('l', one), somebody('s', other, true))).toBe(false);
      }
  });

  it('nobody hears themselves', () => {
    for (const part of parts) expect(hears(somebody('a', part), somebody('a', part))).toBe(false);
  });
});
