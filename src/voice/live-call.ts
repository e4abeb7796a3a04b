/** One live call of a conversation: what the caller hears, and who is with it. The effects of call-control.ts, each
 *  safe to do twice, carried out one after the other. Source: voice.md §4 (table of situations), §5. */
import type { CallEffect, ConversationEvent, ReleaseCause } from '../conversation/index.ts';
import type { Guid } from '../tables/index.ts';
import type { AgentPhones } from './agent-phones.ts';
import { type BotDesk, BotTalk } from './bot-talk.ts';
import { type CallEnd, endOfLeg, endOfRelease } from './call-end.ts';
import { CallRoom } from './call-room.ts';
import type { CallerLeg, EndedBy } from './caller-leg.ts';
import type { MediaDesk } from './media-desk.ts';
import type { Tell } from './tell.ts';

type Conversation = Guid<'msdyn_ocliveworkitem'>;
type Agent = Guid<'systemuser'>;

/** What a call works with. `now`: the server's clock. */
export interface CallDesk extends BotDesk {
  readonly media: MediaDesk;
  readonly agents: AgentPhones;
  readonly tell: Tell;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

/** Effects that concern the caller's leg. */
export type LegEffect = Exclude<CallEffect, { readonly type: 'RingAgent' | 'StopRinging' | 'Release' }>;

/** A call from its arrival to its end. */
export class LiveCall {
  readonly conversation: Conversation;
  readonly leg: CallerLeg;
  /** Called once, when the call is over, with the agent that was on it. */
  onOver: (agent: Agent | null) => void = () => {};
  readonly #desk: CallDesk;
  readonly #room: CallRoom;
  #tail: Promise<void> = Promise.resolve();
  #over = false;
  #bot: BotTalk | null = null;
  /** The agent that the engine gave this call, also while its page is away. */
  #agent: Agent | null = null;
  #held = false;
  #connectedTold = false;

  constructor(conversation: Conversation, leg: CallerLeg, desk: CallDesk) {
    this.conversation = conversation;
    this.leg = leg;
    this.#desk = desk;
    this.#room = new CallRoom(conversation, leg.media, desk.media);
    leg.onEnded = (by, reason) => this.ended(by, reason);
    leg.onKey = (key, method) => this.#bot?.key(key, method);
    leg.onHeard = () => this.#tellConnected();
    leg.onPlayed = (play) => this.#bot?.played(play);
  }

  /** The agent that the engine gave this call, also while its page is away. */
  get agent(): Agent | null {
    return this.#agent;
  }

  /** Carries an effect out. Rejects on a fault, having ended the call. */
  perform(effect: LegEffect): Promise<void> {
    switch (effect.type) {
      case 'StartBot':
        return this.#do(() => this.#startBot(effect.bot));
      case 'PlayWaiting':
        return this.#do(() => this.#wait());
      case 'Connect':
        return this.#do(() => this.#connect(effect.agent));
      case 'Hold':
      case 'Unhold':
        return this.#do(() => this.#setHeld(effect.agent, effect.type === 'Hold'));
      case 'Detach':
        return this.#do(() => this.#detach(effect.agent));
      default:
        this.#desk.log(`call ${this.leg.id}: ${effect.type} is not carried out`);
        return Promise.resolve();
    }
  }

  /** Ends the call because the engine says so. Does not wait for what is under way. */
  release(cause?: ReleaseCause): void {
    this.drop(endOfRelease(cause));
  }

