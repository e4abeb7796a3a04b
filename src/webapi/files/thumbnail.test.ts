import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { thumbnailOf } from './thumbnail.ts';

/** A PNG of one pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('the thread that makes thumbnails (webapi.md §3: 400 is for what the client got wrong)', () => {
  it('makes one, and tells what is no picture', async () => {
    expect((await thumbnailOf(picture))?.subarray(1, 4).toString()).toBe('PNG');
    expect(await thumbnailOf(picture.subarray(0, 40))).toBeNull();
  });

  it('is our fault when it cannot load or ends without a word, and the next picture is not lost', async () => {
    const broken = (code: string) => () => new Worker(code, { eval: true });
    await expect(thumbnailOf(picture, broken("throw new Error('no loader')"))).rejects.toThrow('no loader');
    await expect(thumbnailOf(picture, broken('process.exit(3)'))).rejects.toThrow('ended with 3');
    expect(await thumbnailOf(picture)).not.toBeNull();
  });
});
