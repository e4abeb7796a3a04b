/** A picture in memory: four bytes a pixel (red, green, blue, opacity), row by row from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** The most pixels a picture may have: its raster takes four bytes for each. */
export const mostPixels = 40_000_000;

/** An empty raster. Throws for a size that no picture has, or that memory should not hold. */
export function makeRaster(
  width: number,
  height: number,
): { width: number; height: number; pixels: Uint8Array } {
  if (!(width > 0 && height > 0)) throw new Error('the picture has no pixels');
  if (width * height > mostPixels) throw new Error(`the picture has more than ${mostPixels} pixels`);
  return { width, height, pixels: new Uint8Array(width * height * 4) };
}

/** The side of a thumbnail. Source: webapi.md §15. */
const side = 144;

/** The square in the middle of a picture, brought down to 144 pixels where it is larger: each pixel is the mean of those
 *  it stands for. Source: published documentation, image column data, resize rules. */
export function toThumbnail({ width, height, pixels }: Raster): Raster {
  const square = Math.min(width, height);
  const size = Math.min(square, side);
  const [left, top] = [Math.floor((width - square) / 2), Math.floor((height - square) / 2)];
  const small = makeRaster(size, size);
  const edge = (index: number): number => Math.floor((index * square) / size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const sum = [0, 0, 0, 0];
      let count = 0;
      for (let sy = top + edge(y); sy < top + Math.max(edge(y) + 1, edge(y + 1)); sy += 1) {
        for (let sx = left + edge(x); sx < left + Math.max(edge(x) + 1, edge(x + 1)); sx += 1) {
          const at = (sy * width + sx) * 4;
          for (let c = 0; c < 4; c += 1) sum[c] = (sum[c] ?? 0) + (pixels[at + c] ?? 0);
          count += 1;
        }
      }
      for (let c = 0; c < 4; c += 1) small.pixels[(y * size + x) * 4 + c] = Math.round((sum[c] ?? 0) / count);
    }
  }
  return small;
}
