import { describe, expect, it } from 'vitest';
import { encodeFrame, pcma, pcmu } from './g711.ts';

const encode = (codec: typeof pcmu, sample: number) => codec.encode[sample & 0xffff];

describe('G.711 tables (ITU-T G.711; voice.md §2)', () => {
  it('knows the published pairs of µ-law', () => {
    for (const [code, sample] of [
      [0x00, -32124],
      [0x0f, -16764],
      [0x10, -15996],
      [0x7f, 0],
      [0x80, 32124],
      [0xfe, 8],
      [0xff, 0],
    ] as const) {
      expect(pcmu.decode[code], `code ${code}`).toBe(sample);
    }
    expect(encode(pcmu, 0)).toBe(0xff);
    expect(encode(pcmu, 32767)).toBe(0x80);
    expect(encode(pcmu, -32768)).toBe(0x00);
  });

  it('knows the published pairs of A-law', () => {
    for (const [code, sample] of [
      [0xd5, 8],
      [0x55, -8],
      [0xaa, 32256],
      [0x2a, -32256],
      [0x80, 5504],
      [0x00, -5504],
    ] as const) {
      expect(pcma.decode[code], `code ${code}`).toBe(sample);
    }
    expect(encode(pcma, 0)).toBe(0xd5);
    expect(encode(pcma, -1)).toBe(0x55);
    expect(encode(pcma, 32767)).toBe(0xaa);
    expect(encode(pcma, -32768)).toBe(0x2a);
  });

  it('gives back every code it decodes', () => {
    for (let code = 0; code < 256; code += 1) {
      // µ-law has two zeros; the negative one comes back as the positive.
      if (code !== 0x7f) expect(encode(pcmu, pcmu.decode[code] ?? 0)).toBe(code);
      expect(encode(pcma, pcma.decode[code] ?? 0)).toBe(code);
    }
  });

  it('stays within half a step of the segment, and rises with the sample', () => {
    for (const codec of [pcmu, pcma]) {
      let last = -Infinity;
      const wrong: number[] = [];
      for (let sample = -32768; sample <= 32767; sample += 1) {
        const back = codec.decode[encode(codec, sample) ?? 0] ?? 0;
        // Steps double per segment: half a step is at most 1/32 of the magnitude plus the smallest step.
        const clipped = Math.max(-32_635, Math.min(32_635, sample));
        if (Math.abs(back - clipped) > Math.abs(clipped) / 31 + 9 || back < last) wrong.push(sample);
        last = back;
      }
      expect(wrong).toEqual([]);
    }
  });

  it('encodes a whole frame', () => {
    const target = new Uint8Array(3);
    encodeFrame(pcmu, Int16Array.of(0, 32124, -32124), target);
    expect([...target]).toEqual([0xff, 0x80, 0x00]);
  });
});
