/** One page's socket: its sign-in, its requests, and what is sent to it. */
import { WebSocket } from 'ws';
import { type Guid, Refusal } from '../tables/index.ts';
import type { SoftphoneEvent, SoftphoneRequest } from '../tables/softphone.ts';
import type { AgentPhones } from './agent-phones.ts';
import type { Calls } from './calls.ts';
import type { Schedule } from './ivr/run-flow.ts';
import type { MediaDesk } from './media-desk.ts';
import { dialled, toE164 } from './numbers.ts';
import { type Page, PageSound } from './page.ts';
import { parseRequest } from './softphone-request.ts';
import type { Tell } from './tell.ts';
import { WebLeg } from './web-leg.ts';

/** What pages act on. */
export interface PageHost {
  readonly agents: AgentPhones;
  readonly calls: Calls;
  readonly tell: Tell;
  readonly authenticate: (token: string) => Promise<Guid<'systemuser'> | null>;
  readonly callersWithoutSignIn: boolean;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

type Later = Exclude<SoftphoneRequest, { readonly type: 'hello' }>;
type Role =
  | { readonly role: 'agent'; readonly agent: Guid<'systemuser'> }
  | { readonly role: 'caller'; leg: WebLeg | null };

/** A page with its socket. */
export class SocketPage implements Page {
  readonly sound: PageSound;
  /** Asked when the page says that it is a caller's: false when there are too many of those. */
  onCaller: () => boolean = () => true;
  readonly #socket: WebSocket;
  readonly #desk: MediaDesk;
  readonly #host: PageHost;
  #role: Role | 'unknown' | 'asking' = 'unknown';

  constructor(name: string, socket: WebSocket, desk: MediaDesk, schedule: Schedule, host: PageHost) {
    this.#socket = socket;
    this.#desk = desk;
    this.#host = host;
    this.sound = new PageSound(name, desk, schedule, (event) => this.send(event));
  }

  /** Whether it has said who it is. */
  get known(): boolean {
    return typeof this.#role === 'object';
  }

  /** Whether it is a caller's. */
  get isCaller(): boolean {
    return typeof this.#role === 'object' && this.#role.role === 'caller';
  }

  /** Whether it is a caller's that is in a call, or was since this was last asked. */
  takeUse(): boolean {
    const role = this.#role;
    if (typeof role !== 'object' || role.role !== 'caller' || role.leg === null) return false;
    if (role.leg.over) role.leg = null;
    return true;
  }

  send(event: SoftphoneEvent): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(event));
  }

  replace(): void {
    this.send({ type: 'replaced' });
    this.close(1000, 'Another page took the phone');
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    // What the page says while the socket closes no longer counts, and its sound ends now.
    this.gone();
  }

  /** One message of the page. */
  take(message: string): void {
    const parsed = parseRequest(message);
    if ('wrong' in parsed) {
      this.#refuse(parsed.named, parsed.wrong);
      return;
    }
    const { request } = parsed;
    if (request.type === 'hello') void this.#hello(request);
    else if (typeof this.#role !== 'object') this.#refuse(request.type, 'Say hello first.');
    else this.#later(request, this.#role);
  }

  /** The socket is closed. */
  gone(): void {
    const role = this.#role;
    this.#role = 'asking';
    this.sound.close();
    if (typeof role !== 'object') return;
    if (role.role === 'agent') this.#host.agents.leave(role.agent, this);
    else role.leg?.leave('customer', 'The caller’s page was closed');
  }

  async #hello(request: Extract<SoftphoneRequest, { readonly type: 'hello' }>): Promise<void> {
    if (this.#role !== 'unknown') return this.#refuse('hello', 'Hello was said already.');
    this.#role = 'asking';
    const agent = request.role === 'agent' ? await this.#authenticated(request.token) : null;
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (request.role === 'caller' ? !this.#host.callersWithoutSignIn : agent === null) {
      this.#refuse('hello', 'This sign-in is not known here, or it has expired.');
      return this.close(1008, 'Not signed in');
    }
    if (request.role === 'caller' && !this.onCaller()) {
      this.#refuse('hello', 'Too many callers are here: try again in a moment.');
      return this.close(1013, 'Too many callers');
    }
    this.send({ type: 'welcome', serverNow: this.#host.now().toISOString() });
    if (agent !== null) {
      this.#role = { role: 'agent', agent };
      this.#host.agents.join(agent, this);
      return;
    }
    const caller: Role = { role: 'caller', leg: null };
    this.#role = caller;
    this.sound.onDown = () => caller.leg?.leave('lost', 'The sound of the caller’s page was lost');
    this.send({ type: 'call', call: { state: 'idle' } });
    this.sound.open();
  }

  async #authenticated(token: string): Promise<Guid<'systemuser'> | null> {
    try {
      return await this.#host.authenticate(token);
    } catch (error) {
      if (!(error instanceof Refusal)) this.#host.log(`cannot tell who a page is: ${String(error)}`);
      return null;
    }
  }

  #later(request: Later, role: Role): void {
    if (request.type === 'answer') this.#answer(request.sdp);
    else if (request.type === 'candidate') this.sound.candidate(request.candidate, request.sdpMid);
    else if (request.type === 'mute') this.#mute(request.muted, role);
    else if (request.type === 'key') this.#key(request.digit, role);
    else if (request.type === 'dial') this.#dial(request.number, request.from, role);
    else this.#hangUp(role);
  }

  #answer(sdp: string): void {
    void this.sound.answer(sdp).then((good) => {
      if (!good) this.#refuse('answer', 'This answer does not fit the last offer.');
    });
  }

  #mute(muted: boolean, role: Role): void {
    if (role.role === 'caller') this.sound.mute(muted);
    else if (!this.#host.agents.mute(role.agent, muted)) this.#refuse('mute', 'You are in no call.');
  }

  #key(digit: string, role: Role): void {
    if (role.role === 'agent') {
      if (!this.#host.calls.keyFromAgent(role.agent, digit))
        this.#refuse('key', 'You are talking to no one.');
    } else if (role.leg === null || role.leg.over) this.#refuse('key', 'You are in no call.');
    else role.leg.key(digit);
  }

  #dial(number: string, from: string | undefined, role: Role): void {
    const caller = from === undefined ? null : toE164(from);
    if (role.role === 'agent') this.#refuse('dial', 'Only a caller’s page dials.');
    else if (role.leg !== null && !role.leg.over) this.#refuse('dial', 'You are in a call already.');
    else if (!this.sound.up) this.#refuse('dial', 'Your microphone is not connected yet.');
    else if (from !== undefined && caller === null)
      this.#refuse('dial', 'from is a telephone number with its country, for example +4570000001.');
    else {
      const dial = { id: this.#host.newId(), from: caller, to: dialled(number) };
      role.leg = new WebLeg(this, dial, this.#desk, this.#host.now);
      this.#host.calls.take(role.leg);
    }
  }

  #hangUp(role: Role): void {
    if (role.role === 'caller') role.leg?.leave('customer', 'The caller hung up');
    else {
      const conversation = this.#host.calls.conversationOf(role.agent);
      if (conversation === null) this.#refuse('hangup', 'You are in no call.');
      else
        void this.#host
          .tell({ type: 'AgentEnded', conversation, agent: role.agent }, role.agent)
          .then((answer) => {
            if (answer !== null) this.#refuse('hangup', answer.message);
          });
    }
  }

  #refuse(request: string, message: string): void {
    this.send({ type: 'refused', request, message });
  }
}
