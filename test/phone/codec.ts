/** G.711, written apart from the server's so that a shared mistake cannot hide. Source: ITU-T G.711. */

/** The codecs a phone can speak. */
export type Codec = 'PCMU' | 'PCMA';

/** Static payload types of RFC 3551. */
export const payloadTypeOf: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 8 };

function muDecode(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = (((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4);
  return bits & 0x80 ? 0x84 - magnitude : magnitude - 0x84;
}

function aDecode(byte: number): number {
  const bits = byte ^ 0x55;
  const segment = (bits & 0x70) >> 4;
  const step = (bits & 0x0f) << 4;
  const magnitude = segment === 0 ? step + 8 : (step + 0x108) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

function tables(decode: (byte: number) => number): {
  readonly decoded: Int16Array;
  readonly encoded: Uint8Array;
} {
  const decoded = Int16Array.from({ length: 256 }, (_, byte) => decode(byte));
  const order = Array.from(decoded.keys()).sort((a, b) => (decoded[a] ?? 0) - (decoded[b] ?? 0));
  const encoded = new Uint8Array(65_536);
  let at = 0;
  // The nearest of the 256 levels, found by walking both in order.
  for (let sample = -32_768; sample < 32_768; sample += 1) {
    const distance = (index: number): number => Math.abs((decoded[order[index] ?? 0] ?? 0) - sample);
    while (at < 255 && distance(at + 1) <= distance(at)) at += 1;
    encoded[sample + 32_768] = order[at] ?? 0;
  }
  return { decoded, encoded };
}

const byCodec: Readonly<Record<Codec, ReturnType<typeof tables>>> = {
  PCMU: tables(muDecode),
  PCMA: tables(aDecode),
};

/** 16-bit samples → one byte each. */
export function encode(codec: Codec, samples: Int16Array): Buffer {
  const { encoded } = byCodec[codec];
  const bytes = Buffer.allocUnsafe(samples.length);
  for (let at = 0; at < samples.length; at += 1) bytes[at] = encoded[(samples[at] ?? 0) + 32_768] ?? 0;
  return bytes;
}

/** One byte each → 16-bit samples. */
export function decode(codec: Codec, bytes: Buffer): Int16Array {
  const { decoded } = byCodec[codec];
  const samples = new Int16Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) samples[at] = decoded[bytes[at] ?? 0] ?? 0;
  return samples;
}
