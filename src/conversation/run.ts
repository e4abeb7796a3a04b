/** The one door to the store: an event comes in, its rows are locked and read, decide says what is to be, that is
 *  written and committed, and then done. One event about one conversation is one transaction. */
import {
  type Cause,
  type ComingChange,
  newGuid,
  type Store,
  type StoreWatch,
  type Transaction,
} from '../store/index.ts';
import {
  msdyn_liveconversation,
  msdyn_ocliveworkitem,
  msdyn_ocsession,
  msdyn_presence,
} from '../tables/dataverse/index.ts';
import { type Guid, Refusal, systemUserId } from '../tables/index.ts';
import { judgeMany, type Match, type ToWrite, together } from './assign-many.ts';
import { isBusy, isOvertaken, untilAvailable } from './busy.ts';
import type { CallControl, CallEffect } from './call-control.ts';
import { judgeCaller } from './caller.ts';
import type { CallerEvent } from './caller-events.ts';
import { type AgentEvent, decideAgent } from './decide-agent.ts';
import type { Decision } from './decision.ts';
import { type DialMeans, judgeDial } from './dial.ts';
import type { CustomerDialled } from './dial-event.ts';
import { Effects } from './effects.ts';
import type { Engine, EngineOptions } from './engine.ts';
import type { CallArrived, ConversationEvent, NodeLost, ServerStarted } from './events.ts';
import { type LaterEvent, laterEvent, type OneConversationEvent } from './internal-events.ts';
import { judge, lockAgent } from './judge.ts';
import { judgeArrival } from './judge-arrival.ts';
import { keepFiles } from './keep-files.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { makePass, Passes } from './matching-pass.ts';
import type { ConversationArrived } from './message-events.ts';
import { News, tellsOfWork } from './news.ts';
import { conversationsOf, tellings } from './page-moves.ts';
import { readEnded } from './read/by-hand.ts';
import type { TimedReader } from './read/people.ts';
import { endedRecords } from './records-end.ts';
import { recover } from './recover.ts';
import type { AgentFacts } from './situation.ts';
import { Turns } from './turns.ts';
import { WaitingWork } from './waiting.ts';

/** In whose name a transaction is, and who hears of it. */
type By = Pick<Cause, 'actor' | 'watch'>;
/** Nobody asked: the system acts. */
const nobody: By = { actor: systemUserId };
const timerKind = 'conversation';

/** Makes the engine of a store and takes its timers over; the store starts firing them when it is told to. */
export function createEngine({ store, ...options }: EngineOptions & { readonly store: Store }): Engine {
  const engine = new Work(store, options);
  store.onTimer(timerKind, ({ payload }) => engine.fire(payload));
  for (const table of [msdyn_ocliveworkitem, msdyn_ocsession])
    store.beforeChange(table, (transaction, change) => engine.hear(transaction, change));
  return engine;
}

class Work implements Engine {
  readonly #store: Store;
  readonly #log: (line: string) => void;
  readonly #newId: () => string;
  readonly #limits: Limits;
  readonly #wait: (pauseMs: number) => Promise<void>;
  readonly #assigned: EngineOptions['assigned'];
  readonly #countryOf: (number: string) => string | null;
  readonly #turns = new Turns();
  readonly #effects: Effects<Transaction>;
  readonly #waiting: WaitingWork;
  readonly #passes = new Passes(() => this.#unrefused(() => this.#lookAlone(), 'looking for work'));
  readonly #news = new News();

  constructor(store: Store, options: EngineOptions) {
    this.#store = store;
    this.#log = options.log;
    this.#newId = options.newId ?? newGuid;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#wait = options.wait ?? pause;
    this.#assigned = options.assigned;
    this.#countryOf = options.countryOf ?? (() => null);
    this.#waiting = new WaitingWork(this.#limits);
    this.#effects = new Effects(store.nodes, (effect, fault) => this.#failed(effect, fault));
    store.subscribe((changes) => {
      for (const change of changes) this.#waiting.note(change);
      if (store.nodes.hasOthers && tellsOfWork(changes)) this.#lookSoon();
      const told = endedRecords(changes, store, (event) => this.run(event));
      if (told !== null) this.#turns.track(this.#unrefused(told, 'RecordEnded'));
    });
  }

