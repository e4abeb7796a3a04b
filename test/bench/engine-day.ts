/** A day of a site of 50 people on the virtual clock: three shifts, calls by the hour as an office has them, talk and
 *  patience drawn by lot. Real engine, routing, timers and store. */
import type { ConversationEvent } from '../../src/conversation/index.ts';
import { SimulatedClock } from '../../src/store/index.ts';
import { presences, Refusal } from '../../src/tables/index.ts';
import { call, type FrontDesk, number, openFrontDesk, signIn } from '../engine/front-desk.ts';
import { Random } from '../fuzz/random.ts';
import { Schedule } from '../simulate/schedule.ts';
import { onDatabase } from './engine-database.ts';
import type { Report } from './report.ts';

const people = 50;
/** When a shift begins and ends, hours of the day, and how many work in it. */
const shifts = [
  { from: 7, to: 15, people: 20 },
  { from: 9, to: 17, people: 20 },
  { from: 15, to: 23, people: 10 },
] as const;
/** Calls an hour by the number of people who work then: three quarters of their time is asked for. */
const callsOfPersonAndHour = 7.5;
/** Calls of an hour in which nobody works. */
const callsOfNight = 4;
const second = 1_000;
const hour = 3_600 * second;
const meanTalkMs = 300 * second;
const meanPatienceMs = 180 * second;

/** Plays it. */
export async function benchDay(report: Report): Promise<void> {
  const start = new Date('2030-01-07T00:00:00.000Z');
  let idle = async (): Promise<void> => {};
  const clock = new SimulatedClock({ at: start, settle: () => idle() });
  await onDatabase(async ({ store }) => {
    const desk = await openFrontDesk(store, { agents: people });
    idle = () => desk.engine.idle();
    store.startTimers();
    const day = new Day(desk, clock, start);
    const began = performance.now();
    await day.run();
    const seconds = (performance.now() - began) / 1000;
    report.figure(`24 simulated hours of ${people} people, ${day.calls} calls`, [seconds], 's', { most: 60 });
    report.figure('calls that were answered', [(day.answered / day.calls) * 100], '%');
  }, clock);
}

class Day {
  calls = 0;
  answered = 0;
  readonly #desk: FrontDesk;
  readonly #clock: SimulatedClock;
  readonly #start: Date;
  readonly #random = new Random(1);
  readonly #schedule = new Schedule();
  readonly #live = new Set<string>();

  constructor(desk: FrontDesk, clock: SimulatedClock, start: Date) {
    this.#desk = desk;
    this.#clock = clock;
    this.#start = start;
    let first = 0;
    for (const shift of shifts) {
      for (const agent of desk.ids.agents.slice(first, first + shift.people)) {
        this.#at(shift.from * hour, () => signIn(desk, agent));
        this.#at(shift.to * hour, () =>
          this.#tell({ type: 'PresenceSet', agent, presence: presences.offline, by: agent }),
        );
      }
      first += shift.people;
    }
    for (let of = 0; of < 24; of += 1) {
      const working = shifts.reduce(
        (sum, { from, to, people: n }) => sum + (of >= from && of < to ? n : 0),
        0,
      );
      const calls = working === 0 ? callsOfNight : working * callsOfPersonAndHour;
      for (let n = 0; n < calls; n += 1) this.#at((of + this.#random.next()) * hour, () => this.#call());
    }
  }

  async run(): Promise<void> {
    for (let next = this.#schedule.next(); next !== null; next = this.#schedule.next()) {
      await this.#clock.advanceTo(new Date(Math.max(next.at.getTime(), this.#clock.now().getTime())));
      await next.act();
      await this.#desk.engine.idle();
      for (const effect of this.#desk.effects.splice(0))
        if (effect.type === 'RingAgent') this.#ring(effect.conversation, effect.agent);
    }
    await this.#clock.advanceTo(new Date(this.#start.getTime() + 24 * hour));
  }

  async #call(): Promise<void> {
    this.calls += 1;
    const conversation = await call(this.#desk, number.bot);
    this.#live.add(conversation);
    this.#in(15 * second, () =>
      this.#tell({ type: 'BotTransferred', conversation, variables: { va_Department: 'Legal' } }),
    );
    this.#in(15 * second + this.#exponential(meanPatienceMs), async () => {
      if (this.#live.delete(conversation))
        await this.#tell({ type: 'CallEnded', conversation, by: 'customer', reason: 'BYE' });
    });
  }

  #ring(conversation: string, agent: string): void {
    this.#in(4 * second, async () => {
      if (!this.#live.delete(conversation)) return;
      this.answered += 1;
      await this.#tell({ type: 'AgentAccepted', conversation, agent });
      await this.#tell({ type: 'MediaConnected', conversation, agent });
      const talk = this.#exponential(meanTalkMs);
      this.#in(talk, () => this.#tell({ type: 'CallEnded', conversation, by: 'customer', reason: 'BYE' }));
      this.#in(talk + 45 * second, () => this.#tell({ type: 'SessionClosed', conversation, agent }));
    });
  }

  async #tell(event: ConversationEvent): Promise<void> {
    try {
      await this.#desk.engine.run(event);
    } catch (error) {
      // Two at the same instant, of which one is too late.
      if (!(error instanceof Refusal)) throw error;
    }
  }

  #exponential(mean: number): number {
    return -Math.log(1 - this.#random.next()) * mean;
  }

  #in(ms: number, act: () => Promise<void>): void {
    this.#schedule.plan(new Date(this.#clock.now().getTime() + ms), '', act);
  }

  #at(ms: number, act: () => Promise<void>): void {
    this.#schedule.plan(new Date(this.#start.getTime() + ms), '', act);
  }
}
