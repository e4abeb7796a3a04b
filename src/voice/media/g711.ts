/** G.711: the two laws as lookup tables, made once from the definitions of ITU-T G.711. */

/** One law. `decode`: code → 16-bit sample; `encode`: sample (as unsigned 16 bits) → code; `silence`: code of zero. */
export interface Codec {
  readonly name: 'PCMU' | 'PCMA';
  readonly payloadType: 0 | 8;
  readonly decode: Int16Array;
  readonly encode: Uint8Array;
  readonly silence: number;
}

const muBias = 0x84;
const muClip = 32_635;

function decodeMu(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + muBias) << ((bits & 0x70) >> 4)) - muBias;
  return bits & 0x80 ? -magnitude : magnitude;
}

function encodeMu(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(muClip, Math.abs(sample)) + muBias;
  const segment = 31 - Math.clz32(magnitude) - 7;
  const mantissa = (magnitude >> (segment + 3)) & 0x0f;
  return ~(sign | (segment << 4) | mantissa) & 0xff;
}

function decodeA(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits & 0x70) >> 4;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? mantissa : (mantissa + 0x100) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

function encodeA(sample: number): number {
  // The A-law codes 13 bits and is symmetric about -0.5: -1 falls into the smallest negative step.
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const exponent = Math.max(0, 28 - Math.clz32(magnitude));
  const mantissa = (exponent === 0 ? magnitude : magnitude >> (exponent - 1)) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

function tables(decode: (code: number) => number, encode: (sample: number) => number) {
  return {
    decode: Int16Array.from({ length: 256 }, (_, code) => decode(code)),
    encode: Uint8Array.from({ length: 65_536 }, (_, bits) => encode((bits << 16) >> 16)),
    silence: encode(0),
  };
}

/** µ-law, RTP payload type 0. */
export const pcmu: Codec = { name: 'PCMU', payloadType: 0, ...tables(decodeMu, encodeMu) };

/** A-law, RTP payload type 8. */
export const pcma: Codec = { name: 'PCMA', payloadType: 8, ...tables(decodeA, encodeA) };

/** The codec by its name in SDP. */
export const codecs: { readonly [name in Codec['name']]: Codec } = { PCMU: pcmu, PCMA: pcma };

/** Encodes a frame into `target` (same length). */
export function encodeFrame(codec: Codec, frame: Int16Array, target: Uint8Array): void {
  const { encode } = codec;
  for (let index = 0; index < frame.length; index += 1) {
    target[index] = encode[(frame[index] ?? 0) & 0xffff] ?? codec.silence;
  }
}
