/** Every live call by its conversation: the call-control port that the engine acts through, and the way in for new
 *  calls. Source: voice.md §3.2, §5. */
import type { CallControl, CallEffect } from '../conversation/index.ts';
import { type Guid, Refusal, type RefusalKey } from '../tables/index.ts';
import { Bridge } from './bridge.ts';
import { endOfLeg, serverStopped, unanswered, wordsOf } from './call-end.ts';
import { type CallerLeg, type CallRefusal, callRefusals } from './caller-leg.ts';
import type { DialedLeg } from './dialed-leg.ts';
import { type CallDesk, LiveCall } from './live-call.ts';
import { runTestNumber } from './test-numbers.ts';
import type { TestNumber } from './voice.ts';

/** How new calls are told apart. `newId`: makes the id of a conversation. */
export interface Numbers {
  readonly numbers: ReadonlyMap<string, TestNumber>;
  readonly newId: () => string;
}

/** What a caller hears in SIP's words when the engine refuses the call; anything else is 480. */
const refusalOfKey: Partial<Record<RefusalKey, CallRefusal>> = {
  recordNotFound: callRefusals.notFound,
  privilegeMissing: callRefusals.forbidden,
  conflict: callRefusals.busy,
  unavailable: callRefusals.overloaded,
};

/** How many called customers are remembered. */
const mostDialed = 10_000;

/** The live calls. */
export class Calls implements CallControl {
  readonly #desk: CallDesk;
  readonly #numbers: Numbers;
  readonly #live = new Map<string, LiveCall>();
  /** Every leg there is, those of test numbers included, by its id. */
  readonly #legs = new Map<string, CallerLeg>();
  readonly #bridges = new Set<Bridge>();
  /** Customers that were called, by the id of their leg: nobody is called twice. */
  readonly #dialed = new Set<string>();
  #closed = false;

  constructor(desk: CallDesk, numbers: Numbers) {
    this.#desk = desk;
    this.#numbers = numbers;
    const moved = (agent: Guid<'systemuser'>): void => this.#each((call) => call.earsMoved(agent));
    desk.agents.onUp = moved;
    desk.agents.onDown = moved;
  }

  /** How many callers there are. */
  get size(): number {
    return this.#legs.size;
  }

  /** Takes a new call: a test number answers by itself, every other is the engine's. */
  take(leg: CallerLeg): void {
    if (this.#closed) {
      leg.end(serverStopped.caller, serverStopped.refusal);
      return;
    }
    if (this.#legs.has(leg.id)) {
      leg.end(wordsOf(callRefusals.duplicate), callRefusals.duplicate);
      return;
    }
    this.#legs.set(leg.id, leg);
    const test = this.#numbers.numbers.get(leg.to);
    const done = test === undefined ? this.#arrive(leg) : this.#test(leg, test);
    done.catch((error: unknown) => {
      this.#desk.log(`call ${leg.id} fails: ${error instanceof Error ? error.stack : String(error)}`);
      leg.end(wordsOf(callRefusals.failed), callRefusals.failed);
      this.#legs.delete(leg.id);
    });
  }

  /** See CallControl. Effects for a call or agent that is not there are dropped. */
  async perform(effect: CallEffect): Promise<void> {
    if (effect.type === 'RingAgent' || effect.type === 'StopRinging') return this.#ring(effect);
    if (effect.type === 'ReplacePage') return this.#desk.agents.replace(effect.agent);
    if (effect.type === 'CallCustomer') return this.#callCustomer(effect);
    const call = this.#live.get(effect.conversation);
    if (call === undefined || ('call' in effect && call.leg.id !== effect.call)) return;
    if (effect.type === 'Release') return call.release(effect.cause);
    await call.perform(effect);
  }

  /** A key of an agent's keypad. False when the agent is not talking to anyone. */
  keyFromAgent(agent: Guid<'systemuser'>, key: string): boolean {
    const call = this.#callOf(agent);
    return call?.keyFromAgent(agent, key) ?? false;
  }

  /** The conversation an agent is in, or null. */
  conversationOf(agent: Guid<'systemuser'>): Guid<'msdyn_ocliveworkitem'> | null {
    return this.#callOf(agent)?.conversation ?? null;
  }

