/** One live call of a conversation: what the caller hears, and who is with it. The effects of call-control.ts, each
 *  safe to do twice, carried out one after the other. Source: voice.md §4 (table of situations), §5. */
import type { CallEffect, CallEnded, ReleaseCause, RoomPlan } from '../conversation/index.ts';
import type { Guid } from '../tables/index.ts';
import { Announcer } from './announcer.ts';
import { arrange } from './arrangement.ts';
import { type BotDesk, BotTalk } from './bot-talk.ts';
import { type CallEnd, endOfLeg, endOfRelease } from './call-end.ts';
import { CallKeeping } from './call-keeping.ts';
import { CallRoom } from './call-room.ts';
import { CallSeats, type SeatDesk } from './call-seats.ts';
import type { CallerLeg, EndedBy } from './caller-leg.ts';
import type { DialedLeg } from './dialed-leg.ts';
import type { Listening } from './ears.ts';
import { MediaInterrupted } from './media/media.ts';
import { type MessageDesk, MessageTaking } from './message.ts';
import { Parties, type PartyDesk } from './parties.ts';

type Conversation = Guid<'msdyn_ocliveworkitem'>;
type Agent = Guid<'systemuser'>;

/** What a call works with. */
export interface CallDesk extends BotDesk, SeatDesk, PartyDesk, MessageDesk {}

/** Effects that one live call carries out. */
export type LegEffect = Exclude<
  CallEffect,
  { readonly type: 'RingAgent' | 'StopRinging' | 'ReplacePage' | 'Release' | 'CallCustomer' }
>;
type Effect<Type extends CallEffect['type']> = Extract<CallEffect, { readonly type: Type }>;

const nobody: RoomPlan = { caller: { held: false }, parties: [], alone: 'wait', recording: null };

/** A call from its arrival to its end. */
export class LiveCall implements Listening {
  readonly conversation: Conversation;
  readonly leg: CallerLeg;
  /** Called once, when the call is over. */
  onOver: () => void = () => {};
  /** Called instead when caller and party were left to each other. */
  onLetGo: (party: DialedLeg) => void = () => {};
  readonly #desk: CallDesk;
  readonly #room: CallRoom;
  readonly #seats: CallSeats;
  readonly #parties: Parties;
  readonly #announcer: Announcer;
  readonly #keeping: CallKeeping;
  #tail: Promise<void> = Promise.resolve();
  #over = false;
  #bot: BotTalk | null = null;
  #hadBot = false;
  #isBotDue = false;
  #message: MessageTaking | null = null;
  /** How the engine wants it; null before it said anything. */
  #plan: RoomPlan | null = null;
  #apart = true;
  /** Who called the customer, until they pick up. */
  #dialledBy: Agent | null = null;