  /** Ends the call without telling the engine. False when it is over already. */
  drop(end: CallEnd): boolean {
    if (!this.#finish(end.agent)) return false;
    this.leg.end(end.caller, end.refusal);
    return true;
  }

  /** The call ended otherwise: tells the engine. `reason`: for its log. */
  ended(by: EndedBy, reason: string, end: CallEnd = endOfLeg(by)): void {
    if (!this.drop(end)) return;
    void this.#desk.tell({ type: 'CallEnded', conversation: this.conversation, by, reason });
  }

  /** The agent's sound came up (again), maybe on another page, or another call of the agent is over: back into this
   *  call, unless the agent is in another one by now. */
  agentUp(agent: Agent): void {
    if (agent !== this.#agent) return;
    const { state, conversation } = this.#desk.agents.callOf(agent);
    const elsewhere = conversation !== this.conversation && (state === 'connected' || state === 'held');
    if (!elsewhere) this.#start(() => this.#join());
  }

  /** The agent's sound is gone: the caller hears music until the agent is back or the engine decides otherwise. */
  agentDown(agent: Agent): void {
    if (agent !== this.#agent) return;
    this.#start(async () => {
      this.#room.empty();
      this.#room.play('hold');
    });
  }

  /** A key of the agent's keypad, sent to the caller. False when agent and caller are not talking. */
  keyFromAgent(key: string): boolean {
    if (this.#room.agent === null || this.#held || this.#over) return false;
    this.#room.press(key);
    return true;
  }

  /** One thing after the other: an effect must not overtake the answer that the one before it waits for. */
  #do(task: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(() => (this.#over ? undefined : task()));
    const handled = done.catch((cause: unknown) => {
      // A call that ended in the middle of an effect takes the effect with it; that is no fault.
      if (this.#over) return;
      this.#desk.log(`call ${this.leg.id} fails: ${describe(cause)}`);
      this.ended('failure', 'The voice layer failed');
      throw cause;
    });
    this.#tail = handled.catch(() => undefined);
    return handled;
  }

  /** The same for what no one waits for; the fault was logged and the call ended. */
  #start(task: () => Promise<void>): void {
    this.#do(task).catch(() => undefined);
  }

  async #startBot(bot: Agent): Promise<void> {
    if (this.#bot !== null) return;
    await this.leg.answer();
    if (this.#over) return;
    this.#bot = new BotTalk(this.conversation, bot, this.leg, this.#desk, {
      gone: () => this.#start(async () => this.#room.play('wait')),
      failed: (reason) => this.ended('failure', reason),
    });
  }

  async #wait(): Promise<void> {
    this.#bot?.stop();
    await this.leg.answer();
    if (this.#over) return;
    this.#leave('You are no longer in the call');
    this.#room.play('wait');
  }

  async #connect(agent: Agent): Promise<void> {
    this.#bot?.stop();
    await this.leg.answer();
    if (this.#over) return;
    if (this.#agent !== agent) this.#leave('You are no longer in the call');
    this.#agent = agent;
    await this.#join();
  }

  /** Puts the agent into the room as far as its sound is up; otherwise the caller goes on hearing music. */
  async #join(): Promise<void> {
    if (this.#agent === null) return;
    const leg = this.#desk.agents.legOf(this.#agent);
    if (leg === null) this.#room.playOn();
    if (leg === null || leg === this.#room.agent) return;
    this.#connectedTold = false;
    this.#show();
    await this.#room.admit(leg, this.#held);
    this.#tellConnected();
  }

  async #setHeld(agent: Agent, held: boolean): Promise<void> {
    if (agent !== this.#agent || held === this.#held) return;
    this.#held = held;
    if (this.#room.agent !== null) this.#show();
    await this.#room.hold(held);
    this.#tellConnected();
  }

  /** An agent whose page is away may come back to this call, on hold if it was: it is only out of the room. One that
   *  is here is out of the call. */
  async #detach(agent: Agent): Promise<void> {
    if (agent !== this.#agent) return;
    if (this.#desk.agents.legOf(agent) !== null) this.#leave('You are no longer in the call');
    this.#room.empty();
    this.#room.play('wait');
  }

  /** Takes the agent out and tells its page. */
  #leave(reason: string): void {
    const agent = this.#agent;
    this.#room.empty();
    this.#agent = null;
    this.#held = false;
    if (agent === null || this.#desk.agents.callOf(agent).conversation !== this.conversation) return;
    const since = this.#desk.now().toISOString();
    this.#desk.agents.show(agent, { state: 'ended', conversation: this.conversation, since, reason });
  }

  /** True the first time: then everything but the leg is taken down. */
  #finish(reason: string): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#bot?.stop();
    const agent = this.#agent;
    this.#leave(reason);
    this.onOver(agent);
    return true;
  }

  /** Talk begins when both are in the room, sound has come from the caller, and nobody is on hold; the agent's leg is
   *  only joined once its sound is up. Told once for each time they are joined. */
  #tellConnected(): void {
    const agent = this.#agent;
    if (agent === null || this.#room.agent === null || this.#held || this.#connectedTold) return;
    if (this.#over || !this.leg.heard) return;
    this.#connectedTold = true;
    const event: ConversationEvent = { type: 'MediaConnected', conversation: this.conversation, agent };
    void this.#desk.tell(event);
  }

  /** Shows the agent where it is; `since` stays when that has not changed, and mute always. */
  #show(): void {
    if (this.#agent === null) return;
    const { agents, now } = this.#desk;
    const state = this.#held ? 'held' : 'connected';
    const before = agents.callOf(this.#agent);
    const same = before.conversation === this.conversation;
    agents.show(this.#agent, {
      state,
      conversation: this.conversation,
      since: same && before.state === state && before.since ? before.since : now().toISOString(),
      ...(same && before.muted !== undefined ? { muted: before.muted } : {}),
    });
  }
}

const describe = (cause: unknown): string =>
  cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
