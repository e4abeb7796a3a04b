/** The worker thread that speaks: started on demand, stopped when idle, for it holds about 100 MB while it lives. */
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FliteReply, FliteRequest } from './flite-worker.ts';

const idleMs = 5000;

interface Waiting {
  readonly resolve: (wav: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

// node:wasi says on every start that it is experimental.
const execArgv = ['--disable-warning=ExperimentalWarning'];

function startWorker(): Worker {
  const extension = extname(import.meta.filename);
  const file = join(dirname(import.meta.filename), `flite-worker${extension}`);
  if (extension !== '.ts') return new Worker(file, { execArgv });
  // From sources the thread has to register the loader by itself: `--import tsx` reaches the main thread only.
  const tsx = pathToFileURL(createRequire(import.meta.filename).resolve('tsx'));
  const loader = new URL('esm/api/index.mjs', tsx).href;
  const code = `import('${loader}').then(({ register }) => { register(); return import('${pathToFileURL(file).href}'); })`;
  return new Worker(code, { eval: true, execArgv });
}

/** Speaks one text after another in a thread of its own. */
export class FliteThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #nextId = 1;

  /** Is a thread alive? For memory's sake it is not, most of the time. */
  get isRunning(): boolean {
    return this.#worker !== null;
  }

  /** Speaks; resolves with the WAV. Rejects when flite fails or the thread is closed. */
  speak(text: string, voice: string): Promise<Uint8Array> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, text, voice } satisfies FliteRequest);
    });
  }

  async close(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    await this.#stop(new Error('the speech engine is closed'));
  }

  #start(): Worker {
    const worker = startWorker();
    worker.on('message', (reply: FliteReply) => this.#receive(reply));
    worker.on('error', (error) => this.#drop(worker, error));
    worker.on('exit', () => this.#drop(worker, new Error('the speech thread ended')));
    return worker;
  }

  #receive(reply: FliteReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('wav' in reply) waiting?.resolve(reply.wav);
    else waiting?.reject(new Error(reply.error));
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => {
      this.#stop(new Error('the speech thread was stopped')).catch(() => {
        // Ending a thread that ends by itself: `exit` has said so already.
      });
    }, idleMs);
    this.#idle.unref();
  }

  #drop(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async #stop(error: Error): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    this.#drop(worker, error);
    await worker.terminate();
  }
}
