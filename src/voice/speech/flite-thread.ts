/** Speaking in a worker thread: one thread for one text. It takes 0.1 s to start, once for every text ever (the result
 *  is cached), and its end gives all memory back: a thread kept for twelve prompts had grown to 240 MB. */
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { FliteRequest } from './flite-worker.ts';

function startWorker(request: FliteRequest): Worker {
  const extension = extname(import.meta.filename);
  const file = join(dirname(import.meta.filename), `flite-worker${extension}`);
  const options: WorkerOptions = {
    workerData: request,
    // node:wasi says on every start that it is experimental.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  };
  if (extension !== '.ts') return new Worker(file, options);
  // From sources the thread has to register the loader by itself: `--import tsx` reaches the main thread only.
  const tsx = pathToFileURL(createRequire(import.meta.filename).resolve('tsx'));
  const loader = new URL('esm/api/index.mjs', tsx).href;
  const code = `import('${loader}').then(({ register }) => { register(); return import('${pathToFileURL(file).href}'); })`;
  return new Worker(code, { ...options, eval: true });
}

/** Speaks texts one after another. */
export class FliteThreads {
  #last: Promise<unknown> = Promise.resolve();
  #worker: Worker | null = null;
  #isClosed = false;

  /** Speaks when the texts before it are spoken; resolves with the WAV. Rejects when flite fails, or on `close`. */
  speak(request: FliteRequest): Promise<Uint8Array> {
    const speaking = this.#last.then(() => this.#run(request));
    this.#last = speaking.catch(() => {
      // Its own caller hears of it; the next text does not depend on it.
    });
    return speaking;
  }

  /** Ends the thread; what is not spoken yet is rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  async #run(request: FliteRequest): Promise<Uint8Array> {
    if (this.#isClosed) throw new Error('the speech engine is closed');
    const worker = startWorker(request);
    this.#worker = worker;
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', () => reject(new Error('the speech thread ended without a word')));
      });
    } finally {
      this.#worker = null;
      await worker.terminate();
    }
  }
}
