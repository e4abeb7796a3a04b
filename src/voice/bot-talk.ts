/** A bot on a call: its flow, what it says, and what of it the engine must know. */
import { type BotFailed, type BotTransferred, isOvertaken } from '../conversation/index.ts';
import type { Guid } from '../tables/index.ts';
import type { CallerLeg } from './caller-leg.ts';
import type { Flow, Variables } from './ivr/flow.ts';
import { createKeyFilter, type KeyMethod } from './ivr/keys.ts';
import { type IvrRun, runFlow, type Schedule } from './ivr/run-flow.ts';
import { MediaInterrupted } from './media/media.ts';
import type { MediaDesk } from './media-desk.ts';
import type { Prompts } from './prompts.ts';
import type { Tell } from './tell.ts';

/** What a bot works with. `flows`: by the systemuser id of the bot. */
export interface BotDesk {
  readonly media: MediaDesk;
  readonly prompts: Prompts;
  readonly flows: ReadonlyMap<string, Flow>;
  readonly tell: Tell;
  readonly schedule: Schedule;
  readonly log: (line: string) => void;
}

/** What the call does when its bot is through. `gone`: it handed over or asked to end, and is silent.
 *  `failed`: the engine failed at its event, so nobody will take the call further. */
export interface BotEnd {
  gone(): void;
  failed(reason: string): void;
}

/** A bot talking to a caller, from making it. Without a flow, or when its speech fails, the caller hears music until the
 *  engine says what the workstream has for that (behaviour.md §3.6). */
export class BotTalk {
  readonly #conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly #leg: CallerLeg;
  readonly #desk: BotDesk;
  readonly #end: BotEnd;
  readonly #count: (key: string, method: KeyMethod) => boolean;
  #run: IvrRun | null = null;
  #stopped = false;
  #plays = 0;
  #saying = false;
  #said = (): void => {};
  #repeat = (): void => {};

  constructor(
    conversation: Guid<'msdyn_ocliveworkitem'>,
    bot: Guid<'systemuser'>,
    leg: CallerLeg,
    desk: BotDesk,
    end: BotEnd,
  ) {
    this.#conversation = conversation;
    this.#leg = leg;
    this.#desk = desk;
    this.#end = end;
    this.#count = createKeyFilter(() => performance.now());
    const flow = desk.flows.get(bot);
    if (flow === undefined) {
      this.#fail(`bot ${bot} has no flow that can run`);
    } else this.#talk(flow);
  }

  /** A key that the caller pressed. */
  key(key: string, method: KeyMethod): void {
    if (!this.#stopped && this.#count(key, method)) this.#run?.key(key);
  }

  /** The media engine played something to its end. */
  played(play: string): void {
    if (this.#stopped || play !== this.#play) return;
    this.#saying = false;
    this.#said();
  }

  /** The media engine died: what was being said is said once more, from its beginning. */
  again(): void {
    if (this.#saying && !this.#stopped) this.#repeat();
  }

  /** Takes the bot off the call. */
  stop(): void {
    if (this.#saying) this.#hush();
    this.#stopped = true;
    this.#run?.stop();
  }

  #hush(): void {
    this.#saying = false;
    this.#plays++;
    const { media } = this.#desk;
    media.send(media.engine.stopPlay(this.#leg.media, 'prompt'));
  }

  get #play(): string {
    return `say-${this.#plays}`;
  }

  #talk(flow: Flow): void {
    this.#run = runFlow(flow, {
      say: (text, said) => {
        this.#said = said;
        this.#saying = true;
        this.#plays++;
        this.#repeat = () => void this.#speak(flow, text, this.#play);
        this.#repeat();
      },
      hush: () => this.#hush(),
      set: (variables) => this.#set(variables),
      transfer: (variables) => this.#transfer(variables),
      hangup: () => this.#hangUp(),
      schedule: this.#desk.schedule,
    });
    if (this.#stopped) this.#run.stop();
  }

  /** Plays the text unless something else was said, or the bot stopped, while it was being spoken. */
  async #speak(flow: Flow, text: string, play: string): Promise<void> {
    const { media, prompts } = this.#desk;
    try {
      const path = await prompts.find(flow, text);
      if (play !== this.#play || this.#stopped) return;
      await media.engine.play(this.#leg.media, play, { kind: 'file', path }, { loop: false });
    } catch (error) {
      if (play !== this.#play || this.#stopped || error instanceof MediaInterrupted) return;
      this.#saying = false;
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #set(variables: Variables): void {
    const conversation = this.#conversation;
    for (const [name, value] of Object.entries(variables))
      void this.#desk.tell({ type: 'VariableSet', conversation, name, value });
  }

  #transfer(variables: Variables): void {
    void this.#handOver({ type: 'BotTransferred', conversation: this.#conversation, variables });
  }

  /** The flow cannot go on. The log hears of it from the engine. */
  #fail(reason: string): void {
    void this.#handOver({ type: 'BotFailed', conversation: this.#conversation, reason });
  }

  /** Unless somebody else took the call further, nobody will, and the caller would hear music for ever. */
  async #handOver(event: BotTransferred | BotFailed): Promise<void> {
    this.stop();
    this.#end.gone();
    const answer = await this.#desk.tell(event);
    if (answer !== null && !isOvertaken(answer)) this.#end.failed('The engine did not take the call over');
  }

  #hangUp(): void {
    this.stop();
    this.#end.gone();
    void this.#desk.tell({ type: 'BotEnded', conversation: this.#conversation }).then((answer) => {
      if (answer !== null) this.#end.failed('The bot ended the call and the engine did not');
    });
  }
}
