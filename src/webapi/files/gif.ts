/** Reads the first picture of a GIF. Source: GIF89a specification. */
import { makeRaster, type Raster } from './raster.ts';

/** Reads a GIF's first picture on its screen; what it leaves free is clear. Throws on what is none. */
export function readGif(bytes: Buffer): Raster {
  const raster = makeRaster(bytes.readUInt16LE(6), bytes.readUInt16LE(8));
  const flags = bytes[10] ?? 0;
  let palette = bytes.subarray(13, 13 + colourBytes(flags));
  let at = 13 + colourBytes(flags);
  let clear = -1;
  for (;;) {
    const kind = bytes[at];
    if (kind === 0x2c) break;
    if (kind !== 0x21) throw new Error('the GIF holds no picture');
    // The control block before a picture tells which colour is clear.
    if (bytes[at + 1] === 0xf9 && ((bytes[at + 3] ?? 0) & 1) === 1) clear = bytes[at + 6] ?? -1;
    at = readBlocks(bytes, at + 2).end;
  }
  const [left, top, width, height] = [1, 3, 5, 7].map((offset) => bytes.readUInt16LE(at + offset));
  const own = bytes[at + 9] ?? 0;
  at += 10;
  if (colourBytes(own) > 0) palette = bytes.subarray(at, at + colourBytes(own));
  at += colourBytes(own);
  const picture = { left: left ?? 0, top: top ?? 0, width: width ?? 0, height: height ?? 0 };
  const area = makeRaster(picture.width, picture.height).pixels.length / 4;
  const indexes = unpack(readBlocks(bytes, at + 1).content, bytes[at] ?? 0, area);
  const rows = (own & 0x40) === 0 ? null : interlacedRows(picture.height);
  for (const [place, index] of indexes.entries()) {
    const line = Math.floor(place / picture.width);
    const x = picture.left + (place % picture.width);
    const y = picture.top + (rows?.[line] ?? line);
    if (x >= raster.width || y >= raster.height || index === clear) continue;
    const [red = 0, green = 0, blue = 0] = palette.subarray(index * 3, index * 3 + 3);
    raster.pixels.set([red, green, blue, 255], (y * raster.width + x) * 4);
  }
  return raster;
}

/** The length of the colour table that the flags announce. */
const colourBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

function readBlocks(bytes: Buffer, start: number): { readonly content: Buffer; readonly end: number } {
  const parts: Buffer[] = [];
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined) throw new Error('the GIF is cut off');
    if (length === 0) return { content: Buffer.concat(parts), end: at + 1 };
    parts.push(bytes.subarray(at + 1, at + 1 + length));
    at += length + 1;
  }
}

function interlacedRows(height: number): number[] {
  const rows: number[] = [];
  for (const [first, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const)
    for (let row = first; row < height; row += step) rows.push(row);
  return rows;
}

/** LZW with codes of growing width. */
function unpack(data: Buffer, smallest: number, count: number): Uint8Array {
  if (smallest < 1 || smallest > 11) throw new Error('the GIF has an impossible code size');
  const indexes = new Uint8Array(count);
  const [reset, end] = [1 << smallest, (1 << smallest) + 1];
  // Each entry is another one and a last colour; 4,096 is the most there can be.
  const [before, last, lengths] = [new Int16Array(4096), new Uint8Array(4096), new Uint16Array(4096)];
  for (let code = 0; code < reset; code += 1) {
    last[code] = code;
    lengths[code] = 1;
  }
  let [next, width, previous, filled, bits, held] = [end + 1, smallest + 1, -1, 0, 0, 0];
  const write = (code: number): number => {
    let place = filled + (lengths[code] ?? 0);
    filled = Math.min(place, count);
    let one = code;
    for (let left = lengths[code] ?? 0; left > 0; left -= 1) {
      place -= 1;
      if (place < count) indexes[place] = last[one] ?? 0;
      if (left > 1) one = before[one] ?? 0;
    }
    return last[one] ?? 0;
  };
  for (const byte of data) {
    held |= byte << bits;
    bits += 8;
    while (bits >= width && filled < count) {
      const code = held & ((1 << width) - 1);
      held >>>= width;
      bits -= width;
      if (code === end) return indexes;
      if (code === reset) {
        [next, width, previous] = [end + 1, smallest + 1, -1];
        continue;
      }
      if (code > next || (code === next && previous < 0)) throw new Error('the GIF is damaged');
      const isNew = code === next;
      if (previous >= 0 && next < 4096) {
        before[next] = previous;
        lengths[next] = (lengths[previous] ?? 0) + 1;
        last[next] = isNew ? firstOf(previous, before, lengths, last) : firstOf(code, before, lengths, last);
        next += 1;
        if (next === 1 << width && width < 12) width += 1;
      }
      write(code);
      previous = code;
    }
  }
  return indexes;
}

function firstOf(code: number, before: Int16Array, lengths: Uint16Array, last: Uint8Array): number {
  let one = code;
  for (let left = lengths[code] ?? 0; left > 1; left -= 1) one = before[one] ?? 0;
  return last[one] ?? 0;
}
