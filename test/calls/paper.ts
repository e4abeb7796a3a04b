/** Stand-ins on paper for the parts around call control: they note what they are told and do what the test says. */
import type { CallControl, CallEffect, ConversationEvent, Engine } from '../../src/conversation/index.ts';
import type { CallerLeg, CallRefusal, EndedBy } from '../../src/voice/caller-leg.ts';
import type { KeyMethod } from '../../src/voice/ivr/keys.ts';
import type { Schedule } from '../../src/voice/ivr/run-flow.ts';
import type { MediaEngine, MediaEvent } from '../../src/voice/media/media.ts';
import type { OutgoingHandlers, SipStack } from '../../src/voice/sip/sip.ts';
import type { Speech } from '../../src/voice/speech/speech.ts';

/** The effect that brings a call to its caller and one agent, talking or with the caller on hold. */
export const withAgent = (
  call: { readonly conversation: string; readonly call: string },
  agent: string,
  held = false,
): CallEffect => ({
  type: 'Arrange',
  ...call,
  room: {
    caller: { held },
    parties: [{ id: agent, agent, part: 'primary', held: false }],
    alone: 'hold',
    recording: null,
  },
});

/** A media engine that notes each command as a line, `play sip-1 music wait loop`. */
export class PaperMedia implements MediaEngine {
  readonly notes: string[] = [];
  onEvent: (event: MediaEvent) => void = () => {};
  /** Legs whose opening fails. */
  full = false;
  #port = 20_000;

  openRtp = async (leg: string) => {
    if (this.full) throw new Error('no port left');
    this.notes.push(`openRtp ${leg}`);
    this.#port += 2;
    return { port: this.#port };
  };
  setRtpRemote: MediaEngine['setRtpRemote'] = async (leg, { codec, direction }) => {
    this.notes.push(`remote ${leg} ${codec} ${direction}`);
  };
  openWebRtc = async (leg: string) => {
    this.notes.push(`openWebRtc ${leg}`);
    return { offer: `offer of ${leg}` };
  };
  setWebRtcAnswer = async (leg: string, sdp: string) => {
    if (sdp === 'bad') throw new Error('no such answer');
    this.notes.push(`answer ${leg} ${sdp}`);
  };
  addCandidate = async (leg: string, candidate: string) => {
    this.notes.push(`candidate ${leg} ${candidate}`);
  };
  closeLeg = async (leg: string) => {
    this.notes.push(`close ${leg}`);
  };
  setRoom: MediaEngine['setRoom'] = async (room, gains) => {
    this.notes.push(`room ${room} ${JSON.stringify(gains)}`);
  };
  play: MediaEngine['play'] = async (leg, play, source, { loop }) => {
    const what = source.kind === 'file' ? source.path : source.kind === 'tone' ? source.hertz : source.name;
    this.notes.push(`play ${leg} ${play} ${what}${loop ? ' loop' : ''}`);
  };
  stopPlay: MediaEngine['stopPlay'] = async (leg, layer) => {
    this.notes.push(`stopPlay ${leg}${layer === undefined ? '' : ` ${layer}`}`);
  };
  sendDigit = async (leg: string, digit: string) => {
    this.notes.push(`digit ${leg} ${digit}`);
  };
  setMuted = async (leg: string, muted: boolean) => {
    this.notes.push(`muted ${leg} ${muted}`);
  };
  setEcho = async (leg: string, on: boolean) => {
    this.notes.push(`echo ${leg} ${on}`);
  };
  record: MediaEngine['record'] = async (record, { path, channels }) => {
    this.notes.push(`record ${record} ${path === null ? 'speech' : channels}`);
  };
  setTake: MediaEngine['setTake'] = async (record, take) => {
    this.notes.push(`take ${record} ${take === null ? 'nothing' : JSON.stringify(take)}`);
  };
  stopRecord: MediaEngine['stopRecord'] = async (record) => {
    this.notes.push(`stopRecord ${record}`);
    return { seconds: 0 };
  };
  stats = async () => [];
  close = async () => {
    this.notes.push('close');
  };

  /** The lines noted since the last time. */
  take(): string[] {
    return this.notes.splice(0);
  }
}

/** A SIP stack that places calls on paper: the test says how they go on. */
export class PaperSip implements Pick<SipStack, 'dial'> {
  /** What was dialled, with the handlers of each. */
  readonly dialed: { readonly target: string; readonly from: string; readonly handlers: OutgoingHandlers }[] =
    [];
  readonly notes: string[] = [];

