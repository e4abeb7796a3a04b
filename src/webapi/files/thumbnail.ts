/** Thumbnails, made in a worker thread: a few bytes may unpack to millions of pixels, so that none is made here. */
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

function startWorker(bytes: Buffer): Worker {
  const extension = extname(import.meta.filename);
  const file = join(dirname(import.meta.filename), `thumbnail-worker${extension}`);
  // What a picture unpacks to is bounded, and so is the thread: a fault in it ends the thread, not the server.
  const options = { workerData: bytes, resourceLimits: { maxOldGenerationSizeMb: 256 } };
  if (extension !== '.ts') return new Worker(file, options);
  // From sources the thread has to register the loader by itself: `--import tsx` reaches the main thread only.
  const tsx = pathToFileURL(createRequire(import.meta.filename).resolve('tsx'));
  const loader = new URL('esm/api/index.mjs', tsx).href;
  const code = `import('${loader}').then(({ register }) => { register(); return import('${pathToFileURL(file).href}'); })`;
  return new Worker(code, { ...options, eval: true });
}

let last: Promise<unknown> = Promise.resolve();

/** The thumbnail of a picture as PNG, null when it cannot be read as one. One at a time. */
export function thumbnailOf(bytes: Buffer): Promise<Buffer | null> {
  const made = last.then(() => run(bytes));
  // One that fails must not take those behind it along.
  last = made.catch(() => undefined);
  return made;
}

async function run(bytes: Buffer): Promise<Buffer | null> {
  const worker = startWorker(bytes);
  try {
    return await new Promise<Buffer | null>((resolve) => {
      worker.once('message', (made: Uint8Array) => resolve(Buffer.from(made)));
      worker.once('error', () => resolve(null));
      worker.once('exit', () => resolve(null));
    });
  } finally {
    await worker.terminate();
  }
}
