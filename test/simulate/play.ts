/** One seed played: a site, its people, and what goes wrong, on a clock that only moves when something happens. */
import type { CallEffect, ConversationEvent } from '../../src/conversation/index.ts';
import { presences, Refusal } from '../../src/tables/index.ts';
import { Random } from '../fuzz/random.ts';
import { askOfCall } from './in-call.ts';
import { broken, unfinished } from './invariants.ts';
import { Line, type People } from './line.ts';
import type { Player, Process } from './process.ts';
import { differing } from './replay.ts';
import { Schedule } from './schedule.ts';
import { makeSite, type Site } from './site.ts';

/** What became of a seed. `violations`: empty when all was well. `steps`: what happened, one line each. */
export interface Outcome {
  readonly seed: number;
  readonly calls: number;
  readonly steps: readonly string[];
  readonly violations: readonly string[];
}

const second = 1_000;
const minute = 60 * second;
/** Longer than any limit of the engine: then everything has come to its end. */
const afterAllMs = 32 * 24 * 60 * minute;

/** What the engine may answer to somebody who is late, rude or wrong. Anything else is a fault. */
const answers: ReadonlySet<string> = new Set(['conflict', 'recordNotFound', 'invalidArgument']);

/** Plays one seed on the process, as if nothing had been before. */
export async function play(process: Process, seed: number): Promise<Outcome> {
  const game = new Play(process, seed);
  await game.open();
  await game.run();
  return { seed, calls: game.calls, steps: game.steps, violations: game.violations };
}

class Play implements People, Player {
  readonly steps: string[] = [];
  readonly violations: string[] = [];
  calls = 0;
  readonly #process: Process;
  readonly #random: Random;
  readonly #ids: Random;
  readonly #schedule = new Schedule();
  readonly #closed = new Set<string>();
  readonly #names = new Map<string, string>();
  readonly #pages = new Set<string>();
  #line: Line;
  #began = new Date(0);
  #site!: Site;

  constructor(process: Process, seed: number) {
    this.#process = process;
    this.#random = new Random(seed);
    this.#ids = new Random(seed ^ 0x5bd1e995);
    this.#line = new Line(this);
  }