  async run(event: ConversationEvent | LaterEvent, actor = systemUserId, watch?: StoreWatch): Promise<void> {
    const by: By = { actor, watch };
    switch (event.type) {
      case 'CallArrived':
      case 'ConversationArrived':
        return this.#arrive(event, by);
      case 'AgentConnected':
      case 'AgentLost':
      case 'AgentGone':
      case 'DayEnded':
      case 'PresenceSet':
        return this.#aboutAgent(event, by);
      case 'WorkAvailable':
        return untilAvailable(() => this.#assignWaiting(event.type), this.#wait);
      case 'CallerLinked':
      case 'CallerCreated':
      case 'CallerUnlinked':
        return this.#beside(event, by, (transaction) => judgeCaller(transaction, event, this.#means()));
      case 'CustomerDialled':
        return this.#beside(event, by, (transaction) => judgeDial(transaction, event, this.#means()));
      case 'ServerStarted':
      case 'NodeLost':
        return untilAvailable(() => this.#recover(event), this.#wait);
      default:
        await this.#aboutConversation(event, event.type, by);
    }
  }

  attach(calls: CallControl): void {
    this.#effects.attach(calls);
  }

  async idle(): Promise<void> {
    await this.#turns.idle();
    await this.#effects.idle();
    await this.#turns.idle();
  }

  /** A timer is due. What it says may be overtaken, which is no fault of anybody; after a fault it is fired again. */
  async fire(payload: { readonly [name: string]: unknown }): Promise<void> {
    const event = laterEvent(payload);
    if (event === null) return this.#log(`a timer says nothing we know: ${JSON.stringify(payload)}`);
    try {
      await this.run(event);
    } catch (error) {
      if (!isOvertaken(error)) throw error;
    }
  }

  /** Others write the rows of a conversation. When that ends it, its call ends first, in their transaction: rows and call
   *  agree whatever becomes of it, and nothing is done before their commit. Gives whether anything was written. */
  async hear(transaction: Transaction, change: ComingChange): Promise<boolean> {
    const ended = await readEnded(transaction, change);
    if (ended === null) return false;
    const { conversation, ofSession, isLive, mirrored } = ended;
    if (isLive) {
      const decision = await this.#judge(transaction, { type: 'ClosedByHand', conversation, ofSession });
      transaction.afterCommit(() => this.#finish(decision, conversation));
    }
    if (mirrored !== null) await transaction.delete(msdyn_liveconversation, mirrored);
    return isLive || mirrored !== null;
  }

  async #arrive(event: CallArrived | ConversationArrived, by: By): Promise<void> {
    const { conversation } = event;
    await this.#turns.take(conversation, async () => {
      const cause = { ...by, cause: event.type, conversation, quiet: true } as const;
      const { decision, routed } = await this.#transact(cause, [conversation], async (transaction) => {
        const means = { ...this.#means(), e164: this.#store.e164 };
        const { made, bot } = await judgeArrival(transaction, event, means);
        await this.#write(transaction, made);
        return { decision: made, routed: made.writes.length > 0 && bot === null };
      });
      this.#finish(decision, conversation);
      const routing = { type: 'RoutingDue', conversation } as const;
      if (routed) await untilAvailable(() => this.#step(routing, event.type, by), this.#wait);
    });
  }

