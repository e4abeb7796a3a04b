/** From the bytes of a picture to its thumbnail. */
import jpeg from 'jpeg-js';
import { readBmp } from './bmp.ts';
import { type Format, formatOf } from './format.ts';
import { readGif } from './gif.ts';
import { readPng, writePng } from './png.ts';
import { mostPixels, type Raster, toThumbnail } from './raster.ts';

function readJpeg(bytes: Buffer): Raster {
  const options = {
    useTArray: true,
    maxResolutionInMP: mostPixels / 1_000_000,
    maxMemoryUsageInMB: 512,
  } as const;
  const { width, height, data } = jpeg.decode(bytes, options);
  return { width, height, pixels: data };
}

const readers: { readonly [T in Format['type']]: (bytes: Buffer) => Raster } = {
  'image/png': readPng,
  'image/jpeg': readJpeg,
  'image/gif': readGif,
  'image/bmp': readBmp,
};

/** The thumbnail of a picture, as PNG. Throws on what is no picture. */
export function makeThumbnail(bytes: Buffer): Buffer {
  const format = formatOf(bytes);
  if (format === null) throw new Error('the bytes are no picture');
  return writePng(toThumbnail(readers[format.type](bytes)));
}
