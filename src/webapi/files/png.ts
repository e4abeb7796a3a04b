/** Reads and writes PNG. Source: PNG specification, third edition. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { makeRaster, type Raster } from './raster.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Chunks {
  readonly header: Buffer;
  readonly palette: Buffer;
  readonly opacity: Buffer;
  readonly data: readonly Buffer[];
}

function readChunks(bytes: Buffer): Chunks {
  let header: Buffer = Buffer.alloc(0);
  let palette: Buffer = header;
  let opacity: Buffer = header;
  const data: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (content.length < length) throw new Error('the PNG is cut off');
    if (type === 'IHDR') header = content;
    else if (type === 'PLTE') palette = content;
    else if (type === 'tRNS') opacity = content;
    else if (type === 'IDAT') data.push(content);
    else if (type === 'IEND') break;
    at += length + 12;
  }
  if (header.length < 13 || data.length === 0) throw new Error('the PNG has no header or no data');
  return { header, palette, opacity, data };
}

/** Colour type → values a pixel. */
const channelsOf: { readonly [type: number]: number } = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const depthsOf: { readonly [type: number]: readonly number[] } = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** First column and row, and the steps between those of a pass: the whole picture, or the seven passes of Adam7. */
const straight = [[0, 0, 1, 1]] as const;
const interlaced = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Reads a PNG of any colour type, depth and interlacing. Throws on what is none. */
export function readPng(bytes: Buffer): Raster {
  const chunks = readChunks(bytes);
  const { header } = chunks;
  const raster = makeRaster(header.readUInt32BE(0), header.readUInt32BE(4));
  const [depth, type, method] = [header[8] ?? 0, header[9] ?? 0, header[12] ?? 0];
  const channels = channelsOf[type];
  if (channels === undefined || !depthsOf[type]?.includes(depth))
    throw new Error('the PNG has no known colour type');
  const bits = channels * depth;
  const passes = method === 1 ? interlaced : straight;
  const rowBytes = (width: number): number => Math.ceil((width * bits) / 8);
  const sizes = passes.map(([x, y, dx, dy]) => [
    Math.max(0, Math.ceil((raster.width - x) / dx)),
    Math.max(0, Math.ceil((raster.height - y) / dy)),
  ]);
  const expected = sizes.reduce((sum, [w = 0, h = 0]) => sum + (w === 0 ? 0 : h * (rowBytes(w) + 1)), 0);
  // A stream that unpacks to more than the header tells is stopped there.
  const data = inflateSync(Buffer.concat(chunks.data), { maxOutputLength: Math.max(1, expected) });
  if (data.length < expected) throw new Error('the PNG is cut off');
  let at = 0;
  for (const [pass, [x, y, dx, dy]] of passes.entries()) {
    const [width = 0, height = 0] = sizes[pass] ?? [];
    if (width === 0) continue;
    const length = rowBytes(width);
    let before = new Uint8Array(length);
    for (let row = 0; row < height; row += 1) {
      const line = data.subarray(at + 1, at + 1 + length);
      unfilter(data[at] ?? 0, line, before, Math.max(1, bits >> 3));
      at += length + 1;
      before = line;
      for (let column = 0; column < width; column += 1) {
        const target = ((y + row * dy) * raster.width + x + column * dx) * 4;
        setPixel(raster.pixels, target, line, column, { type, depth, ...chunks });
      }
    }
  }
  return raster;
}

function unfilter(filter: number, line: Uint8Array, before: Uint8Array, step: number): void {
  for (let i = 0; i < line.length; i += 1) {
    const left = i >= step ? (line[i - step] ?? 0) : 0;
    const up = before[i] ?? 0;
    const corner = i >= step ? (before[i - step] ?? 0) : 0;
    const added = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    if (added === undefined) throw new Error('the PNG has an unknown filter');
    line[i] = (line[i] ?? 0) + added;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

interface Colours extends Pick<Chunks, 'palette' | 'opacity'> {
  readonly type: number;
  readonly depth: number;
}

/** The value of a pixel's channel as the file has it: 0 to 2^depth - 1. */
function sample(line: Uint8Array, index: number, depth: number): number {
  if (depth === 16) return ((line[index * 2] ?? 0) << 8) | (line[index * 2 + 1] ?? 0);
  const bit = index * depth;
  return ((line[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

function setPixel(pixels: Uint8Array, at: number, line: Uint8Array, column: number, colours: Colours): void {
  const { type, depth, palette, opacity } = colours;
  const value = (channel: number, channels: number): number =>
    sample(line, column * channels + channel, depth);
  const byte = (raw: number): number =>
    depth === 16 ? raw >> 8 : Math.round((raw * 255) / ((1 << depth) - 1));
  const set = (red: number, green: number, blue: number, alpha: number): void => {
    pixels[at] = red;
    pixels[at + 1] = green;
    pixels[at + 2] = blue;
    pixels[at + 3] = alpha;
  };
  if (type === 3) {
    const index = value(0, 1);
    const [red = 0, green = 0, blue = 0] = palette.subarray(index * 3, index * 3 + 3);
    set(red, green, blue, opacity[index] ?? 255);
  } else if (type === 0 || type === 4) {
    const channels = type === 4 ? 2 : 1;
    const grey = value(0, channels);
    const isClear = type === 0 && opacity.length >= 2 && opacity.readUInt16BE(0) === grey;
    set(byte(grey), byte(grey), byte(grey), type === 4 ? byte(value(1, 2)) : isClear ? 0 : 255);
  } else {
    const channels = type === 6 ? 4 : 3;
    const [red, green, blue] = [value(0, channels), value(1, channels), value(2, channels)];
    const isClear =
      type === 2 &&
      opacity.length >= 6 &&
      [red, green, blue].every((raw, index) => opacity.readUInt16BE(index * 2) === raw);
    set(byte(red), byte(green), byte(blue), type === 6 ? byte(value(3, 4)) : isClear ? 0 : 255);
  }
}

function chunk(type: string, content: Buffer): Buffer {
  const whole = Buffer.alloc(content.length + 12);
  whole.writeUInt32BE(content.length, 0);
  whole.write(type, 4, 'latin1');
  content.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, content.length + 8)), content.length + 8);
  return whole;
}

/** Writes a PNG of 8 bits a channel with opacity. */
export function writePng({ width, height, pixels }: Raster): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const lines = Buffer.alloc(height * (width * 4 + 1));
  for (let y = 0; y < height; y += 1)
    lines.set(pixels.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1);
  const end = Buffer.alloc(0);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', end),
  ]);
}
