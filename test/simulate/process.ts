/** The process under test: the real store and engine on one simulated clock. It is kept from seed to seed, because a new
 *  database costs more than a seed; a seed begins with every row gone, on the morning of a later day. */
import { type CallControl, createEngine, type Engine } from '../../src/conversation/index.ts';
import { openStore, SimulatedClock, type Store } from '../../src/store/index.ts';

/** Who plays on it at the moment. */
export interface Player extends CallControl {
  /** Called after each timer, and waited for. */
  settle(): Promise<void>;
  fault(where: string, error: unknown): void;
  /** What the engine says to its log. */
  heard(line: string): void;
  newId(): string;
}

const dayMs = 24 * 60 * 60 * 1_000;
const eight = 8 * 60 * 60 * 1_000;

/** Store, engine and clock. */
export class Process {
  readonly #url: string;
  readonly #clock: SimulatedClock;
  #player: Player | null = null;
  #store!: Store;
  #engine!: Engine;

  private constructor(url: string) {
    this.#url = url;
    const at = new Date('2026-01-05T08:00:00Z');
    this.#clock = new SimulatedClock({ at, settle: async () => this.#player?.settle() });
  }

  static async start(url: string): Promise<Process> {
    const started = new Process(url);
    await started.#open();
    return started;
  }

  get store(): Store {
    return this.#store;
  }
  get engine(): Engine {
    return this.#engine;
  }
  get clock(): SimulatedClock {
    return this.#clock;
  }

  /** Another seed: nothing is left of the one before, and it is eight in the morning. */
  async begin(player: Player): Promise<void> {
    await this.#engine.idle();
    const written = await this.#store.query({
      text: 'select distinct "table" as name from wirechief.change_log',
      values: [],
    });
    const deletes = written.map(({ name }) => `delete from "dataverse"."${String(name)}"`);
    const rest = ['delete from wirechief.change_log', 'delete from wirechief.timer'];
    await this.#store.query({ text: [...deletes, ...rest].join(';'), values: [] });
    const days = Math.floor(this.#clock.now().getTime() / dayMs) + 1;
    await this.#clock.advanceTo(new Date(days * dayMs + eight));
    this.#player = player;
    this.#engine.attach(player);
  }

  /** The process dies, with whatever it had in memory, and another one starts after `ms`. */
  async restart(ms: number): Promise<void> {
    await this.close();
    const lastAliveOn = this.#clock.now();
    await this.#clock.advanceTo(new Date(lastAliveOn.getTime() + ms));
    await this.#open();
    if (this.#player) this.#engine.attach(this.#player);
    await this.#engine.run({ type: 'ServerStarted', lastAliveOn });
  }

  async close(): Promise<void> {
    await this.#engine.idle();
    await this.#store.close();
  }

  async #open(): Promise<void> {
    this.#store = await openStore({
      url: this.#url,
      // One at a time is enough, and each connection plans every statement anew.
      connections: 2,
      clock: this.#clock,
      report: (fault) => this.#player?.fault('the store', fault),
    });
    this.#engine = createEngine({
      store: this.#store,
      log: (line) => this.#player?.heard(line),
      newId: () => this.#player?.newId() ?? '',
      wait: async () => {},
    });
    this.#store.startTimers();
  }
}
