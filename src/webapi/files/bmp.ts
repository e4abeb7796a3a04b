/** Reads BMP, as far as programs of today write it: 1, 4, 8, 24 and 32 bits a pixel, not compressed. */
import { makeRaster, type Raster } from './raster.ts';

/** Reads a BMP. Throws on what is none, and on the compressed kinds. */
export function readBmp(bytes: Buffer): Raster {
  const [start, header] = [bytes.readUInt32LE(10), bytes.readUInt32LE(14)];
  const [width, tall] = [bytes.readInt32LE(18), bytes.readInt32LE(22)];
  const [bits, compression] = [bytes.readUInt16LE(28), bytes.readUInt32LE(30)];
  const isPlain = compression === 0 || (compression === 3 && bits === 32);
  if (!isPlain || ![1, 4, 8, 24, 32].includes(bits)) throw new Error('the BMP is of a kind that is not read');
  const raster = makeRaster(width, Math.abs(tall));
  const lineBytes = Math.ceil((width * bits) / 32) * 4;
  if (start + lineBytes * raster.height > bytes.length) throw new Error('the BMP is cut off');
  const palette = bytes.subarray(14 + header, start);
  for (let y = 0; y < raster.height; y += 1) {
    // The lowest line comes first, unless the height is negative.
    const line = start + lineBytes * (tall > 0 ? raster.height - 1 - y : y);
    for (let x = 0; x < width; x += 1) {
      const target = (y * width + x) * 4;
      const from =
        bits >= 24
          ? bytes.subarray(line + (x * bits) / 8)
          : palette.subarray(4 * indexAt(bytes, line, x, bits));
      raster.pixels.set([from[2] ?? 0, from[1] ?? 0, from[0] ?? 0, 255], target);
    }
  }
  return raster;
}

function indexAt(bytes: Buffer, line: number, x: number, bits: number): number {
  const bit = x * bits;
  return ((bytes[line + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
}
