/** The media engine as the server sees it: a child process behind a pipe, started again when it dies. */
import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { Refusal } from '../../tables/refusals.ts';
import { type MediaConfig, type MediaEngine, type MediaEvent, MediaInterrupted } from './media.ts';
import { type Command, type FromProcess, type Method, type ToProcess, unpackError } from './messages.ts';

/** A process that dies younger than this is started again only after a pause, longer each time. */
const youngMs = 5000;
const firstPauseMs = 100;
const mostPauseMs = 5000;
const closeMs = 2000;
/** 25 bridged calls need a third of it; small semi-spaces keep an idle process small. */
const memoryOptions = ['--max-old-space-size=256', '--max-semi-space-size=4'];

/** Started from sources the child needs the loader that its parent was started with; from dist it needs nothing. */
function forkProcess(): ChildProcess {
  const extension = extname(import.meta.filename);
  const loader =
    extension === '.ts'
      ? ['--import', pathToFileURL(createRequire(import.meta.filename).resolve('tsx')).href]
      : [];
  return fork(join(dirname(import.meta.filename), `process${extension}`), [], {
    execArgv: [...memoryOptions, ...loader],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The parent's side of the pipe. */
class MediaProxy implements MediaEngine {
  onEvent: (event: MediaEvent) => void = () => {};
  readonly #config: MediaConfig;
  readonly #waiting = new Map<number, Waiting>();
  #queued: ToProcess[] = [];
  #child: ChildProcess | null = null;
  #isReady = false;
  #isClosing = false;
  #nextId = 1;
  #startedAt = 0;
  #pauseMs = firstPauseMs;
  #whenFirstReady: Waiting | null = null;

  constructor(config: MediaConfig) {
    this.#config = config;
  }

  get processId(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the child; resolves when it is ready, rejects when it dies before that. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#whenFirstReady = { resolve: () => resolve(), reject };
      this.#spawn();
    });
  }

  openRtp(...args: Parameters<MediaEngine['openRtp']>) {
    return this.#call<'openRtp'>({ method: 'openRtp', args });
  }
  setRtpRemote(...args: Parameters<MediaEngine['setRtpRemote']>) {
    return this.#call<'setRtpRemote'>({ method: 'setRtpRemote', args });
  }
  openWebRtc(leg: string) {
    return this.#call<'openWebRtc'>({ method: 'openWebRtc', args: [leg] });
  }
  setWebRtcAnswer(...args: Parameters<MediaEngine['setWebRtcAnswer']>) {
    return this.#call<'setWebRtcAnswer'>({ method: 'setWebRtcAnswer', args });
  }
  addCandidate(...args: Parameters<MediaEngine['addCandidate']>) {
    return this.#call<'addCandidate'>({ method: 'addCandidate', args });
  }
  closeLeg(leg: string) {
    return this.#call<'closeLeg'>({ method: 'closeLeg', args: [leg] });
  }
  setRoom(...args: Parameters<MediaEngine['setRoom']>) {
    return this.#call<'setRoom'>({ method: 'setRoom', args });
  }
  play(...args: Parameters<MediaEngine['play']>) {
    return this.#call<'play'>({ method: 'play', args });
  }
  stopPlay(...args: Parameters<MediaEngine['stopPlay']>) {
    return this.#call<'stopPlay'>({ method: 'stopPlay', args });
  }
  sendDigit(...args: Parameters<MediaEngine['sendDigit']>) {
    return this.#call<'sendDigit'>({ method: 'sendDigit', args });
  }
  setMuted(...args: Parameters<MediaEngine['setMuted']>) {
    return this.#call<'setMuted'>({ method: 'setMuted', args });
  }
  setEcho(...args: Parameters<MediaEngine['setEcho']>) {
    return this.#call<'setEcho'>({ method: 'setEcho', args });
  }
  record(...args: Parameters<MediaEngine['record']>) {
    return this.#call<'record'>({ method: 'record', args });
  }
  setTake(...args: Parameters<MediaEngine['setTake']>) {
    return this.#call<'setTake'>({ method: 'setTake', args });
  }
  stopRecord(...args: Parameters<MediaEngine['stopRecord']>) {
    return this.#call<'stopRecord'>({ method: 'stopRecord', args });
  }
  stats() {
    return this.#call<'stats'>({ method: 'stats', args: [] });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#refuseWaiting();
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const tooLong = setTimeout(() => child.kill('SIGKILL'), closeMs);
    if (child.connected) child.send({ type: 'close' } satisfies ToProcess, () => {});
    await exited;
    clearTimeout(tooLong);
  }

  /** Sends a command, or keeps it until the child is ready. The pipe's reply is what the method returns there. */
  #call<M extends Method>(command: Extract<Command, { method: M }>): ReturnType<MediaEngine[M]> {
    const id = this.#nextId;
    this.#nextId += 1;
    const reply = new Promise<unknown>((resolve, reject) => {
      if (this.#isClosing) {
        reject(new Refusal('unavailable', 'The media engine is closed.'));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#send({ type: 'command', id, command });
    });
    return reply as ReturnType<MediaEngine[M]>;
  }

  #send(message: ToProcess): void {
    // A failed send means that the child is gone; its exit refuses whatever still waits.
    if (this.#isReady) this.#child?.send(message, () => {});
    else this.#queued.push(message);
  }

  #spawn(): void {
    this.#startedAt = performance.now();
    const child = forkProcess();
    this.#child = child;
    child.on('message', (message: FromProcess) => this.#receive(message));
    child.once('error', (error) => this.#config.log(`media: ${error.message}`));
    child.once('exit', (code, signal) => this.#died(signal ?? `code ${code}`));
    if (child.stderr !== null) createInterface(child.stderr).on('line', this.#config.log);
    const { log: _, ...config } = this.#config;
    child.send({ type: 'configure', config } satisfies ToProcess, () => {});
  }

  #receive(message: FromProcess): void {
    if (message.type === 'event') this.onEvent(message.event);
    else if (message.type === 'log') this.#config.log(message.line);
    else if (message.type === 'ready') this.#becomeReady();
    else {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.type === 'done') waiting?.resolve(message.value);
      else waiting?.reject(unpackError(message.failure));
    }
  }

  #becomeReady(): void {
    this.#isReady = true;
    this.#whenFirstReady?.resolve(undefined);
    this.#whenFirstReady = null;
    const queued = this.#queued;
    this.#queued = [];
    for (const message of queued) this.#send(message);
  }

  #died(how: string): void {
    const wasReady = this.#isReady;
    this.#isReady = false;
    if (this.#isClosing) return;
    if (this.#whenFirstReady !== null) {
      this.#whenFirstReady.reject(new Error(`The media process did not start: it ended with ${how}.`));
      return;
    }
    this.#config.log(`media: the process ended with ${how}; starting another`);
    if (wasReady) {
      // What was asked of the dead one is refused; what is asked from now on waits for the next.
      this.#refuseWaiting();
      this.onEvent({ type: 'restarted' });
    }
    const isYoung = performance.now() - this.#startedAt < youngMs;
    this.#pauseMs = isYoung ? Math.min(mostPauseMs, this.#pauseMs * 2) : firstPauseMs;
    setTimeout(() => this.#isClosing || this.#spawn(), wasReady && !isYoung ? 0 : this.#pauseMs);
  }

  #refuseWaiting(): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new MediaInterrupted());
    }
    this.#waiting.clear();
    this.#queued = [];
  }
}

/** Starts the media engine in a process of its own; resolves when it takes commands. While it is being started again
 *  after a death, commands wait. Rejects when the process cannot start. Refusals of commands: see `MediaEngine`. */
export async function startMedia(config: MediaConfig): Promise<MediaEngine> {
  const proxy = new MediaProxy(config);
  await proxy.start();
  return proxy;
}