  async open(): Promise<void> {
    await this.#process.begin(this);
    this.#began = this.#now;
    this.#site = await makeSite(this.#process.store, this.#random, () => this.newId());
    this.#site.agents.forEach((agent, n) => {
      this.#names.set(agent, `agent ${n + 1}`);
      this.#soon(minute, `agent ${n + 1} signs in`, () => this.#connect(agent));
    });
    const calls = 3 + this.#random.below(6);
    let at = 0;
    for (let n = 0; n < calls; n += 1) {
      at += this.#random.below(90 * second);
      this.#in(at, 'a call', () => this.#call());
    }
    for (let n = this.#random.below(4); n > 0; n -= 1)
      this.#in(this.#random.below(15 * minute), 'a change of presence', () => this.#choosePresence());
    if (this.#random.next() < 0.4)
      this.#in(this.#random.below(15 * minute), 'the process dies', () => this.#die());
  }

  /** Lets everything happen, checking after each step, then goes on until every limit has passed. */
  async run(): Promise<void> {
    for (let next = this.#schedule.next(); next !== null; next = this.#schedule.next()) {
      const now = this.#now;
      // After a jump of the clock what was to happen meanwhile happens late.
      const jump = this.#random.next() < 0.01 ? this.#random.below(3 * 60 * minute) : 0;
      await this.#process.clock.advanceTo(new Date(Math.max(next.at.getTime(), now.getTime()) + jump));
      this.#note(next.what);
      await next.act();
      await this.#settle(next.what);
      if (this.violations.length > 0) return;
    }
    await this.#process.clock.advanceTo(new Date(this.#now.getTime() + afterAllMs));
    await this.#settle('everything has ended');
    if (this.violations.length > 0) return;
    this.violations.push(
      ...(await unfinished(this.#process.store)),
      ...(await differing(this.#process.store)),
    );
  }

  perform(effect: CallEffect): Promise<void> {
    return this.#line.perform(effect);
  }

  settle(): Promise<void> {
    return this.#settle('a timer');
  }

  heard(line: string): void {
    if (line.includes(' failed: ')) this.violations.push(line);
  }

  fault(where: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.violations.push(`${where} failed: ${text}`);
  }

  async #settle(after: string): Promise<void> {
    await this.#process.engine.idle();
    for (const what of await broken(this.#process.store, this.#closed))
      this.violations.push(`after ${after}: ${what}`);
    for (const [conversation] of this.#line.calls)
      if (this.#closed.has(conversation))
        this.violations.push(`a closed conversation has a live call: ${conversation}`);
  }

  // What people do.

  async #call(): Promise<void> {
    const conversation = this.newId();
    const call = `call-${conversation}`;
    this.calls += 1;
    this.#names.set(conversation, `call ${this.calls}`);
    this.#line.calls.set(conversation, { call, agents: [], keeping: null });
    const to = this.#random.next() < 0.7 ? this.#site.numbers.bot : this.#site.numbers.direct;
    const from = this.#random.next() < 0.9 ? `+4520${100_000 + this.#random.below(900_000)}` : null;
    this.#soon(8 * minute, `the caller of ${this.#name(conversation)} hangs up`, () =>
      this.#hangUp(conversation),
    );
    await this.#tell({ type: 'CallArrived', conversation, call, from, to, provider: 'simulation' });
  }

  async #hangUp(conversation: string): Promise<void> {
    // A late report of a call that is over is a fault of the line too.
    if (!this.#line.calls.has(conversation) && this.#random.next() < 0.8) return;
    this.#line.hangUp(conversation);
    const by = this.#random.pick(['customer', 'customer', 'customer', 'lost', 'failure'] as const);
    await this.#tell({ type: 'CallEnded', conversation, by, reason: 'simulated' });
    this.#wrapUp(conversation);
  }

  botStarts(conversation: string): void {
    const chance = this.#random.next();
    const name = this.#name(conversation);
    const department = this.#random.pick([...this.#site.departments, 'Nowhere']);
    if (chance < 0.1)
      this.#soon(minute, `the bot ends ${name}`, () => this.#tell({ type: 'BotEnded', conversation }));
    else if (chance < 0.95)
      this.#soon(minute, `the bot hands over ${name}`, () =>
        this.#tell({ type: 'BotTransferred', conversation, variables: { va_Department: department } }),
      );
    if (this.#random.next() < 0.2)
      this.#soon(30 * second, `the bot notes something of ${name}`, () =>
        this.#tell({ type: 'VariableSet', conversation, name: 'va_Department', value: department }),
      );
  }

  rings(conversation: string, agent: string): void {
    const [who, what] = [this.#name(agent), this.#name(conversation)];
    const chance = this.#random.next();
    const accept = () => this.#tell({ type: 'AgentAccepted', conversation, agent });
    if (chance < 0.65) this.#soon(20 * second, `${who} accepts ${what}`, accept);
    else if (chance < 0.72)
      this.#in(2 * minute + this.#random.below(minute), `${who} accepts ${what} late`, accept);
    else if (chance < 0.84)
      this.#soon(20 * second, `${who} rejects ${what}`, () =>
        this.#tell({ type: 'AgentRejected', conversation, agent }),
      );
    else if (chance < 0.9)
      this.#soon(20 * second, `${who} vanishes while ${what} rings`, () => this.#vanish(agent));
    // Somebody else presses a button that is not theirs.
    if (this.#random.next() < 0.05) {
      const other = this.#random.pick(this.#site.agents);
      this.#soon(20 * second, `${this.#name(other)} reaches for ${what}`, () =>
        this.#tell({ type: 'AgentAccepted', conversation, agent: other }),
      );
    }
  }

  joined(conversation: string, agent: string): void {
    const [who, what] = [this.#name(agent), this.#name(conversation)];
    if (this.#random.next() < 0.95)
      this.#soon(2 * second, `${what} has sound`, () =>
        this.#tell({ type: 'MediaConnected', conversation, agent }),
      );
    let at = 3 * second;
    for (let holds = this.#random.below(3); holds > 0; holds -= 1) {
      at += this.#random.below(minute);
      this.#in(at, `${who} holds ${what}`, () => this.#tell({ type: 'HoldRequested', conversation, agent }));
      at += this.#random.below(minute);
      if (this.#random.next() < 0.9)
        this.#in(at, `${who} takes ${what} back`, () =>
          this.#tell({ type: 'UnholdRequested', conversation, agent }),
        );
    }
    for (let requests = this.#random.below(4); requests > 0; requests -= 1)
      this.#in(this.#random.below(2 * minute), `${who} asks something of ${what}`, () =>
        this.#ask(conversation, agent),
      );
    at += this.#random.below(2 * minute);
    const chance = this.#random.next();
    if (chance < 0.6)
      this.#in(at, `${who} ends ${what}`, async () => {
        await this.#tell({ type: 'AgentEnded', conversation, agent });
        this.#wrapUp(conversation, agent);
      });
    else if (chance < 0.7)
      this.#in(at, `${who} closes the tab of ${what}`, () =>
        this.#tell({ type: 'SessionClosed', conversation, agent }),
      );
    else if (chance < 0.8) this.#in(at, `${who} vanishes in ${what}`, () => this.#vanish(agent));
  }

  released(conversation: string): void {
    this.#wrapUp(conversation);
  }

  called(conversation: string, party: string): void {
    const chance = this.#random.next();
    const name = this.#name(conversation);
    const left = () => this.#tell({ type: 'PartyLeft', conversation, party });
    if (chance < 0.7) {
      this.#soon(20 * second, `the outside answers ${name}`, () =>
        this.#tell({ type: 'PartyAnswered', conversation, party }),
      );
      this.#in(20 * second + this.#random.below(2 * minute), `the outside leaves ${name}`, left);
    } else if (chance < 0.95)
      this.#soon(20 * second, `the outside does not answer ${name}`, () =>
        this.#tell({ type: 'PartyRefused', conversation, party, status: 486, reason: 'Busy Here' }),
      );
    else this.#soon(20 * second, `the outside is lost to ${name}`, left);
  }

  told(conversation: string, prompt: string, keys: readonly string[]): void {
    const key = keys.length > 0 && this.#random.next() < 0.5 ? this.#random.pick(keys) : null;
    this.#soon(20 * second, `${this.#name(conversation)} was told something`, () =>
      this.#tell({ type: 'PromptEnded', conversation, prompt, key }),
    );
  }

  calledBack(conversation: string): void {
    const name = this.#name(conversation);
    if (this.#random.next() < 0.8)
      this.#soon(20 * second, `the customer of ${name} answers`, () =>
        this.#tell({ type: 'CustomerAnswered', conversation }),
      );
    this.#in(20 * second + this.#random.below(2 * minute), `the customer of ${name} hangs up`, () =>
      this.#hangUp(conversation),
    );
  }

  kept(conversation: string, keeping: string, kind: 'recording' | 'message'): void {
    if (this.#random.next() < 0.1) return;
    this.#soon(10 * second, `what was kept of ${this.#name(conversation)} is complete`, () =>
      this.#tell({
        type: 'KeepingReady',
        conversation,
        keeping,
        kind,
        audio: new Uint8Array(64),
        seconds: 4,
        lines: [],
      }),
    );
  }

  async #ask(conversation: string, agent: string): Promise<void> {
    const parties = await this.#process.store.query({
      text: `select "wirechief_callpartyid" as id from "dataverse"."wirechief_callparty"
        where "wirechief_conversationid" = $1 order by "createdon", "wirechief_callpartyid"`,
      values: [conversation],
    });
    const some = parties.map(({ id }) => ({ id: String(id) }));
    const event = askOfCall(this.#random, this.#site, { conversation, agent }, some);
    this.#note(`  that is ${event.type}`);
    await this.#tell(event);
  }

  /** Whoever had the call closes it sooner or later; some never do. */
  #wrapUp(conversation: string, agent: string = this.#random.pick(this.#site.agents)): void {
    if (this.#random.next() < 0.3) return;
    this.#soon(2 * minute, `${this.#name(agent)} closes ${this.#name(conversation)}`, () =>
      this.#tell({ type: 'SessionClosed', conversation, agent }),
    );
  }

  async #connect(agent: string): Promise<void> {
    this.#pages.add(agent);
    await this.#tell({ type: 'AgentConnected', agent });
  }

  async #vanish(agent: string): Promise<void> {
    this.#pages.delete(agent);
    if (this.#random.next() < 0.9)
      this.#soon(3 * minute, `${this.#name(agent)} comes back`, () => this.#connect(agent));
    await this.#tell({ type: 'AgentLost', agent });
  }

  async #choosePresence(): Promise<void> {
    const agent = this.#random.pick(this.#site.agents);
    const presence = this.#random.pick([
      presences.available,
      presences.busy,
      presences.away,
      presences.doNotDisturb,
    ]);
    await this.#tell({ type: 'PresenceSet', agent, presence, by: agent });
    if (this.#random.next() < 0.8)
      this.#soon(5 * minute, `${this.#name(agent)} is available`, () =>
        this.#tell({ type: 'PresenceSet', agent, presence: presences.available, by: agent }),
      );
  }

  /** The process dies between a commit and its effects, and another one starts on the same database. */
  async #die(): Promise<void> {
    this.#line.isDead = true;
    if (this.#random.next() < 0.5) {
      const next = this.#schedule.next();
      if (next !== null) {
        this.#note(`${next.what} (and the process is dead)`);
        await next.act();
      }
    }
    await this.#process.engine.idle();
    this.#line = new Line(this);
    await this.#process.restart(this.#random.below(minute));
    for (const agent of this.#pages)
      this.#soon(minute, `${this.#name(agent)} signs in again`, () => this.#connect(agent));
  }

  // How it happens.

  /** Tells the engine; at times twice, at once or one after the other. */
  async #tell(event: ConversationEvent): Promise<void> {
    const chance = this.#random.next();
    const again = chance < 0.07;
    const runs = [this.#run(event)];
    if (again && chance < 0.03) runs.push(this.#run(event));
    await Promise.all(runs);
    if (again && chance >= 0.03) await this.#run(event);
  }

  async #run(event: ConversationEvent): Promise<void> {
    try {
      await this.#process.engine.run(event);
    } catch (error) {
      if (!(error instanceof Refusal)) this.fault(event.type, error);
      else if (!answers.has(error.key) && !(event.type === 'CallArrived' && error.key === 'recordExists'))
        this.violations.push(`${event.type} was refused with ${error.key}: ${error.message}`);
    }
  }

  get #now(): Date {
    return this.#process.clock.now();
  }

  #soon(withinMs: number, what: string, act: () => Promise<void>): void {
    this.#in(this.#random.below(withinMs), what, act);
  }

  #in(ms: number, what: string, act: () => Promise<void>): void {
    this.#schedule.plan(new Date(this.#now.getTime() + ms), what, act);
  }

  #name(id: string): string {
    return this.#names.get(id) ?? id;
  }

  #note(what: string): void {
    const ms = this.#now.getTime() - this.#began.getTime();
    this.steps.push(`${(ms / second).toFixed(1)} s ${what}`);
  }

  newId(): string {
    const part = () =>
      this.#ids
        .below(2 ** 32)
        .toString(16)
        .padStart(8, '0');
    const [a, b, c, d] = [part(), part(), part(), part()];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`;
  }
}
