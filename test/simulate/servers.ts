/** Several server processes on one database, as their clients see them: some answer, some are dead. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ConversationEvent } from '../../src/conversation/index.ts';
import type { Asked, Told } from './server-process.ts';

const program = join(import.meta.dirname, 'server-process.ts');

/** One process. */
class Server {
  isDead = false;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (outcome: string | null) => void>();
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when it serves. `wrong` hears of what it finds wrong. */
  static async start(url: string, wrong: (what: string) => void): Promise<Server> {
    const child = spawn(process.execPath, ['--import', 'tsx', program, url], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const server = new Server(child);
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message) => {
        const told = message as Told;
        if (told.type === 'ready') resolve();
        else if (told.type === 'wrong') wrong(told.what);
        else server.#answer(told.id, told.outcome);
      });
      child.once('exit', (code) => {
        server.isDead = true;
        for (const id of server.#waiting.keys()) server.#answer(id, null);
        reject(new Error(`a server process ended with ${code}`));
      });
    });
    return server;
  }

  /** What became of the event: 'done', the key of a refusal, or null when the process died before it answered. */
  ask(event: ConversationEvent): Promise<string | null> {
    if (this.isDead) return Promise.resolve(null);
    const id = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      const asked: Asked = { id, event };
      this.#child.send(asked, (error) => {
        if (error !== null) this.#answer(id, null);
      });
    });
  }

  kill(): void {
    this.isDead = true;
    this.#child.kill('SIGKILL');
  }

  #answer(id: number, outcome: string | null): void {
    this.#waiting.get(id)?.(outcome);
    this.#waiting.delete(id);
  }
}

export type { Server };

/** All of them. */
export class Servers {
  /** What the processes found wrong. */
  readonly wrong: string[] = [];
  readonly #url: string;
  #all: Server[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  get living(): readonly Server[] {
    return this.#all.filter(({ isDead }) => !isDead);
  }

  async start(): Promise<Server> {
    const server = await Server.start(this.#url, (what) => this.wrong.push(what));
    this.#all = [...this.living, server];
    return server;
  }

  any(): Server {
    const { living } = this;
    const server = living[Math.floor(Math.random() * living.length)];
    if (server === undefined) throw new Error('no server is alive');
    return server;
  }

  /** Asks one after the other until one answers, as a client that tries again. */
  async deliver(event: ConversationEvent): Promise<string> {
    for (;;) {
      const outcome = await this.any().ask(event);
      if (outcome !== null && outcome !== 'unavailable') return outcome;
    }
  }

  close(): void {
    for (const server of this.living) server.kill();
  }
}