  dial: SipStack['dial'] = (target, { from }, handlers) => {
    this.dialed.push({ target, from, handlers });
    const note = (line: string): void => void this.notes.push(`${line} ${target}`);
    return {
      id: `dialed-${this.dialed.length}`,
      bye: () => note('bye'),
      cancel: () => note('cancel'),
      info: async () => note('info'),
      reinvite: async () => '',
    };
  };
}

/** A caller's leg that answers at once, unless told to wait. */
export class PaperLeg implements CallerLeg {
  readonly media: string;
  readonly provider = 'sip';
  readonly notes: string[] = [];
  readonly id: string;
  readonly to: string;
  from: string | null = '+4570123456';
  heard = true;
  unfit: CallRefusal | null = null;
  /** When set, the answer waits for it. */
  listening: Promise<void> = Promise.resolve();
  onEnded: (by: EndedBy, reason: string) => void = () => {};
  onKey: (key: string, method: KeyMethod) => void = () => {};
  onHeard: () => void = () => {};
  onPlayed: (play: string) => void = () => {};
  onRestarted: () => void = () => {};

  constructor(id: string, to: string) {
    this.id = id;
    this.to = to;
    this.media = `m-${id}`;
  }

  prepare = async () => this.unfit;
  ring(): void {
    this.notes.push('ring');
  }
  async answer(): Promise<void> {
    if (!this.notes.includes('answer')) this.notes.push('answer');
    await this.listening;
  }
  end(reason: string, refusal?: CallRefusal): void {
    if (this.notes.some((note) => note.startsWith('end'))) return;
    this.notes.push(`end ${reason}${refusal === undefined ? '' : ` ${refusal.status}`}`);
  }
}

/** An engine that notes events; `onRun` decides what happens then, also by throwing. */
export class PaperEngine implements Engine {
  readonly events: ConversationEvent[] = [];
  /** Who asked for each event; undefined for the system. */
  readonly actors: (string | undefined)[] = [];
  calls: CallControl | null = null;
  onRun: (event: ConversationEvent) => Promise<void> | void = () => {};

  async run(event: ConversationEvent, actor?: string): Promise<void> {
    this.events.push(event);
    this.actors.push(actor);
    await this.onRun(event);
  }
  attach(calls: CallControl): void {
    this.calls = calls;
  }
  async idle(): Promise<void> {}

  /** The types of the events so far. */
  get types(): string[] {
    return this.events.map(({ type }) => type);
  }
}

/** A clock that is moved by hand. */
export class PaperClock {
  #now = Date.parse('2026-01-05T09:00:00Z');
  #timers = new Set<{ readonly due: number; readonly fire: () => void }>();

  readonly now = (): Date => new Date(this.#now);
  readonly schedule: Schedule = (ms, fire) => {
    const timer = { due: this.#now + ms, fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  pass(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.due - b.due))
      if (timer.due <= this.#now && this.#timers.delete(timer)) timer.fire();
  }
}

/** Speech whose utterances are files named by their text; `fail` makes it fail, `gate` makes it wait. */
export class PaperSpeech implements Speech {
  readonly spoken: string[] = [];
  fail = false;
  gate: Promise<void> = Promise.resolve();

  async speak({ text }: { readonly text: string }): Promise<{ path: string; milliseconds: number }> {
    this.spoken.push(text);
    await this.gate;
    if (this.fail) throw new Error('no voice');
    return { path: `${text}.wav`, milliseconds: 1000 };
  }
  async close(): Promise<void> {}
}

/** Lets everything that is under way come to rest: promises only, no time passes. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
