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

/** The thumbnail of a picture as PNG, null when it cannot be read as one. One at a time. `start`: the thread to make it
 *  in. Throws when there is no such thread, or it ends without a word: our fault, not the picture's. */
export function thumbnailOf(bytes: Buffer, start = startWorker): Promise<Buffer | null> {
  const made = last.then(() => run(start(bytes)));
  // One that fails must not take those behind it along.
  last = made.catch(() => undefined);
  return made;
}

async function run(worker: Worker): Promise<Buffer | null> {
  try {
    return await new Promise<Buffer | null>((resolve, reject) => {
      worker.once('message', (made: Uint8Array | null) => resolve(made && Buffer.from(made)));
      worker.once('error', (error: NodeJS.ErrnoException) => {
        // A picture that unpacks to more than a thread may hold is one that cannot be read.
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(null);
        else reject(error);
      });
      worker.once('exit', (code) => reject(new Error(`the thread of thumbnails ended with ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}