  constructor(conversation: Conversation, leg: CallerLeg, desk: CallDesk) {
    this.conversation = conversation;
    this.leg = leg;
    this.#desk = desk;
    this.#room = new CallRoom(conversation, desk.media);
    this.#parties = new Parties(conversation, desk, {
      changed: () => this.#start(() => this.#refresh()),
      restarted: () => this.#soundAnew(),
    });
    this.#seats = new CallSeats(this, desk, (party) => this.#parties.find(party)?.media ?? null);
    this.#announcer = new Announcer(leg, desk);
    this.#keeping = new CallKeeping(conversation, leg, desk.keepings);
    leg.onEnded = (by, reason) => this.ended(by, reason);
    leg.onKey = (key, method) => {
      this.#bot?.key(key, method);
      this.#announcer.key(key, method);
      this.#message?.key(key);
    };
    leg.onRestarted = () => this.#restarted();
    leg.onHeard = () => this.#start(() => this.#refresh());
    leg.onPlayed = (play) => {
      this.#bot?.played(play);
      this.#announcer.played(play);
      this.#message?.played(play);
    };
  }

  /** Whether the engine has this agent in the call, also while their page is away. */
  has(agent: Agent): boolean {
    return this.#plan?.parties.some((party) => party.agent === agent) === true;
  }

  /** The customer is called: whoever did that hears it ring until they pick up. */
  dialledBy(agent: Agent): void {
    this.#dialledBy = agent;
    this.#plan = { ...nobody, parties: [{ id: agent, agent, part: 'primary', held: false }] };
    this.#seats.change(nobody, this.#plan);
    this.#start(() => this.#refresh());
  }

  /** Carries an effect out. Rejects on a fault, having ended the call. */
  perform(effect: LegEffect): Promise<void> {
    switch (effect.type) {
      case 'StartBot':
        return this.#do(() => this.#startBot(effect.bot));
      case 'PlayWaiting':
        return this.#do(() => this.#wait());
      case 'Arrange':
        return this.#do(() => this.#arrange(effect.room));
      case 'Say':
        return this.#do(() => this.#say(effect));
      case 'CallParty':
        return this.#do(async () => this.#parties.call(effect));
      case 'DropParty':
        return this.#do(async () => this.#parties.drop(effect.party));
      case 'SendKey':
        return this.#do(async () => this.#press(effect.party, effect.key));
      case 'LetGo':
        return this.#do(async () => this.#letGo(effect.party));
      case 'TakeMessage':
        return this.#do(() => this.#takeMessage(effect));
    }
  }

  /** Ends the call because the engine says so. Does not wait for what is under way. */
  release(cause?: ReleaseCause): void {
    this.drop(endOfRelease(cause));
  }

  /** Ends the call without telling the engine. False when it is over already. */
  drop(end: CallEnd): boolean {
    if (!this.#finish(end.agent)) return false;
    this.#parties.end();
    this.leg.end(end.caller, end.refusal);
    this.onOver();
    return true;
  }

  /** The call ended otherwise: tells the engine. `reason`: for its log; `refused`: of CallEnded. */
  ended(by: EndedBy, reason: string, end: CallEnd = endOfLeg(by), refused?: CallEnded['refused']): void {
    if (!this.drop(end)) return;
    const { conversation } = this;
    void this.#desk.tell({
      type: 'CallEnded',
      conversation,
      by,
      reason,
      ...(refused === undefined ? {} : { refused }),
    });
  }

  /** The agent's sound came or went, or they turned to another call, or back. */
  earsMoved(agent: Agent): void {
    if (this.has(agent)) this.#start(() => this.#refresh());
  }

  /** A key of an agent's keypad, for all whom they hear that are no agents. False when there is nobody. */
  keyFromAgent(agent: Agent, key: string): boolean {
    if (this.#over || this.#plan === null || this.#dialledBy !== null) return false;
    const heard = this.#seats.heardBy(agent, this.#plan, this.leg);
    for (const party of heard) this.#press(party, key);
    return heard.length > 0;
  }

  /** One thing after the other: an effect must not overtake the answer that the one before it waits for. */
  #do(task: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(() => (this.#over ? undefined : task()));
    const handled = done.catch((cause: unknown) => {
      // A call that ended in the middle of an effect takes the effect with it; that is no fault.
      if (this.#over) return;
      // The sound is made again from the plan as soon as there is an engine.
      if (cause instanceof MediaInterrupted) return;
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
    if (this.#hadBot) return;
    this.#hadBot = true;
    await this.leg.answer();
    if (this.#over) return;
    // A greeting comes before the bot, not over it.
    this.#isBotDue = true;
    this.#announcer.whenSilent(() => this.#letBotTalk(bot));
  }

  #letBotTalk(bot: Agent): void {
    if (!this.#isBotDue) return;
    this.#isBotDue = false;
    this.#bot = new BotTalk(this.conversation, bot, this.leg, this.#desk, {
      gone: () => this.#start(() => this.#dismiss()),
      failed: (reason) => this.ended('failure', reason),
    });
  }

  /** The media engine died. The agents' pages come back by themselves; the caller hears what they should at once. */
  #restarted(): void {
    this.#bot?.again();
    this.#announcer.again();
    this.#soundAnew();
  }

  #soundAnew(): void {
    this.#room.forget();
    this.#start(() => this.#refresh());
  }

  /** The bot is through: the caller waits for what the engine says. */
  #dismiss(): Promise<void> {
    this.#stopBot();
    return this.#plan === null ? this.#wait() : this.#refresh();
  }

  #stopBot(): void {
    this.#isBotDue = false;
    this.#bot?.stop();
    this.#bot = null;
  }

  /** Waiting is a room without anybody. A recording goes on later, with whoever comes. */
  async #wait(): Promise<void> {
    const recording = this.#plan?.recording ?? null;
    const paused = recording === null ? null : { ...recording, paused: true };
    await this.#arrange({ ...nobody, recording: paused });
    this.#seats.dismiss();
  }

  async #arrange(plan: RoomPlan): Promise<void> {
    const isOverheard = plan.parties.every(({ part }) => part === 'monitor' || part === 'whisper');
    if (plan.parties.length === 0 || !isOverheard) this.#stopBot();
    await this.leg.answer();
    if (this.#over) return;
    const before = this.#plan ?? nobody;
    this.#dialledBy = null;
    this.#plan = plan;
    this.#seats.change(before, plan);
    await this.#refresh();
  }

  /** Brings everything to what the plan says, as far as the sound of everybody is there. */
  async #refresh(): Promise<void> {
    const plan = this.#plan;
    if (plan === null) return;
    if (this.#dialledBy !== null) return this.#ringBack(this.#dialledBy);
    const caller = { id: this.leg.id, leg: this.leg.media };
    const arrangement = arrange(plan, caller, (party) => this.#seats.legOf(party));
    this.#seats.show(plan, arrangement.present);
    // A bot that is overheard goes on talking to the caller, without music.
    const music = new Map(arrangement.music);
    if (this.#bot !== null) music.delete(this.leg.media);
    const gains = this.#room.set({ gains: arrangement.gains, music });
    if (this.#apart && !arrangement.apart) this.#announcer.hush();
    this.#apart = arrangement.apart;
    await gains;
    if (this.#over) return;
    this.#keeping.follow(plan, arrangement);
    for (const agent of this.#seats.joined(plan, arrangement.present, this.leg))
      void this.#desk.tell({ type: 'MediaConnected', conversation: this.conversation, agent });
  }

  async #ringBack(agent: Agent): Promise<void> {
    const { agents, now } = this.#desk;
    const leg = agents.legOf(agent);
    await this.#room.set({ gains: {}, music: new Map(leg === null ? [] : [[leg, 'ringing']]) });
    const { conversation } = this;
    if (leg !== null && agents.callOf(agent).conversation !== conversation)
      agents.show(agent, { state: 'dialling', conversation, since: now().toISOString() });
  }

  async #say({ id, text, keys = [], waitMs = 0 }: Effect<'Say'>): Promise<void> {
    await this.leg.answer();
    if (this.#over) return;
    this.#announcer.say({ id, text, keys, waitMs }, (key) => {
      if (this.#over) return;
      void this.#desk.tell({ type: 'PromptEnded', conversation: this.conversation, prompt: id, key });
    });
  }

  async #takeMessage({ id, prompt, mostMs }: Effect<'TakeMessage'>): Promise<void> {
    if (this.#message !== null) return;
    this.#stopBot();
    await this.leg.answer();
    if (this.#over) return;
    const order = { conversation: this.conversation, id, prompt, mostMs };
    this.#message = new MessageTaking(this.leg, this.#announcer, this.#desk, order);
  }

  /** A key to a party, or to the caller when null. */
  #press(party: string | null, key: string): void {
    const { media } = this.#desk;
    if (party === null) media.send(media.engine.sendDigit(this.leg.media, key));
    else this.#parties.find(party)?.press(key);
  }

  #letGo(id: string): void {
    const party = this.#parties.release(id);
    if (party === null || !this.#finish('The call was transferred')) return;
    this.#parties.end();
    this.onLetGo(party);
  }

  /** True the first time: then everything but the legs is taken down. */
  #finish(reason: string): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#stopBot();
    this.#announcer.stop();
    this.#message?.end();
    this.#keeping.end();
    this.#room.clear(this.leg.media);
    this.#seats.clear(this.#plan ?? nobody, reason);
    return true;
  }
}

const describe = (cause: unknown): string =>
  cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