  /** An event that stands beside the lifecycle. `judged`: null when there is nothing to do. */
  async #beside(
    { type: cause, conversation }: CallerEvent | CustomerDialled,
    by: By,
    judged: (transaction: Transaction) => Promise<Decision | null>,
  ): Promise<void> {
    await this.#turns.take(conversation, async () => {
      const made = await this.#store.transact({ ...by, cause, conversation, quiet: true }, async (open) => {
        const decision = await judged(open);
        if (decision) await this.#write(open, decision);
        return decision;
      });
      if (made) this.#finish(made, conversation);
    });
  }

  async #aboutConversation(event: OneConversationEvent, cause: string, by: By): Promise<Decision> {
    return this.#turns.take(event.conversation, () => this.#step(event, cause, by));
  }

  async #step(event: OneConversationEvent, cause: string, by: By): Promise<Decision> {
    const { conversation } = event;
    const named = { ...by, cause, conversation, quiet: true } as const;
    const decision = await this.#transact(named, [conversation], (transaction) =>
      this.#judge(transaction, event),
    );
    this.#finish(decision, conversation);
    return decision;
  }

  async #judge(transaction: Transaction, event: OneConversationEvent): Promise<Decision> {
    const decision = await judge(transaction, event, this.#means());
    await this.#write(transaction, decision);
    return decision;
  }

  async #aboutAgent(event: AgentEvent, by: By): Promise<void> {
    await this.#turns.take(event.agent, async () => {
      const cause = { ...by, cause: event.type, quiet: true } as const;
      const { decision, before } = await this.#transact(cause, [event.agent], async (transaction) => {
        const agent = await lockAgent(transaction, event.agent);
        if (!agent) throw new Refusal('recordNotFound', 'systemuser', event.agent);
        const chosen =
          event.type === 'PresenceSet' ? await transaction.row(msdyn_presence, event.presence) : null;
        const made = decideAgent(agent, event, chosen, { now: transaction.now, ...this.#means() });
        await this.#write(transaction, made);
        return { decision: made, before: agent };
      });
      await this.#tellConversations(event, before, by);
      this.#finish(decision, event.agent);
    });
  }

  /** What the coming and going of a page means for each conversation the person has. A call that another server has is
   *  beyond them once they are here. */
  async #tellConversations(event: AgentEvent, before: AgentFacts, by: By): Promise<void> {
    const { id: here } = this.#store.nodes;
    const types = tellings(event, before, here);
    if (types === null) return;
    const { agent } = event;
    const found = await this.#unrefused(() => this.#store.query(conversationsOf(agent)), event.type);
    for (const { id: conversation, node } of found ?? []) {
      if (typeof conversation !== 'string') continue;
      for (const type of node === null || node === here ? types.here : types.elsewhere)
        await this.#unrefused(
          () => this.#aboutConversation({ type, conversation, agent }, event.type, by),
          event.type,
        );
    }
  }

  /** Matches what waits with who is free until nothing fits any more. The matcher says what is worth trying; what comes
   *  of it is decided from the rows and under lock (behaviour.md §4.3, §4.4). One pass at a time. */
  #assignWaiting(cause: string): Promise<void> {
    return this.#turns.take('waiting work', async () => {
      const store = this.#store;
      const reader: TimedReader = {
        now: await store.now(),
        query: (statement) => store.query(statement),
        row: (table, id) => store.row(table, id),
      };
      await makePass({
        waiting: this.#waiting,
        refresh: () => this.#waiting.refresh(reader),
        together: (matches) => this.#assignTogether(matches, cause),
        alone: (item) => this.#takeTurn(item, cause),
        isTaken: (item) => this.#turns.isTaken(item),
      });
    });
  }

  async #assignTogether(matches: readonly Match[], cause: string): Promise<readonly Match[]> {
    const began = performance.now();
    const items = matches.map(({ item }) => item);
    const [only] = items.length === 1 ? items : [];
    const whose = only === undefined ? {} : { conversation: only };
    const named = { actor: systemUserId, cause, quiet: true, ...whose } as const;
    const about = matches.flatMap(({ item, agent }) => [item, agent]);
    const { assigned, left } = await this.#turns.takeFree(items, () =>
      this.#transact(named, about, async (transaction) => {
        const judged = await judgeMany(transaction, matches, this.#waiting, this.#means());
        await this.#writeRows(transaction, together(judged.assigned));
        for (const { decision } of judged.assigned) await this.#effects.send(transaction, decision);
        return judged;
      }),
    );
    for (const { item, person, decision } of assigned) {
      this.#waiting.gave(item, person);
      this.#follow(decision, item);
    }
    this.#assigned?.(assigned.length, performance.now() - began);
    return left;
  }

  async #takeTurn(conversation: Guid<'msdyn_ocliveworkitem'>, cause: string): Promise<Decision | null> {
    try {
      return await this.#aboutConversation({ type: 'AssignmentDue', conversation }, cause, nobody);
    } catch (error) {
      // The whole pass is made again then: the next one in line would only meet the same trouble.
      if (isBusy(error)) throw error;
      if (!isOvertaken(error)) this.#fault(cause, error);
      return null;
    }
  }

  #lookForWork(): void {
    this.#turns.track(this.#passes.look());
  }

  /** Of several servers one looks at a time: all would go for the same, and all but one in vain. */
  async #lookAlone(): Promise<void> {
    if (!(await this.#store.nodes.oneAtATime(() => this.#assignWaiting('WorkAvailable')))) this.#lookSoon();
  }

  #lookSoon(): void {
    this.#turns.track(this.#news.lookSoon(this.#wait, () => this.#lookForWork()));
  }

  /** Takes what happened to a server through the engine, event by event, and then looks for work: what was on its way
   *  there is nobody's. */
  async #recover(event: ServerStarted | NodeLost): Promise<void> {
    await recover(event, {
      query: (statement) => this.#store.query(statement),
      living: () => this.#store.nodes.living(),
      tell: (one) =>
        'conversation' in one
          ? this.#aboutConversation(one, event.type, nobody)
          : this.#aboutAgent(one, nobody),
      wait: this.#wait,
      fault: (what, fault) => this.#fault(what, fault),
    });
    this.#lookForWork();
  }

  #means(): DialMeans {
    const { nodes, e164 } = this.#store;
    return { node: nodes.id, newId: this.#newId, limits: this.#limits, e164, countryOf: this.#countryOf };
  }

  /** A transaction of which the matcher is told here, after its commit. */
  #transact<R>(cause: Cause, about: readonly Guid[], work: (of: Transaction) => Promise<R>): Promise<R> {
    return this.#waiting.knowing(about, (knows) =>
      this.#store.transact(cause, (transaction) => {
        knows(transaction.id);
        return work(transaction);
      }),
    );
  }

  async #write(transaction: Transaction, decision: Decision): Promise<void> {
    await this.#writeRows(transaction, decision);
    await this.#effects.send(transaction, decision);
  }

  async #writeRows(transaction: Transaction, { writes, timers, files }: ToWrite): Promise<void> {
    const set = timers.flatMap(({ key, due, event }) =>
      due && event ? [{ key, due, kind: timerKind, payload: { ...event } }] : [],
    );
    const cancelled = timers.filter(({ due, event }) => !(due && event)).map(({ key }) => key);
    await transaction.write(writes, { set, cancelled });
    await keepFiles(transaction, files);
  }

  /** After the commit: the matcher hears of it, and what follows is done. */
  #finish(decision: Decision, about: Guid): void {
    for (const { table, id, values } of decision.writes)
      this.#waiting.note({ table: table.logicalName, id, after: values });
    this.#follow(decision, about);
  }

  /** What is to be done, in order, and whether work is to be looked for. */
  #follow(decision: Decision, about: Guid): void {
    for (const note of decision.notes) this.#log(`${about}: ${note}`);
    this.#effects.perform(decision);
    if (decision.workAvailable) this.#lookForWork();
  }

  /** An effect failed. The caller must not be left in silence. */
  #failed(effect: CallEffect, fault: unknown): void {
    const conversation = effect.type === 'ReplacePage' ? null : effect.conversation;
    this.#fault(`${effect.type} of ${conversation ?? 'a person'}`, fault);
    if (conversation === null || ['Release', 'StopRinging', 'RingAgent'].includes(effect.type)) return;
    const reason = 'the voice layer failed';
    const event = { type: 'CallEnded', conversation, by: 'failure', reason } as const;
    this.#turns.track(this.#unrefused(() => this.run(event), event.type));
  }

  /** Nobody waits for this one: it is done again while the database is busy; when it was overtaken that is no matter,
   *  and a fault is logged. Never rejects. */
  async #unrefused<R>(work: () => Promise<R>, what: string): Promise<R | null> {
    try {
      return await untilAvailable(work, this.#wait);
    } catch (error) {
      if (!isOvertaken(error)) this.#fault(what, error);
      return null;
    }
  }

  #fault(what: string, fault: unknown): void {
    this.#log(`${what} failed: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`);
  }
}

const pause = (pauseMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMs));
