/** The worker thread that makes a thumbnail: unpacking a large picture takes seconds, in which calls would stand still. */
import { parentPort, workerData } from 'node:worker_threads';
import { makeThumbnail } from './decode.ts';

const bytes: unknown = workerData;
if (bytes instanceof Uint8Array) parentPort?.postMessage(thumbnail(Buffer.from(bytes)));

function thumbnail(picture: Buffer): Buffer | null {
  try {
    return makeThumbnail(picture);
  } catch {
    return null;
  }
}