  /** Takes no more calls and ends those there are. */
  close(): void {
    this.#closed = true;
    this.#each((call) => call.ended('failure', 'The server was stopped', serverStopped));
    for (const bridge of [...this.#bridges]) bridge.end(serverStopped.caller);
    for (const leg of this.#legs.values()) leg.end(serverStopped.caller, serverStopped.refusal);
    this.#legs.clear();
  }

  async #arrive(leg: CallerLeg): Promise<void> {
    const { tell } = this.#desk;
    const conversation: Guid<'msdyn_ocliveworkitem'> = this.#numbers.newId();
    const call = this.#open(conversation, leg);
    // The caller may give up before there is a conversation; then there is nothing to tell.
    let told = false;
    leg.onEnded = (by, reason) => (told ? call.ended(by, reason) : call.drop(endOfLeg(by)));
    leg.ring(conversation);
    const unfit = await leg.prepare();
    if (unfit !== null) return refuse(call, unfit);
    if (!this.#legs.has(leg.id)) return;
    this.#live.set(conversation, call);
    told = true;
    const answer = await tell({
      type: 'CallArrived',
      conversation,
      call: leg.id,
      from: leg.from,
      to: leg.to,
      provider: leg.provider,
    });
    if (answer === null) return;
    const isRefused = answer instanceof Refusal;
    refuse(call, isRefused ? (refusalOfKey[answer.key] ?? callRefusals.unavailable) : callRefusals.failed);
    if (isRefused && answer.key !== 'unavailable') return;
    // Its rows may be there all the same: when only the answer of the database was lost, or only the routing failed.
    void tell({ type: 'CallEnded', conversation, by: 'failure', reason: 'The call was not taken' });
  }

  #open(conversation: Guid<'msdyn_ocliveworkitem'>, leg: CallerLeg): LiveCall {
    const call = new LiveCall(conversation, leg, this.#desk);
    call.onOver = () => {
      this.#live.delete(conversation);
      this.#legs.delete(leg.id);
    };
    call.onLetGo = (party) => {
      this.#live.delete(conversation);
      this.#bridge(leg, party);
    };
    return call;
  }

  /** The caller's leg counts until the bridge is over. */
  #bridge(leg: CallerLeg, party: DialedLeg): void {
    const bridge = new Bridge(leg, party, this.#desk.media);
    this.#bridges.add(bridge);
    bridge.onOver = () => {
      this.#bridges.delete(bridge);
      this.#legs.delete(leg.id);
    };
  }

  /** Calls the customer; the leg is there from now on, and its effects wait for the answer. */
  #callCustomer({
    conversation,
    call: id,
    number,
    from,
    agent,
  }: Extract<CallEffect, { type: 'CallCustomer' }>): void {
    if (this.#closed || this.#dialed.has(id) || this.#legs.has(id)) return;
    this.#dialed.add(id);
    for (const oldest of this.#dialed) {
      if (this.#dialed.size <= mostDialed) break;
      this.#dialed.delete(oldest);
    }
    const leg = this.#desk.dial({ id, number, caller: from });
    const call = this.#open(conversation, leg);
    this.#legs.set(id, leg);
    this.#live.set(conversation, call);
    leg.onAnswered = () => void this.#desk.tell({ type: 'CustomerAnswered', conversation });
    leg.onRefused = (status, reason) => {
      const refused = leg.noReply ? 'noReply' : status;
      call.ended(...unanswered(refused, reason), refused);
    };
    if (agent !== null) call.dialledBy(agent);
    void leg.start();
  }

  async #test(leg: CallerLeg, test: TestNumber): Promise<void> {
    leg.onEnded = (by) => {
      this.#legs.delete(leg.id);
      leg.end(endOfLeg(by).caller);
    };
    await runTestNumber(leg, test, this.#desk, () => this.#legs.delete(leg.id));
  }

  #ring(effect: Extract<CallEffect, { readonly type: 'RingAgent' | 'StopRinging' }>): void {
    const { agents, now } = this.#desk;
    const { agent, conversation } = effect;
    const shown = agents.callOf(agent);
    const rings = shown.state === 'ringing' && shown.conversation === conversation;
    // The phone shows one call; an offer beside a live one is told by the push stream alone.
    const isInCall = [...this.#live.values()].some((call) => call.has(agent));
    if (effect.type === 'RingAgent' && !rings && !isInCall)
      agents.show(agent, { state: 'ringing', conversation, since: now().toISOString() });
    if (effect.type === 'StopRinging' && rings) agents.show(agent, { state: 'idle' });
  }

  #callOf(agent: Guid<'systemuser'>): LiveCall | undefined {
    const { conversation } = this.#desk.agents.callOf(agent);
    const shown = conversation === undefined ? undefined : this.#live.get(conversation);
    return shown?.has(agent) ? shown : undefined;
  }

  #each(what: (call: LiveCall) => void): void {
    for (const call of [...this.#live.values()]) what(call);
  }
}

function refuse(call: LiveCall, refusal: CallRefusal): void {
  const words = wordsOf(refusal);
  call.drop({ caller: words, agent: words, refusal });
}
