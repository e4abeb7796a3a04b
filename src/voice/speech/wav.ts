/** WAV files of the one form the media engine plays: 8 kHz, mono, 16-bit PCM. */
import { Refusal } from '../../tables/refusals.ts';

/** PCM and its rate, samples a second. */
export interface Sound {
  readonly rate: number;
  readonly samples: Int16Array;
}

/** Bytes before the sound in the files that we write. */
export const wavHeaderBytes = 44;

/** Reads a mono 16-bit PCM WAV of any rate. `name` is for the message.
 *  Refuses: invalidArgument when it is no WAV, not mono, not 16-bit PCM, cut short or without sound. */
export function readWav(bytes: Buffer, name: string): Sound {
  const refuse = (why: string) => new Refusal('invalidArgument', `${name} cannot be played: ${why}.`);
  if (
    bytes.length < 12 ||
    bytes.toString('latin1', 0, 4) !== 'RIFF' ||
    bytes.toString('latin1', 8, 12) !== 'WAVE'
  ) {
    throw refuse('it is not a WAV file');
  }
  let rate = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const kind = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const start = at + 8;
    if (start + size > bytes.length) throw refuse('it is cut short');
    if (kind === 'fmt ') {
      if (size < 16) throw refuse('its format is not told');
      const [format, channels, bits] = [
        bytes.readUInt16LE(start),
        bytes.readUInt16LE(start + 2),
        bytes.readUInt16LE(start + 14),
      ];
      if (format !== 1 || bits !== 16) throw refuse('it is not 16-bit PCM');
      if (channels !== 1) throw refuse(`it has ${channels} channels, not one`);
      rate = bytes.readUInt32LE(start + 4);
    } else if (kind === 'data') {
      if (rate === 0) throw refuse('its format is not told');
      const samples = new Int16Array(size >> 1);
      for (let index = 0; index < samples.length; index += 1)
        samples[index] = bytes.readInt16LE(start + 2 * index);
      return { rate, samples };
    }
    at = start + size + (size & 1);
  }
  throw refuse('it has no sound in it');
}

/** Reads a WAV for the media engine. Refuses: invalidArgument as `readWav` does, and when it is not 8 kHz. */
export function readTelephoneWav(bytes: Buffer, name: string): Int16Array {
  const { rate, samples } = readWav(bytes, name);
  if (rate !== 8000) {
    throw new Refusal(
      'invalidArgument',
      `${name} cannot be played: it has ${rate} samples a second, not 8000.`,
    );
  }
  return samples;
}

/** Writes the header of a 16-bit PCM WAV into the first 44 bytes. */
export function fillWavHeader(
  bytes: Buffer,
  {
    rate,
    channels,
    dataBytes,
  }: { readonly rate: number; readonly channels: number; readonly dataBytes: number },
): void {
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(wavHeaderBytes + dataBytes - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * channels * rate, 28);
  bytes.writeUInt16LE(2 * channels, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(dataBytes, 40);
}

/** Writes a mono 16-bit PCM WAV. */
export function writeWav({ rate, samples }: Sound): Buffer {
  const bytes = Buffer.alloc(wavHeaderBytes + 2 * samples.length);
  fillWavHeader(bytes, { rate, channels: 1, dataBytes: 2 * samples.length });
  samples.forEach((sample, index) => {
    bytes.writeInt16LE(sample, wavHeaderBytes + 2 * index);
  });
  return bytes;
}
