import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTelephoneWav, readWav, writeWav } from './wav.ts';

const sound = { rate: 8000, samples: Int16Array.of(0, 1, -1, 32767, -32768) };

describe('WAV (voice.md §4; "Bad input" of the step)', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.int16Array(), fc.integer({ min: 4000, max: 48_000 }), (samples, rate) => {
        expect(readWav(writeWav({ rate, samples }), 'x.wav')).toEqual({ rate, samples });
      }),
    );
  });

  it('skips chunks it does not know, odd ones too', () => {
    const bytes = writeWav(sound);
    const extra = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
    const mixed = Buffer.concat([bytes.subarray(0, 12), extra, bytes.subarray(12)]);
    expect(readTelephoneWav(mixed, 'x.wav')).toEqual(sound.samples);
  });

  it.each([
    ['is not a WAV file', Buffer.from('hello')],
    ['is cut short', writeWav(sound).subarray(0, 50)],
    ['has no sound in it', writeWav(sound).subarray(0, 36)],
    ['it has 16000 samples a second', writeWav({ ...sound, rate: 16_000 })],
    ['2 channels', Buffer.from(writeWav(sound)).fill(2, 22, 23)],
    ['not 16-bit PCM', Buffer.from(writeWav(sound)).fill(7, 20, 21)],
  ])('refuses what %s', (why, bytes) => {
    expect(() => readTelephoneWav(bytes, 'prompt.wav')).toThrow(why);
    expect(() => readTelephoneWav(bytes, 'prompt.wav')).toThrow(/^prompt\.wav cannot be played: /);
  });

  it('never throws anything but a refusal, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), (noise, from) => {
        const bytes = Buffer.concat([writeWav(sound).subarray(0, from), Buffer.from(noise)]);
        try {
          readWav(bytes, 'x');
        } catch (error) {
          expect(error).toHaveProperty('name', 'Refusal');
        }
      }),
    );
  });
});
